/**
 * Bytes to SSE events, by eventsource-parser, and on to instructions. The client has a parser of its own, which differs
 * from the standard: both readings are given.
 *
 * @module
 */

import { createParser, type EventSourceMessage } from "eventsource-parser";
import { diagnose, type Diagnostic } from "../classic/diagnose.ts";
import { exceed } from "../classic/failure.ts";
import { type Instruction, readInstruction } from "../classic/instruction.ts";
import { blocksOf, type ByteRange, createCollector, decode, fieldOf, type Line, type Segment } from "./lines.ts";

/** Where a stream can come from. */
export type Source = string | Uint8Array | Response | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

/** How a stream is read, and when to give up on it. */
export interface ReadOptions {
  /** Whose reading decides what an event says: the client's or the HTML standard's. Default: `client`. */
  reading?: "client" | "standard";
  /** Bytes that an event may have, its lines and what stands before them. Default: 16 MiB. */
  maxEventBytes?: number;
  /** Bytes that the stream may have. Default: 256 MiB. */
  maxBytes?: number;
  /** Events that the stream may have. Default: 1,000,000. */
  maxEvents?: number;
  /** Milliseconds that may pass until the stream has ended. Default: no limit, since a feed has no end. */
  timeout?: number;
}

/** What stands between two blank lines of a stream, but for comments alone. */
export interface StreamEvent {
  /** The event in the reading that was asked for. Absent where that reading has none. */
  event?: EventSourceMessage;
  /** The event as the standard has it, by eventsource-parser. It has none without data [SSE-15]. */
  standard?: EventSourceMessage;
  /** The event as client 0.19.9 has it. Absent where the stream ended before its blank line [SSE-8]. */
  client?: EventSourceMessage;
  /** What the event tells the client to do. Absent where the client ignores it or raises. */
  instruction?: Instruction;
  /** What the client raises instead. Its name is a `FailureName`. */
  error?: Error;
  /** The lines that the event came from, and where they stand in the stream. */
  readonly lines: Line[];
  /** From the first byte of the first line to the last byte of the last line. */
  readonly range: ByteRange;
  /** What is wrong with the lines, or not what it seems: clause, bytes, and what the client makes of it. */
  readonly diagnostics: Diagnostic[];
}

/** Events of one segment, whose lines are looked at only when somebody asks: most of the time nobody does. */
class SegmentEvents {
  readonly segment: Segment;
  #blocks?: Line[][];

  constructor(segment: Segment) {
    this.segment = segment;
  }

  get blocks(): Line[][] {
    return this.#blocks ??= blocksOf(this.segment);
  }
}

class ReadEvent implements StreamEvent {
  readonly standard: EventSourceMessage | undefined;
  readonly client: EventSourceMessage | undefined;
  event?: EventSourceMessage;
  instruction?: Instruction;
  error?: Error;
  #origin: SegmentEvents;
  #index: number;

  constructor(
    origin: SegmentEvents,
    index: number,
    standard: EventSourceMessage | undefined,
    client: EventSourceMessage | undefined,
    reading: "client" | "standard",
  ) {
    this.#origin = origin;
    this.#index = index;
    this.standard = standard;
    this.client = client;
    this.event = reading === "client" ? client : standard;
    if (!this.event) return;
    try {
      this.instruction = readInstruction(this.event);
    } catch (error) {
      this.error = error as Error;
    }
  }

  get lines(): Line[] {
    return this.#origin.blocks[this.#index];
  }

  get range(): ByteRange {
    const { lines } = this;
    return { start: lines[0].start, end: lines[lines.length - 1].end };
  }

  get diagnostics(): Diagnostic[] {
    return diagnose(this);
  }
}

/**
 * Reads a stream event by event, as they arrive. Leaving the loop early cancels the source.
 *
 * @throws {TypeError} If a `Response` is of a type that the client refuses [REQ-6].
 * @throws {RangeError} If the stream goes over a limit.
 */
export function readStream(source: Source, options: ReadOptions = {}): AsyncIterableIterator<StreamEvent> {
  const segments = readSegments(source, options);
  let events: StreamEvent[] = [];
  let at = 0;
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0; // calls of next() that have nothing yet: a later one must not overtake them

  async function fill(): Promise<IteratorResult<StreamEvent>> {
    while (at === events.length) {
      const { done, value } = await segments.next();
      if (done) return { done, value: undefined };
      events = value;
      at = 0;
    }
    return { done: false, value: events[at++] };
  }

  // By hand, and not as a generator: what is there already is given at once, which halves the time that an event takes.
  return {
    next() {
      if (waiting === 0 && at < events.length) return Promise.resolve({ done: false, value: events[at++] });
      waiting++;
      const filled = last.then(fill).finally(() => waiting--);
      last = filled.catch(() => {});
      return filled;
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

const pieceBytes = 1024 * 1024;

async function* readSegments(source: Source, options: ReadOptions): AsyncGenerator<StreamEvent[], undefined> {
  const { maxBytes = 256 * 1024 * 1024, maxEventBytes = 16 * 1024 * 1024, timeout } = options;
  const read = createSegmentReader(options);
  const collector = createCollector();
  let bytes = 0;
  for await (const chunk of chunksOf(source, timeout)) {
    bytes += chunk.length;
    if (bytes > maxBytes) exceed("the stream", `${maxBytes} bytes`, "maxBytes");
    // In pieces: the events of one are all there at a time.
    for (let start = 0; start < chunk.length; start += pieceBytes) {
      const piece = chunk.length <= pieceBytes ? chunk : chunk.subarray(start, start + pieceBytes);
      const segments = collector.push(piece);
      if (collector.pending() > maxEventBytes) exceed("an event", `${maxEventBytes} bytes`, "maxEventBytes");
      for (const segment of segments) yield read(segment, true);
    }
  }
  yield read(collector.rest(), false);
}

/** Makes a function that reads segments one after the other. */
function createSegmentReader({ reading = "client", maxEvents = 1_000_000 }: ReadOptions) {
  let found: EventSourceMessage[] = [];
  let events = 0;
  const count = () => {
    if (++events > maxEvents) exceed("the number of events", String(maxEvents), "maxEvents");
  };
  const parser = createParser({
    onEvent(event) {
      count();
      found.push(event);
    },
  });

  return function readSegment(segment: Segment, finished: boolean): StreamEvent[] {
    if (segment.bytes.length === 0) return [];
    const text = decode(segment.bytes);
    found = [];
    if (finished) parser.feed(text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text);
    const origin = new SegmentEvents(segment);
    const standard = found;
    if (finished && readsTheSame(text, standard.length)) {
      return standard.map((event, i) => new ReadEvent(origin, i, event, event, reading));
    }
    let next = 0;
    return origin.blocks.flatMap((lines, i) => {
      const fields = lines.map((line) => fieldOf(line, "standard")?.field);
      const event = finished && fields.includes("data") ? standard[next++] : undefined;
      if (fields.every((field) => field === undefined)) return [];
      if (!event) count(); // only the client may have it
      return [new ReadEvent(origin, i, event, finished ? readAsClient(lines) : undefined, reading)];
    });
  };
}

/** Lines that the readings differ in. */
const suspects = new Set(["data", "event", "id", "data:", "data: "]);
const longest = Math.max(...[...suspects].map(({ length }) => length));

/**
 * Whether both readings are certain to agree, and each block is an event: then its lines need not be looked at. This is
 * so for nearly all streams, and is what keeps the harness close to eventsource-parser in speed.
 */
function readsTheSame(text: string, events: number): boolean {
  if (/[\r\0\uFEFF]/.test(text)) return false;
  let blocks = 0;
  let blank = true;
  for (let start = 0; start < text.length;) {
    const end = text.indexOf("\n", start);
    if (end === start) {
      blank = true;
    } else {
      if (end - start <= longest && suspects.has(text.slice(start, end))) return false;
      if (blank) blocks++;
      blank = false;
    }
    start = end + 1;
  }
  return blocks === events;
}

/** One event, as the client's own parser has it: it dispatches at each blank line, data or not [SSE-9, SSE-15]. */
function readAsClient(lines: Line[]): EventSourceMessage {
  const message: EventSourceMessage = { id: undefined, event: undefined, data: "" };
  for (const line of lines) {
    const read = fieldOf(line, "client");
    if (read?.field === "data") message.data = message.data ? `${message.data}\n${read.value}` : read.value;
    else if (read?.field === "event") message.event = read.value || undefined;
    else if (read?.field === "id") message.id = read.value;
  }
  return message;
}

async function* chunksOf(source: Source, timeout = Infinity): AsyncGenerator<Uint8Array> {
  if (typeof source === "string") return yield new TextEncoder().encode(source);
  if (source instanceof Uint8Array) return yield source;
  if (source instanceof Response) {
    if (source.bodyUsed) throw new TypeError("Cannot read the answer: its body has been read before; ask again");
    const type = source.headers.get("content-type");
    if (!type?.startsWith("text/event-stream")) {
      const refused = `the client takes text/event-stream only, and would ask ten times; the answer is ${type}`;
      throw new TypeError(`Cannot read the answer: ${refused} [REQ-6]. To read it all the same, pass its body`);
    }
    source = source.body ?? new ReadableStream({ start: (controller) => controller.close() });
  }
  const stream = source instanceof ReadableStream ? source : undefined;
  if (stream?.locked) {
    throw new TypeError(
      "Cannot read the stream: it is locked to another reader; release that one, or tee() the stream",
    );
  }
  if (!stream && typeof (source as Partial<AsyncIterable<Uint8Array>> | null)?.[Symbol.asyncIterator] !== "function") {
    const known = "a string, a Uint8Array, a Response, a ReadableStream or an async iterable of Uint8Array";
    throw new TypeError(`Cannot read the stream: ${kindOf(source)} is no source; pass ${known}`);
  }
  const reader = stream?.getReader();
  const iterator = reader ? undefined : (source as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
  const giveUp = () => {
    const why = `the stream has not ended within ${timeout} ms`;
    return new RangeError(`Cannot go on: ${why}; raise the limit "timeout" if that is meant`);
  };
  const end = performance.now() + timeout;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = timeout === Infinity ? undefined : new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(giveUp()), Math.min(timeout, 2 ** 31 - 1)); // a longer one would ring at once
  });
  late?.catch(() => {}); // it may come when nobody waits any more
  try {
    for (;;) {
      const next = reader ? reader.read() : iterator!.next();
      const { done, value } = await (late ? Promise.race([next, late]) : next);
      if (done) return;
      if (late && performance.now() > end) throw giveUp(); // no timer rings while there is always more to read
      if (!isBytes(value)) {
        throw new TypeError(`Cannot read the stream: it gives ${kindOf(value)}; let it give Uint8Array`);
      }
      yield value;
    }
  } finally {
    clearTimeout(timer);
    // Not awaited: a source that hangs would hang here too.
    (reader ? reader.cancel() : close(iterator!)).catch(() => {});
  }
}

async function close(iterator: AsyncIterator<Uint8Array>): Promise<void> {
  await iterator.return?.();
}

/** Also one of another window. */
function isBytes(value: unknown): boolean {
  return Object.prototype.toString.call(value) === "[object Uint8Array]";
}

/** What a value is, for somebody who has passed a wrong one. */
function kindOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice("[object ".length, -1);
}
