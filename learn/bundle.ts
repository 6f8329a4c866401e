/**
 * Makes learn/packages.js and learn/app.js, with Bun: `bun run packages`. They are kept in the repository: a browser
 * cannot load packages from npm, loads thirty modules half as fast as one, and Deno cannot bundle without downloading a
 * program.
 *
 * @module
 */

import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** The part of Bun's API that is used here, which Deno's type check does not know. */
declare const Bun: {
  build(options: { entrypoints: string[]; target: "browser"; minify: boolean; external: string[] }): Promise<{
    outputs: { text(): Promise<string> }[];
  }>;
};

const pathOf = (file: string) => fileURLToPath(new URL(file, import.meta.url));

async function build(file: string, external: string[] = []): Promise<string> {
  const { outputs } = await Bun.build({ entrypoints: [pathOf(file)], target: "browser", minify: true, external });
  return await outputs[0].text();
}

/** The packages in learn/packages.js. */
const packages = ["acorn", "eventsource-parser", "marked"];

/** Makes the text of learn/packages.js: the notices of the packages' licenses, and one minified module. */
export async function bundle(): Promise<string> {
  const notices = await Promise.all(packages.map(async (name) => {
    const { version } = JSON.parse(await readFile(pathOf(`../node_modules/${name}/package.json`), "utf8"));
    const license = await readFile(pathOf(`../node_modules/${name}/LICENSE`), "utf8");
    return `${name} ${version}\n\n${license.trim()}\n`;
  }));
  return `/*!\n${notices.join("\n")}*/\n${await build("packages.ts")}`;
}

/** Makes the text of learn/app.js: learn/classic/app.ts with all that it imports but the packages. */
export async function bundleApp(): Promise<string> {
  return await build("classic/app.ts", [...packages, "parse5"]);
}

if (import.meta.main) {
  await writeFile(pathOf("packages.js"), await bundle());
  await writeFile(pathOf("app.js"), await bundleApp());
}
