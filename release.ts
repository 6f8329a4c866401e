/**
 * Publishes the version that package.json names, on npm and on JSR, and makes the binary. First it checks everything,
 * and asks both for a dry run; with `--dry-run` it publishes nothing.
 *
 * @module
 */

import { execFileSync } from "node:child_process";
import { parseArgs } from "node:util";
import denoConfig from "./deno.json" with { type: "json" };
import manifest from "./package.json" with { type: "json" };

/** Runs a step. Throws if it fails. */
function run(program: string, ...args: string[]): void {
  console.log(`== ${[program, ...args].join(" ")}`);
  execFileSync(program, args, { stdio: "inherit" });
}

/** Publishes on both registries. JSR shows README.md too, and so gets it with the links that npm's copy has. */
function publish(...flags: string[]): void {
  run("npm", "publish", ...flags);
  run("node", "pack.js", "link");
  try {
    run("deno", "publish", "--allow-dirty", ...flags);
  } finally {
    run("node", "pack.js", "unlink");
  }
}

const { values } = parseArgs({ options: { "dry-run": { type: "boolean", default: false } } });
const isDryRun = values["dry-run"];

if (manifest.version !== denoConfig.version) {
  throw new Error("Cannot release: package.json and deno.json have different versions. Write the new one into both.");
}
if (!isDryRun && execFileSync("git", ["status", "--porcelain"], { encoding: "utf8" }) !== "") {
  throw new Error("Cannot release: there are changes that are not committed. Commit them first.");
}
run("deno", "task", "check");
publish("--dry-run");
if (!isDryRun) publish();
run("deno", "task", "compile"); // last, because packing empties its folder
console.log(isDryRun ? "Nothing was published." : `Published ${manifest.version}. The binary is dist/fragstar.`);
