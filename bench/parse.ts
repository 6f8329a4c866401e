/**
 * What reading costs: bytes to instructions, against eventsource-parser alone, which stops at events. Both read the same
 * chunks as an async iterable and are asked for each event. Prints medians and ratios.
 *
 * @module
 */

import { createParser, type EventSourceMessage } from "eventsource-parser";
import { readStream } from "../harness/mod.ts";

const kinds = [
  (i: number) =>
    `event: datastar-fragment\ndata: vt false\ndata: fragment <span id="feed">${i.toString(16)}</span>\n\n`,
  (i: number) =>
    "event: datastar-fragment\ndata: merge upsert_attributes\n" +
    `data: fragment <main id="main" data-store="{&quot;input&quot;:&quot;${i}&quot;}"></main>\n\n`,
  (i: number) => `event: datastar-fragment\ndata: fragment <ul id="list">\ndata: <li>${i}</li>\ndata: </ul>\n\n`,
  (i: number) => `event: datastar-signal\ndata: store {"count":${i}}\n\n`,
];

function chunksOf(events: number): Uint8Array[] {
  const text = Array.from({ length: events }, (_, i) => kinds[i % kinds.length](i)).join("");
  const bytes = new TextEncoder().encode(text);
  return Array.from({ length: Math.ceil(bytes.length / 65536) }, (_, i) => bytes.subarray(i * 65536, (i + 1) * 65536));
}

async function* iterate(chunks: Uint8Array[]) {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}

async function* parserAlone(chunks: Uint8Array[]) {
  let events: EventSourceMessage[] = [];
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const parser = createParser({ onEvent: (event) => events.push(event) });
  for await (const chunk of iterate(chunks)) {
    parser.feed(decoder.decode(chunk, { stream: true }));
    const found = events;
    events = [];
    yield* found;
  }
}

async function reference(chunks: Uint8Array[]): Promise<number> {
  let count = 0;
  for await (const { data } of parserAlone(chunks)) if (data !== "") count++;
  return count;
}

async function harness(chunks: Uint8Array[]): Promise<number> {
  let count = 0;
  for await (const { instruction } of readStream(iterate(chunks))) if (instruction) count++;
  return count;
}

async function time(run: () => Promise<number>, events: number): Promise<number> {
  const start = performance.now();
  if (await run() !== events) throw new Error("Cannot measure: events are missing");
  return performance.now() - start;
}

const median = (times: number[]) => times.sort((a, b) => a - b)[times.length >> 1];

console.log("events    eventsource-parser    harness    ratio    against a tenth of the events");
let tenth: number | undefined;
for (const events of [1_000, 10_000, 100_000]) {
  const chunks = chunksOf(events);
  const times: [number[], number[]] = [[], []];
  const rounds = events === 100_000 ? 9 : 31;
  for (let round = 0; round < rounds + 3; round++) { // the first three warm up
    const pair = [await time(() => reference(chunks), events), await time(() => harness(chunks), events)];
    if (round >= 3) pair.forEach((ms, i) => times[i].push(ms));
  }
  const [alone, ours] = times.map(median);
  const columns = [
    String(events).padStart(6),
    `${alone.toFixed(2)} ms`.padStart(21),
    `${ours.toFixed(2)} ms`.padStart(10),
    (ours / alone).toFixed(2).padStart(8),
    tenth === undefined ? "" : `${(ours / tenth).toFixed(1)} times`.padStart(33),
  ];
  console.log(columns.join(" "));
  tenth = ours;
}
