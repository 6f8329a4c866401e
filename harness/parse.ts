/**
 * Bytes to SSE events, as the standard has it, by eventsource-parser; and events to instructions, as [backend.ts] of
 * client 0.19.9 reads them. (The client's own reader of SSE differs in odd cases: an event without data is one to it.)
 * Written from that client and not from this project's writer: that the two agree is what the tests show.
 *
 * @module
 */

import { createParser, type EventSourceMessage } from "eventsource-parser";
import { fail } from "./failure.ts";

/** Where a stream can come from. */
export type Source = string | Response | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

const mergeModes = ["morph", "inner", "outer", "prepend", "append", "before", "after", "upsert_attributes"] as const;

/** How a fragment meets its target. */
export type MergeMode = typeof mergeModes[number];

/** What an event tells the client to do. */
export type Instruction =
  | { type: "fragment"; selector: string; merge: MergeMode; settle: number; viewTransition: boolean; html: string }
  | { type: "signal"; onlyIfMissing: boolean; store: string }
  | { type: "delete"; selector: string }
  | { type: "delete"; paths: string[] }
  | { type: "redirect"; url: string }
  | { type: "console"; mode: string; message: string };

/** An event: its fields, and what it tells the client to do, which may be nothing. */
export interface Reading {
  /** The fields, as eventsource-parser gives them. */
  event: EventSourceMessage;
  /** Absent where the client ignores the event. */
  instruction?: Instruction;
  /** Set where the client throws instead. */
  error?: Error;
}

/** Characters that a single event may have: a stream that has no end must not fill the memory. */
const maxBufferSize = 16 * 1024 * 1024;

/**
 * Reads a stream event by event, as they arrive. An event without its blank line at the end is none.
 *
 * @throws {Error} If an event is longer than 16 Mi characters.
 */
export async function* readStream(source: Source): AsyncGenerator<Reading> {
  const readings: Reading[] = [];
  const parser = createParser({
    maxBufferSize,
    onError(error) {
      if (error.type === "max-buffer-size-exceeded") throw error; // other errors are lines that the standard ignores
    },
    onEvent(event) {
      try {
        readings.push({ event, instruction: readInstruction(event) });
      } catch (error) {
        readings.push({ event, error: error as Error });
      }
    },
  });
  // [HTML 9.2.6] One byte order mark is dropped, by eventsource-parser: the decoder has to leave it in.
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  for await (const chunk of chunksOf(source)) {
    parser.feed(decoder.decode(chunk, { stream: true }));
    yield* readings.splice(0);
  }
}

function chunksOf(source: Source): AsyncIterable<Uint8Array> | Iterable<Uint8Array> {
  if (typeof source === "string") return [new TextEncoder().encode(source)];
  return source instanceof Response ? source.body ?? [] : source;
}

/** Reads one event. Gives `undefined` where the client ignores it, and throws where the client does. */
export function readInstruction({ event, data }: { event?: string; data: string }): Instruction | undefined {
  switch (event) {
    case "datastar-fragment":
      return readFragment(data.trim());
    case "datastar-signal":
      return readSignal(data.trim());
    case "datastar-delete": {
      const [key, rest] = splitAtSpace(data.trim());
      if (key === "selector") return { type: "delete", selector: rest };
      if (key === "paths") return { type: "delete", paths: rest.split(" ") };
      return fail("unknown-delete-key", `A delete begins with selector or paths, not with "${key}"`);
    }
    case "datastar-redirect": {
      const [key, url] = splitAtSpace(data.trim());
      if (key !== "url") fail("unknown-redirect-key", `A redirect begins with url, not with "${key}"`);
      return { type: "redirect", url };
    }
    case "datastar-console": {
      const [mode, message] = splitAtSpace(data.trim());
      if (!["debug", "error", "info", "group", "groupEnd", "log", "warn"].includes(mode)) {
        fail("unknown-console-mode", `The console has no mode "${mode}"`);
      }
      return { type: "console", mode, message };
    }
  }
}

function readFragment(data: string): Instruction {
  const read = { selector: "", merge: "morph" as MergeMode, settle: 500, viewTransition: true };
  let html = "";
  let open = "";
  for (const line of data.split("\n")) {
    if (line === "") continue;
    const [word, rest] = splitAtSpace(line);
    let value = line;
    // A line opens a key only if another one is open: the second of two fragment lines is text, keyword and all.
    if (["selector", "merge", "settle", "fragment", "vt"].includes(word) && word !== open) {
      open = word;
      value = rest;
      if (word === "selector") read.selector = value;
      if (word === "merge") read.merge = readMergeMode(value);
      if (word === "settle") read.settle = Number.parseInt(value);
      if (word === "vt") read.viewTransition = value === "true";
    }
    if (open === "fragment") html += value + "\n";
  }
  return { type: "fragment", ...read, html: html === "" ? "<div></div>" : html.trim() };
}

function readMergeMode(value: string): MergeMode {
  return mergeModes.find((mode) => mode === value) ?? fail("unknown-merge", `There is no merge mode "${value}"`);
}

function readSignal(data: string): Instruction {
  let onlyIfMissing = false;
  let store = "";
  for (const line of data.split("\n")) {
    const [key, value] = splitAtSpace(line);
    if (key === "onlyIfMissing") onlyIfMissing = value.trim() === "true";
    else if (key === "store") store += value + "\n";
    else fail("unknown-signal-key", `A line of a signal begins with store or onlyIfMissing, not with "${key}"`);
  }
  return { type: "signal", onlyIfMissing, store };
}

function splitAtSpace(text: string): [string, string] {
  const i = text.indexOf(" ");
  return i < 0 ? [text, ""] : [text.slice(0, i), text.slice(i + 1)];
}
