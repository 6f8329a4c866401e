/**
 * Lists when each event and each comment of a capture arrived.
 *
 * @module
 */

import { BOM, type ByteRange, type Line, readBlocks, readField } from "../harness/core.ts";
import { nameOf } from "./blocks.ts";
import type { Capture } from "./capture.ts";

/** An entry of a timeline. */
interface TimelineEntry {
  /** An event arrives with its blank line, a comment with its line end. An `id` or `retry` is that of the event before. */
  kind: "event" | "comment" | "id" | "retry" | "cut-off";
  /** Milliseconds since the response began. */
  at: number;
  /** Milliseconds since the entry before, or since the response began. */
  gap: number;
  long: boolean;
  /** The event's name, or the line. */
  label: string;
  /** The bytes of its lines. */
  range: ByteRange;
}

/** The milliseconds from which on a gap is long. */
const longGap = 250;

const LF = 10;
const CR = 13;
const maxLabel = 100;
const noName = "An event without a name";

/** Lists the entries in the order of their bytes. While the stream goes on, incomplete events and comments are left out. */
export function timelineOf(capture: Capture): TimelineEntry[] {
  const { bytes, ended } = capture;
  const arrivalOf = createClock(capture);
  const entries: TimelineEntry[] = [];

  /** Adds an entry that is complete with the byte before an offset. */
  function add(kind: TimelineEntry["kind"], offset: number, label: string, { start, end }: ByteRange): void {
    const at = arrivalOf(offset);
    const gap = at - (entries.at(-1)?.at ?? 0);
    const text = label.length > maxLabel ? `${label.slice(0, maxLabel)}…` : label;
    entries.push({ kind, at, gap, long: gap >= longGap, label: text, range: { start, end } });
  }

  for (const lines of readBlocks({ bytes, offset: 0 })) {
    for (const line of lines) {
      if (isComment(line) && (line.end < bytes.length || ended)) add("comment", line.end + 1, line.text, line);
    }
    if (lines.every((line) => !readField(line, "standard"))) continue; // no event
    const last = lines[lines.length - 1];
    const range = { start: lines[0].start, end: last.end };
    const blank = last.end + (bytes[last.end] === CR && bytes[last.end + 1] === LF ? 2 : 1);
    if (blank >= bytes.length) {
      if (ended) add("cut-off", bytes.length, `${nameOf(lines) ?? noName}, cut off`, range);
      continue;
    }
    add("event", blank + 1, nameOf(lines) ?? noName, range);
    for (const line of lines) {
      const field = readField(line, "client")?.field;
      if (field === "id" || field === "retry") add(field, blank + 1, line.text, line);
    }
  }
  return entries;
}

const isComment = ({ text, first }: Line) => text.startsWith(":") || first && text.startsWith(`${BOM}:`);

/** Returns a function that says when so many bytes had arrived. It is to be called with ascending numbers. */
function createClock({ chunks }: Capture): (offset: number) => number {
  let i = 0;
  return (offset) => {
    while (i < chunks.length - 1 && chunks[i].end < offset) i++;
    return chunks[i]?.at ?? 0;
  };
}
