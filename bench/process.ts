/**
 * The processes that are measured: how they are started, and what the kernel says of them.
 *
 * @module
 */

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import process from "node:process";
import { argumentsFor, type Command, end, type Environment, launch, type Runtime } from "../tests/support/process.ts";
import type { Series } from "./part.ts";

/** The runtime's own program: what a package manager puts into the path may be a script that starts it. */
function programOf(runtime: Runtime): string {
  if (runtime === "deno") return process.execPath;
  return execFileSync("bun", ["-e", "console.log(process.execPath)"]).toString().trim();
}

/** The server, with the flags that README.md gives. */
export function serverCommand(runtime: Runtime, env?: Environment): Command {
  return { program: programOf(runtime), args: argumentsFor(runtime, "server.ts"), env };
}

/** A file of this project that may do everything. */
export function fileCommand(runtime: Runtime, file: string, env?: Environment, words?: string[]): Command {
  return { program: programOf(runtime), args: argumentsFor(runtime, file, ["run", "--frozen", "-A"], words), env };
}

/** The resident memory of a process, in KiB. */
export function residentKiB(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]);
}

/** The processor time of a process, in seconds. The kernel counts hundredths. */
export function processorSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Runs a file that measures, in a process of the given runtime. */
export async function measureIn(runtime: Runtime, file: string, rounds: number): Promise<Series[]> {
  const { code, stdout, stderr } = await end(launch(fileCommand(runtime, file, {}, [String(rounds)])));
  if (code !== 0) throw new Error(`Cannot measure with ${file} under ${runtime}: ${stderr}`);
  return JSON.parse(stdout);
}
