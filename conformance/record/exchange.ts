/**
 * One request over a real socket, with all that came back: status and headers as they were sent, and each piece of the
 * body with its time. `fetch()` would not do: it hides how a body was cut off, which header came twice, and what was
 * compressed.
 */

import { Buffer } from "node:buffer";
import { areReadable, encodingsOf, type Ending, type Exchange } from "../recording.ts";
import { startClock } from "./clock.ts";
import { type ConnectionError, explainError, openSocket } from "./connect.ts";
import type { PlannedRequest } from "./contract.ts";
import { decodeInto, type Decoder } from "./decode.ts";
import { ResponseReader } from "./response.ts";

/** Options of a request. Times do not count while this process is suspended. */
export interface RequestOptions extends Pick<PlannedRequest, "method" | "body"> {
  /** Headers in addition to those of a browser. A name given here, in lower case, replaces the browser's, `host` too. */
  headers?: Record<string, string>;
  /** Milliseconds until the response has to have begun, and until it has to have ended unless `leaveAfter` is given. */
  timeout: number;
  /** Milliseconds after which a response that has not ended is abandoned, as a reader does who leaves. */
  leaveAfter?: number;
  /** Whether a response is not left before something of its body has come, or `timeout` is over. */
  waitsForBody?: boolean;
  /**
   * Called after the first piece, and after each that has the end of a line. The response is abandoned once this returns
   * true.
   */
  hasEnough?: (exchange: Exchange) => boolean;
  /** Called then, with what has come so far: the response is not abandoned until the signal says so. */
  onEnough?: (soFar: Exchange) => void;
  /** Abandons the response. */
  signal?: AbortSignal;
  /** Called once the connection is there, or there will be none. */
  onConnection?: () => void;
  /** Bytes that the body may have. Default: 4 MiB. */
  maxBytes?: number;
}

/** Makes a request with the headers and the timeout of the run. */
export type Ask = (name: string, path: string, options?: Partial<RequestOptions>) => Promise<Exchange>;

/** Headers that a browser adds to those of the client. */
const browserHeaders = {
  "accept-encoding": "gzip, deflate, br",
  "user-agent": "fragstar",
  "connection": "keep-alive",
};

/** Bytes that are read for each byte of the body that may come: a chunk of one byte takes six. */
const framing = 8;

/** Milliseconds after the answer to a HEAD in which a body is waited for: there must be none. */
const afterHead = 250;

/** Makes a request. Never rejects: the {@linkcode Exchange} says what went wrong. */
export function performExchange(name: string, url: URL, options: RequestOptions): Promise<Exchange> {
  const { timeout, leaveAfter, waitsForBody, onEnough, onConnection, signal, maxBytes = 4 * 1024 * 1024 } = options;
  let { hasEnough } = options;
  const request = createRequest(url, options);
  const exchange: Exchange = {
    name,
    request,
    body: new Uint8Array(),
    chunks: [],
    sentAt: Date.now(),
    ending: "no answer",
    endedAt: 0,
  };
  const clock = startClock();
  const socket = openSocket(url, timeout);

  return new Promise((resolve) => {
    /** The body so far, and room for more: to put all pieces together after each would take much memory. */
    let buffer = Buffer.alloc(0);
    let decodedBytes = 0;
    let sentBytes = 0;
    let isConnected = false;
    let isOver = false;
    /** All has come, but a decoder may still be at work, while the connection is gone. */
    let isReceived = false;

    function end(ending: Ending, why?: string) {
      if (isOver) return;
      isOver = true;
      const stalled = clock.hasStalled();
      const endedAt = clock.now();
      clock.stop();
      cancelTimer();
      onConnection?.();
      if (!isConnected) exchange.unconnected = true;
      socket.destroy();
      decoder.stop();
      if (reader.surplus > 0) exchange.surplus = reader.surplus;
      if (stalled) exchange.stalled = true;
      if (why !== undefined) exchange.why = why;
      const body = Uint8Array.from(buffer.subarray(0, decodedBytes)); // without the room for more
      resolve(Object.assign(exchange, { body, ending, endedAt }));
    }
    function endTooLong() {
      if (!isOver) exchange.tooLong = true;
      end("gave up", `the answer has more than ${maxBytes} bytes, and the rest was not read`);
    }
    const breakOff = (why: string) => !isReceived && end(exchange.head ? "cut off" : "no answer", why);

    /** Adds decoded bytes. Those that came together are one piece. */
    function addPiece(piece: Uint8Array) {
      if (isOver || piece.length === 0) return;
      const bytes = piece.subarray(0, maxBytes + 1 - decodedBytes); // one more shows that it is too long
      const start = decodedBytes;
      decodedBytes += bytes.length;
      exchange.chunks.push({ at: clock.now(), start, end: decodedBytes });
      if (decodedBytes > buffer.length) {
        const larger = Buffer.alloc(Math.max(2 * buffer.length, decodedBytes));
        larger.set(buffer);
        buffer = larger;
      }
      buffer.set(bytes, start);
      if (decodedBytes > maxBytes) return endTooLong();
      // A body in pieces of one byte would take long, were all of it looked at after each.
      if (start > 0 && !bytes.includes(10) && !bytes.includes(13)) return;
      if (!hasEnough?.(Object.assign(exchange, { body: buffer.subarray(0, decodedBytes) }))) return;
      if (!onEnough) return end("left");
      hasEnough = undefined;
      cancelTimer();
      onEnough({ ...exchange, chunks: [...exchange.chunks], ending: "left", endedAt: clock.now() });
    }

    let decoder: Decoder = { write: addPiece, end: () => end("complete"), stop() {} };
    function finish() {
      isReceived = true;
      if (request.method !== "HEAD") return decoder.end();
      // The body that must not come may be written a moment later.
      cancelTimer();
      cancelTimer = clock.at(clock.now() + afterHead, () => decoder.end());
    }
    const reader = new ResponseReader(request.method, {
      onHead(head) {
        exchange.head = { ...head, at: clock.now() };
        const encodings = encodingsOf(exchange);
        if (!areReadable(encodings)) return;
        decoder = decodeInto(decoder, encodings, {
          maxBytes,
          onLost(why) {
            if (!isOver) exchange.lost ??= why;
          },
          onError: (why) => end("cut off", why),
          onTooLong: endTooLong,
        });
      },
      onBody: (bytes) => decoder.write(bytes),
      onEnd: finish,
    });

    socket.on("connect", () => {
      isConnected = true;
      onConnection?.();
      socket.write(writeRequest(request));
    });
    socket.on("data", (bytes: Uint8Array) => {
      sentBytes += bytes.length;
      try {
        if (!isOver) reader.push(bytes);
        // Sizes of chunks and trailers are no part of the body.
        if (sentBytes > framing * maxBytes) {
          end("gave up", `the answer has more than ${framing * maxBytes} bytes with its framing`);
        }
      } catch (error) {
        breakOff((error as Error).message);
      }
    });
    socket.on("end", () => {
      if (reader.endsWithConnection) finish();
      else breakOff("the server closed the connection before its answer was complete");
    });
    socket.on("error", (error: ConnectionError) => {
      breakOff(exchange.head ? `the connection broke off: ${error.code ?? error.message}` : explainError(error, url));
    });
    socket.on("close", () => breakOff("the connection was closed"));

    const stopAt = leaveAfter ?? timeout;
    function stopWaiting() {
      if (leaveAfter !== undefined && exchange.head) return end("left");
      if (exchange.head) return end("gave up", `the answer has not ended within ${timeout} ms`);
      if (socket.connecting) return end("no answer", `the server has not accepted the connection within ${timeout} ms`);
      const what = reader.hasBegun ? "no whole head of an answer" : "nothing";
      end("no answer", `${what} has come within ${timeout} ms`);
    }
    signal?.addEventListener("abort", () => end(exchange.head ? "left" : "no answer", "it was left"));
    let cancelTimer = clock.at(stopAt, () => {
      // A reader who leaves after some time waits longer for the response to begin.
      const hasBegun = waitsForBody ? decodedBytes > 0 : exchange.head !== undefined;
      if (hasBegun || stopAt >= timeout) return stopWaiting();
      cancelTimer = clock.at(timeout, stopWaiting);
    });
  });
}

function createRequest(url: URL, { method = "GET", headers, body }: RequestOptions): Exchange["request"] {
  const length = body !== undefined && { "content-length": String(Buffer.byteLength(body)) };
  return {
    method,
    path: url.pathname + url.search,
    headers: { host: url.host, ...browserHeaders, ...headers, ...length },
    ...body !== undefined && { body },
  };
}

function writeRequest({ method, path, headers, body = "" }: Exchange["request"]): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n${body}`;
}
