/**
 * One request over a real socket, with all that came back: status and headers as they were sent, and every piece of the
 * body with its time. No `fetch()`: it hides how a body was cut off, which header came twice, and what was compressed.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { connect, type Socket } from "node:net";
import { connect as connectSecure } from "node:tls";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { startClock } from "./clock.ts";

/** How a request is made. */
export interface RequestOptions {
  /** Default: `GET`. */
  method?: string;
  /** Headers beside those of the client. A name given here takes the place of the client's own; `host` too. */
  headers?: Record<string, string>;
  /** The body of the request. */
  body?: string;
  /**
   * Milliseconds until the response has to have begun, and until it has to have ended unless `leave` is given. Here and
   * below: those in which this process was awake.
   */
  timeout: number;
  /** Milliseconds after which an answer that has not ended is left, as a reader does who goes away. */
  leave?: number;
  /** Leaves as soon as this says that there is enough. It is asked at each piece. */
  enough?: (exchange: Exchange) => boolean;
  /** Bytes of the body at most. Default: 4 MiB. */
  maxBytes?: number;
}

/** A piece of a body, as it came. */
export interface Chunk {
  /** Milliseconds after the request was sent. */
  at: number;
  /** Offset of its first byte in the body. */
  start: number;
  /** Offset behind its last byte. */
  end: number;
}

/** What the server said before the body. */
export interface Head {
  /** Such as `1.1`. */
  version: string;
  /** Such as 200. */
  status: number;
  /** What stands behind the status, such as `OK`. */
  reason: string;
  /** Names as they were sent, and values, in their order. */
  headers: [name: string, value: string][];
  /** Milliseconds after the request was sent. */
  at: number;
}

/**
 * How an exchange ended: the body was complete; the connection broke off before it was; this side left because it had
 * seen enough; this side gave up because a limit was reached; or there was no answer at all.
 */
export type Ending = "complete" | "cut off" | "left" | "gave up" | "no answer";

/** A request and what came back. */
export interface Exchange {
  /** What was asked, such as `GET /get (quotes)`. */
  name: string;
  /** The request. */
  request: { method: string; path: string; headers: Record<string, string>; body?: string };
  /** What came before the body, if anything came. */
  head?: Head;
  /** The body, without the encoding of its transfer and its content. */
  body: Uint8Array;
  /** When each piece of it came. */
  chunks: Chunk[];
  /** How it ended. */
  ending: Ending;
  /** Milliseconds after the request was sent. */
  endedAt: number;
  /** Why there is no answer, or not all of it. */
  why?: string;
  /** Bytes that came behind the end of the body, as its length has it: no client reads them. */
  surplus?: number;
}

/** Bytes that the head of an answer may have, and heads such as `100 Continue` that may come before it. */
const maxHead = 64 * 1024;
const maxHeadsBefore = 1_000;

/** What client 0.19.9 sends with each request [REQ-5], and what a browser adds. */
const clientHeaders = {
  "accept": "text/event-stream",
  "content-type": "application/json",
  "datastar-request": "true",
  "accept-encoding": "gzip, deflate, br",
  "user-agent": "fragstar",
  "connection": "keep-alive",
};

/** The values of a header, in the order in which they came. */
export function headerValues({ head }: Exchange, name: string): string[] {
  return head?.headers.filter(([given]) => given.toLowerCase() === name).map(([, value]) => value) ?? [];
}

/** Makes a request. Never rejects: an {@linkcode Exchange} says what went wrong. */
export function exchange(name: string, url: URL, options: RequestOptions): Promise<Exchange> {
  const { method = "GET", body, timeout, leave, enough, maxBytes = 4 * 1024 * 1024 } = options;
  const path = url.pathname + url.search;
  const headers: Record<string, string> = { host: url.host, ...clientHeaders, ...options.headers };
  if (body !== undefined) headers["content-length"] = String(Buffer.byteLength(body));
  const made: Exchange = {
    name,
    request: { method, path, headers, body },
    body: new Uint8Array(),
    chunks: [],
    ending: "no answer",
    endedAt: 0,
  };
  const clock = startClock();

  return new Promise((resolve) => {
    const pieces: Uint8Array[] = [];
    let size = 0;
    let sent = 0; // as it came, encoded or not
    let over = false;
    let allCame = false; // what is compressed is not read at once: the connection may be gone before
    let cancel = () => {};
    const secure = url.protocol === "https:";
    const address = {
      host: url.hostname.replace(/^\[|\]$/g, ""),
      port: Number(url.port || (secure ? 443 : 80)),
    };
    const socket: Socket = secure ? connectSecure({ ...address, servername: address.host }) : connect(address);
    const reader = createResponseReader(method);

    function end(ending: Ending, why?: string) {
      if (over) return;
      over = true;
      const endedAt = clock.now();
      clock.stop();
      cancel();
      socket.destroy();
      decoder.stop();
      if (reader.surplus > 0) made.surplus = reader.surplus;
      resolve(Object.assign(made, { body: Buffer.concat(pieces), ending, why, endedAt }));
    }
    /** Takes in what came at once, in however many pieces: there may be one for each byte. */
    function take(bytes: Uint8Array) {
      if (over || bytes.length === 0) return;
      made.chunks.push({ at: clock.now(), start: size, end: size += bytes.length });
      pieces.push(bytes);
      if (size > maxBytes) return end("gave up", tooMuch);
      if (enough?.(Object.assign(made, { body: Buffer.concat(pieces) }))) end("left");
    }
    const tooMuch = `the answer has more than ${maxBytes} bytes`;
    let decoder: Decoder = { write: take, end: () => end("complete"), stop() {} };
    function finish() {
      allCame = true;
      decoder.end();
    }
    function breakOff(why: string) {
      if (!allCame) end(made.head ? "cut off" : "no answer", why);
    }
    reader.onHead = (head) => {
      made.head = { ...head, at: clock.now() };
      const [encoding = "identity"] = headerValues(made, "content-encoding");
      const fail = (why: string) => end("cut off", `its ${encoding} encoding is broken: ${why}`);
      decoder = createDecoder(encoding.trim().toLowerCase(), take, () => end("complete"), fail) ?? decoder;
    };
    reader.onBody = (bytes) => {
      sent += bytes.length;
      decoder.write(bytes);
      if (sent > maxBytes) end("gave up", tooMuch); // there are encodings that make nothing of much
    };
    reader.onEnd = finish;

    socket.on("connect", () => {
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n${body ?? ""}`);
    });
    socket.on("data", (bytes: Uint8Array) => {
      try {
        if (!over) reader.push(bytes);
      } catch (error) {
        breakOff((error as Error).message);
      }
    });
    socket.on("end", () => {
      if (reader.endsWithConnection) finish();
      else breakOff("the server closed the connection before its answer was complete");
    });
    socket.on("error", (error: Error & { code?: string }) => {
      breakOff(made.head ? `the connection broke off: ${error.code ?? error.message}` : reasonOf(error, url));
    });
    socket.on("close", () => breakOff("the connection was closed"));

    const stopAt = leave ?? timeout;
    const giveUp = () => {
      if (leave !== undefined && made.head) return end("left");
      if (made.head) return end("gave up", `the answer has not ended within ${timeout} ms`);
      end("no answer", `${reader.began ? "no whole head of an answer" : "nothing"} has come within ${timeout} ms`);
    };
    cancel = clock.at(stopAt, () => {
      // Who leaves after some time waits longer for an answer to begin.
      if (made.head || stopAt >= timeout) return giveUp();
      cancel = clock.at(timeout, giveUp);
    });
  });
}

/** Why a connection could not be made, in words. */
function reasonOf({ code, message }: { code?: string; message: string }, { host }: URL): string {
  const reasons: Record<string, string> = {
    ECONNREFUSED: `nothing listens on ${host}`,
    ENOTFOUND: `there is no host ${host}`,
    EAI_AGAIN: `there is no host ${host}`,
    ECONNRESET: "the connection was reset",
    ETIMEDOUT: `${host} does not answer`,
    EHOSTUNREACH: `${host} cannot be reached`,
  };
  return code && reasons[code] || message || `no connection to ${host} (${code ?? "unknown reason"})`;
}

interface Decoder {
  write: (bytes: Uint8Array) => void;
  /** There is no more. */
  end: () => void;
  /** Nobody wants more. */
  stop: () => void;
}

/** What reads a compressed body. Gives nothing for an encoding that there is not. */
function createDecoder(
  encoding: string,
  take: (bytes: Uint8Array) => void,
  done: () => void,
  fail: (why: string) => void,
): Decoder | undefined {
  const read = encoding === "gzip" || encoding === "x-gzip"
    ? createGunzip()
    : encoding === "deflate"
    ? createInflate()
    : encoding === "br"
    ? createBrotliDecompress()
    : undefined;
  if (!read) return;
  const all: Uint8Array[] = [];
  read.on("data", take);
  read.on("end", () => encoding === "br" ? checkBrotli(all).then(done, ({ message }) => fail(message)) : done());
  read.on("error", ({ message }) => fail(message));
  return {
    write(bytes) {
      if (encoding === "br") all.push(bytes);
      read.write(bytes);
    },
    end: () => read.end(),
    stop: () => read.destroy(),
  };
}

/**
 * Rejects if the encoding breaks off, which zlib of Deno 2.9.6 does not notice. No more than `maxBytes` come out of it:
 * it has been read before.
 */
async function checkBrotli(pieces: Uint8Array[]): Promise<void> {
  const whole = new Blob([Buffer.concat(pieces)]).stream();
  const read = whole.pipeThrough(new DecompressionStream("brotli" as CompressionFormat));
  await read.pipeTo(new WritableStream());
}

interface ResponseReader {
  /** Takes what came. @throws {Error} If it is no HTTP/1. */
  push: (bytes: Uint8Array) => void;
  /** Whether the body has no other end than that of the connection. */
  readonly endsWithConnection: boolean;
  /** Whether anything came. */
  readonly began: boolean;
  /** Bytes that came behind the end of the body. */
  readonly surplus: number;
  onHead: (head: Omit<Head, "at">) => void;
  /** Hears what came at once, without what stands between the chunks. */
  onBody: (bytes: Uint8Array) => void;
  onEnd: () => void;
}

/** Reads an HTTP/1 response: RFC 9112, sections 2 to 7. */
function createResponseReader(method: string): ResponseReader {
  type State = "head" | "sized" | "chunk size" | "chunk" | "chunk end" | "trailer" | "until close" | "over";
  let state: State = "head";
  let buffer: Buffer = Buffer.alloc(0);
  let left = 0;
  let headsBefore = 0;
  let body: Uint8Array[] = [];

  /** A line without its end, or nothing if it is not all there. */
  function takeLine(limit: number, what: string): string | undefined {
    const at = buffer.indexOf(10);
    if (at < 0) {
      if (buffer.length > limit) throw new Error(`${what} has more than ${limit} bytes`);
      return;
    }
    const line = buffer.toString("latin1", 0, at).replace(/\r$/, "");
    buffer = buffer.subarray(at + 1);
    return line;
  }

  function begin() {
    const end = /\r?\n\r?\n/.exec(buffer.toString("latin1", 0, maxHead + 4));
    if (!end) {
      if (buffer.length > 4 && !/^HTTP/.test(buffer.toString("latin1", 0, 4))) throw new Error("it is no HTTP answer");
      if (buffer.length > maxHead) throw new Error(`the head of the answer has more than ${maxHead} bytes`);
      return false;
    }
    const [first, ...lines] = buffer.toString("latin1", 0, end.index).split(/\r?\n/);
    buffer = buffer.subarray(end.index + end[0].length);
    const [, version, code, reason = ""] = /^HTTP\/(\d\.\d) (\d{3})(?: (.*))?$/.exec(first) ?? [];
    if (!version) throw new Error("it is no HTTP answer");
    const status = Number(code);
    if (status >= 100 && status < 200) { // another head follows
      if (++headsBefore > maxHeadsBefore) throw new Error(`more than ${maxHeadsBefore} heads came before the answer`);
      return true;
    }
    const headers = lines.map((line): [string, string] => {
      const colon = line.indexOf(":");
      return colon < 0 ? [line, ""] : [line.slice(0, colon), line.slice(colon + 1).trim()];
    });
    const valueOf = (name: string) => headers.find(([given]) => given.toLowerCase() === name)?.[1];
    reader.onHead({ version, status, reason, headers });
    const length = valueOf("content-length");
    if (method === "HEAD" || status === 204 || status === 304) return finish();
    if (/\bchunked\b/i.test(valueOf("transfer-encoding") ?? "")) state = "chunk size";
    else if (length !== undefined && /^\d+$/.test(length)) {
      left = Number(length);
      state = "sized";
      if (left === 0) return finish();
    } else state = "until close";
    return true;
  }

  function finish() {
    state = "over";
    return false;
  }

  /** Hands on the body that has been read. */
  function handOn() {
    const bytes = body.length === 1 ? body[0] : Buffer.concat(body);
    body = [];
    if (bytes.length > 0) reader.onBody(bytes);
  }

  function takeBody(): boolean {
    if (buffer.length === 0) return false;
    const bytes = state === "until close" ? buffer : buffer.subarray(0, left);
    buffer = buffer.subarray(bytes.length);
    left -= bytes.length;
    body.push(bytes);
    if (state === "until close" || left > 0) return false;
    if (state === "sized") return finish();
    state = "chunk end";
    return true;
  }

  /** Goes on by one step. Says whether there may be more to do. */
  function step(): boolean {
    switch (state) {
      case "head":
        return begin();
      case "sized":
      case "chunk":
      case "until close":
        return takeBody();
      case "chunk end": {
        const line = takeLine(2, "the end of a chunk");
        if (line === undefined) return false;
        if (line !== "") throw new Error("its chunked encoding is broken: a chunk is longer than it says");
        state = "chunk size";
        return true;
      }
      case "chunk size": {
        const line = takeLine(1024, "the size of a chunk");
        if (line === undefined) return false;
        if (!/^[0-9a-f]{1,8}\s*(;.*)?$/i.test(line)) {
          throw new Error("its chunked encoding is broken: a chunk has no size");
        }
        left = Number.parseInt(line, 16);
        state = left === 0 ? "trailer" : "chunk";
        return true;
      }
      case "trailer": {
        const line = takeLine(maxHead, "the trailer");
        if (line === undefined) return false;
        return line === "" ? finish() : true;
      }
      case "over":
        return false;
    }
  }

  let began = false;
  let ended = false;
  const reader: ResponseReader = {
    push(bytes) {
      began = true;
      buffer = buffer.length === 0 ? Buffer.from(bytes) : Buffer.concat([buffer, bytes]);
      try {
        while (step());
      } finally {
        handOn();
      }
      if (state === "over" && !ended) {
        ended = true;
        reader.onEnd();
      }
    },
    get endsWithConnection() {
      return state === "until close";
    },
    get began() {
      return began;
    },
    get surplus() {
      return state === "over" ? buffer.length : 0;
    },
    onHead() {},
    onBody() {},
    onEnd() {},
  };
  return reader;
}
