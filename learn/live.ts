/**
 * Streams as they arrive: recorded with the time of each chunk, looked at event by event, kept as a file and played once
 * more.
 *
 * @module
 */

import { blocksOf, type ByteRange, fieldOf, type Line } from "../harness/sse/lines.ts";
import type { StreamEvent } from "../harness/mod.ts";

/** Bytes that came, and when. */
export interface Capture {
  /** The bytes. */
  bytes: Uint8Array<ArrayBuffer>;
  /** In which chunks: the milliseconds since the response began, and the offset behind each chunk. */
  chunks: { at: number; end: number }[];
  /** Where they came from. */
  url?: string;
  /** Whether the stream has come to its end. */
  ended: boolean;
}

/** Bytes that a capture has at most, if nobody says otherwise. */
export const maxCaptureBytes = 4 * 1024 * 1024;

/** Milliseconds from which on a gap between two events is a long one. */
export const longGap = 250;

/** How a response is recorded. */
export interface RecordOptions {
  /** Ends the recording. */
  signal?: AbortSignal;
  /** Is given all that has come so far, with each chunk. */
  onChunk?: (capture: Capture) => void;
  /** Bytes that are taken at most. Default: {@linkcode maxCaptureBytes}. */
  maxBytes?: number;
  /** The time in milliseconds. Default: `performance.now`. */
  now?: () => number;
}

/** A capture, and what has ended it: the stream itself, the signal, the limit of bytes, or the network. */
export interface Recording {
  /** What has come until then. */
  capture: Capture;
  /** What has ended it. */
  ending: "end" | "signal" | "limit" | "failure";
  /** The same as a sentence, without a full stop. */
  why: string;
}

/**
 * Records a response, chunk by chunk. Its time begins now.
 *
 * @throws {TypeError} If the client would refuse the response: by its type, or since it has no body [REQ-6, REQ-7].
 */
export async function record(response: Response, options: RecordOptions = {}): Promise<Recording> {
  const { signal, onChunk, maxBytes = maxCaptureBytes, now = () => performance.now() } = options;
  const type = response.headers.get("content-type");
  if (!type?.startsWith("text/event-stream")) {
    response.body?.cancel().catch(() => {}); // nobody reads it
    const answer = `the answer, with the status ${response.status}, is ${type ?? "of no type"}`;
    throw new TypeError(`Cannot record: ${answer}, and the client takes text/event-stream only [REQ-6]`);
  }
  if (!response.body) {
    throw new TypeError(`Cannot record: the answer, with the status ${response.status}, has no body [REQ-7]`);
  }
  const begin = now();
  const reader = response.body.getReader();
  const chunks: Capture["chunks"] = [];
  let buffer = new Uint8Array(64 * 1024);
  let size = 0;

  function add(chunk: Uint8Array): void {
    if (size + chunk.length > buffer.length) {
      const larger = new Uint8Array(Math.max(size + chunk.length, 2 * buffer.length));
      larger.set(buffer); // the old one stays as it is: captures that were given away show a part of it
      buffer = larger;
    }
    buffer.set(chunk, size);
    size += chunk.length;
    chunks.push({ at: now() - begin, end: size });
  }
  const captured = (ended: boolean, count = chunks.length): Capture => ({
    bytes: buffer.subarray(0, size),
    get chunks() { // only when it is asked for: with many small chunks, the copies would be most of the work
      return chunks.slice(0, count);
    },
    ...response.url && { url: response.url },
    ended,
  });
  const finish = (ending: Recording["ending"], why: string) => ({ capture: captured(ending === "end"), ending, why });
  const stop = () => void reader.cancel().catch(() => {}); // not awaited: a source that hangs would hang here too

  signal?.addEventListener("abort", stop);
  try {
    for (;;) {
      let result: ReadableStreamReadResult<Uint8Array> | undefined;
      let failure: unknown;
      try {
        if (!signal?.aborted) result = await reader.read();
      } catch (error) {
        failure = error;
      }
      if (signal?.aborted) return finish("signal", "Disconnected");
      if (!result) return finish("failure", `The connection broke off: ${(failure as Error)?.message ?? failure}`);
      if (result.done) return finish("end", "The stream has ended");
      const { value } = result;
      const taken = value.subarray(0, maxBytes - size);
      if (taken.length > 0) {
        add(taken);
        onChunk?.(captured(false));
      }
      if (taken.length < value.length) return finish("limit", `Stopped at the limit of ${maxBytes} bytes`);
    }
  } finally {
    signal?.removeEventListener("abort", stop);
    stop();
  }
}

/**
 * The address of an endpoint of this server, out of what somebody has typed: a path, or a whole address.
 *
 * @param origin The origin of this server: no other one is asked.
 * @throws {TypeError} If it is none.
 */
export function checkEndpoint(text: string, origin: string): URL {
  const refuse = (why: string): never => {
    throw new TypeError(`Cannot connect: ${why}`);
  };
  const own = `give a path of this server, such as /feed, or an address that begins with ${origin}/`;
  if (text.trim() === "") refuse(`there is no address; ${own}`);
  const url = URL.parse(text.trim(), origin) ?? refuse(`${JSON.stringify(text)} is no address; ${own}`);
  // The origin of a `blob:` is that of the page which made it.
  if (url.origin !== origin || !/^https?:$/.test(url.protocol)) {
    refuse(`${JSON.stringify(text)} is of another server; ${own}`);
  }
  if (url.username !== "" || url.password !== "") refuse("the address has a name or a password in it; leave them out");
  url.hash = "";
  return url;
}

/** What came at some time. */
export interface TimelineEntry {
  /**
   * An event, when its blank line came; a comment, when its line was complete; the `id` or `retry` of the event before;
   * or an event that the stream's end has cut off.
   */
  kind: "event" | "comment" | "id" | "retry" | "cut-off";
  /** Milliseconds since the response began. */
  at: number;
  /** Milliseconds since the entry before, or since the response began. */
  gap: number;
  /** Whether that is a long gap: {@linkcode longGap} or more. */
  long: boolean;
  /** What it is, in a few words: the event's name, or the line. */
  label: string;
  /** Where its lines stand. */
  range: ByteRange;
  /** Which of the events it is, or belongs to. */
  index?: number;
  /** That event. */
  event?: StreamEvent;
}

/**
 * What has come when, in the order of its bytes. What is not complete is no entry, as long as the stream may go on.
 *
 * @param events The events of the capture, as `readStream` gives them.
 */
export function timelineOf(capture: Capture, events: readonly StreamEvent[]): TimelineEntry[] {
  const { bytes, ended } = capture;
  const arrivalOf = createClock(capture);
  const entries: TimelineEntry[] = [];
  let index = 0;

  function add(kind: TimelineEntry["kind"], offset: number, label: string, range: ByteRange, index?: number): void {
    const at = arrivalOf(offset);
    const gap = at - (entries.at(-1)?.at ?? 0);
    const { start, end } = range;
    const text = label.length > maxLabel ? `${label.slice(0, maxLabel)}…` : label;
    const entry: TimelineEntry = { kind, at, gap, long: gap >= longGap, label: text, range: { start, end } };
    if (index !== undefined) Object.assign(entry, { index, event: events[index] });
    entries.push(entry);
  }

  for (const lines of blocksOf({ bytes, offset: 0 })) {
    for (const line of lines) {
      if (isComment(line) && (line.end < bytes.length || ended)) add("comment", line.end + 1, line.text, line);
    }
    if (lines.every((line) => !fieldOf(line, "standard"))) continue; // is no event
    const last = lines[lines.length - 1];
    const range = { start: lines[0].start, end: last.end };
    const blank = last.end + (bytes[last.end] === CR && bytes[last.end + 1] === LF ? 2 : 1);
    const own = index++;
    if (blank >= bytes.length) {
      if (ended) add("cut-off", bytes.length, "An event without its blank line", range, own);
      continue;
    }
    add("event", blank + 1, nameOf(lines) ?? "An event without a name", range, own);
    for (const line of lines) {
      const field = fieldOf(line, "client")?.field;
      if (field === "id" || field === "retry") add(field, blank + 1, line.text, line, own);
    }
  }
  return entries;
}

const LF = 10;
const CR = 13;
const maxLabel = 100;

const isComment = (line: Line) => (line.first ? line.text.replace(/^\ufeff/, "") : line.text).startsWith(":");

/** The name that the client reads [SSE-7]. */
function nameOf(lines: Line[]): string | undefined {
  const named = lines.map((line) => fieldOf(line, "client")).findLast((read) => read?.field === "event");
  return named?.value || undefined;
}

/** Tells when so many bytes were there. To be asked in the order of the bytes. */
function createClock({ chunks }: Capture): (offset: number) => number {
  let i = 0;
  return (offset) => {
    while (i < chunks.length - 1 && chunks[i].end < offset) i++;
    return chunks[i]?.at ?? 0;
  };
}

/** How a capture is played once more. */
export interface ReplayOptions {
  /** Is given all that has come so far, with each chunk. */
  onChunk: (capture: Capture) => void;
  /** Ends the replay. */
  signal?: AbortSignal;
  /** How many times as fast as it was. Default: 1. */
  speed?: number;
  /** Waits so many milliseconds, or until the signal. */
  wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** A replay that is going on: a promise of how it ends, that can be told what to do. */
export type Replay = Promise<"end" | "stopped"> & {
  /** Gives no chunk until it is told to go on. The gap that runs goes on meanwhile. */
  pause: () => void;
  /** Goes on. */
  resume: () => void;
  /** Ends it. */
  stop: () => void;
};

/**
 * Gives the chunks of a capture once more, with the gaps that there were between them.
 *
 * @throws {RangeError} If the speed is none.
 */
export function replay(capture: Capture, { onChunk, signal, speed = 1, wait = sleep }: ReplayOptions): Replay {
  if (!(speed > 0)) throw new RangeError(`Cannot replay: the speed is ${speed}; give a number above 0`);
  const { bytes, chunks, ...rest } = capture;
  const own = new AbortController();
  const stop = signal ? AbortSignal.any([signal, own.signal]) : own.signal;
  const stopped = new Promise<void>((resolve) => stop.addEventListener("abort", () => resolve(), { once: true }));
  let pause: { over: Promise<void>; end: () => void } | undefined;

  async function run(): Promise<"end" | "stopped"> {
    await undefined; // nothing is given before the caller has the replay in hand
    let before = 0;
    for (const [i, { at, end }] of chunks.entries()) {
      const gap = (at - before) / speed;
      before = at;
      if (gap > 0 && !stop.aborted) await Promise.race([wait(gap, stop), stopped]);
      while (pause && !stop.aborted) await Promise.race([pause.over, stopped]);
      if (stop.aborted) return "stopped";
      onChunk({ ...rest, bytes: bytes.subarray(0, end), chunks: chunks.slice(0, i + 1), ended: false });
    }
    return "end";
  }
  return Object.assign(run(), {
    pause() {
      if (pause) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      pause = { over: promise, end: resolve };
    },
    resume() {
      pause?.end();
      pause = undefined;
    },
    stop: () => own.abort(),
  });
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    signal.addEventListener("abort", finish);
  });
}

/** A capture as a file of its bytes alone, which `conform --file` reads. Its name is that of the endpoint. */
export function toFile({ bytes, url }: Capture): File {
  const name = /[\w-]+(?=\/*$)/.exec(URL.parse(url ?? "")?.pathname ?? "")?.[0] ?? "capture";
  return new File([bytes], `${name}.sse`, { type: "text/event-stream" });
}

/**
 * Opens a file of bytes as a capture, in which all came at once.
 *
 * @throws {RangeError} If it has more bytes than {@linkcode maxCaptureBytes}.
 * @throws {TypeError} If it cannot be read.
 */
export async function fromFile(file: Blob): Promise<Capture> {
  const name = file instanceof File ? JSON.stringify(file.name) : "the file";
  if (file.size > maxCaptureBytes) {
    throw new RangeError(
      `Cannot open ${name}: it has ${file.size} bytes, and the page takes ${maxCaptureBytes}; cut a part out of it`,
    );
  }
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = new Uint8Array(await file.arrayBuffer());
  } catch (error) {
    throw new TypeError(`Cannot open ${name}: ${(error as Error).message}; choose it once more`);
  }
  return { bytes, chunks: bytes.length > 0 ? [{ at: 0, end: bytes.length }] : [], ended: true };
}
