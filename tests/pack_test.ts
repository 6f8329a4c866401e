import { assertEquals } from "@std/assert";
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { runtime, slow } from "./support/process.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("..", import.meta.url));

const program = `
import { fragment } from "fragstar";
import { applyEvent, createPage, readStream } from "fragstar/harness";
import { checkStream } from "fragstar/conformance";
import framing from "fragstar/vectors/classic/framing.json" with { type: "json" };
import { Window } from "happy-dom";

const stream: string = fragment('<p id="a">new</p>');
const { document } = new Window();
document.body.innerHTML = '<p id="a">old</p>';
const page = createPage(document as unknown as Document);
for await (const event of readStream(stream)) applyEvent(page, event);
const { report } = await checkStream(stream);
console.log(document.body.textContent, report.summary.fail, report.summary.pass > 0, framing.family);
`;

// It is Bun that packs, and both runtimes that use the copy: so this is a test for Bun's run alone.
test("a packed copy works in an empty folder", { ...slow, skip: runtime !== "bun" }, async () => {
  const folder = await mkdtemp(join(tmpdir(), "pack-"));
  const bun = process.execPath;
  try {
    // From a copy of the sources: packing builds, and a test leaves nothing behind.
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
    assertEquals((await run(bun, ["mine.ts"], { cwd: app })).stdout.trim(), "new 0 true framing");
    const flags = ["run", "--check", "--allow-env", "--allow-read", "--allow-sys"];
    assertEquals((await run("deno", [...flags, "mine.ts"], { cwd: app })).stdout.trim(), "new 0 true framing");
  } finally {
    await rm(folder, { recursive: true });
  }
});
