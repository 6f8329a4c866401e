import { assert } from "@std/assert";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { bundle, bundleApp } from "../../learn/bundle.ts";

test("learn/packages.js and learn/app.js are up to date", async () => {
  const readText = (name: string) => readFile(new URL(`../../learn/${name}`, import.meta.url), "utf8");
  assert(await readText("packages.js") === await bundle(), "learn/packages.js is out of date: bun run packages");
  assert(await readText("app.js") === await bundleApp(), "learn/app.js is out of date: bun run packages");
});
