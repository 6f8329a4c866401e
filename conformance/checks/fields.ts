/** The lines of a stream as fields, each with its place. */

import type { StreamEvidence } from "../stream_evidence.ts";
import { BOM, type ByteRange, type Line, readSequence, type SseEvent } from "../../harness/mod.ts";

/** A line that is neither blank nor a comment. */
export interface Field extends Line {
  /** The event that it is in. */
  event: SseEvent;
  /** The text, without the byte order mark that a stream may begin with. */
  body: string;
  /** The field's name; the whole text where there is no colon. */
  name: string;
  /** The offset of the colon in the text, or -1. */
  colon: number;
  /** The value; nothing where there is no colon. */
  value: string;
}

/** Reads the fields of a stream. A line that has not come to its end is left out. */
export function fieldsIn({ events, ended, bytes }: Pick<StreamEvidence, "events" | "ended" | "bytes">): Field[] {
  const fields: Field[] = [];
  for (const { event } of events) {
    for (const line of event.lines) {
      const field = readField(line, event);
      const isComment = field.colon === 0 || field.body.startsWith(":") || field.body === "";
      if (!isComment && (ended || line.end < bytes.length)) fields.push(field);
    }
  }
  return fields;
}

function readField({ text, start, end, first, broken }: Line, event: SseEvent): Field {
  const body = first && text.startsWith(BOM) ? text.slice(1) : text;
  const colon = text.indexOf(":");
  const name = colon < 0 ? body : text.slice(text.length - body.length, colon);
  const value = colon < 0 ? "" : text.slice(colon + (text[colon + 1] === " " ? 2 : 1));
  return { text, start, end, first, broken, event, body, name, colon, value };
}

/** The bytes that are no UTF-8, up to `limit` sequences. A last character that may still become whole is not one. */
export function brokenRanges(bytes: Uint8Array, ended: boolean, limit: number): ByteRange[] {
  const found: ByteRange[] = [];
  for (let i = 0; i < bytes.length && found.length < limit;) {
    const { length, valid } = readSequence(bytes, i);
    if (!valid && (ended || i + length < bytes.length)) found.push({ start: i, end: i + length });
    i += length;
  }
  return found;
}
