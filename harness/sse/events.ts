/**
 * Bytes to events. eventsource-parser reads them as the standard does; the client's own reader differs in some lines,
 * so both readings are given. What an event means is a dialect's to say.
 *
 * @module
 */

import { createParser, type EventSourceMessage } from "eventsource-parser"; // reads events as the standard has them
import { readClientMessage, readField } from "./fields.ts";
import { exceed } from "../limits.ts";
import { type ByteRange, decodeLines, type Line, readBlocks, type Segment, SegmentCollector } from "./lines.ts";
import { readChunks, type Source } from "./source.ts";

/** Limits of a stream. */
export interface ReadOptions {
  /** Bytes that the stream may have. Default: 256 MiB. */
  maxBytes?: number;
  /** Milliseconds until the stream has to have ended. Default: no limit, since a feed has no end. */
  timeout?: number;
}

/** Bytes that one event may have: its lines, and the comments before them. */
export const maxEventBytes = 16 * 1024 * 1024;

/** Bytes whose events are in memory at the same time. */
const pieceBytes = 1024 * 1024;

/**
 * The lines between two blank lines that are more than comments, as the standard and as the client read them. A dialect's
 * class of events has no base class and no `#private` fields: docs/PERFORMANCE.md has what these would cost.
 */
export interface SseEvent {
  /** The event in the standard's reading, which has none without data [SSE-15]. */
  readonly standard: EventSourceMessage | undefined;
  /** The event in the client's reading. Undefined if the stream ended before its blank line [SSE-8]. */
  readonly client: EventSourceMessage | undefined;
  /** The lines of the event. */
  readonly lines: Line[];
  /** From the first byte of the first line to the last byte of the last line. */
  readonly range: ByteRange;
}

/** Finds the range of the lines of an event. */
export function rangeOf(lines: readonly Line[]): ByteRange {
  return { start: lines[0].start, end: lines[lines.length - 1].end };
}

/** Creates the event of a dialect. */
type CreateEvent<E extends SseEvent> = (
  segment: SegmentLines,
  index: number,
  standard?: EventSourceMessage,
  client?: EventSourceMessage,
) => E;

/** The lines of a segment. They are read when an event is asked for its lines, which is rare. */
export class SegmentLines {
  readonly #segment: Segment;
  #blocks?: Line[][];

  constructor(segment: Segment) {
    this.#segment = segment;
  }

  get blocks(): Line[][] {
    return this.#blocks ??= readBlocks(this.#segment);
  }
}

/**
 * Reads a stream event by event, as they arrive. Leaving the loop early cancels the source.
 *
 * @param create Creates the event of a dialect.
 * @throws {TypeError} If the source cannot be read: a `Response` of a type that the client refuses [REQ-6], for one.
 * @throws {RangeError} If the stream exceeds a limit.
 */
export function readEvents<E extends SseEvent>(
  source: Source,
  create: CreateEvent<E>,
  options: ReadOptions = {},
): AsyncIterableIterator<E> {
  const segments = readSegments(source, create, options);
  let events: E[] = [];
  let at = 0;
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0; // calls of next() that wait for bytes: a later call must not overtake them

  async function readMore(): Promise<IteratorResult<E>> {
    while (at === events.length) {
      const { done, value } = await segments.next();
      if (done) return { done, value: undefined };
      events = value;
      at = 0;
    }
    return { done: false, value: events[at++] };
  }

  // Not a generator: an event that has been read is returned without waiting, in half the time.
  return {
    next() {
      if (waiting === 0 && at < events.length) return Promise.resolve({ done: false, value: events[at++] });
      waiting++;
      const result = last.then(readMore).finally(() => waiting--);
      last = result.catch(() => {});
      return result;
    },
    async return() {
      events = [];
      at = 0;
      await segments.return(undefined);
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

async function* readSegments<E extends SseEvent>(
  source: Source,
  create: CreateEvent<E>,
  { maxBytes = 256 * 1024 * 1024, timeout }: ReadOptions,
): AsyncGenerator<E[], undefined> {
  const readSegment = createSegmentReader(create);
  const collector = new SegmentCollector();
  let bytes = 0;
  for await (const chunk of readChunks(source, timeout)) {
    bytes += chunk.length;
    if (bytes > maxBytes) exceed("the stream", `${maxBytes} bytes`, "maxBytes");
    for (let start = 0; start < chunk.length; start += pieceBytes) {
      const piece = chunk.length <= pieceBytes ? chunk : chunk.subarray(start, start + pieceBytes);
      const segments = collector.push(piece);
      if (collector.pending > maxEventBytes) {
        throw new RangeError(
          `Cannot go on: an event is over ${maxEventBytes} bytes, and its blank line has not arrived`,
        );
      }
      for (const segment of segments) yield readSegment(segment, true);
    }
  }
  yield readSegment(collector.end(), false);
}

/** Creates a function that reads the segments of one stream. `ended` is whether a blank line ends the segment. */
function createSegmentReader<E extends SseEvent>(create: CreateEvent<E>) {
  let found: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => found.push(event) });

  return function readSegment(bytes: Segment, ended: boolean): E[] {
    if (bytes.bytes.length === 0) return [];
    const text = decodeLines(bytes.bytes);
    const segment = new SegmentLines(bytes);
    found = [];
    if (ended) parser.feed(text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text);
    const standards = found;
    if (ended && areReadingsEqual(text, standards.length)) {
      return standards.map((event, index) => create(segment, index, event, event));
    }
    let next = 0;
    const events: E[] = [];
    for (const [index, lines] of segment.blocks.entries()) {
      const fields = lines.map((line) => readField(line, "standard")?.field);
      const standard = ended && fields.includes("data") ? standards[next++] : undefined;
      if (fields.every((field) => field === undefined)) continue; // nothing but comments
      events.push(create(segment, index, standard, ended ? readClientMessage(lines) : undefined));
    }
    return events;
  };
}

/** Lines that the two readings treat differently, apart from those with special characters. */
const differentLines = new Set(["data", "event", "id", "data:", "data: "]);
const longestDifferentLine = 6;

/**
 * Whether both readings are certain to be equal, and each block is an event, so that no line has to be looked at. This
 * is so for nearly all streams, and keeps the harness as fast as eventsource-parser's own stream: docs/PERFORMANCE.md.
 */
function areReadingsEqual(text: string, events: number): boolean {
  if (/[\r\0\uFEFF]/.test(text)) return false;
  let blocks = 0;
  let isAfterBlank = true;
  for (let start = 0; start < text.length;) {
    const end = text.indexOf("\n", start);
    if (end === start) {
      isAfterBlank = true;
    } else {
      if (end - start <= longestDifferentLine && differentLines.has(text.slice(start, end))) return false;
      if (isAfterBlank) blocks++;
      isAfterBlank = false;
    }
    start = end + 1;
  }
  return blocks === events;
}
