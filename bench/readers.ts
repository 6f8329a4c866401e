/**
 * Reads a feed many times over raw sockets, and prints when its events arrived:
 * `bun bench/readers.ts PORT READERS SECONDS`. A line of standard input starts each next step: to count, and to leave.
 * The sockets are Bun's own: they cost so little that they do not slow down the server on the same machine.
 *
 * @module
 */

import process from "node:process";
import { createInterface } from "node:readline";

interface Socket {
  write(text: string): void;
  end(): void;
}

/** The part of Bun's API that is used here: Deno's type check does not know it. */
declare const Bun: {
  connect(options: {
    hostname: string;
    port: number;
    socket: { open(socket: Socket): void; data(socket: Socket, bytes: Uint8Array): void; close(): void };
  }): Promise<Socket>;
};

interface Reader {
  socket: Socket;
  /** When each event arrived, by its text. */
  events: Map<string, number>;
}

const [port, count, seconds] = process.argv.slice(2).map(Number);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
let isCounting = false;
let isLeaving = false;
let lost = 0;

/** Opens a feed and waits for its first event. */
async function openReader(): Promise<Reader> {
  const first = Promise.withResolvers<void>();
  const events: Reader["events"] = new Map();
  let text = ""; // the rest of a chunk, with the begin of an event
  const socket = await Bun.connect({
    hostname: "127.0.0.1",
    port,
    socket: {
      open: (socket) => socket.write(`GET /feed HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`),
      data(_, bytes) {
        text += String.fromCharCode(...bytes);
        let end = 0;
        for (const match of text.matchAll(/>([0-9a-f]{16})<\/span>\n\n/g)) {
          end = match.index + match[0].length;
          first.resolve();
          if (isCounting) events.set(match[1], performance.now());
        }
        text = text.slice(end);
      },
      close() {
        if (!isLeaving) lost++;
      },
    },
  });
  await first.promise;
  return { socket, events };
}

async function openReaders(): Promise<Reader[]> {
  // A server that refuses a reader, or sends it nothing, keeps no one waiting for ever.
  const late = setTimeout(() => process.exit(1), 120_000);
  const readers: Reader[] = [];
  while (readers.length < count) {
    const wave = Array.from({ length: Math.min(250, count - readers.length) }, openReader);
    readers.push(...await Promise.all(wave));
  }
  clearTimeout(late);
  return readers;
}

/** When each event arrived at its first reader. */
function firstArrivals(readers: Reader[]): Map<string, number> {
  const arrivals = new Map<string, number>();
  for (const { events } of readers) {
    for (const [event, at] of events) arrivals.set(event, Math.min(at, arrivals.get(event) ?? Infinity));
  }
  return arrivals;
}

/** Counts for the given time. Returns how many readers got each event within a second, and how late events were. */
async function countEvents(readers: Reader[]) {
  isCounting = true;
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const known = firstArrivals(readers);
  // The last event may still be on its way to others.
  await new Promise((resolve) => setTimeout(resolve, 900));
  isCounting = false;
  const arrivals = [...firstArrivals(readers)].filter(([event]) => known.has(event));
  const counted = arrivals.sort((a, b) => a[1] - b[1]).slice(1, seconds); // the first may have been on its way before
  if (counted.length < seconds - 2) process.exit(1); // the feed has fallen silent
  const lateness: number[] = [];
  let served = 0;
  for (const { events } of readers) {
    const times = counted.map(([event, at]) => (events.get(event) ?? Infinity) - at);
    if (times.every((time) => time < 1000)) served++;
    lateness.push(...times);
  }
  lateness.sort((a, b) => a - b);
  const quantile = (part: number) => lateness[Math.floor(lateness.length * part)];
  return { served, lost, middle: quantile(0.5), late: quantile(0.99) };
}

const readers = await openReaders();
console.log("open");
await lines.next();
console.log(JSON.stringify(await countEvents(readers)));
await lines.next();
isLeaving = true;
for (const { socket } of readers) socket.end();
console.log("left");
process.exit();
