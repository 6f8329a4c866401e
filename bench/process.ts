/**
 * The processes that are measured: how they are started, what the kernel says of them, and their end.
 *
 * @module
 */

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { end } from "../tests/support/process.ts";
import type { Series } from "./part.ts";

export type Runtime = "deno" | "bun";

/** The program itself: what a package manager puts into the path may be a script that starts it as another process. */
export function programOf(runtime: Runtime): string {
  if (runtime === "deno") return process.execPath;
  return bun ??= execFileSync("bun", ["-e", "console.log(process.execPath)"]).toString().trim();
}

let bun: string | undefined; // asked for once: it takes a process

/** How a process is started. */
export interface Command {
  program: string;
  args: string[];
  env?: Record<string, string>;
}

function command(runtime: Runtime, flags: string[], words: string[], env?: Record<string, string>): Command {
  return {
    program: programOf(runtime),
    args: runtime === "deno" ? ["run", "--frozen", ...flags, ...words] : words,
    env,
  };
}

/** A server of this project's, with what the others need. */
export function file(runtime: Runtime, path: string, env?: Record<string, string>): Command {
  return command(runtime, ["--allow-net", "--allow-env", "--allow-read"], [path], env);
}

/** The server, with the flags that README.md gives. */
export function server(runtime: Runtime, env?: Record<string, string>): Command {
  return command(runtime, ["--allow-net", "--allow-env=HOST,PORT,ALLOWED_HOSTS,MAX_STREAMS"], ["server.ts"], env);
}

/** A file, and words for it to read, that may do all. */
export function trusted(runtime: Runtime, words: string[]): Command {
  return command(runtime, ["-A"], words);
}

/** Starts a process with as many file descriptors as it may have, and as it would run for users. */
export function launch({ program, args, env }: Command): ChildProcess {
  const { HOST: _host, ALLOWED_HOSTS: _hosts, MAX_STREAMS: _streams, ...own } = process.env;
  // By way of a shell: for the limit, and because Deno adds permissions where it finds its own path in a command.
  const child = spawn("sh", ["-c", 'ulimit -n "$(ulimit -Hn)"; exec "$PROGRAM" "$@"', "sh", ...args], {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    env: { ...own, NO_COLOR: "1", NODE_ENV: "production", PORT: "0", ...env, PROGRAM: program },
    stdio: ["pipe", "pipe", "pipe"],
  });
  running.add(child);
  child.once("exit", () => running.delete(child));
  return child;
}

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const { pid } of running) signal(pid!, "SIGKILL");
});
process.on("SIGINT", () => process.exit(130));
process.on("SIGTERM", () => process.exit(143));

function signal(pid: number, name: "SIGTERM" | "SIGKILL") {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself.
  }
}

/** A server that listens. */
export interface Listening {
  pid: number;
  port: number;
  /** Has it end, and waits for that. Gives its exit code, and what it has written to standard error. */
  stop: () => Promise<{ code: number | null; said: string }>;
}

/** Starts a server and waits for the line that says where it listens. */
export async function listening(command: Command): Promise<Listening> {
  const child = launch(command);
  let said = "";
  child.stderr!.on("data", (data) => said += data);
  const exited = once(child, "exit");
  const lines = createInterface({ input: child.stdout! });
  const [line] = await Promise.race([once(lines, "line"), exited.then(() => [said])]);
  const port = Number(/^Listening on http:\/\/.+:(\d+)\/$/.exec(line)?.[1]);
  if (!port) throw new Error(`Cannot measure ${command.args.join(" ")}: it did not start: ${line}`);
  return {
    pid: child.pid!,
    port,
    async stop() {
      signal(child.pid!, "SIGTERM");
      const late = setTimeout(() => signal(child.pid!, "SIGKILL"), 5_000);
      const [code] = await exited;
      clearTimeout(late);
      return { code, said };
    },
  };
}

/** Memory of a process that is in the machine's memory, in KiB. */
export function residentKiB(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]);
}

/** Seconds that a process has computed. The kernel counts hundredths. */
export function processorSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Has a part measure in a process of its own, of the runtime that is asked about. */
export async function measuredIn(runtime: Runtime, part: string, rounds: number): Promise<Series[]> {
  const { code, stdout, stderr } = await end(launch(trusted(runtime, ["bench/inside.ts", part, String(rounds)])));
  if (code !== 0) throw new Error(`Cannot measure ${part} under ${runtime}: ${stderr}`);
  return JSON.parse(stdout);
}
