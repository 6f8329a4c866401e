/** Reads the bytes of an HTTP/1 response: RFC 9112, sections 2 to 7, and what Chromium takes beside it. */

import { Buffer } from "node:buffer";
import { type Head, headerValues } from "../recording.ts";

/** Bytes that the head may have, and interim heads such as `100 Continue` that may come before it. */
const maxHead = 64 * 1024;
const maxInterimHeads = 1_000;

/** Bytes that the line with the size of a chunk may have. */
const maxSizeLine = 16 * 1024;

/** The functions that a reader calls. */
export interface ResponseCallbacks {
  onHead: (head: Omit<Head, "at">) => void;
  /** Called once for each `push()` with bytes of the body, without the framing of chunks. */
  onBody: (bytes: Uint8Array) => void;
  onEnd: () => void;
}

/** The part of the response that the next bytes belong to. */
type State = "head" | "sized" | "chunk size" | "chunk" | "chunk end" | "trailer" | "until close" | "over";

/** A reader that is given the bytes of a connection, and calls back with the parts of the response. */
export class ResponseReader {
  #method: string;
  #callbacks: ResponseCallbacks;
  #state: State = "head";
  #hasBegun = false;
  /** Bytes that have come and are not read yet. */
  #buffer: Buffer = Buffer.alloc(0);
  /** Bytes that are missing of the body, or of the chunk. */
  #missing = 0;
  #interimHeads = 0;
  #trailerBytes = 0;
  /** Parts of the body that the current `push()` has found. */
  #bodyParts: Uint8Array[] = [];

  /** Creates a reader for the response to a request with this method. */
  constructor(method: string, callbacks: ResponseCallbacks) {
    this.#method = method;
    this.#callbacks = callbacks;
  }

  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** Whether the body ends only with the connection. */
  get endsWithConnection(): boolean {
    return this.#state === "until close";
  }

  /** Bytes that have come after the end of the body. */
  get surplus(): number {
    return this.#state === "over" ? this.#buffer.length : 0;
  }

  /** Reads more bytes. @throws {Error} If they are no HTTP/1. */
  push(bytes: Uint8Array): void {
    this.#hasBegun = true;
    this.#buffer = this.#buffer.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#buffer, bytes]);
    if (this.#state === "over") return;
    let next: State | undefined = this.#state;
    try {
      while (next !== undefined) {
        this.#state = next;
        next = this.#readPart();
      }
    } finally {
      this.#reportBody();
    }
    if (this.#state === "over") this.#callbacks.onEnd();
  }

  /** Reads one part. Returns the state after it, or nothing if more bytes have to come first. */
  #readPart(): State | undefined {
    switch (this.#state) {
      case "head":
        return this.#readHead();
      case "sized":
      case "chunk":
      case "until close":
        return this.#readBody();
      case "chunk size":
        return this.#readChunkSize();
      case "chunk end":
        return this.#readChunkEnd();
      case "trailer":
        return this.#readTrailer();
      case "over":
        return undefined;
    }
  }

  #readHead(): State | undefined {
    const text = this.#buffer.toString("latin1", 0, maxHead + 4);
    const end = /\r?\n\r?\n/.exec(text);
    if (!end) {
      const { length } = this.#buffer;
      if (!headStart.test(text)) throw new Error("it is not an HTTP answer");
      if (length > maxHead) throw new Error(`the head of the answer has more than ${maxHead} bytes`);
      return;
    }
    const head = parseHead(text.slice(0, end.index));
    this.#buffer = this.#buffer.subarray(end.index + end[0].length);
    if (head.status >= 100 && head.status < 200) {
      if (++this.#interimHeads > maxInterimHeads) {
        throw new Error(`more than ${maxInterimHeads} heads came before the answer`);
      }
      return "head";
    }
    this.#callbacks.onHead(head);
    return this.#beginBody(head);
  }

  /** Decides where the body ends: RFC 9112, section 6.3. */
  #beginBody(head: Omit<Head, "at">): State {
    const { status, version } = head;
    const valuesOf = (name: string) => headerValues({ head }, name);
    if (this.#method === "HEAD" || [204, 205, 304].includes(status)) return "over";
    const codings = valuesOf("transfer-encoding").join(",").toLowerCase().split(",").map((word) => word.trim());
    if (version !== "1.0" && codings.includes("chunked")) return "chunk size";
    const [length] = valuesOf("content-length").join(",").split(",");
    if (!/^\d+$/.test(length) || !Number.isSafeInteger(Number(length))) return "until close";
    this.#missing = Number(length);
    return this.#missing === 0 ? "over" : "sized";
  }

  #readBody(): State | undefined {
    if (this.#buffer.length === 0) return;
    const part = this.endsWithConnection ? this.#buffer : this.#buffer.subarray(0, this.#missing);
    this.#buffer = this.#buffer.subarray(part.length);
    this.#missing -= part.length;
    this.#bodyParts.push(part);
    if (this.endsWithConnection || this.#missing > 0) return;
    return this.#state === "sized" ? "over" : "chunk end";
  }

  #readChunkSize(): State | undefined {
    const line = this.#readLine(maxSizeLine, "the size of a chunk");
    if (line === undefined) return;
    // Leading zeros are ignored, however many there are.
    if (!/^0*[0-9a-f]{1,8} *(;.*)?$/i.test(line)) {
      throw new Error("its chunked encoding is broken: a chunk has no size");
    }
    this.#missing = Number.parseInt(line, 16);
    return this.#missing === 0 ? "trailer" : "chunk";
  }

  #readChunkEnd(): State | undefined {
    const line = this.#readLine(2, "the end of a chunk");
    if (line === undefined) return;
    if (line !== "") throw new Error("its chunked encoding is broken: a chunk is longer than it says");
    return "chunk size";
  }

  #readTrailer(): State | undefined {
    const line = this.#readLine(maxHead, "the trailer");
    if (line === undefined) return;
    this.#trailerBytes += line.length;
    if (this.#trailerBytes > maxHead) throw new Error(`the trailer has more than ${maxHead} bytes`);
    return line === "" ? "over" : "trailer";
  }

  /** Reads a line, or nothing if its end has not come. */
  #readLine(maxLength: number, what: string): string | undefined {
    const end = this.#buffer.indexOf(10);
    if (end < 0) {
      if (this.#buffer.length > maxLength) throw new Error(`${what} has more than ${maxLength} bytes`);
      return;
    }
    const line = this.#buffer.toString("latin1", 0, end).replace(/\r$/, "");
    this.#buffer = this.#buffer.subarray(end + 1);
    return line;
  }

  #reportBody(): void {
    const bytes = this.#bodyParts.length === 1 ? this.#bodyParts[0] : Buffer.concat(this.#bodyParts);
    this.#bodyParts = [];
    if (bytes.length > 0) this.#callbacks.onBody(bytes);
  }
}

/** The beginning of a head, as far as it has come. Chromium takes up to four bytes before a status line. */
const headStart = /^[^]{0,4}(?:HTTP|HTT$|HT$|H$|$)/i;

/** Parses a head, without the blank line at its end. */
function parseHead(text: string): Omit<Head, "at"> {
  if (text.includes("\0")) throw new Error("the head of the answer has a NUL in it, and browsers refuse it");
  const unfolded = text.replace(/^[^]{0,4}?(?=HTTP)/i, "").replace(/\r?\n[ \t]+/g, " ");
  const [first, ...lines] = unfolded.split(/\r?\n/).map((line) => line.trim());
  const [, version = "1.0", status, reason] = /^HTTP(?:\/(\d\.\d))?\S* +(\d{3})(?!\d) *(.*)$/i.exec(first) ?? [];
  if (status === undefined) throw new Error("it is not an HTTP answer");
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return colon < 0 ? [line, ""] : [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
  });
  return { version, status: Number(status), reason, headers };
}
