/**
 * What comes at a server in a long day: readers that come, go, stall and reset, requests in bursts, and rubbish.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { inspect } from "node:util";
import { readStream } from "../../harness/mod.ts";
import { closed, eventually, open } from "../../tests/support/http.ts";
import { pause } from "../process.ts";

/** What was sent, and what came of it. */
export interface Tally {
  /** Requests that are in order, and whole right answers to them. */
  sent: number;
  answered: number;
  /** Answers that were not right, and requests that got none, each in a line. */
  wrong: string[];
  /** Readers of a feed, by what they did. */
  read: number;
  stalled: number;
  reset: number;
  /** Events that readers have got: every one of their time, in order. */
  events: number;
  /** Long answers that were read bit by bit, and requests that were sent so. */
  slow: number;
  /** Connections that brought rubbish. */
  rubbish: number;
}

/** The same numbers for the same seed: what went wrong once can be had again. */
function createRandom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => { // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const hostile = [
  "hello",
  "",
  " ",
  "it's $5; ~x",
  '"quoted"',
  "</script><b>",
  "<!--",
  "&amp;&",
  "a\nb\r\nc\rd",
  "\0",
  "\u2028\u2029",
  "\uFEFF",
  "e\u0301",
  "👩‍👩‍👧",
  "\\u0024",
  "data: fragment",
  "`${x}`",
  "__proto__",
  "x".repeat(2_000),
];

const host = (port: number) => `Host: localhost:${port}`;

/** What every event stream is sent with. */
const streamHeaders = {
  "content-type": "text/event-stream",
  "cache-control": "no-cache, no-store, no-transform",
  "x-accel-buffering": "no",
  "x-content-type-options": "nosniff",
};
const areStreamHeaders = (headers: Headers) =>
  Object.entries(streamHeaders).every(([name, value]) => headers.get(name) === value);

/** Requests that are not in order, as they stand on the wire but for the blank line at the end. */
const rubbish: ((port: number) => string[])[] = [
  () => ["\0\x01\x02\xff rubbish"],
  () => ["GET"],
  () => ["GET /target HTTP/9.9"],
  (port) => ["BREW /target HTTP/1.1", host(port)],
  (port) => ["GET /target HTTP/1.0", host(port)],
  (port) => ["POST /get HTTP/1.1", host(port), "Content-Length: 5", "", "hello"],
  (port) => ["GET /get HTTP/1.1", host(port)],
  (port) => ["GET /get?datastar=%7B HTTP/1.1", host(port)],
  (port) => ["GET /get?datastar=[] HTTP/1.1", host(port)],
  (port) => ["GET /get?datastar=%ff%fe%00 HTTP/1.1", host(port)],
  () => ["GET /target HTTP/1.1", "Host: evil.example"],
  (port) => ["GET /target HTTP/1.1", host(port), "Origin: http://evil.example"],
  () => ["GET http://evil.example/target HTTP/1.1", "Host: localhost"],
  (port) => [`GET /${"x".repeat(70_000)} HTTP/1.1`, host(port)],
  (port) => ["GET /target HTTP/1.1", host(port), `X-Long: ${"x".repeat(200_000)}`],
  (port) => ["GET /feed HTTP/1.1", host(port), "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Key: x"],
  (port) => ["HEAD /feed HTTP/1.1", host(port)],
  (port) => ["GET /target HTTP/1.1", host(port), "Transfer-Encoding: chunked", "", "zz", "nonsense"],
  (
    port,
  ) => [
    "GET /target HTTP/1.1",
    host(port),
    "",
    "GET /target HTTP/1.1",
    host(port),
    "",
    "GET /nowhere HTTP/1.1",
    host(port),
  ],
  (port) => ["GET /../../etc/passwd HTTP/1.1", host(port)],
  (port) => ["GET /learn/%00 HTTP/1.1", host(port)],
];

/** Whether an answer is there to its end. */
export function isWhole(text: string): boolean {
  const head = text.slice(0, text.indexOf("\r\n\r\n"));
  const length = /^content-length: (\d+)/im.exec(head)?.[1];
  if (length === undefined) return text.endsWith("\r\n0\r\n\r\n");
  return new TextEncoder().encode(text.slice(head.length + 4)).length === Number(length);
}

const event = 'event: datastar-fragment\\ndata: vt false\\ndata: fragment <span id="feed">[0-9a-f]{16}</span>\\n\\n';

/** What the events of a feed have said. */
function valuesIn(text: string): string[] {
  return Array.from(text.matchAll(/data: fragment <span id="feed">([0-9a-f]{16})<\/span>\n\n/g), ([, value]) => value);
}

/** A path whose answer is some 60 KB long. */
export const long = `/get?datastar=${encodeURIComponent(JSON.stringify({ input: "x".repeat(30_000) }))}`;

/** Asks for more on one connection than all the buffers in between hold: whoever does not read it stops the server. */
export function askForMore(port: number): Promise<Socket> {
  return open(port, Array.from({ length: 200 }, () => `GET ${long} HTTP/1.1\r\n${host(port)}`).join("\r\n\r\n"));
}

/** Waits until something has come. A server that goes without a word, or says nothing for a minute, has lost an answer. */
async function something(socket: Socket): Promise<void> {
  const word = once(socket, "data").then(() => true);
  word.catch(() => {});
  const nothing = Promise.race([closed(socket), pause(60_000)]).then(() => false);
  if (!await Promise.race([word, nothing])) throw new Error("closed, or silent for a minute, before an answer");
}

/** Some of everything at once, for a time. */
export function createTraffic(port: number, seed: number): { tally: Tally; run: (seconds: number) => Promise<void> } {
  const random = createRandom(seed);
  const pick = <T>(list: readonly T[]): T => list[random(list.length)];
  let client: Deno.HttpClient; // its connections end with it
  let got: string[][] = []; // the events of each reader
  const tally: Tally = {
    sent: 0,
    answered: 0,
    wrong: [],
    read: 0,
    stalled: 0,
    reset: 0,
    events: 0,
    slow: 0,
    rubbish: 0,
  };

  async function ask(): Promise<void> {
    const input = Array.from({ length: 1 + random(3) }, () => pick(hostile)).join("");
    const store = { input, output: "", show: random(2) === 1 };
    const path = random(2) ? "/target" : `/get?datastar=${encodeURIComponent(JSON.stringify(store))}`;
    tally.sent++;
    try {
      const answer = await fetch(
        `http://localhost:${port}${path}`,
        { client, signal: AbortSignal.timeout(60_000) } as RequestInit,
      ); // of Deno alone
      const [event, ...more] = await Array.fromAsync(readStream(answer));
      const html = event?.instruction?.type === "fragment" ? event.instruction.html : "";
      const right = path === "/target"
        ? /^<div id="target"><b>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d<\/b><\/div>$/.test(html)
        : isEcho(html, store);
      const whole = answer.status === 200 && areStreamHeaders(answer.headers) && right && more.length === 0;
      if (whole) tally.answered++;
      else tally.wrong.push(`${path.slice(0, 200)}: ${answer.status} ${inspect(answer.headers)} ${html.slice(0, 200)}`);
    } catch (error) {
      tally.wrong.push(`${path.slice(0, 200)}: no answer, ${(error as Error).message}`);
    }
  }

  function isEcho(html: string, { input, show }: { input: string; show: boolean }): boolean {
    const attribute = /^<main id="main" data-store="([^"]*)"><\/main>$/.exec(html)?.[1];
    if (attribute === undefined) return false;
    const output = `Your input: ${input}, is ${[...input].length} long.`;
    const back = JSON.parse(attribute.replaceAll("&quot;", '"'));
    return JSON.stringify(back) === JSON.stringify({ input, output, show });
  }

  async function burst(): Promise<void> {
    await Promise.all(Array.from({ length: 1 + random(20) }, ask));
    await pause(random(50));
  }

  /** Reads a feed for a while, and looks at all that comes. */
  async function read(stalls: boolean): Promise<void> {
    const socket = await open(port, "GET /feed HTTP/1.1", host(port));
    const parts: Uint8Array[] = [];
    socket.on("data", (data) => parts.push(data as Uint8Array));
    await something(socket);
    if (stalls) {
      tally.stalled++;
      socket.pause();
      await pause(random(4_000));
      if (random(2)) return void socket.destroy(); // and never looks again
      socket.resume();
    }
    await pause(500 + random(3_000));
    const ended = closed(socket);
    socket.destroy();
    await ended;
    const text = Buffer.concat(parts).toString();
    const whole = new RegExp(
      `^HTTP/1.1 200 OK\\r\\n(?:.+\\r\\n)+\\r\\n(?:[0-9a-f]+\\r\\n(?:${event}|: nothing new\\n)+\\r\\n)+`,
    );
    const events = valuesIn(text);
    if (events.length === 0 || whole.exec(text)?.[0] !== text) {
      tally.wrong.push(`/feed: ${JSON.stringify(text.slice(0, 2_000))}`);
    }
    got.push(events);
    tally.read++;
    tally.events += events.length;
  }

  /** Goes without a word: before an answer, after it, or while the server cannot send more of it. */
  async function reset(): Promise<void> {
    const path = pick(["/feed", "/target", "/learn", "/datastar.js", long]);
    const socket = await (path === long ? askForMore(port) : open(port, `GET ${path} HTTP/1.1`, host(port)));
    const ended = closed(socket);
    if (path === long) await Promise.race([ended, pause(50)]); // Bun ends it by itself, as far more is asked than it sends
    else if (random(2)) await something(socket);
    else await pause(random(5));
    socket.resetAndDestroy();
    await ended;
    tally.reset++;
  }

  /** Sends its request byte by byte, and reads a long answer bit by bit. Now and then it goes before it has asked. */
  async function dawdle(): Promise<void> {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    await once(socket, "connect");
    socket.on("error", () => {});
    const ended = closed(socket);
    const request = `GET /datastar.js HTTP/1.1\r\n${host(port)}\r\nConnection: close\r\n\r\n`;
    const sent = random(4) ? request.length : random(request.length);
    for (let i = 0; i < sent; i++) {
      socket.write(request[i]);
      await pause(random(5));
    }
    tally.slow++;
    if (sent < request.length) return void socket.destroy();
    const parts: Uint8Array[] = [];
    socket.on("data", (data) => {
      parts.push(data as Uint8Array);
      socket.pause();
      setTimeout(() => socket.resume(), random(10));
    });
    if (!await Promise.race([ended.then(() => true), pause(60_000)])) throw new Error("no whole answer in a minute");
    const text = Buffer.concat(parts).toString();
    if (!text.startsWith("HTTP/1.1 200 OK\r\n") || !isWhole(text)) {
      tally.wrong.push(`a slow reader of /datastar.js: ${JSON.stringify(text.slice(0, 500))}, ${text.length} in all`);
    }
  }

  async function spoil(): Promise<void> {
    const bytes = () => String.fromCharCode(...Array.from({ length: random(200) }, () => random(256)));
    const lines = random(5) ? pick(rubbish)(port) : [bytes()];
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

  const actors = [burst, burst, burst, () => read(false), () => read(false), () => read(false), () => read(true)]
    .concat(() => read(true), reset, reset, spoil, spoil, dawdle, dawdle);

  /** Every reader has to have what one that never went has got in the same time, and nothing else. */
  async function compare(witness: () => string[]): Promise<void> {
    const newest = () => new Map(witness().map((value, i) => [value, i]));
    // It may get its copy of an event after the others.
    await eventually(() => {
      const order = newest();
      return got.every((events) => events.length === 0 || order.has(events.at(-1)!));
    }).catch(() => {});
    const order = newest();
    for (const events of got) {
      const first = order.get(events[0]);
      if (events.some((value, i) => first === undefined || order.get(value) !== first + i)) {
        tally.wrong.push(`/feed: a reader got other events than another: ${events.join(", ")}`);
      }
    }
  }

  async function run(seconds: number): Promise<void> {
    client = Deno.createHttpClient({});
    got = [];
    const witness = await open(port, "GET /feed HTTP/1.1", host(port));
    let seen = "";
    witness.on("data", (data) => seen += data);
    await something(witness);
    const start = performance.now();
    const end = start + seconds * 1000;
    await Promise.all(actors.map(async (act) => {
      while (performance.now() < end) {
        try {
          await act();
        } catch (error) {
          tally.wrong.push(`a connection: ${(error as Error).message}`);
          await pause(100);
        }
      }
    }));
    await compare(() => valuesIn(seen));
    const events = valuesIn(seen).length;
    const time = (performance.now() - start) / 1000;
    if (events > time + 2) tally.wrong.push(`/feed: ${events} events in ${time.toFixed(1)} s, and not one a second`);
    witness.destroy();
    client.close();
  }

  return { tally, run };
}
