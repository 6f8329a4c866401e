/**
 * Texts that an event carries, and the bytes of the stream that each piece of them came from.
 *
 * @module
 */

import { type ByteRange, eachFragmentLine, fieldOf, type Line, type StreamEvent } from "../../harness/mod.ts";

/** A text, and its place in the stream. */
export interface Source {
  text: string;
  /** The bytes of a piece of the text: one range for each line. */
  at: (from: number, to: number) => ByteRange[];
}

/** A piece of a line's text. */
interface Piece {
  line: Line;
  from: number;
  to: number;
}

type Lines = Pick<StreamEvent, "lines">;

/** The data of an event as the client has it: without white space at its ends [SSE-16]. */
export function dataOf(event: Lines): Source {
  return sourceOf(dataPieces(event));
}

/** The HTML of a fragment. */
export function htmlOf(event: Lines): Source {
  const rows = dataPieces(event);
  const { text, skipped } = joined(rows);
  const pieces: Piece[] = [];
  let row = 0;
  let start = 0; // of the row, in the data with its white space
  eachFragmentLine(text, (open, _opens, from, to) => {
    if (open !== "fragment") return;
    while (from + skipped > start + lengthOf(rows[row])) start += lengthOf(rows[row++]) + 1;
    const shift = rows[row].from - start + skipped;
    pieces.push({ line: rows[row].line, from: from + shift, to: to + shift });
  });
  return sourceOf(pieces);
}

/** The text that a `datastar-signal` merges [SIG-2]. */
export function storeTextOf(event: Lines): Source {
  const pieces = dataPieces(event).flatMap(({ line, from, to }) => {
    const key = /^\s*store(?: |$)/.exec(line.text.slice(from, to));
    return key ? [{ line, from: from + key[0].length, to }] : [];
  });
  return sourceOf(pieces);
}

/** A place in a text, as people count. */
export function placeIn(text: string, offset: number): string {
  const lines = text.slice(0, offset).split("\n");
  return `line ${lines.length}, column ${[...lines[lines.length - 1]].length + 1}`;
}

/** The values of the `data` lines that count: the client drops empty ones before the first with text [SSE-9]. */
function dataPieces({ lines }: Lines): Piece[] {
  const rows = lines.flatMap((line) => {
    const read = fieldOf(line, "client");
    return read?.field === "data" ? [{ line, from: line.text.length - read.value.length, to: line.text.length }] : [];
  });
  const first = rows.findIndex((row) => lengthOf(row) > 0);
  return first < 0 ? [] : rows.slice(first);
}

const lengthOf = ({ from, to }: Piece) => to - from;

function joined(pieces: Piece[]): { text: string; skipped: number } {
  const whole = pieces.map(({ line, from, to }) => line.text.slice(from, to)).join("\n");
  return { text: whole.trim(), skipped: whole.length - whole.trimStart().length };
}

function sourceOf(pieces: Piece[]): Source {
  const { text, skipped } = joined(pieces);
  return {
    text,
    at(from, to) {
      const ranges: ByteRange[] = [];
      let start = -skipped;
      for (const piece of pieces) {
        const end = start + lengthOf(piece);
        if (start <= to && end >= from && (from === to || start < to && end > from)) {
          const shift = piece.from - start;
          ranges.push(bytesOfPiece(piece.line, Math.max(from, start) + shift, Math.min(to, end) + shift));
        }
        start = end + 1;
      }
      return ranges;
    },
  };
}

const encoder = new TextEncoder();

/** The bytes of some characters of a line. Bytes that are no UTF-8 cannot be counted by their text. */
function bytesOfPiece({ text, start, end, broken }: Line, from: number, to: number): ByteRange {
  if (broken) return { start, end };
  const bytesTo = (offset: number) => encoder.encode(text.slice(0, offset)).length;
  return { start: start + bytesTo(from), end: start + bytesTo(to) };
}
