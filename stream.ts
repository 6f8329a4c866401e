/**
 * `text/event-stream` answers: whole ones, those of events over time for one request, and feeds that all readers share.
 *
 * ```ts
 * import { fragment } from "@fragstar/fragstar";
 * import { eventStream } from "@fragstar/fragstar/stream";
 * import { assertEquals } from "@std/assert";
 *
 * const handler = () => eventStream(fragment('<b id="time">12:00</b>'));
 * assertEquals(await handler().text(), 'event: datastar-fragment\ndata: fragment <b id="time">12:00</b>\n\n');
 * ```
 *
 * @module
 */

import { comment } from "./fragments.ts";

/** `no-transform` and `x-accel-buffering` ask proxies not to compress, store or hold back events. */
const eventStreamHeaders = {
  "content-type": "text/event-stream",
  "cache-control": "no-cache, no-store, no-transform",
  "x-accel-buffering": "no",
  "x-content-type-options": "nosniff",
};

const encoder = new TextEncoder();

/** Keeps a connection open while there is no event, and sends the headers before the first one. */
const quietComment = encoder.encode(comment("nothing new"));

/** Milliseconds of silence before a comment, if nothing else is set. Bun closes a silent stream after 10 s. */
const defaultKeepAlive = 5_000;

/** Milliseconds that a timer can wait. It fires at once if it is to wait longer. */
const longestDelay = 2 ** 31 - 1;

/**
 * Texts of events over time: an async iterable, or a function that returns one, such as an async generator function. The
 * function gets a signal that aborts when the stream is over, to hand to what it waits for.
 */
export type Events = AsyncIterable<string> | ((signal: AbortSignal) => AsyncIterable<string>);

/** Options of {@linkcode eventStream}. */
export interface EventStreamOptions {
  /** The status of the response. Default: 200. */
  status?: number;
  /** Headers besides those of every event stream. */
  headers?: Record<string, string>;
  /** Ends a stream of events over time when it aborts, for instance when the server stops. */
  signal?: AbortSignal;
  /** Milliseconds of silence, above 0, after which a comment is sent between events over time. Default: 5,000. */
  keepAlive?: number;
}

/**
 * Answers with events, all at once or one by one. The client takes the end of the answer for the end of the action and
 * does not ask again.
 *
 * ```ts
 * import { fragment } from "./fragments.ts";
 * import { eventStream } from "./stream.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const one = eventStream(fragment('<b id="now">12:00</b>'));
 * const many = eventStream(async function* () {
 *   for (const n of [3, 2, 1]) {
 *     yield fragment(`<b id="count">${n}</b>`);
 *     await new Promise((resolve) => setTimeout(resolve, 10));
 *   }
 * });
 *
 * assertEquals((await one.text()).split("\n\n").length, 2);
 * assertEquals((await many.text()).split("\n\n").length, 4);
 * ```
 *
 * Events over time are asked for as fast as the reader reads them, and no faster. When the client leaves or `signal`
 * aborts, the source is stopped: its `return()` is called, so a generator runs its `finally` blocks once what it waits
 * for is settled.
 *
 * If the source throws, the connection breaks off, so that no client takes the part for the whole; one that asks again
 * after a lost connection will do so. Deno logs the message, Bun only if the source throws before it has waited for
 * anything: catch in the source what you want to log or to tell the reader.
 *
 * @param events Events, as the functions of fragments.ts write them.
 * @throws {RangeError} If `keepAlive` is not above 0.
 */
export function eventStream(events: BodyInit | Events, options: EventStreamOptions = {}): Response {
  const { status, headers } = options;
  return new Response(isOverTime(events) ? streamEvents(events, options) : events, {
    status,
    headers: headers ? { ...eventStreamHeaders, ...headers } : eventStreamHeaders,
  });
}

/** A `ReadableStream` is an async iterable too, but of bytes: it is a body as it is. */
function isOverTime(events: BodyInit | Events): events is Events {
  if (typeof events === "function") return true;
  return typeof events === "object" && Symbol.asyncIterator in events && !(events instanceof ReadableStream);
}

function streamEvents(
  events: Events,
  { signal, keepAlive = defaultKeepAlive }: EventStreamOptions,
): ReadableStream<Uint8Array> {
  const over = new AbortController();
  const delay = delayOf(keepAlive);
  const source = (typeof events === "function" ? events(over.signal) : events)[Symbol.asyncIterator]();
  let silence: ReturnType<typeof setTimeout> | undefined;
  let patience = 0; // no wait for the first event: until the first chunk the headers are not sent
  let close = () => {};

  async function stop(): Promise<void> {
    clearTimeout(silence);
    signal?.removeEventListener("abort", close);
    over.abort();
    try {
      await source.return?.();
    } catch {
      // The stream is over, so the error has nowhere to go.
    }
  }

  return new ReadableStream<Uint8Array>({
    start(controller) {
      close = () => {
        stop();
        closeStream(controller);
      };
      signal?.addEventListener("abort", close);
      if (signal?.aborted) close();
    },
    async pull(controller) {
      const sendComment = () => {
        silence = setTimeout(sendComment, delay);
        try {
          if (controller.desiredSize! > 0) controller.enqueue(quietComment); // otherwise the last one is still unread
        } catch {
          stop(); // the runtime has closed the stream without calling `cancel`
        }
      };
      silence = setTimeout(sendComment, patience);
      patience = delay;
      try {
        const { done, value } = await source.next();
        clearTimeout(silence);
        if (over.signal.aborted) return;
        if (!done) return controller.enqueue(encoder.encode(value));
        controller.close();
      } catch (error) {
        // A text and not the error itself, which Deno would write to its log with the stack.
        controller.error(`An event stream broke off: ${describeError(error)}`);
      }
      stop();
    },
    cancel: () => void stop(),
  });
}

/** The milliseconds that a timer waits before a comment. */
function delayOf(keepAlive: number): number {
  if (!(keepAlive > 0)) {
    throw new RangeError(`Cannot keep a stream open: keepAlive is ${keepAlive}, and not above 0 ms`);
  }
  return Math.min(keepAlive, longestDelay);
}

function describeError(error: unknown): string {
  try {
    return String(error);
  } catch {
    return "the value that was thrown has no text"; // such as an object without a prototype
  }
}

/** Closes a stream, unless the runtime has closed it already without calling `cancel`. */
function closeStream(controller: ReadableStreamDefaultController): void {
  try {
    controller.close();
  } catch {
    // It is closed.
  }
}

/** Options of {@linkcode createFeed}. */
export interface FeedOptions {
  /** Writes the next event for all readers, once a tick, or returns `null` if there is none. Must not throw. */
  next: () => string | null;
  /** Milliseconds from tick to tick. */
  every: number;
  /** The most readers at a time. Default: 10,000. */
  maxReaders?: number;
  /** Milliseconds of silence, above 0, after which a comment is sent. Default: 5,000. */
  keepAlive?: number;
}

/** An endless stream and its readers. */
export interface Feed {
  /** The number of readers now. */
  readonly readers: number;
  /** Adds a reader, who gets the newest event at once. Returns nothing if the feed is full or closed. */
  open(): Response | undefined;
  /** Ends the stream of every reader and takes no new ones. */
  close(): void;
}

/** Bytes that may wait for one reader. A reader that does not read is cut off, and asks again when it is back. */
const maxQueue = 256 * 1024;

/**
 * Makes an endless stream for any number of readers. Its ticker runs only while there are readers. Each event is encoded
 * once, and all readers get the same bytes.
 *
 * ```ts
 * import { consoleMessage, fragment } from "./fragments.ts";
 * import { createFeed, eventStream } from "./stream.ts";
 *
 * const clock = createFeed({ next: () => fragment(`<b id="now">${Date.now()}</b>`), every: 1000 });
 * const handler = () => clock.open() ?? eventStream(consoleMessage("error", "Too many readers"), { status: 429 });
 * ```
 */
export function createFeed({ next, every, maxReaders = 10_000, keepAlive = defaultKeepAlive }: FeedOptions): Feed {
  const delay = delayOf(keepAlive);
  type Reader = ReadableStreamDefaultController<Uint8Array>;
  const readers = new Set<Reader>();
  let newest = quietComment;
  // Every reader is sent the same chunks, so one with n chunks in its queue has the last n of these sizes there. To let
  // each stream count its own bytes (ByteLengthQueuingStrategy) takes 11.5 KiB a reader under Bun, and not 7.5.
  let recentSizes: number[] = [];
  let ticker: ReturnType<typeof setInterval> | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;
  let closed = false;

  function start(): void {
    const event = next();
    newest = event === null ? quietComment : encoder.encode(event);
    recentSizes = [newest.byteLength];
    ticker = setInterval(tick, every);
    silence = setTimeout(sendAll, delay, quietComment);
  }

  function tick(): void {
    const event = next();
    if (event !== null) sendAll(newest = encoder.encode(event));
  }

  function sendAll(chunk: Uint8Array): void {
    clearTimeout(silence);
    silence = setTimeout(sendAll, delay, quietComment);
    // Without the new chunk, so that one event fits whatever its length.
    const limit = countToFill(recentSizes);
    recentSizes = [...recentSizes, chunk.byteLength].slice(-limit - 1);
    for (const reader of readers) send(reader, chunk, limit);
  }

  function send(reader: Reader, chunk: Uint8Array, limit: number): void {
    try {
      const queued = 1 - reader.desiredSize!; // by default a stream wants one chunk
      if (queued < limit) return reader.enqueue(chunk);
      // A text and no Error: Deno writes the reason to the log, and an Error's with its stack.
      reader.error(`A reader was cut off: it left ${maxQueue} bytes unread`);
    } catch {
      // The runtime has closed the stream without calling `cancel`. The other readers still get the event.
    }
    remove(reader);
  }

  function remove(reader: Reader): void {
    readers.delete(reader);
    if (readers.size > 0) return;
    clearInterval(ticker);
    clearTimeout(silence);
  }

  return {
    get readers() {
      return readers.size;
    },
    open() {
      if (closed || readers.size >= maxReaders) return undefined;
      if (readers.size === 0) start();
      let reader: Reader;
      const source: UnderlyingDefaultSource<Uint8Array> = {
        start(controller) {
          reader = controller;
          readers.add(reader);
          reader.enqueue(newest);
        },
        cancel: () => remove(reader),
      };
      return eventStream(new ReadableStream(source));
    },
    close() {
      closed = true;
      for (const reader of readers) {
        remove(reader);
        closeStream(reader);
      }
    },
  };
}

/** Number of the newest sizes that fill a queue; `Infinity` if all of them do not. */
function countToFill(sizes: number[]): number {
  let bytes = 0;
  const first = sizes.findLastIndex((size) => (bytes += size) >= maxQueue);
  return first < 0 ? Infinity : sizes.length - first;
}
