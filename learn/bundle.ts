/**
 * Makes learn/packages.js and learn/app.js, with Bun: `bun run packages`. They are kept in the repository: a browser
 * cannot take packages from npm, thirty modules take it twice as long as one, and Deno cannot bundle without fetching
 * another program.
 *
 * @module
 */

import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** The part of Bun's API that is used here: Deno's type check does not know it. */
declare const Bun: {
  build(options: { entrypoints: string[]; target: "browser"; minify: boolean; external?: string[] }): Promise<{
    outputs: { text(): Promise<string> }[];
  }>;
};

const pathOf = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** The text that learn/packages.js should have: the notices of the packages' licenses, and one minified module. */
export async function bundle(): Promise<string> {
  const { outputs: [module] } = await Bun.build({
    entrypoints: [pathOf("packages.ts")],
    target: "browser",
    minify: true,
  });
  const notices = await Promise.all(["acorn", "eventsource-parser"].map(async (name) => {
    const { version } = JSON.parse(await readFile(pathOf(`../node_modules/${name}/package.json`), "utf8"));
    const license = await readFile(pathOf(`../node_modules/${name}/LICENSE`), "utf8");
    return `${name} ${version}\n\n${license.trim()}\n`;
  }));
  return `/*!\n${notices.join("\n")}*/\n${await module.text()}`;
}

/** The text that learn/app.js should have: app.ts with all that it imports but the packages. */
export async function bundleApp(): Promise<string> {
  const { outputs: [module] } = await Bun.build({
    entrypoints: [pathOf("app.ts")],
    target: "browser",
    minify: true,
    external: ["acorn", "eventsource-parser", "parse5"],
  });
  return await module.text();
}

if (import.meta.main) {
  await writeFile(pathOf("packages.js"), await bundle());
  await writeFile(pathOf("app.js"), await bundleApp());
}
