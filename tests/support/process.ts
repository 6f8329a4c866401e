/**
 * Real processes: how tests and measurements start them, and read what they write.
 *
 * @module
 */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export type Runtime = "deno" | "bun";

/** The runtime of this process. Tests start their servers with it, too. */
export const runtime: Runtime = "Deno" in globalThis ? "deno" : "bun";

/** The flags that README.md gives for the server. */
export const serverFlags = ["run", "--frozen", "--allow-net", "--allow-env=HOST,PORT,ALLOWED_HOSTS,MAX_STREAMS,CLIENT"];

/** The options of a test that may take longer than Bun's default of 5 s, on a busy machine. */
export const slow = { timeout: 120_000 };

/** Variables of a process, beside those that every process gets. */
export type Environment = Record<string, string | undefined>;

/** A process to start. */
export interface Command {
  program: string;
  args: string[];
  env?: Environment;
}

/** Starts a process in the root of this project. */
export function launch({ program, args, env }: Command): ChildProcess {
  // Through a shell: where Deno 2.9.6 finds its own path in a command, it adds permissions that the command does not have.
  return spawn("sh", ["-c", 'exec "$PROGRAM" "$@"', "sh", ...args], {
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    env: {
      PROGRAM: program,
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      DENO_DIR: process.env.DENO_DIR,
      TZ: process.env.TZ,
      NO_COLOR: "1",
      ...env,
    },
    stdio: "pipe",
  });
}

/** The arguments with which a runtime runs a file of this project. `flags` are for Deno alone. */
export function argumentsFor(name: Runtime, file: string, flags = serverFlags, words: string[] = []): string[] {
  return name === "deno" ? [...flags, file, ...words] : [file, ...words];
}

/** Starts a file of this project, with words for it to read. */
export function start(file: string, env: Environment = {}, flags = serverFlags, words: string[] = []): ChildProcess {
  return launch({ program: process.execPath, args: argumentsFor(runtime, file, flags, words), env });
}

/** A server that runs. */
export interface RunningServer {
  /** The URL of its root, without a slash at the end. */
  url: string;
  port: number;
  pid: number;
  /** Returns all that it has written to standard output and standard error, except for the ready line. */
  output: () => string;
  /** Asks it to stop, and returns its exit code: null if it had to be killed. */
  stop: (signal?: "SIGTERM" | "SIGINT") => Promise<number | null>;
}

/** Starts a server on a free port and waits for its ready line. */
export async function launchServer(command: Command): Promise<RunningServer> {
  const child = launch({ ...command, env: { PORT: "0", ...command.env } });
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
    pid: child.pid!,
    output: () => output,
    async stop(signal = "SIGTERM") {
      // Not child.kill(): Deno 2.9.6 then reports the signal, even of a process that has caught it and exits with a code.
      if (child.exitCode === null && child.signalCode === null) process.kill(child.pid!, signal);
      const late = setTimeout(() => child.kill("SIGKILL"), 10_000);
      const [code] = await exited;
      clearTimeout(late);
      return code;
    },
  };
}

/** Starts a server of this project on a free port and waits for its ready line. */
export function startServer(env: Environment = {}, file = "server.ts", flags = serverFlags): Promise<RunningServer> {
  return launchServer({ program: process.execPath, args: argumentsFor(runtime, file, flags), env });
}

/** Runs a server for as long as `use` takes, and throws unless it then stops as it should. */
export async function withServer(
  env: Environment,
  use: (server: RunningServer) => Promise<void>,
  file?: string,
  flags?: string[],
): Promise<RunningServer> {
  const server = await startServer(env, file, flags);
  let code: number | null = null;
  try {
    await use(server);
  } finally {
    code = await server.stop();
  }
  if (code !== 0) throw new Error(`The server stopped with exit code ${code}: ${server.output()}`);
  return server;
}

/** The exit code of a process, and all that it has written. */
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
export function run(file: string, env: Environment, flags = serverFlags): Promise<Ended> {
  return end(start(file, env, flags));
}
