/**
 * The buffers of a parser of server-sent events after so many bytes, in the words of the HTML standard.
 *
 * @module
 */

import { type FieldRules, type Line, readField, readLines } from "../harness/core.ts";

/** The part of a stream that has come and is not handled yet. */
export interface Buffers {
  /** The line that has not ended yet, so far. */
  line: string;
  /** The data buffer: its lines. */
  data: string[];
  /** The event type buffer: the name of the event. */
  eventType: string;
  /** The last event ID buffer, which outlives its event. */
  lastEventId: string;
  /** Events that have been dispatched: those without a name are too, though the client ignores them [SSE-14]. */
  dispatched: number;
}

/** The buffers after `at` bytes of a stream have come. The standard's parser and the client's differ [SSE-9 to SSE-15]. */
export function buffersAt(bytes: Uint8Array, at: number, rules: FieldRules): Buffers {
  const lines = readLines({ bytes: bytes.subarray(0, at), offset: 0 });
  const last = lines.at(-1);
  const isOpen = last !== undefined && last.end === Math.min(at, bytes.length); // without a line end
  const buffers: Buffers = { line: "", data: [], eventType: "", lastEventId: "", dispatched: 0 };
  if (isOpen) {
    lines.pop();
    // A character of which only a part has come is not shown as a broken one.
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(last.start, last.end), {
      stream: true,
    });
    buffers.line = rules === "standard" && last.first ? text.replace(/^\uFEFF/, "") : text;
  }
  let isEvent = false; // something but comments has come
  for (const line of lines) {
    if (line.start === line.end) {
      // The client does not require data: it also dispatches blocks that neither reading takes for an event, without effect.
      if (rules === "client" ? isEvent : buffers.data.length > 0) buffers.dispatched++;
      Object.assign(buffers, { data: [], eventType: "" });
      isEvent = false;
    } else {
      isEvent ||= readField(line, "standard") !== undefined;
      addLine(buffers, line, rules);
    }
  }
  return buffers;
}

function addLine(buffers: Buffers, line: Line, rules: FieldRules): void {
  const read = readField(line, rules);
  if (read?.field === "event") buffers.eventType = read.value;
  else if (read?.field === "id" && (rules === "client" || !read.value.includes("\0"))) {
    buffers.lastEventId = read.value;
  } else if (read?.field === "data") {
    if (rules === "client" && buffers.data.length === 0 && read.value === "") return; // [SSE-9]
    buffers.data.push(read.value);
  }
}
