/**
 * The traffic of a long day: readers that come, go, stall and reset, requests in bursts, slow clients, and rubbish.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { inspect } from "node:util";
import { readStream } from "../../harness/mod.ts";
import { askForMore, closed, eventually, isWhole, longPath, open } from "../../tests/support/http.ts";
import { pause } from "../process.ts";
import { badRequests, hostileTexts } from "./hostile.ts";

/** Counts of what was sent, and of what came back. */
export interface Tally {
  /** Requests that are in order, and complete right answers to them. */
  sent: number;
  answered: number;
  /** Wrong answers, and requests without an answer, each in a line. */
  wrong: string[];
  /** Readers of a feed, and those of them that stalled. */
  read: number;
  stalled: number;
  /** Events that readers got: each one of their time, in order. */
  events: number;
  /** Connections that the client reset. */
  reset: number;
  /** Clients that sent their request byte by byte, and read a long answer bit by bit. */
  slow: number;
  /** Connections with rubbish. */
  rubbish: number;
}

/** Traffic for one server. */
export interface Traffic {
  port: number;
  tally: Tally;
  /** Returns a number from 0 up to, but not including, `below`: the same numbers for the same seed. */
  random: (below: number) => number;
}

/** Traffic that is under way. Its client and its readers are new for each run. */
interface Run extends Traffic {
  /** The client of Deno's `fetch`: its connections end with it. */
  client: Deno.HttpClient;
  /** The events that each reader got. */
  readers: string[][];
}

export function createTraffic(port: number, seed: number): Traffic {
  const counts = { sent: 0, answered: 0, read: 0, stalled: 0, events: 0, reset: 0, slow: 0, rubbish: 0 };
  return { port, random: createRandom(seed), tally: { ...counts, wrong: [] } };
}

function createRandom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => { // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const actors = [burst, burst, burst, readFeed, readFeed, readFeed, stallAndRead, stallAndRead]
  .concat(reset, reset, sendRubbish, sendRubbish, dawdle, dawdle);

/** Does a bit of everything at once, for some seconds. */
export async function runTraffic(traffic: Traffic, seconds: number): Promise<void> {
  const { port, tally } = traffic;
  const run: Run = { ...traffic, client: Deno.createHttpClient({}), readers: [] };
  const witness = await openRequest(port, "/feed");
  let seen = "";
  witness.on("data", (data) => seen += data);
  await firstBytes(witness);
  const start = performance.now();
  await Promise.all(actors.map(async (act) => {
    while (performance.now() < start + seconds * 1000) {
      try {
        await act(run);
      } catch (error) {
        tally.wrong.push(`a connection: ${(error as Error).message}`);
        await pause(100);
      }
    }
  }));
  await compareReaders(run, () => valuesIn(seen));
  const events = valuesIn(seen).length;
  const time = (performance.now() - start) / 1000;
  if (events > time + 2) tally.wrong.push(`/feed: ${events} events in ${time.toFixed(1)} s, and not one a second`);
  witness.destroy();
  run.client.close();
}

/** Checks that each reader got the same events as the witness, which read all the time. */
async function compareReaders({ readers, tally }: Run, witnessed: () => string[]): Promise<void> {
  const positions = () => new Map(witnessed().map((value, i) => [value, i]));
  // The witness may get its copy of an event after the others.
  await eventually(() => {
    const order = positions();
    return readers.every((events) => events.length === 0 || order.has(events.at(-1)!));
  }).catch(() => {});
  const order = positions();
  for (const events of readers) {
    const first = order.get(events[0]);
    if (events.some((value, i) => first === undefined || order.get(value) !== first + i)) {
      tally.wrong.push(`/feed: a reader got other events than the others: ${events.join(", ")}`);
    }
  }
}

/** Sends up to 20 requests at once. */
async function burst(run: Run): Promise<void> {
  await Promise.all(Array.from({ length: 1 + run.random(20) }, () => ask(run)));
  await pause(run.random(50));
}

async function ask({ port, random, client, tally }: Run): Promise<void> {
  const input = Array.from({ length: 1 + random(3) }, () => hostileTexts[random(hostileTexts.length)]).join("");
  const store = { input, output: "", show: random(2) === 1 };
  const path = random(2) ? "/target" : `/get?datastar=${encodeURIComponent(JSON.stringify(store))}`;
  tally.sent++;
  try {
    const options = { client, signal: AbortSignal.timeout(60_000) } as RequestInit; // `client` is Deno's
    const response = await fetch(`http://localhost:${port}${path}`, options);
    const [event, ...more] = await Array.fromAsync(readStream(response));
    const html = event?.instruction?.type === "fragment" ? event.instruction.html : "";
    const isRight = path === "/target" ? isTime(html) : isEcho(html, store);
    if (response.status === 200 && hasStreamHeaders(response) && isRight && more.length === 0) tally.answered++;
    else {
      const { status, headers } = response;
      tally.wrong.push(`${path.slice(0, 200)}: ${status} ${inspect(headers)} ${html.slice(0, 200)}`);
    }
  } catch (error) {
    tally.wrong.push(`${path.slice(0, 200)}: no answer, ${(error as Error).message}`);
  }
}

function hasStreamHeaders({ headers }: Response): boolean {
  return headers.get("content-type") === "text/event-stream" &&
    headers.get("cache-control") === "no-cache, no-store, no-transform" &&
    headers.get("x-accel-buffering") === "no" &&
    headers.get("x-content-type-options") === "nosniff";
}

function isTime(html: string): boolean {
  return /^<div id="target"><b>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d<\/b><\/div>$/.test(html);
}

function isEcho(html: string, { input }: { input: string }): boolean {
  const attribute = /^<main id="main" data-store="([^"]*)"><\/main>$/.exec(html)?.[1];
  if (attribute === undefined) return false;
  const output = `Your input: ${input}, is ${[...input].length} long.`;
  const store = JSON.parse(attribute.replaceAll("&quot;", '"'));
  return JSON.stringify(store) === JSON.stringify({ output });
}

/** Reads a feed for a while, and checks each byte of it. */
async function readFeed(run: Run): Promise<void> {
  const feed = await openFeed(run);
  await finishReading(run, feed);
}

/** Reads a feed, and stalls for a while. Half of these readers then go, and read no more. */
async function stallAndRead(run: Run): Promise<void> {
  const feed = await openFeed(run);
  run.tally.stalled++;
  feed.socket.pause();
  await pause(run.random(4_000));
  if (run.random(2)) return void feed.socket.destroy();
  feed.socket.resume();
  await finishReading(run, feed);
}

interface Feed {
  socket: Socket;
  chunks: Uint8Array[];
}

async function openFeed({ port }: Run): Promise<Feed> {
  const socket = await openRequest(port, "/feed");
  const chunks: Uint8Array[] = [];
  socket.on("data", (data) => chunks.push(data as Uint8Array));
  await firstBytes(socket);
  return { socket, chunks };
}

const event = 'event: datastar-fragment\\ndata: vt false\\ndata: fragment <span id="feed">[0-9a-f]{16}</span>\\n\\n';
const wholeFeed = new RegExp(
  `^HTTP/1.1 200 OK\\r\\n(?:.+\\r\\n)+\\r\\n(?:[0-9a-f]+\\r\\n(?:${event}|: nothing new\\n)+\\r\\n)+$`,
);

async function finishReading({ random, tally, readers }: Run, { socket, chunks }: Feed): Promise<void> {
  await pause(500 + random(3_000));
  const ended = closed(socket);
  socket.destroy();
  await ended;
  const text = Buffer.concat(chunks).toString();
  const events = valuesIn(text);
  if (events.length === 0 || !wholeFeed.test(text)) tally.wrong.push(`/feed: ${JSON.stringify(text.slice(0, 2_000))}`);
  readers.push(events);
  tally.read++;
  tally.events += events.length;
}

/** The values in the events of a feed. */
function valuesIn(text: string): string[] {
  return Array.from(text.matchAll(/data: fragment <span id="feed">([0-9a-f]{16})<\/span>\n\n/g), ([, value]) => value);
}

/** Resets a connection: before an answer, after it, or while the server cannot send the rest of it. */
async function reset({ port, random, tally }: Run): Promise<void> {
  const paths = ["/feed", "/target", "/learn", "/datastar.js", longPath];
  const path = paths[random(paths.length)];
  const socket = await (path === longPath ? askForMore(port) : openRequest(port, path));
  const ended = closed(socket);
  if (path === longPath) await Promise.race([ended, pause(50)]); // Bun may close it first, since so much is asked for
  else if (random(2)) await firstBytes(socket);
  else await pause(random(5));
  socket.resetAndDestroy();
  await ended;
  tally.reset++;
}

/** Sends a request byte by byte, and reads a long answer bit by bit. Some of these clients go before they have asked. */
async function dawdle({ port, random, tally }: Run): Promise<void> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  await once(socket, "connect");
  socket.on("error", () => {});
  const ended = closed(socket);
  const request = `GET /datastar.js HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: close\r\n\r\n`;
  const sent = random(4) ? request.length : random(request.length);
  for (let i = 0; i < sent; i++) {
    socket.write(request[i]);
    await pause(random(5));
  }
  tally.slow++;
  if (sent < request.length) return void socket.destroy();
  const chunks: Uint8Array[] = [];
  socket.on("data", (data) => {
    chunks.push(data as Uint8Array);
    socket.pause();
    setTimeout(() => socket.resume(), random(10));
  });
  if (!await Promise.race([ended.then(() => true), pause(60_000)])) throw new Error("no whole answer in a minute");
  const text = Buffer.concat(chunks).toString();
  if (!text.startsWith("HTTP/1.1 200 OK\r\n") || !isWhole(text)) {
    tally.wrong.push(`a slow reader of /datastar.js: ${JSON.stringify(text.slice(0, 500))}, ${text.length} in all`);
  }
}

/** Sends a bad request, or random bytes. Any answer will do that is not an error of the server. */
async function sendRubbish({ port, random, tally }: Run): Promise<void> {
  const bytes = () => String.fromCharCode(...Array.from({ length: random(200) }, () => random(256)));
  const requests = badRequests(port);
  const lines = random(5) ? requests[random(requests.length)] : [bytes()];
  const socket = await open(port, ...lines);
  let text = "";
  socket.on("data", (data) => text += data);
  await Promise.race([once(socket, "data").catch(() => {}), closed(socket), pause(300)]);
  await pause(20);
  socket.destroy();
  tally.rubbish++;
  const status = Number(/^HTTP\/1\.\d (\d+)/.exec(text)?.[1] ?? 0);
  // [RFC 9110, 15.6.6] Bun's own answer to a version that it does not speak.
  if (status >= 500 && status !== 505) tally.wrong.push(`${lines[0].slice(0, 200)}: ${status}`);
}

function openRequest(port: number, path: string): Promise<Socket> {
  return open(port, `GET ${path} HTTP/1.1`, `Host: localhost:${port}`);
}

/** Waits for the first bytes of an answer. If the server closes the connection first, or is silent, the answer is lost. */
async function firstBytes(socket: Socket): Promise<void> {
  const bytes = once(socket, "data").then(() => true);
  bytes.catch(() => {});
  const nothing = Promise.race([closed(socket), pause(60_000)]).then(() => false);
  if (!await Promise.race([bytes, nothing])) throw new Error("closed, or silent for a minute, before an answer");
}
