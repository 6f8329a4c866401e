/**
 * Text that was put together from the lines of an event, and knows the bytes of each of its characters.
 *
 * @module
 */

import { readField } from "./fields.ts";
import type { ByteRange, Line } from "./lines.ts";
import { byteLength } from "./utf8.ts";

/** Some characters of a line. */
export interface Piece {
  /** The line. */
  line: Line;
  /** Offset of the first character in the line's text. */
  from: number;
  /** Offset after the last character. */
  to: number;
}

/** Pieces of lines, joined with line feeds. */
export class SourceText {
  /** The text. */
  readonly text: string;
  /** The pieces before the text was trimmed. */
  readonly pieces: readonly Piece[];
  /** Number of characters that were trimmed at the beginning. */
  readonly #trimmed: number;

  /** Creates a text. `trimmed` is how many characters `text` lacks at the beginning. */
  constructor(pieces: readonly Piece[], text: string = joinPieces(pieces), trimmed = 0) {
    this.pieces = pieces;
    this.text = text;
    this.#trimmed = trimmed;
  }

  /** The text without white space at either end. */
  trim(): SourceText {
    const start = this.text.length - this.text.trimStart().length;
    return new SourceText(this.pieces, this.text.trim(), this.#trimmed + start);
  }

  /**
   * For each piece, the characters of the text that came from it, and where the first of these is in the line. A piece
   * that was trimmed away has none.
   */
  spans(): { from: number; to: number; lineOffset: number }[] {
    const clamp = (offset: number) => Math.min(Math.max(offset, 0), this.text.length);
    let start = -this.#trimmed;
    return this.pieces.map(({ from, to }) => {
      const first = clamp(start);
      const lineOffset = Math.min(Math.max(from + first - start, from), to);
      const span = { from: first, to: clamp(start + to - from), lineOffset };
      start += to - from + 1;
      return span;
    });
  }

  /** The bytes of some characters: one range for each line that they came from. */
  bytesAt(from: number, to: number): ByteRange[] {
    const ranges: ByteRange[] = [];
    let start = -this.#trimmed;
    for (const piece of this.pieces) {
      const end = start + piece.to - piece.from;
      if (start <= to && end >= from && (from === to || start < to && end > from)) {
        const shift = piece.from - start;
        ranges.push(bytesInLine(piece.line, Math.max(from, start) + shift, Math.min(to, end) + shift));
      }
      start = end + 1;
    }
    return ranges;
  }
}

function joinPieces(pieces: readonly Piece[]): string {
  return pieces.map(({ line, from, to }) => line.text.slice(from, to)).join("\n");
}

/** The bytes of some characters of a line. Where bytes are not UTF-8, characters cannot be counted: it is all of them. */
export function bytesInLine(line: Line, from = 0, to = line.text.length): ByteRange {
  const { text, start, end, broken } = line;
  if (broken) return { start, end };
  if (end - start === text.length) return { start: start + from, end: start + to };
  return { start: start + byteLength(text.slice(0, from)), end: start + byteLength(text.slice(0, to)) };
}

/** The values of the `data` lines of an event that the client keeps: it drops empty ones before the first text [SSE-9]. */
export function readDataText(lines: readonly Line[]): SourceText {
  const pieces: Piece[] = [];
  for (const line of lines) {
    const read = readField(line, "client");
    if (read?.field !== "data" || read.value === "" && pieces.length === 0) continue;
    pieces.push({ line, from: line.text.length - read.value.length, to: line.text.length });
  }
  return new SourceText(pieces);
}
