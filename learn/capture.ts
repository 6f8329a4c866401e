/**
 * Records a response with the time of each chunk, and keeps the bytes as a file.
 *
 * @module
 */

/** A recorded response. */
export interface Capture {
  bytes: Uint8Array<ArrayBuffer>;
  /** The chunks: the milliseconds since the response began, and the offset after the chunk's last byte. */
  chunks: { at: number; end: number }[];
  /** The address of the response. */
  url?: string;
  /** Whether the stream has ended. */
  ended: boolean;
}

/** The most bytes of a capture. */
export const maxCaptureBytes = 4 * 1024 * 1024;

/** Options of {@linkcode record}. */
interface RecordOptions {
  /** Ends the recording. */
  signal?: AbortSignal;
  /** Receives all bytes so far, with each chunk. */
  onChunk?: (capture: Capture) => void;
  /** The clock, in milliseconds. Default: `performance.now`. */
  now?: () => number;
}

/**
 * Records a response, chunk by chunk, until its end, the signal or {@linkcode maxCaptureBytes}. Its time begins now.
 *
 * @returns The capture, and why it ended, as a sentence without a full stop.
 * @throws {TypeError} If the client would refuse the response: by its type, or because it has no body [REQ-6, REQ-7].
 */
export async function record(
  response: Response,
  { signal, onChunk, now = () => performance.now() }: RecordOptions = {},
): Promise<{ capture: Capture; why: string }> {
  const reader = openBody(response).getReader();
  const capture = createCapture(response.url, now);
  const finish = (why: string, ended = false) => ({ capture: capture.snapshot(ended), why });
  const stop = () => void reader.cancel().catch(() => {}); // not awaited: a source that hangs would hang here too

  signal?.addEventListener("abort", stop);
  try {
    for (;;) {
      const read = signal?.aborted ? undefined : await reader.read().catch((error: unknown) => ({ error }));
      if (!read || signal?.aborted) return finish("Disconnected");
      if ("error" in read) return finish(`The connection was lost: ${(read.error as Error)?.message ?? read.error}`);
      if (read.done) return finish("The stream has ended", true);
      const added = capture.addChunk(read.value);
      if (added > 0) onChunk?.(capture.snapshot(false));
      if (added < read.value.length) return finish(`Stopped at the limit of ${maxCaptureBytes} bytes`);
    }
  } finally {
    signal?.removeEventListener("abort", stop);
    stop();
  }
}

/** The body of a response that the client would read. */
function openBody({ body, headers, status }: Response): ReadableStream<Uint8Array> {
  const type = headers.get("content-type");
  if (!type?.startsWith("text/event-stream")) {
    body?.cancel().catch(() => {}); // its end does not matter
    const answer = `the response has the status ${status} and ${
      type === null ? "no content-type" : `the type ${type}`
    }`;
    throw new TypeError(`Cannot record: ${answer}, but the client accepts only text/event-stream [REQ-6]`);
  }
  if (!body) throw new TypeError(`Cannot record: the response has the status ${status} and no body [REQ-7]`);
  return body;
}

/** Makes a capture that grows. Snapshots of it share one buffer, so that each costs no copy of all bytes. */
function createCapture(url: string, now: () => number) {
  const began = now();
  const chunks: Capture["chunks"] = [];
  let buffer = new Uint8Array(64 * 1024);
  let size = 0;
  return {
    /** Adds as much of a chunk as the limit allows, and returns the number of bytes added. */
    addChunk(chunk: Uint8Array): number {
      const part = chunk.subarray(0, maxCaptureBytes - size);
      if (part.length === 0) return 0;
      if (size + part.length > buffer.length) {
        const larger = new Uint8Array(Math.max(size + part.length, 2 * buffer.length));
        larger.set(buffer); // the old buffer stays as it is: earlier snapshots show a part of it
        buffer = larger;
      }
      buffer.set(part, size);
      size += part.length;
      chunks.push({ at: now() - began, end: size });
      return part.length;
    },
    snapshot(ended: boolean): Capture {
      const count = chunks.length;
      return {
        bytes: buffer.subarray(0, size),
        get chunks() { // copied only on demand: with many small chunks, the copies would be most of the work
          return chunks.slice(0, count);
        },
        ...url && { url },
        ended,
      };
    },
  };
}

/**
 * Reads the address of an endpoint of this server from a text that was typed: a path, or a whole address.
 *
 * @param origin The origin of this server: requests go to no other.
 * @throws {TypeError} If the text is not such an address.
 */
export function checkEndpoint(text: string, origin: string): URL {
  const refuse = (why: string): never => {
    throw new TypeError(`Cannot connect: ${why}`);
  };
  const own = `enter a path on this server, such as /feed, or an address that begins with ${origin}/`;
  if (text.trim() === "") refuse(`the address is empty; ${own}`);
  const url = URL.parse(text.trim(), origin) ?? refuse(`${JSON.stringify(text)} is not a valid address; ${own}`);
  // The origin of a `blob:` is that of the page which made it.
  if (url.origin !== origin || !/^https?:$/.test(url.protocol)) {
    refuse(`${JSON.stringify(text)} is on a different server; ${own}`);
  }
  if (url.username !== "" || url.password !== "") refuse("the address contains a user name or a password; remove them");
  url.hash = "";
  return url;
}

/** Makes a file of the bytes alone, which `conform --file` reads. It is named after the endpoint. */
export function toFile({ bytes, url }: Capture): File {
  const name = /[\w-]+(?=\/*$)/.exec(URL.parse(url ?? "")?.pathname ?? "")?.[0] ?? "capture";
  return new File([bytes], `${name}.sse`, { type: "text/event-stream" });
}

/**
 * Opens a file of bytes as a capture in which all arrived at once.
 *
 * @throws {RangeError} If it has more bytes than {@linkcode maxCaptureBytes}.
 * @throws {TypeError} If it cannot be read.
 */
export async function fromFile(file: Blob): Promise<Capture> {
  const name = file instanceof File ? JSON.stringify(file.name) : "the file";
  if (file.size > maxCaptureBytes) {
    throw new RangeError(
      `Cannot open ${name}: it has ${file.size} bytes, but the limit is ${maxCaptureBytes}; use a part of it`,
    );
  }
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = new Uint8Array(await file.arrayBuffer());
  } catch (error) {
    throw new TypeError(`Cannot open ${name}: ${(error as Error).message}; choose it again`);
  }
  return { bytes, chunks: bytes.length > 0 ? [{ at: 0, end: bytes.length }] : [], ended: true };
}
