/**
 * Explanations of streams, for tests of either dialect.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { ExplainedLine, Piece, ReadEvent } from "../../learn/explanation.ts";

/** Decodes the bytes of each piece. A character that is cut goes to the last of its pieces. */
export function decodeAll(bytes: Uint8Array, pieces: Piece[]): string[] {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return pieces.map(({ start, end }) => decoder.decode(bytes.subarray(start, end)));
}

/** Fails unless each byte of a stream is in one piece, and each piece has a reason and a clause. */
export function assertCovers(
  bytes: Uint8Array,
  { events, lines, clauseText }: {
    events: ReadEvent[];
    lines: ExplainedLine[];
    clauseText: (clause: string) => string | undefined;
  },
): void {
  let at = 0;
  for (const { start, end, next, ending, text, pieces, event } of lines) {
    assertEquals([start, next], [at, end + { "": 0, LF: 1, CR: 1, CRLF: 2 }[ending]]);
    assertEquals(text, new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(start, end)));
    for (const piece of pieces) {
      assertEquals(piece.start, at);
      assert(piece.end > piece.start);
      assert(piece.why && !/[\r\n]|\.$/.test(piece.why), piece.why);
      assert(clauseText(piece.clause), `${piece.clause} is no clause`);
      at = piece.end;
    }
    assertEquals(at, next);
    if (event !== undefined && start < end) {
      assert(events[event].lines.some((line) => line.start === start && line.end === end));
    }
  }
  assertEquals(at, bytes.length);
}

/** Writes the pieces of a line: kind, text and clause. Fields, colons, single spaces and line ends are left out. */
export function writePieces(bytes: Uint8Array, pieces: Piece[]): string[] {
  const usual = ["field", "colon", "space", "separator", "end"];
  return pieces.filter(({ kind }) => !usual.includes(kind)).map((piece) =>
    `${piece.kind} ${JSON.stringify(decodeAll(bytes, [piece])[0])} ${piece.clause}`
  );
}
