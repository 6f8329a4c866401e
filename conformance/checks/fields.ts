/**
 * The lines of a stream as fields, each with its place.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { StreamEvidence } from "../interpret.ts";
import type { ByteRange, Line, StreamEvent } from "../../harness/mod.ts";

/** A line that is neither blank nor a comment. */
export interface Field extends Line {
  /** The event that it is in. */
  event: StreamEvent;
  /** The text, without the byte order mark that a stream may begin with. */
  body: string;
  /** The field's name; the whole text where there is no colon. */
  name: string;
  /** The offset of the colon in the text, or -1. */
  colon: number;
  /** The value; nothing where there is no colon. */
  value: string;
}

/** The byte order mark. */
export const BOM = "\uFEFF";

/** The fields that there are [SSE-5]. */
export const fieldNames: readonly string[] = ["event", "data", "id", "retry"];

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

function readField({ text, start, end, first, broken }: Line, event: StreamEvent): Field {
  const body = first && text.startsWith(BOM) ? text.slice(1) : text;
  const colon = text.indexOf(":");
  const name = colon < 0 ? body : text.slice(text.length - body.length, colon);
  const value = colon < 0 ? "" : text.slice(colon + (text[colon + 1] === " " ? 2 : 1));
  return { text, start, end, first, broken, event, body, name, colon, value };
}

/** The bytes of some characters of a line. */
export function rangeIn({ text, start, end, broken }: Line, from = 0, to = text.length): ByteRange {
  if (broken) return { start, end }; // characters do not tell how many bytes they were
  return {
    start: start + Buffer.byteLength(text.slice(0, from)),
    end: end - Buffer.byteLength(text.slice(to)),
  };
}

/** The bytes that are no UTF-8, up to `limit` sequences. A last character that may still become whole is not one. */
export function brokenRanges(bytes: Uint8Array, ended: boolean, limit: number): ByteRange[] {
  const found: ByteRange[] = [];
  for (let i = 0; i < bytes.length && found.length < limit;) {
    const [length, valid] = sequenceAt(bytes, i);
    if (!valid && (ended || i + length < bytes.length)) found.push({ start: i, end: i + length });
    i += length;
  }
  return found;
}

/** The length of the UTF-8 sequence at an offset, as far as it is one, and whether it is whole. */
function sequenceAt(bytes: Uint8Array, at: number): [length: number, valid: boolean] {
  const first = bytes[at];
  if (first < 0x80) return [1, true];
  if (first < 0xc2 || first > 0xf4) return [1, false];
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  // The second byte has narrower bounds where a longer form, a surrogate, or more than U+10FFFF would begin.
  const least = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const most = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  for (let i = 1; i < length; i++) {
    const byte = bytes[at + i];
    if (byte === undefined || byte < (i === 1 ? least : 0x80) || byte > (i === 1 ? most : 0xbf)) return [i, false];
  }
  return [length, true];
}
