/**
 * Reading: bytes to instructions, against eventsource-parser, which stops at events. Each contestant reads the same
 * chunks and is asked for one event after the other, and the harness for the instruction of each. There are two
 * references: the bare parser in a generator, which is the least that can be done, and the parser's own stream, as its
 * documentation has it for the body of a response. And the time that it takes to apply an event, by merge mode.
 *
 * @module
 */

import { createParser, type EventSourceMessage } from "eventsource-parser";
import { EventSourceParserStream } from "eventsource-parser/stream";
import process from "node:process";
import { dialect, openPage, readStream, type StreamEvent, v1 } from "../harness/mod.ts";
import { runtime } from "../tests/support/process.ts";
import { atMost, createSeries, type Goal, median, type Part, type RunOptions, type Series } from "./part.ts";
import { measureIn } from "./process.ts";

const lengths = [1_000, 10_000, 100_000];
/** Events that are read before any time counts. */
const warmUp = 200_000;

/** Events of each dialect. */
const kinds = {
  classic: [
    (i: number) =>
      `event: datastar-fragment\ndata: vt false\ndata: fragment <span id="feed">${i.toString(16)}</span>\n\n`,
    (i: number) =>
      "event: datastar-fragment\ndata: merge upsert_attributes\n" +
      `data: fragment <main id="main" data-store="{&quot;input&quot;:&quot;${i}&quot;}"></main>\n\n`,
    (i: number) => `event: datastar-fragment\ndata: fragment <ul id="list">\ndata: <li>${i}</li>\ndata: </ul>\n\n`,
    (i: number) => `event: datastar-signal\ndata: store {"count":${i}}\n\n`,
  ],
  v1: [
    (i: number) => `event: datastar-patch-elements\ndata: elements <span id="feed">${i.toString(16)}</span>\n\n`,
    (i: number) =>
      `event: datastar-patch-elements\ndata: selector #list\ndata: mode append\ndata: elements <li>${i}</li>\n\n`,
    (i: number) =>
      `event: datastar-patch-elements\ndata: elements <ul id="list">\ndata: elements <li>${i}</li>\ndata: elements </ul>\n\n`,
    (i: number) => `event: datastar-patch-signals\ndata: signals {"count":${i}}\n\n`,
  ],
};

type Dialect = keyof typeof kinds;

function chunksOf(dialect: Dialect, events: number): Uint8Array[] {
  const all = kinds[dialect];
  const text = Array.from({ length: events }, (_, i) => all[i % all.length](i)).join("");
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

type Contestants = Record<string, (chunks: Uint8Array[]) => AsyncIterable<{ data?: string; instruction?: unknown }>>;

const contestantsOf = (dialect: Dialect): Contestants => ({
  "bare parser": bareParser,
  "parser's own stream": parserStream,
  "harness": (chunks) => dialect === "classic" ? readStream(iterate(chunks)) : v1.readStream(iterate(chunks)),
});

async function timeReading(
  read: Contestants[string],
  who: string,
  chunks: Uint8Array[],
  events: number,
): Promise<number> {
  const start = performance.now();
  let count = 0;
  for await (const { data, instruction } of read(chunks)) if (data || instruction) count++;
  const time = performance.now() - start;
  if (count !== events) throw new Error(`Cannot measure ${who}: there are ${count} events and not ${events}`);
  return time;
}

async function measureReading(dialect: Dialect, rounds: number): Promise<Series[]> {
  const series: Series[] = [];
  const contestants = contestantsOf(dialect);
  for (const events of lengths) {
    const chunks = chunksOf(dialect, events);
    const what = `reading ${events} events${dialect === "classic" ? "" : ` of ${dialect}`}`;
    const group = createSeries({ what, runtime, unit: "ms" }, Object.keys(contestants));
    // As many events for each length until all is compiled: else the shortest stream would be read by an interpreter.
    for (let round = -Math.max(3, warmUp / events); round < rounds; round++) {
      for (const { who, samples } of group) {
        const time = await timeReading(contestants[who], who, chunks, events);
        if (round >= 0) samples.push(time);
      }
    }
    series.push(...group);
  }
  return series;
}

const items = 100;

/** Measures how long it takes to apply one event in each merge mode, to a page of a hundred items. */
async function measureApplying(rounds: number): Promise<Series[]> {
  const series: Series[] = [];
  for (const merge of dialect.modes) {
    const samples: number[] = [];
    const data = `merge ${merge}\ndata: fragment <li id="item-50" class="new"><b>50</b> new</li>`;
    const [event] = await Array.fromAsync<StreamEvent>(readStream(`event: datastar-fragment\ndata: ${data}\n\n`));
    for (let round = -3; round < rounds; round++) {
      const list = Array.from({ length: items }, (_, i) => `<li id="item-${i}"><b>${i}</b> old</li>`).join("");
      const page = openPage(`<ul>${list}</ul>`);
      const start = performance.now();
      page.apply([event]);
      if (round >= 0) samples.push(performance.now() - start);
    }
    series.push({ what: "applying an event, by merge mode", runtime, who: merge, unit: "ms", samples });
  }
  return series;
}

async function measure(rounds: number): Promise<Series[]> {
  return [
    ...await measureReading("classic", rounds),
    ...await measureReading("v1", rounds),
    ...await measureApplying(rounds),
  ];
}

export async function run({ runtime, rounds = 15, log }: RunOptions): Promise<Part> {
  log("reading and applying events");
  const series = await measureIn(runtime, "bench/read.ts", rounds);
  return { series, goals: judge(series) };
}

function judge(series: Series[]): Goal[] {
  return ["", " of v1"].flatMap((suffix) => judgeReading(series, suffix));
}

function judgeReading(series: Series[], suffix: string): Goal[] {
  const groups = lengths.map((events) => series.filter(({ what }) => what === `reading ${events} events${suffix}`));
  const goals = groups.flatMap(([bare, stream, own]) => [atMost(1.5, own, bare), atMost(1, own, stream)]);
  const [, [, , shorter], [, , own]] = groups;
  const growth = median(own.samples) / median(shorter.samples);
  const goal = "at most 11 times 10000 events";
  return [...goals, { what: own.what, runtime: own.runtime, goal, result: growth.toFixed(1), met: growth <= 11 }];
}

// In a process of the runtime to measure.
if (import.meta.main) console.log(JSON.stringify(await measure(Number(process.argv[2]))));
