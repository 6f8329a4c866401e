/**
 * HTTP answers, byte for byte.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import type { Mutant } from "./mutant.ts";

/** An answer of an endpoint. */
export interface Answer {
  /** Writes the answer to a connection on which a request has come. */
  answer: (socket: Socket) => void;
  /** Milliseconds after which the answer is left: it has no end, or none that is waited for. */
  leaveAfter?: number;
  /** Milliseconds that an answer may take that has an end. */
  timeout?: number;
}

/** An answer with one fault. */
export interface AnswerMutant extends Mutant, Answer {}

/** An answer with a name, for the titles of tests. */
export interface NamedAnswer extends Answer {
  name: string;
}

/** Text or bytes. */
type Piece = string | Uint8Array;

const join = (pieces: Piece[]) => Buffer.concat(pieces.map((piece) => Buffer.from(piece as string)));

/** A head. */
export const head = (lines: string[], first = "HTTP/1.1 200 OK"): string => [first, ...lines].join("\r\n") + "\r\n\r\n";

/** A body in chunks. */
export function chunked(...pieces: Piece[]): Buffer {
  const open = pieces.flatMap((piece) => {
    const bytes = Buffer.from(piece as string);
    return [Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")];
  });
  return Buffer.concat(open);
}

export const lastChunk = "0\r\n\r\n";

/** Writes pieces, and then closes the connection. */
export const send = (...pieces: Piece[]) => (socket: Socket): void => {
  socket.end(join(pieces));
};

/** Writes pieces, and leaves the connection open. */
export const hold = (...pieces: Piece[]) => (socket: Socket): void => {
  socket.write(join(pieces));
};

/** Functions that write answers, which have this body and these headers unless others are given. */
export const answersOf = (event: string, headers: string[]) => ({
  /** An answer that ends, in chunks. */
  whole: (lines: string[], first?: string, body: Piece = event) =>
    send(head([...lines, "transfer-encoding: chunked"], first), chunked(body), lastChunk),
  /** An answer with a length, which need not be that of its body. */
  sized: (length: number | string, body: Piece = event, lines = headers) =>
    send(head([...lines, `content-length: ${length}`]), body),
  /** An answer without an end. */
  feed: (lines: string[], ...pieces: Piece[]) =>
    hold(head([...lines, "transfer-encoding: chunked"]), chunked(...pieces)),
});
