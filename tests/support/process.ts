/**
 * Real processes of the runtime that the tests run under.
 *
 * @module
 */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** The runtime that the tests run under, which is also the one that servers are started with. */
export const runtime: "deno" | "bun" = "Deno" in globalThis ? "deno" : "bun";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The flags that README.md gives for the server. */
const denoFlags = ["run", "--frozen", "--allow-net", "--allow-env=HOST,PORT,ALLOWED_HOSTS,MAX_STREAMS"];

/** For a test that takes longer than Bun's default of 5 s for a test, which a busy machine makes of many. */
export const slow = { timeout: 120_000 };

/** Starts a file of this project, with words for it to read. */
export function start(
  file: string,
  env: Record<string, string> = {},
  flags = denoFlags,
  words: string[] = [],
): ChildProcess {
  const args = runtime === "deno" ? [...flags, file, ...words] : [file, ...words];
  // By way of a shell: where Deno 2.9.6 finds its own path in a command, it adds permissions that nobody gave.
  return spawn("sh", ["-c", 'exec "$RUNTIME" "$@"', "sh", ...args], {
    cwd: root,
    env: {
      RUNTIME: process.execPath,
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      DENO_DIR: process.env.DENO_DIR,
      TZ: process.env.TZ,
      NO_COLOR: "1",
      ...env,
    },
  });
}

/** A server that runs. */
export interface RunningServer {
  /** Where it listens, without a slash at the end. */
  url: string;
  port: number;
  /** What it has written to standard output and standard error, the ready line aside. */
  output: () => string;
  /** Asks it to stop, and gives its exit code. */
  stop: (signal?: "SIGTERM" | "SIGINT") => Promise<number | null>;
}

/** Starts a server on a free port and waits for its ready line. */
export async function startServer(
  env: Record<string, string> = {},
  file = "server.ts",
  flags = denoFlags,
): Promise<RunningServer> {
  const child = start(file, { PORT: "0", ...env }, flags);
  let output = "";
  child.stderr!.on("data", (data) => output += data);
  const exited = once(child, "exit");
  const lines = createInterface({ input: child.stdout! });
  const ready = await Promise.race([once(lines, "line"), exited.then(() => [`exited: ${output}`])]);
  const port = Number(/^Listening on http:\/\/.+:(\d+)\/$/.exec(ready[0])?.[1]);
  if (!port) throw new Error(`The server did not start: ${ready[0]}`);
  lines.on("line", (line) => output += line + "\n");
  return {
    url: `http://localhost:${port}`,
    port,
    output: () => output,
    async stop(signal = "SIGTERM") {
      // Not child.kill(): Deno 2.9.6 then reports the signal, even of a process that has caught it and exits with a code.
      if (child.exitCode === null) process.kill(child.pid!, signal);
      const [code] = await exited;
      return code;
    },
  };
}

/** Has a server of its own for as long as `use` takes, and sees to it that it then stops as it should. */
export async function withServer(
  env: Record<string, string>,
  use: (server: RunningServer) => Promise<void>,
  file?: string,
): Promise<RunningServer> {
  const server = await startServer(env, file);
  let code: number | null = null;
  try {
    await use(server);
  } finally {
    code = await server.stop();
  }
  if (code !== 0) throw new Error(`The server stopped with exit code ${code}: ${server.output()}`);
  return server;
}

/** How a process has ended, and all that it has written. */
export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Waits for the end of a process. `input` is all that it is given to read. */
export async function end(child: ChildProcess, input?: string | Uint8Array): Promise<Ended> {
  let stdout = "";
  let stderr = "";
  child.stdout!.setEncoding("utf8").on("data", (data) => stdout += data);
  child.stderr!.setEncoding("utf8").on("data", (data) => stderr += data);
  child.stdin!.on("error", () => {}); // it may have ended before it has read all
  child.stdin!.end(input);
  const [code] = await once(child, "close");
  return { code, stdout, stderr };
}

/** Runs a file to its end. */
export function run(file: string, env: Record<string, string>, flags = denoFlags): Promise<Ended> {
  return end(start(file, env, flags));
}
