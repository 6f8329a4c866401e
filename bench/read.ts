/**
 * What reading costs: bytes to instructions, against eventsource-parser alone, which stops at events. Each reads the
 * same chunks and is asked for one event after the other. Prints medians and ratios.
 *
 * There are two references: the parser's own stream, as its documentation has it for the body of a response, and the
 * bare parser in a generator, which is the least that can be done.
 *
 * @module
 */

import { createParser, type EventSourceMessage } from "eventsource-parser";
import { EventSourceParserStream } from "eventsource-parser/stream";
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

async function* bareParser(chunks: Uint8Array[]) {
  let events: EventSourceMessage[] = [];
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const parser = createParser({ onEvent: (event) => events.push(event) });
  for await (const chunk of iterate(chunks)) {
    parser.feed(decoder.decode(chunk, { stream: true }));
    const found = events;
    events = [];
    for (const event of found) yield event;
  }
}

async function* parserStream(chunks: Uint8Array[]) {
  const bytes = ReadableStream.from(iterate(chunks)) as ReadableStream<Uint8Array<ArrayBuffer>>;
  const decoded = bytes.pipeThrough(new TextDecoderStream("utf-8", { ignoreBOM: true }));
  yield* decoded.pipeThrough(new EventSourceParserStream());
}

const contestants: Record<string, (chunks: Uint8Array[]) => AsyncIterable<{ data?: string; instruction?: unknown }>> = {
  "its stream": parserStream,
  "bare parser": bareParser,
  "harness": (chunks) => readStream(iterate(chunks)),
};

async function time(name: string, chunks: Uint8Array[], events: number): Promise<number> {
  const start = performance.now();
  let count = 0;
  for await (const { data, instruction } of contestants[name](chunks)) if (data || instruction) count++;
  if (count !== events) throw new Error(`Cannot measure ${name}: there are ${count} events and not ${events}`);
  return performance.now() - start;
}

const median = (times: number[]) => times.sort((a, b) => a - b)[times.length >> 1];
const ms = (time: number) => `${time.toFixed(2)} ms`;
const table: Record<string, Record<string, string>> = {};
let tenth: number | undefined;
for (const events of [1_000, 10_000, 100_000]) {
  const chunks = chunksOf(events);
  const times: Record<string, number[]> = {};
  const rounds = events === 100_000 ? 9 : 31;
  for (let round = -3; round < rounds; round++) { // the first three warm up
    for (const name in contestants) {
      const taken = await time(name, chunks, events);
      if (round >= 0) (times[name] ??= []).push(taken);
    }
  }
  const [stream, bare, harness] = Object.values(times).map(median);
  table[`${events} events`] = {
    "its stream": ms(stream),
    "bare parser": ms(bare),
    "harness": ms(harness),
    "of its stream": (harness / stream).toFixed(2),
    "of bare parser": (harness / bare).toFixed(2),
    "of a tenth": tenth === undefined ? "" : (harness / tenth).toFixed(1),
  };
  tenth = harness;
}
console.table(table);
