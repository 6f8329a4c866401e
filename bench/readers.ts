/**
 * Reads a feed many times over raw sockets, and says when what arrived: `bun bench/readers.ts PORT READERS SECONDS`.
 * Each line of standard input is a word to go on by: when to count, and when to leave.
 *
 * @module
 */

import process from "node:process";
import { createInterface } from "node:readline";
import { connect, type Socket } from "./sockets.ts";

interface Reader {
  socket: Socket;
  /** What has arrived of an event. */
  text: string;
  /** Calls the one who waits for the first event. */
  first?: () => void;
  /** When each event arrived, by its text. */
  events: Map<string, number>;
}

const [port, count, seconds] = process.argv.slice(2).map(Number);
const words = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
let counting = false;
let lost = 0;
let leaving = false;

async function open(): Promise<Reader> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const reader: Omit<Reader, "socket"> = { text: "", first: resolve, events: new Map() };
  const socket = await connect(port, {
    open: (socket) => socket.write(`GET /feed HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`),
    data: (bytes) => take(reader, bytes),
    close() {
      if (!leaving) lost++;
    },
  });
  await promise;
  return Object.assign(reader, { socket });
}

function take(reader: Omit<Reader, "socket">, bytes: Uint8Array): void {
  // An event as it stands in a chunk: 16 digits in a span. What is around it does not matter here.
  const text = reader.text + String.fromCharCode(...bytes);
  let end = 0;
  for (const match of text.matchAll(/>([0-9a-f]{16})<\/span>\n\n/g)) {
    end = match.index + match[0].length;
    reader.first?.();
    reader.first = undefined;
    if (counting) reader.events.set(match[1], performance.now());
  }
  reader.text = text.slice(end);
}

// A server that refuses a reader, or says nothing, is not to be waited for.
const late = setTimeout(() => process.exit(1), 120_000);
const readers: Reader[] = [];
while (readers.length < count) {
  const wave = Array.from({ length: Math.min(250, count - readers.length) }, open);
  readers.push(...await Promise.all(wave));
}
clearTimeout(late);
console.log("open");
await words.next();
counting = true;
await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
// The last event may be on its way still: no more are counted, and this one is waited for.
const ticks = new Map<string, number>();
const first = () => {
  for (const { events } of readers) {
    for (const [event, at] of events) ticks.set(event, Math.min(at, ticks.get(event) ?? Infinity));
  }
};
first();
await new Promise((resolve) => setTimeout(resolve, 900));
counting = false;
first();
const known = [...ticks].sort((a, b) => a[1] - b[1]).slice(1, seconds); // the first may have been under way already
if (known.length < seconds - 2) process.exit(1); // a feed that has fallen silent serves nobody
const lateness: number[] = [];
let served = 0;
for (const { events } of readers) {
  const times = known.map(([event, at]) => (events.get(event) ?? Infinity) - at);
  if (times.every((time) => time < 1000)) served++;
  lateness.push(...times);
}
lateness.sort((a, b) => a - b);
const at = (part: number) => lateness[Math.min(lateness.length - 1, Math.floor(lateness.length * part))];
console.log(JSON.stringify({ served, lost, ticks: known.length, median: at(0.5), late: at(0.99), latest: at(1) }));
await words.next();
leaving = true;
for (const { socket } of readers) socket.end();
console.log("left");
process.exit();
