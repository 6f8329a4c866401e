/**
 * The checker as a process of its own, and servers of all kinds for it to check.
 *
 * @module
 */

import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer as createSocketServer, type Socket } from "node:net";
import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { main } from "../../cli/conform.ts";
import type { Terminal } from "../../cli/terminal.ts";
import { dialects } from "../../conformance/dialects.ts";
import type { CheckResult } from "../../conformance/judge.ts";
import { exitCodeOf, type Run, summarize } from "../../conformance/run.ts";
import { end, type Ended, type Environment, start } from "./process.ts";

/** The flags of the task `conform`. */
const flags = ["run", "--frozen", "--allow-net", "--allow-read", "--allow-write", "--allow-env", "--allow-run"];

/** Starts `conform` with these words. It decides itself whether to use colours. */
export function startConform(args: string[], env: Environment = {}): ChildProcess {
  return start("conform.ts", { NO_COLOR: undefined, ...env }, flags, args);
}

/** Runs `conform` to its end, as a process of its own. */
export function conform(
  args: string[],
  { env, input }: { env?: Environment; input?: string | Uint8Array } = {},
): Promise<Ended> {
  return end(startConform(args, env), input);
}

/** Runs a command in this process, with streams that are no terminals. */
export async function runMain(
  main: (args: string[], terminal: Terminal) => Promise<number>,
  args: string[],
  input: string | Uint8Array = "",
): Promise<Ended> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const read = Promise.all([text(stdout), text(stderr)]);
  const code = await main(args, { stdin: Readable.from([input]), stdout, stderr });
  stdout.end();
  stderr.end();
  const [out, err] = await read;
  return { code, stdout: out, stderr: err };
}

/** Runs `conform` in this process. */
export const conformHere = (args: string[], input?: string | Uint8Array): Promise<Ended> => runMain(main, args, input);

/** Runs an HTTP server on a free port for as long as `use` takes. */
export async function withHttp<T>(listener: RequestListener, use: (url: string) => Promise<T>): Promise<T> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** Runs a server that knows nothing of HTTP for as long as `use` takes: `talk` gets each connection. */
export async function withSockets<T>(talk: (socket: Socket) => void, use: (url: string) => Promise<T>): Promise<T> {
  const open = new Set<Socket>();
  const server = createSocketServer((socket) => {
    open.add(socket);
    socket.on("error", () => {}).on("close", () => open.delete(socket));
    socket.once("data", () => talk(socket));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** A port that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createSocketServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A page with all that the example contract asks for. */
export const examplePage = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Example</title>
<script type="module" src="/datastar.js"></script>
<main id="main" data-store="{ input: '', output: '', show: true }">
<button data-on-click="$$get('/get')">get</button><button data-on-click="$$get('/target')">target</button>
<div id="target"></div><div data-on-load="$$get('/feed')"><span id="feed"></span></div></main>`;

/** A run with these results, filled up with values that do not matter. */
export function runOf(results: Partial<CheckResult>[]): Run {
  const checks = results.map((result, i): CheckResult => ({
    id: `check-${i}`,
    level: "MUST",
    title: "It is as it should be",
    clause: "SSE-8",
    verdict: "pass",
    subject: "/get",
    expected: "",
    actual: "so",
    evidence: [],
    fix: "Do it right.",
    ...result,
  }));
  const complete = true;
  const failed = checks.some(({ verdict }) => verdict === "fail");
  return {
    report: {
      tool: "fragstar",
      version: "0.0.0",
      dialect: "classic",
      target: "http://localhost/",
      startedAt: "2026-01-01T00:00:00.000Z",
      durationMs: 1234,
      complete,
      exitCode: exitCodeOf({ checks, complete, failed }),
      summary: summarize(checks),
      checks,
    },
    dialect: dialects.classic,
    streams: [],
  };
}
