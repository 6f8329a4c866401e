/**
 * The door of the benchmark: `deno task bench [PART...]`.
 *
 * @module
 */

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import process from "node:process";
import { exitWith, readArguments } from "./arguments.ts";
import type { Goal, Part, RunOptions } from "./part.ts";
import { type Figure, figureTables, goalTable, summarize } from "./report.ts";

const parts: Record<string, () => Promise<{ run: (options: RunOptions) => Promise<Part> }>> = {
  requests: () => import("./requests.ts"),
  feeds: () => import("./feeds.ts"),
  start: () => import("./start.ts"),
  write: () => import("./write.ts"),
  read: () => import("./read.ts"),
  conform: () => import("./conform.ts"),
};

const usage = `deno task bench [${Object.keys(parts).join("|")}]... [--runtime deno|bun] [--rounds N] [--output FILE]`;

/** The programs that the benchmark needs, and the parts that need them: all, if none is named. */
const tools = [
  { tool: "bun", flag: "--version", advice: "npm install --global bun" },
  { tool: "wrk", flag: "-v", advice: "apt-get install wrk", part: "requests" },
  { tool: "node", flag: "--version", advice: "apt-get install nodejs", part: "requests" },
];

/** The first line that a command prints, or nothing if there is no such command. */
function firstLineOf(program: string, ...args: string[]): string | undefined {
  try {
    return execFileSync(program, args, { stdio: ["ignore", "pipe", "ignore"] }).toString().trim().split("\n")[0];
  } catch (error) {
    return (error as { stdout?: Uint8Array }).stdout?.toString().split("\n")[0]; // wrk exits with 1
  }
}

/** The machine, the versions and the commit that the figures are of. */
function describeEnvironment() {
  const [{ model }, ...otherCores] = os.cpus();
  const memory = Math.round(os.totalmem() / 2 ** 30);
  const python = "import starlette, uvicorn; print(starlette.__version__, uvicorn.__version__)";
  return {
    startedAt: new Date().toISOString(),
    machine: `${1 + otherCores.length} x ${model}, ${memory} GiB, ${os.type()} ${os.release()}`,
    versions: {
      deno: firstLineOf("deno", "--version")?.split(" ")[1],
      bun: firstLineOf("bun", "--version"),
      node: firstLineOf("node", "--version"),
      wrk: firstLineOf("wrk", "-v")?.split(" ")[1],
      "starlette, uvicorn": firstLineOf("/usr/bin/python3", "-c", python) || "none",
      ...JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")).devDependencies,
    },
    commit: firstLineOf("git", "describe", "--always", "--dirty"),
  };
}

const { names, runtimes, rounds, output } = readArguments({ usage, numbers: ["rounds"], names: Object.keys(parts) });
if (rounds === 0) exitWith("Cannot measure 0 rounds: give at least 1");
const chosen = names.length > 0 ? names : Object.keys(parts);
for (const { tool, flag, advice, part } of tools) {
  const isNeeded = part === undefined || chosen.includes(part);
  if (isNeeded && firstLineOf(tool, flag) === undefined) {
    exitWith(`Cannot measure ${part ?? chosen.join(" and ")} without ${tool}: ${advice}`);
  }
}
execFileSync("bun", ["install", "--frozen-lockfile", "--silent"], { stdio: "inherit" }); // for what runs under Node

const environment = describeEnvironment();
const figures: Figure[] = [];
const goals: Goal[] = [];
for (const name of chosen) {
  const measured: Figure[] = [];
  try {
    const { run } = await parts[name]();
    for (const runtime of runtimes) {
      const part = await run({ runtime, rounds, log: (line) => console.error(`${runtime}: ${line}`) });
      measured.push(...summarize(part.series));
      goals.push(...part.goals);
    }
  } catch (error) { // the other parts can still be measured
    console.error((error as Error).message);
    process.exitCode = 1;
  }
  console.log(figureTables(measured));
  figures.push(...measured);
}
console.log(goalTable(goals));
if (output) writeFileSync(output, JSON.stringify({ ...environment, goals, figures }, null, 2) + "\n");
process.exit();
