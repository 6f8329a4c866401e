import { assertEquals } from "@std/assert";
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { slow } from "../support/process.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));

const program = `
import { fragment } from "fragstar";
import { openPage } from "fragstar/harness";
import { checkStream, reporters, testCases } from "fragstar/conformance";
import framing from "fragstar/vectors/classic/framing.json" with { type: "json" };

const stream: string = fragment('<p id="a">new</p>');
const page = openPage('<p id="a">old</p>');
const { errors } = await page.receive(stream);
const run = await checkStream(stream);
for (const { assert } of testCases(run)) assert();
const { fail, pass } = run.report.summary;
const hasClauses = reporters.html(run).includes("A server MUST end each event");
console.log(page.document.body.textContent, errors.length, fail, pass > 0, hasClauses, framing.family);
`;

test("a packed copy works in an empty folder, under both runtimes", slow, async () => {
  const folder = await mkdtemp(join(tmpdir(), "pack-"));
  const bun = process.execPath;
  try {
    // Packs a copy of the sources, because packing builds, and a test leaves no files.
    const sources = join(folder, "sources");
    const left = new Set(["node_modules", "dist", ".git"]);
    for (const name of await readdir(root)) {
      if (!left.has(name)) await cp(join(root, name), join(sources, name), { recursive: true });
    }
    await run(bun, ["pm", "pack", "--quiet", "--filename", join(folder, "fragstar.tgz")], { cwd: sources });
    const app = join(folder, "app");
    await mkdir(app);
    await writeFile(join(app, "package.json"), '{ "type": "module" }');
    await run(bun, ["add", "--silent", join(folder, "fragstar.tgz")], { cwd: app });
    await writeFile(join(app, "mine.ts"), program);
    assertEquals((await run(bun, ["mine.ts"], { cwd: app })).stdout.trim(), "new 0 0 true true framing");
    const flags = ["run", "--check", "--allow-env", "--allow-read", "--allow-sys"];
    assertEquals((await run("deno", [...flags, "mine.ts"], { cwd: app })).stdout.trim(), "new 0 0 true true framing");
  } finally {
    await rm(folder, { recursive: true });
  }
});
