import { assert, assertEquals } from "@std/assert";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

test("README.md names files that exist", async () => {
  const root = new URL("..", import.meta.url);
  const readme = await readFile(new URL("README.md", root), "utf8");
  const links = [...readme.matchAll(/\]\((?!http)([^)]+)\)/g)].map(([, link]) => link);
  assert(links.length > 10);
  for (const link of links) {
    await readFile(new URL(link, root)).catch(({ code }) => assertEquals([link, code], [link, "EISDIR"]));
  }
});
