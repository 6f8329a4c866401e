/**
 * A stream in blocks: the bytes from one blank line to the next, each read for itself. So an edit costs no more than the
 * block that it touches, however long the stream is.
 *
 * @module
 */

import {
  type ByteRange,
  type Diagnostic,
  findLines,
  type Line,
  readField,
  readLines,
  type StreamEvent,
} from "../harness/core.ts";
import { explainLines, shapeLine } from "./explain.ts";
import type { ExplainedLine, Explainer, ReadEvent } from "./explanation.ts";

/** Bytes up to a blank line, that one included, or to the end of the stream. */
export interface Block<Event extends ReadEvent = StreamEvent> {
  /** The bytes. */
  bytes: Uint8Array;
  /** The lines, their places counted from the block's first byte. */
  lines: ExplainedLine[];
  /** The event that the lines are, if they are one. Its own places are not to be used. */
  event?: Event;
  /** The remarks, their places counted from the block's first byte. */
  remarks: Diagnostic[];
}

/** Milliseconds of work between two pauses. */
const slice = 8;

const LF = 10;
const CR = 13;

/** Offsets of the ends of all blocks: after each blank line, and at the end. */
export function findBlockEnds(bytes: Uint8Array): number[] {
  const ends: number[] = [];
  for (const { start, end, next } of findLines(bytes)) if (start === end) ends.push(next);
  if (bytes.length > 0 && ends.at(-1) !== bytes.length) ends.push(bytes.length);
  return ends;
}

/**
 * Reads the blocks of a stream.
 *
 * @param options.known Blocks of earlier readings by their bytes. New blocks are added to it.
 * @param options.pause Called after some milliseconds of work, and waited for, so that a page stays responsive.
 */
export async function readBlocks(
  bytes: Uint8Array,
  { explainer, known = new Map(), pause }: {
    explainer: Explainer<StreamEvent>;
    known?: Map<string, Block>;
    pause?: () => Promise<void>;
  },
): Promise<Block[]> {
  const blocks: Block[] = [];
  let start = 0;
  let until = performance.now() + slice;
  for (const end of findBlockEnds(bytes)) {
    if (pause && performance.now() > until) {
      await pause();
      until = performance.now() + slice;
    }
    const own = bytes.subarray(start, end);
    let key = start === 0 ? "first:" : ":";
    for (const byte of own) key += String.fromCharCode(byte);
    let block = known.get(key);
    if (!block) known.set(key, block = await readBlock(own, start === 0, explainer));
    blocks.push(block);
    start = end;
  }
  return blocks;
}

/** The longest block that is explained byte by byte. A longer one is an attack, or a file: it is shown as it is. */
const maxExplained = { bytes: 256 * 1024, lines: 5_000 };

/** The lines of some bytes, each with one piece. */
function readPlainLines(bytes: Uint8Array, clause: string): ExplainedLine[] {
  const why = "This part is too long to explain byte by byte";
  return readLines({ bytes, offset: 0 }).map((line) => {
    const shaped = shapeLine(bytes, line);
    const { start, next: end } = shaped;
    if (end > start) shaped.pieces.push({ start, end, kind: "text", why, clause });
    return shaped;
  });
}

/** The name of an event as the client reads it, even if the event is cut off [SSE-7]. */
export function nameOf(lines: readonly Line[]): string | undefined {
  const named = lines.map((line) => readField(line, "client")).findLast((read) => read?.field === "event");
  return named?.value || undefined;
}

/** Reads one block. `first` is whether the stream begins with it. */
export async function readBlock<Event extends ReadEvent>(
  bytes: Uint8Array,
  first: boolean,
  explainer: Explainer<Event>,
): Promise<Block<Event>> {
  // A byte order mark is skipped only where the stream begins, so any other block is read after a blank line.
  const lead = first ? 0 : 1;
  const read = first ? bytes : new Uint8Array([LF, ...bytes]);
  const events = await Array.fromAsync(explainer.readStream(read));
  const ends = read.reduce((sum, byte) => sum + Number(byte === LF || byte === CR), 0);
  const isLong = read.length > maxExplained.bytes || ends > maxExplained.lines;
  const lines = (isLong ? readPlainLines(read, explainer.clauses.blankLine) : explainLines(read, events, explainer))
    .slice(lead);
  const [event] = events;
  const shift = <T extends ByteRange>(range: T): T => ({
    ...range,
    start: range.start - lead,
    end: range.end - lead,
  });
  return {
    bytes,
    lines: lines.map((line) => ({ ...shift(line), next: line.next - lead, pieces: line.pieces.map(shift) })),
    event,
    remarks: (event?.diagnostics ?? []).map((remark) => ({ ...remark, range: shift(remark.range) })),
  };
}
