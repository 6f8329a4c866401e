/**
 * `text/event-stream` answers: whole ones, and endless ones that share one ticker.
 *
 * @module
 */

import { comment } from "./fragments.ts";

/** `no-transform` and `x-accel-buffering` ask what stands in between not to compress, store or hold back events. */
const headers = {
  "content-type": "text/event-stream",
  "cache-control": "no-cache, no-store, no-transform",
  "x-accel-buffering": "no",
  "x-content-type-options": "nosniff",
};

/**
 * An answer that is complete. The client takes its end for the end of the action and does not ask again.
 *
 * ```ts
 * import { fragment } from "./fragments.ts";
 * import { eventStream } from "./stream.ts";
 *
 * const handler = () => eventStream(fragment('<b id="now">12:00</b>'));
 * ```
 *
 * @param body Events, as the functions of fragments.ts write them.
 * @param init A status, and headers beside those of every event stream.
 */
export function eventStream(
  body: BodyInit,
  init?: { status?: number; headers?: Record<string, string> },
): Response {
  if (!init) return new Response(body, { headers });
  return new Response(body, { status: init.status, headers: { ...headers, ...init.headers } });
}

/** What a feed says, how often, and to how many. */
export interface FeedOptions {
  /** Writes the next event, or gives `null` for nothing to say, once a tick for all readers together. Must not throw. */
  next: () => string | null;
  /** Milliseconds from tick to tick. */
  every: number;
  /** How many readers there may be at a time. Default: 10,000. */
  maxReaders?: number;
  /** Milliseconds of silence after which a comment is sent. Default: 5,000, as Bun closes a silent stream after 10 s. */
  keepAlive?: number;
}

/** An endless stream and its readers. */
export interface Feed {
  /** How many readers there are now. */
  readonly readers: number;
  /** Takes in one more reader, who gets the newest event at once. No answer: the feed is full, or closed. */
  open(): Response | undefined;
  /** Ends the stream of every reader and takes no new ones. */
  close(): void;
}

/** Bytes that wait for a reader at most: one that does not read is cut off, and asks again when it is back. */
const maxQueue = 256 * 1024;

/**
 * Makes an endless stream for any number of readers. Its ticker runs only while somebody reads; each event is encoded
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
export function createFeed({ next, every, maxReaders = 10_000, keepAlive = 5_000 }: FeedOptions): Feed {
  type Reader = ReadableStreamDefaultController<Uint8Array>;
  const encoder = new TextEncoder();
  const quiet = encoder.encode(comment("nothing new"));
  const readers = new Set<Reader>();
  let newest = quiet;
  // The newest events that together fill a queue, by their bytes: since all readers get the same, this tells of each how
  // many bytes wait for it. A size() of its own for every stream would say it too, for 3 KiB more a reader in Bun.
  let sizes: number[] = [];
  let full = Infinity; // how many events are too many to wait
  let ticker: ReturnType<typeof setInterval> | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;
  let closed = false;

  function start() {
    const event = next();
    newest = event === null ? quiet : encoder.encode(event); // a comment, so that the headers go out
    sizes = [];
    full = Infinity;
    measure(newest);
    ticker = setInterval(tick, every);
    silence = setTimeout(sendAll, keepAlive, quiet);
  }

  function tick() {
    const event = next();
    if (event !== null) sendAll(newest = encoder.encode(event));
  }

  function measure({ byteLength }: Uint8Array) {
    sizes.push(byteLength);
    let bytes = 0;
    full = Infinity;
    for (let i = sizes.length - 1; i >= 0; i--) {
      bytes += sizes[i];
      if (bytes < maxQueue) continue;
      sizes = sizes.slice(i);
      full = sizes.length;
      break;
    }
  }

  function sendAll(bytes: Uint8Array) {
    clearTimeout(silence);
    silence = setTimeout(sendAll, keepAlive, quiet);
    for (const reader of readers) send(reader, bytes);
    measure(bytes);
  }

  function send(reader: Reader, bytes: Uint8Array) {
    try {
      // Before, so that one event fits whatever its length. A stream by default wants one chunk, and counts those it has.
      if (1 - reader.desiredSize! < full) return reader.enqueue(bytes);
      // A text and no Error: Deno writes the reason to the log, and an Error's with its stack.
      reader.error(`A reader was cut off: it left ${maxQueue} bytes unread`);
    } catch {
      // The runtime has closed the stream and not said so: no reason to keep the event from the readers after this one.
    }
    forget(reader);
  }

  function forget(reader: Reader) {
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
          send(reader, newest);
        },
        cancel: () => forget(reader),
      };
      return eventStream(new ReadableStream(source));
    },
    close() {
      closed = true;
      for (const reader of readers) {
        forget(reader);
        try {
          reader.close();
        } catch {
          // As above: it is closed already.
        }
      }
    },
  };
}
