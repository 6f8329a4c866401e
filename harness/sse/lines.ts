/**
 * Bytes to whole lines that know where they are in the stream.
 *
 * @module
 */

/** A range of bytes in a stream. */
export interface ByteRange {
  /** Offset of the first byte. */
  start: number;
  /** Offset after the last byte. */
  end: number;
}

/** A line of a stream, without its line end. */
export interface Line extends ByteRange {
  /** The text, decoded as UTF-8. */
  text: string;
  /** Whether this is the first line of the stream, where a byte order mark is not part of the line. */
  first: boolean;
  /** Whether some bytes are not UTF-8. The text has U+FFFD in their place. */
  broken: boolean;
}

/** Bytes that end with a blank line, or with the stream. */
export interface Segment {
  /** The bytes. */
  bytes: Uint8Array;
  /** Offset of the first byte in the stream. */
  offset: number;
}

const LF = 10;
const CR = 13;
/** Keeps byte order marks: the readings of an event differ in what they make of them. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

const strictDecoder = new TextDecoder("utf-8", { fatal: true });

/** Decodes whole lines, in which no character is cut. */
export function decodeLines(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** Collects the chunks of a stream, and cuts it after blank lines [SSE-1, SSE-2]. */
export class SegmentCollector {
  /** Chunks after the last blank line. */
  #chunks: Uint8Array[] = [];
  /** Their bytes. */
  #size = 0;
  /** Bytes of the segments that were returned: where the next one begins. */
  #offset = 0;

  /** Number of bytes that wait for their blank line. */
  get pending(): number {
    return this.#size;
  }

  /**
   * Adds a chunk. Returns the complete segments: first the one that the waiting bytes belong to, then the rest of the
   * chunk up to its last blank line, separately so that it does not have to be copied.
   */
  push(chunk: Uint8Array): Segment[] {
    const before = this.#chunks.at(-1)?.at(-1) ?? LF;
    const end = lastBlankLine(before, chunk);
    const segments: Segment[] = [];
    let start = 0;
    if (this.#size > 0 && end > 0) {
      start = firstBlankLine(before, chunk);
      this.#keep(chunk.subarray(0, start));
      segments.push(this.end());
    }
    if (end > start) {
      this.#keep(chunk.subarray(start, end));
      segments.push(this.end());
    }
    this.#keep(chunk.subarray(Math.max(end, 0)));
    return segments;
  }

  /** Ends the stream. Returns the bytes that still wait. */
  end(): Segment {
    const chunks = this.#chunks;
    const bytes = chunks.length === 1 ? chunks[0] : new Uint8Array(this.#size);
    if (chunks.length !== 1) chunks.reduce((at, chunk) => (bytes.set(chunk, at), at + chunk.length), 0);
    const segment = { bytes, offset: this.#offset };
    this.#chunks = [];
    this.#offset += this.#size;
    this.#size = 0;
    return segment;
  }

  #keep(chunk: Uint8Array): void {
    if (chunk.length > 0) this.#chunks.push(chunk);
    this.#size += chunk.length;
  }
}

/** Offset after the last blank line of a chunk, or -1. `before` is the byte before the chunk. */
function lastBlankLine(before: number, chunk: Uint8Array): number {
  for (let i = chunk.length - 1; i >= 0; i--) if (endsBlankLine(before, chunk, i)) return i + 1;
  return -1;
}

/** Offset after the first blank line of a chunk, or -1. */
function firstBlankLine(before: number, chunk: Uint8Array): number {
  for (let i = 0; i < chunk.length; i++) if (endsBlankLine(before, chunk, i)) return i + 1;
  return -1;
}

/** The LF of a CRLF that is cut between two chunks counts as one more blank line, which does no harm. */
function endsBlankLine(before: number, chunk: Uint8Array, i: number): boolean {
  if (chunk[i] !== LF && chunk[i] !== CR) return false;
  const at = (i: number) => i === -1 ? before : chunk[i];
  const previous = chunk[i] === LF && at(i - 1) === CR ? at(i - 2) : at(i - 1);
  return previous === LF || previous === CR;
}

/** Finds the lines of some bytes: where each begins, where its text ends, and where the next one begins. */
export function* findLines(bytes: Uint8Array): Generator<{ start: number; end: number; next: number }> {
  for (let start = 0; start < bytes.length;) {
    let end = start;
    while (end < bytes.length && bytes[end] !== LF && bytes[end] !== CR) end++;
    const next = Math.min(end + (bytes[end] === CR && bytes[end + 1] === LF ? 2 : 1), bytes.length);
    yield { start, end, next };
    start = next;
  }
}

/** Reads the lines of a segment, blank ones included. */
export function readLines({ bytes, offset }: Segment): Line[] {
  return Array.from(findLines(bytes), ({ start, end }) => {
    const own = bytes.subarray(start, end);
    const text = decoder.decode(own);
    const first = offset + start === 0;
    return { start: offset + start, end: offset + end, text, first, broken: isBroken(text, own) };
  });
}

/** Whether bytes are not UTF-8. U+FFFD in the text may also be what was sent. */
function isBroken(text: string, bytes: Uint8Array): boolean {
  if (!text.includes("\uFFFD")) return false;
  try {
    strictDecoder.decode(bytes);
    return false;
  } catch {
    return true;
  }
}

/** The lines of each event of a segment: those between two blank lines. */
export function readBlocks(segment: Segment): Line[][] {
  const blocks: Line[][] = [];
  let block: Line[] = [];
  for (const line of readLines(segment)) {
    if (line.start < line.end) block.push(line);
    else if (block.length > 0) {
      blocks.push(block);
      block = [];
    }
  }
  if (block.length > 0) blocks.push(block);
  return blocks;
}
