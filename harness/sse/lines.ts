/**
 * Bytes to whole lines that know where they stand.
 *
 * @module
 */

/** A range of bytes in a stream: from the first to before the last. */
export interface ByteRange {
  /** Offset of the first byte. */
  start: number;
  /** Offset behind the last byte. */
  end: number;
}

/** A line of a stream, without its line end. */
export interface Line extends ByteRange {
  /** The text, decoded as UTF-8. */
  text: string;
  /** Whether the stream begins here: only there a byte order mark is none of the line's. */
  first: boolean;
  /** Whether some of its bytes are no UTF-8: the text has U+FFFD for them. */
  broken: boolean;
}

/** Bytes that end with a blank line, or with the stream. */
export interface Segment {
  /** The bytes. */
  bytes: Uint8Array;
  /** Where they stand in the stream. */
  offset: number;
}

const LF = 10;
const CR = 13;
/** Leaves byte order marks in: what becomes of them is decided later. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

const strictDecoder = new TextDecoder("utf-8", { fatal: true });

/** Decodes whole lines, so no character is ever cut. */
export function decode(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** Collects chunks until a blank line has come [SSE-1, SSE-2]. */
export function createCollector(): {
  /** Bytes that wait for their blank line. */
  pending: () => number;
  /** Takes a chunk in. Gives what ends with a blank line: with what had waited for it, and without. */
  push: (chunk: Uint8Array) => Segment[];
  /** What is left when the stream ends. */
  rest: () => Segment;
} {
  let chunks: Uint8Array[] = [];
  let size = 0;
  let offset = 0;

  function keep(chunk: Uint8Array): void {
    if (chunk.length > 0) chunks.push(chunk);
    size += chunk.length;
  }

  function take(): Segment {
    const bytes = chunks.length === 1 ? chunks[0] : new Uint8Array(size);
    if (chunks.length !== 1) chunks.reduce((at, chunk) => (bytes.set(chunk, at), at + chunk.length), 0);
    const segment = { bytes, offset };
    chunks = [];
    offset += size;
    size = 0;
    return segment;
  }

  function push(chunk: Uint8Array): Segment[] {
    const before = chunks.at(-1)?.at(-1) ?? LF;
    const end = lastBlankLine(before, chunk);
    const segments: Segment[] = [];
    let start = 0;
    if (size > 0 && end > 0) { // what waits is copied up to the first blank line alone, and the chunk is not
      start = firstBlankLine(before, chunk);
      keep(chunk.subarray(0, start));
      segments.push(take());
    }
    if (end > start) {
      keep(chunk.subarray(start, end));
      segments.push(take());
    }
    keep(chunk.subarray(Math.max(end, 0)));
    return segments;
  }

  return { pending: () => size, push, rest: take };
}

/** Where the last blank line of a chunk ends, or -1. `before` is the byte before it. */
function lastBlankLine(before: number, chunk: Uint8Array): number {
  for (let i = chunk.length - 1; i >= 0; i--) if (endsBlankLine(before, chunk, i)) return i + 1;
  return -1;
}

/** Where the first one ends. */
function firstBlankLine(before: number, chunk: Uint8Array): number {
  for (let i = 0; i < chunk.length; i++) if (endsBlankLine(before, chunk, i)) return i + 1;
  return -1;
}

/** The LF of a CRLF that is cut between two chunks counts as another blank line: that does no harm. */
function endsBlankLine(before: number, chunk: Uint8Array, i: number): boolean {
  if (chunk[i] !== LF && chunk[i] !== CR) return false;
  const at = (i: number) => i === -1 ? before : chunk[i];
  const previous = chunk[i] === LF && at(i - 1) === CR ? at(i - 2) : at(i - 1);
  return previous === LF || previous === CR;
}

/** U+FFFD may also be what was sent. */
function isBroken(text: string, bytes: Uint8Array): boolean {
  if (!text.includes("\uFFFD")) return false;
  try {
    strictDecoder.decode(bytes);
    return false;
  } catch {
    return true;
  }
}

/** The lines of a segment, blank ones too. */
export function linesOf({ bytes, offset }: Segment): Line[] {
  const lines: Line[] = [];
  for (let start = 0; start < bytes.length;) {
    let end = start;
    while (end < bytes.length && bytes[end] !== LF && bytes[end] !== CR) end++;
    const own = bytes.subarray(start, end);
    const text = decode(own);
    lines.push({
      start: offset + start,
      end: offset + end,
      text,
      first: offset + start === 0,
      broken: isBroken(text, own),
    });
    start = end + (bytes[end] === CR && bytes[end + 1] === LF ? 2 : 1);
  }
  return lines;
}

/** The lines of each event: what stands between two blank lines. */
export function blocksOf(segment: Segment): Line[][] {
  const blocks: Line[][] = [];
  let block: Line[] = [];
  for (const line of linesOf(segment)) {
    if (line.start < line.end) block.push(line);
    else if (block.length > 0) {
      blocks.push(block);
      block = [];
    }
  }
  if (block.length > 0) blocks.push(block);
  return blocks;
}

/** A line's field and value [SSE-4]; no field at all for a comment, or where a byte order mark was all there is. */
export function fieldOf(line: Line, reading: "standard" | "client"): { field: string; value: string } | undefined {
  const strip = (text: string) => text.replace(/^\uFEFF/, "");
  const text = reading === "standard" && line.first ? strip(line.text) : line.text;
  const colon = text.indexOf(":");
  if (reading === "standard") {
    if (colon === 0 || text === "") return;
    if (colon < 0) return { field: text, value: "" };
    return { field: text.slice(0, colon), value: text.slice(colon + (text[colon + 1] === " " ? 2 : 1)) };
  }
  if (colon <= 0) return; // [SSE-10, SSE-11]
  // [SSE-13] The client decodes name and value each by itself, and a decoder takes a byte order mark away.
  return {
    field: strip(text.slice(0, colon)),
    value: strip(text.slice(colon + (text[colon + 1] === " " ? 2 : 1))),
  };
}
