/**
 * The sources that a stream can be read from, as chunks of bytes.
 *
 * @module
 */

/** A source of a stream. */
export type Source = string | Uint8Array | Blob | ResponseLike | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

/** The answer of any `fetch`: the runtime's, that of another window, undici's, or node-fetch's with a stream of Node. */
export interface ResponseLike {
  /** Whether the body has been read. */
  readonly bodyUsed: boolean;
  /** The headers, of which `content-type` is read. */
  readonly headers: { get(name: string): string | null };
  /** The body. */
  readonly body: ReadableStream<Uint8Array> | AsyncIterable<unknown> | null;
}

/**
 * Reads the chunks of a source. Leaving the loop early cancels the source.
 *
 * @param timeout Milliseconds until the stream has to have ended.
 * @throws {TypeError} If the source cannot be read.
 * @throws {RangeError} If the time is over.
 */
export async function* readChunks(source: Source, timeout = Infinity): AsyncGenerator<Uint8Array> {
  if (typeof source === "string") return yield new TextEncoder().encode(source);
  if (isBytes(source)) return yield source;
  const { next, cancel } = openSource(streamOf(source));
  const giveUp = () => {
    const why = `the stream has not ended within ${timeout} ms`;
    return new RangeError(`Cannot go on: ${why}; raise the limit "timeout" if this is intended`);
  };
  const end = performance.now() + timeout;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = timeout === Infinity ? undefined : new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(giveUp()), Math.min(timeout, 2 ** 31 - 1)); // a longer timer fires at once
  });
  late?.catch(() => {}); // the timer may fire while the consumer works
  try {
    for (;;) {
      const result = next();
      const { done, value } = await (late ? Promise.race([result, late]) : result);
      if (done) return;
      if (late && performance.now() > end) throw giveUp(); // no timer fires while there is always more to read
      if (!isBytes(value)) {
        throw new TypeError(`Cannot read the stream: it yields ${kindOf(value)} instead of Uint8Array`);
      }
      yield value;
    }
  } finally {
    clearTimeout(timer);
    cancel().catch(() => {}); // not awaited: a source that hangs would hang here too
  }
}

type Stream = ReadableStream<Uint8Array> | AsyncIterable<unknown>;

/** The stream of a source. Told by what the source has, as it may be of another window or library. */
function streamOf(source: Exclude<Source, string | Uint8Array>): Stream {
  const { headers, stream } = (source ?? {}) as Partial<ResponseLike & Blob>;
  if (typeof headers?.get === "function") return bodyOf(source as ResponseLike);
  return typeof stream === "function" ? (source as Blob).stream() : source as Stream;
}

/** The body of an answer that the client would read. */
function bodyOf(response: ResponseLike): Stream {
  if (response.bodyUsed) {
    throw new TypeError("Cannot read the answer: its body has already been read; request it again");
  }
  const type = response.headers.get("content-type");
  if (!type?.startsWith("text/event-stream")) {
    const refused =
      `the client accepts only text/event-stream, and would send the request ten times; the answer is ${type}`;
    throw new TypeError(`Cannot read the answer: ${refused} [REQ-6]. To read it anyway, pass its body`);
  }
  return response.body ?? new ReadableStream({ start: (controller) => controller.close() });
}

interface OpenSource {
  next: () => Promise<{ done?: boolean; value?: unknown }>;
  cancel: () => Promise<unknown>;
}

function openSource(source: Stream): OpenSource {
  if (isReadableStream(source)) {
    if (source.locked) {
      throw new TypeError(
        "Cannot read the stream: it is locked to another reader; release that one, or tee() the stream",
      );
    }
    const reader = source.getReader();
    return { next: () => reader.read(), cancel: () => reader.cancel() };
  }
  if (typeof (source as Partial<AsyncIterable<unknown>> | null)?.[Symbol.asyncIterator] !== "function") {
    const known = "a string, a Uint8Array, a Blob, a Response, a ReadableStream or an async iterable of Uint8Array";
    throw new TypeError(`Cannot read the stream: ${kindOf(source)} is not a source; pass ${known}`);
  }
  const iterator = source[Symbol.asyncIterator]();
  return { next: () => iterator.next(), cancel: async () => await iterator.return?.() };
}

function isReadableStream(source: Stream): source is ReadableStream<Uint8Array> {
  return typeof (source as Partial<ReadableStream> | null)?.getReader === "function";
}

/** Whether a value is a `Uint8Array`, of this or of another window. */
function isBytes(value: unknown): value is Uint8Array {
  return Object.prototype.toString.call(value) === "[object Uint8Array]";
}

/** The kind of a value, for a message about a wrong one. */
function kindOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice("[object ".length, -1);
}
