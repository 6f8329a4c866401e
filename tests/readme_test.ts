import { assert, assertEquals } from "@std/assert";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import denoConfig from "../deno.json" with { type: "json" };
import manifest from "../package.json" with { type: "json" };

const root = new URL("..", import.meta.url);
const readme = await readFile(new URL("README.md", root), "utf8");

test("README.md names files that exist", async () => {
  const links = [...readme.matchAll(/\]\((?!http)([^)]+)\)/g)].map(([, link]) => link);
  assert(links.length > 10);
  for (const link of links) {
    await readFile(new URL(link, root)).catch(({ code }) => assertEquals([link, code], [link, "EISDIR"]));
  }
});

test("README.md says of each package why it is there", () => {
  const packages = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  const rows = readme.split("\n").filter((line) => line.startsWith("| `")).join("\n");
  assertEquals(packages.filter((name) => !rows.includes(`\`${name}\``)), []);
});

test("README.md names tasks and scripts that exist", () => {
  const namesIn = (pattern: RegExp) => [...readme.matchAll(pattern)].map(([, name]) => name);
  const tasks = namesIn(/(?:deno|deno@[\d.]+) task ([\w:]+)/g);
  const scripts = namesIn(/(?:bun|bun@[\d.]+) run ([\w:]+)/g);
  assert(tasks.length > 5 && scripts.length > 3);
  assertEquals(tasks.filter((name) => !(name in denoConfig.tasks)), []);
  assertEquals(scripts.filter((name) => !(name in manifest.scripts)), []);
});
