/**
 * The door of the benchmark: `deno task bench [part...]`.
 *
 * @module
 */

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import process from "node:process";
import { parseArgs } from "node:util";
import type { Part, RunOptions } from "./part.ts";
import type { Runtime } from "./process.ts";
import { markdown, text } from "./report.ts";

const parts: Record<string, () => Promise<{ run: (options: RunOptions) => Promise<Part> }>> = {
  requests: () => import("./requests.ts"),
  feeds: () => import("./feeds.ts"),
  start: () => import("./start.ts"),
  write: () => import("./write.ts"),
  read: () => import("./read.ts"),
  conform: () => import("./conform.ts"),
};

const usage = `deno task bench [${Object.keys(parts).join("|")}]... [--runtime deno|bun] [--rounds N] [--json FILE] ` +
  `[--markdown FILE]`;

/** The tools that it measures with, what gives them, and the parts that need them: every one, if none is named. */
const tools: Record<string, { flag: string; advice: string; parts?: string[] }> = {
  wrk: { flag: "-v", advice: "apt-get install wrk", parts: ["requests"] },
  bun: { flag: "--version", advice: "npm install --global bun" },
  node: { flag: "--version", advice: "apt-get install nodejs", parts: ["requests"] },
};

/** The first line that a command prints, or nothing. */
function lineOf(program: string, ...args: string[]): string | undefined {
  try {
    return execFileSync(program, args, { stdio: ["ignore", "pipe", "ignore"] }).toString().trim().split("\n")[0];
  } catch (error) {
    return (error as { stdout?: Uint8Array }).stdout?.toString().split("\n")[0]; // wrk exits with 1
  }
}

function exit(message: string): never {
  console.error(message);
  process.exit(2);
}

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        runtime: { type: "string" },
        rounds: { type: "string" },
        json: { type: "string" },
        markdown: { type: "string" },
        help: { type: "boolean" },
      },
    });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    const unknown = positionals.find((name) => !(name in parts));
    if (unknown) exit(`Cannot measure ${JSON.stringify(unknown)}: there are ${Object.keys(parts).join(", ")}`);
    if (values.runtime !== undefined && !["deno", "bun"].includes(values.runtime)) {
      exit(`Cannot measure under ${JSON.stringify(values.runtime)}: give deno or bun`);
    }
    if (values.rounds !== undefined && !/^[1-9]\d*$/.test(values.rounds)) {
      exit(`Cannot measure ${JSON.stringify(values.rounds)} rounds: give a whole number`);
    }
    return { ...values, names: positionals.length ? positionals : Object.keys(parts) };
  } catch (error) {
    exit(`${(error as Error).message.split(".")[0]}\n${usage}`);
  }
}

const { names, runtime, rounds, json, markdown: markdownFile } = readArguments();
for (const [tool, { flag, advice, parts = names }] of Object.entries(tools)) {
  const needed = names.filter((name) => parts.includes(name));
  if (needed.length > 0 && lineOf(tool, flag) === undefined) {
    exit(`Cannot measure ${needed.join(" and ")} without ${tool}: ${advice}`);
  }
}
execFileSync("bun", ["install", "--frozen-lockfile", "--silent"], { stdio: "inherit" }); // for what runs under Node

const python = "import starlette, uvicorn; print(starlette.__version__, uvicorn.__version__)";
const environment = {
  startedAt: new Date().toISOString(),
  machine: `${os.cpus().length} x ${os.cpus()[0].model}, ${
    Math.round(os.totalmem() / 2 ** 30)
  } GiB, ${os.type()} ${os.release()}`,
  versions: {
    deno: lineOf("deno", "--version")?.split(" ")[1],
    bun: lineOf("bun", "--version"),
    node: lineOf("node", "--version"),
    wrk: lineOf("wrk", "-v")?.split(" ")[1],
    "starlette, uvicorn": lineOf("/usr/bin/python3", "-c", python) || "none",
    ...JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")).devDependencies,
  },
  commit: lineOf("git", "describe", "--always", "--dirty"),
};
const result: Part = { series: [], goals: [] };
const runtimes: Runtime[] = runtime ? [runtime as Runtime] : ["deno", "bun"];
for (const name of names) {
  try {
    const { run } = await parts[name]();
    const part = await run({
      runtimes,
      rounds: rounds === undefined ? undefined : Number(rounds),
      log: (line) => console.error(line),
    });
    console.log(text({ ...part, goals: [] }));
    result.series.push(...part.series);
    result.goals.push(...part.goals);
  } catch (error) { // the others may still be measured
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
console.log(text({ series: [], goals: result.goals }));
if (json) writeFileSync(json, JSON.stringify({ ...environment, ...result }, null, 2) + "\n");
if (markdownFile) writeFileSync(markdownFile, markdown(result));
process.exit();
