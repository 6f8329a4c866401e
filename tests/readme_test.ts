import { assert, assertEquals } from "@std/assert";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import denoConfig from "../deno.json" with { type: "json" };
import manifest from "../package.json" with { type: "json" };

const root = new URL("..", import.meta.url);
const names = [
  "README.md",
  ...(await readdir(new URL("docs", root))).filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`),
];
const documents = await Promise.all(
  names.map(async (name) => ({ name, text: await readFile(new URL(name, root), "utf8") })),
);
const textOf = (wanted: string) => documents.find(({ name }) => name === wanted)!.text;

/** The anchors of a document's headings, as GitHub makes them. */
const anchorsOf = (text: string) =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
    title.toLowerCase().replace(/[^\w\s-]/g, "").replaceAll(" ", "-")
  );

test("README.md is short", () => assert(textOf("README.md").split("\n").length <= 200));

test("the documents link to files and headings that exist", async () => {
  const links = documents.flatMap(({ name, text }) =>
    [...text.matchAll(/\]\((?!http)([^)\s]+)\)/g)].map(([, link]) => ({ name, text, link }))
  );
  assert(links.length > 40);
  for (const { name, text, link } of links) {
    if (link.startsWith("#")) assert(anchorsOf(text).includes(link.slice(1)), `${name}: ${link}`);
    else {
      await readFile(new URL(link.replace(/#.*/, ""), new URL(name, root)))
        .catch(({ code }) => assertEquals([name, link, code], [name, link, "EISDIR"]));
    }
  }
});

test("docs/DEVELOPMENT.md says of each package why it is there", () => {
  const packages = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  const rows = textOf("docs/DEVELOPMENT.md").split("\n").filter((line) => line.startsWith("| `")).join("\n");
  assertEquals(packages.filter((name) => !rows.includes(`\`${name}\``)), []);
});

test("the documents name tasks and scripts that exist", () => {
  const all = documents.map(({ text }) => text).join("\n");
  const namesIn = (pattern: RegExp) => [...all.matchAll(pattern)].map(([, name]) => name);
  const tasks = namesIn(/(?:deno|deno@[\d.]+) task ([\w:]+)/g);
  const scripts = namesIn(/(?:bun|bun@[\d.]+) run ([\w:]+)/g);
  assert(tasks.length > 5 && scripts.length > 3);
  assertEquals(tasks.filter((name) => !(name in denoConfig.tasks)), []);
  assertEquals(scripts.filter((name) => !(name in manifest.scripts)), []);
});
