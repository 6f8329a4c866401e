/**
 * Faults that a server has to survive, one by one, each with a server of its own.
 *
 * @module
 */

import { type ChildProcess, execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import process from "node:process";
import { startClock } from "../../conformance/record/clock.ts";
import { closed, eventually, get, open, openFeeds } from "../../tests/support/http.ts";
import { end } from "../../tests/support/process.ts";
import {
  type Command,
  file,
  launch,
  type Listening,
  listening,
  pause,
  programOf,
  type Runtime,
  server,
} from "../process.ts";
import { askForMore, isWhole, long } from "./traffic.ts";

/** What came of a fault: words for who reads the table. */
export type Outcome = string;

export interface Fault {
  title: string;
  /** Throws if the server did not survive it. */
  provoke: (runtime: Runtime) => Promise<Outcome>;
}

export const faults: Fault[] = [
  { title: "a reader that does not read", provoke: slowReader },
  { title: "half-open sockets", provoke: halfOpen },
  { title: "a reset in mid-event", provoke: resets },
  { title: "a header one byte a second", provoke: slowHeader },
  { title: "10,000 connections at once", provoke: manyConnections },
  { title: "a full table of streams", provoke: fullTable },
  { title: "SIGTERM under load", provoke: terminated },
  { title: "start on a taken port", provoke: takenPort },
  { title: "start without permission", provoke: noPermission },
  { title: "start out of file descriptors", provoke: noDescriptors },
];

function check(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}

/** Has a server of its own, which in the end must still answer. */
async function withServer<T>(
  runtime: Runtime,
  env: Record<string, string>,
  use: (server: Listening) => Promise<T>,
): Promise<T> {
  const own = await listening(server(runtime, env));
  let result: T;
  let ended;
  try {
    result = await use(own);
    await assertServes(own.port);
  } finally {
    ended = await own.stop();
  }
  check(ended.code === 0, `it ended with exit code ${ended.code}`);
  check(ended.said === "", `it wrote to standard error: ${ended.said}`);
  return result;
}

async function assertServes(port: number): Promise<void> {
  const { status, body } = await get(port, "/target");
  check(status === 200 && body.includes('<div id="target">'), `afterwards /target answers ${status}`);
  const [feed] = await openFeeds(port, 1);
  feed.destroy();
}

/** Counts the events that come from now on. */
function countEvents(feeds: Socket[]): number[] {
  const counts = feeds.map(() => 0);
  feeds.forEach((feed, i) => feed.on("data", (data) => counts[i] += String(data).split("</span>").length - 1));
  return counts;
}

function slowReader(runtime: Runtime): Promise<Outcome> {
  return withServer(runtime, {}, async ({ port }) => {
    const feeds = await openFeeds(port, 21);
    const [slow, ...others] = feeds;
    slow.pause();
    const counts = countEvents(others);
    await eventually(() => counts.every((count) => count >= 4));
    for (const feed of feeds) feed.destroy();
    return "20 others got every event";
  });
}

function halfOpen(runtime: Runtime): Promise<Outcome> {
  return withServer(runtime, { MAX_STREAMS: "3" }, async ({ port }) => {
    // A reader whose process stands still: its machine may be asleep, or its cable cut.
    const readers = [];
    for (let i = 0; i < 2; i++) readers.push(await startReader(port));
    for (const { pid } of readers) process.kill(pid!, "SIGSTOP");
    const [other] = await openFeeds(port, 1);
    const counts = countEvents([other]);
    await eventually(() => counts[0] >= 3);
    for (const { pid } of readers) process.kill(pid!, "SIGKILL");
    const more = await openFeeds(port, 2);
    for (const feed of [other, ...more]) feed.destroy();
    return "the other reader got every event; the places came back";
  });
}

async function startReader(port: number): Promise<ChildProcess> {
  const child = launch(file("bun", "tests/support/reader.ts", { PORT: String(port) }));
  await once(child.stdout!, "data");
  return child;
}

function resets(runtime: Runtime): Promise<Outcome> {
  const count = 200;
  return withServer(runtime, { MAX_STREAMS: String(count) }, async ({ port }) => {
    for (let round = 0; round < 3; round++) {
      const feeds = await openFeeds(port, count);
      const ends = feeds.map(closed);
      for (const feed of feeds) feed.resetAndDestroy();
      await Promise.all(ends);
    }
    for (const feed of await openFeeds(port, count)) feed.destroy();
    // In the middle of an event, since the server cannot send the rest.
    const stuck = await Promise.all(Array.from({ length: 20 }, async () => {
      const socket = await askForMore(port);
      await Promise.race([once(socket, "data").catch(() => {}), closed(socket)]); // Bun may itself have enough of it
      socket.pause();
      return socket;
    }));
    await pause(500);
    check((await get(port, "/target")).status === 200, "others are not answered");
    const ends = stuck.map(closed);
    for (const socket of stuck) socket.resetAndDestroy();
    await Promise.all(ends);
    return `3 times ${count} readers, and 20 in the middle of 60 KB; the places came back`;
  });
}

function slowHeader(runtime: Runtime): Promise<Outcome> {
  return withServer(runtime, {}, async ({ port }) => {
    const socket = connect(port, "127.0.0.1");
    let text = "";
    socket.on("data", (data) => text += data).on("error", () => {});
    await once(socket, "connect");
    socket.write(`GET /target HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: close\r\nX-Slow: `);
    const over = closed(socket);
    let served = 0;
    for (let second = 0; second < 15; second++) {
      socket.write("x");
      const answers = await Promise.all(Array.from({ length: 50 }, () => get(port, "/target")));
      check(answers.every(({ status }) => status === 200), "others were not answered");
      served += answers.length;
      await pause(1_000);
    }
    socket.write("\r\n\r\n");
    await over;
    const own = text.startsWith("HTTP/1.1 200 OK") ? "answered in the end" : "cut off by the runtime";
    return `in 15 s ${served} others were answered, the slow one was ${own}`;
  });
}

function manyConnections(runtime: Runtime): Promise<Outcome> {
  return withServer(runtime, {}, async ({ port }) => {
    const limit = Number(execFileSync("sh", ["-c", "ulimit -Hn"]).toString()) || Infinity; // or "unlimited"
    const count = Math.min(10_000, limit - 200);
    const args = ["bench/soak/connections.ts", String(port), String(count)];
    const child = launch({ program: programOf("bun"), args });
    const late = setTimeout(() => child.kill("SIGKILL"), 120_000);
    const { stdout } = await end(child);
    clearTimeout(late);
    check(stdout !== "", "they were not all answered in two minutes");
    const { open, answered } = JSON.parse(stdout);
    check(open === count && answered === count, `${open} of ${count} were open, ${answered} answered`);
    return `${answered} open together, all answered` +
      (count < 10_000 ? ` (the limit here is ${limit} descriptors)` : "");
  });
}

function fullTable(runtime: Runtime): Promise<Outcome> {
  return withServer(runtime, { MAX_STREAMS: "50" }, async ({ port }) => {
    const feeds = await openFeeds(port, 50);
    const { status, headers, body } = await get(port, "/feed");
    check(status === 429 && headers["content-type"] === "text/event-stream", `one too many gets ${status}`);
    check(body.includes("event: datastar-console"), `one too many gets ${body}`);
    check((await get(port, "/target")).status === 200, "others are not answered");
    feeds.pop()!.destroy();
    feeds.push(...await openFeeds(port, 1));
    for (const feed of feeds) feed.destroy();
    return "the 51st gets 429; a place that is left is taken again";
  });
}

async function terminated(runtime: Runtime): Promise<Outcome> {
  const child = launch(server(runtime));
  const exited = once(child, "exit");
  const [line] = await once(child.stdout!, "data");
  const port = Number(/:(\d+)\//.exec(String(line))![1]);
  const feeds = await openFeeds(port, 20);
  const tails = feeds.map(() => "");
  feeds.forEach((feed, i) => feed.on("data", (data) => tails[i] = (tails[i] + data).slice(-5)));
  const ends = feeds.map(closed);

  // Answers that are long are under way for a while.
  const paths = ["/learn/protocol", long, "/target"];
  let whole = 0;
  let cut = 0;
  let stopping = false;
  let refused = 0;
  const asker = async (_: unknown, n: number) => {
    for (let i = n; !stopping; i++) {
      let text = "";
      try {
        const request = `GET ${paths[i % paths.length]} HTTP/1.1`;
        const socket = await open(port, request, `Host: localhost:${port}`, "Connection: close");
        socket.on("data", (data) => text += data);
        await closed(socket);
      } catch {
        refused++;
        return;
      }
      if (text === "") return;
      if (isWhole(text)) whole++;
      else cut++;
    }
  };
  const askers = Array.from({ length: 21 }, asker);
  await eventually(() => whole >= 60);
  const clock = startClock();
  process.kill(child.pid!, "SIGTERM");
  const [code] = await exited;
  const took = clock.now();
  clock.stop();
  stopping = true;
  await Promise.all([...askers, ...ends]);
  check(code === 0, `the exit code is ${code}`);
  check(took < 2_000, `it took ${Math.round(took)} ms`);
  // Who asks meanwhile is refused. In a moment nobody may have asked.
  check(refused > 0 || took < 200, "new connections were not refused");
  check(cut === 0, `${cut} answers were cut off`);
  const unclean = tails.filter((tail) => tail !== "0\r\n\r\n").length;
  check(unclean === 0, `${unclean} of 20 feeds did not end cleanly`);
  return `no answer of ${whole} cut off, 20 feeds ended cleanly, exit code 0 after ${Math.round(took)} ms`;
}

async function takenPort(runtime: Runtime): Promise<Outcome> {
  const taker = createServer().listen(0, "localhost");
  await once(taker, "listening");
  const { port } = taker.address() as { port: number };
  try {
    return await oneLine(server(runtime, { PORT: String(port) }), /^Cannot listen on .*taken; set PORT/);
  } finally {
    taker.close();
  }
}

async function noPermission(runtime: Runtime): Promise<Outcome> {
  const said: string[] = [];
  if (runtime === "deno") {
    const { program, args } = server(runtime);
    const command = { program, args: args.map((arg) => arg === "--allow-net" ? "--no-prompt" : arg) };
    said.push(await oneLine(command, /^Cannot listen on .*run deno with --allow-net/));
  }
  const first = Number(readFileSync("/proc/sys/net/ipv4/ip_unprivileged_port_start", "utf8"));
  if (first <= 80) return [...said, "here everybody may have port 80"].join("; ");
  const { program, args } = server(runtime);
  let command: Command = { program, args, env: { PORT: "80" } };
  if (process.getuid!() === 0) { // who may everything has to lose the right first
    const drop = ["--bounding-set=-net_bind_service"];
    try {
      execFileSync("setpriv", [...drop, "true"], { stdio: "ignore" });
    } catch {
      return [...said, "here root cannot lose the right to port 80"].join("; ");
    }
    command = { ...command, program: "setpriv", args: [...drop, program, ...args] };
  }
  said.push(await oneLine(command, /^Cannot listen on .*may not have the port; set PORT/));
  return said.join("; ");
}

function noDescriptors(runtime: Runtime): Promise<Outcome> {
  const { program, args } = file(runtime, "bench/soak/exhausted.ts");
  // A low limit, as the process opens files until there is none left.
  const words = ["-c", 'ulimit -n 200; exec "$0" "$@"', program, ...args];
  return oneLine({ program: "sh", args: words }, /^Cannot listen on .*file descriptors.*ulimit -n/);
}

/** Starts what cannot start: it has to say so in one line of standard error, and to exit with a code. */
async function oneLine(command: Command, expected: RegExp): Promise<Outcome> {
  const { code, stdout, stderr } = await end(launch(command));
  check(code === 1 || code === 2, `the exit code is ${code}: ${stderr}`);
  check(stdout === "" && expected.test(stderr) && stderr.trim().split("\n").length === 1, `it says: ${stderr}`);
  return stderr.trim();
}
