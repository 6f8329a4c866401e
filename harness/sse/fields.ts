/**
 * The fields of lines, as the HTML standard reads them and as Datastar's clients do. All generations of the client have
 * the same reader, a copy of fetch-event-source.
 *
 * @module
 */

import type { EventSourceMessage } from "eventsource-parser";
import type { Line } from "./lines.ts";

/** A field of an event. */
export interface Field {
  /** The field's name. */
  field: string;
  /** The field's value, without one space after the colon. */
  value: string;
}

/** Whose rules apply to a line: those of the HTML standard, or those of the clients. */
export type FieldRules = "standard" | "client";

/** Names of the fields that have a meaning [SSE-5]. */
export const fieldNames: readonly string[] = ["event", "data", "id", "retry"];

/** The byte order mark. */
export const BOM = "\uFEFF";

const stripMark = (text: string) => text.startsWith(BOM) ? text.slice(1) : text;

/** Reads the field of a line [SSE-4]. A comment has none. */
export function readField(line: Pick<Line, "text" | "first">, rules: FieldRules): Field | undefined {
  const text = rules === "standard" && line.first ? stripMark(line.text) : line.text;
  const colon = text.indexOf(":");
  if (colon === 0 || text === "") return;
  if (colon < 0) return rules === "standard" ? { field: text, value: "" } : undefined; // [SSE-10, SSE-11]
  const field = text.slice(0, colon);
  const value = text.slice(colon + (text[colon + 1] === " " ? 2 : 1));
  // [SSE-13] The client decodes name and value separately, and the decoder removes a byte order mark from each.
  return rules === "standard" ? { field, value } : { field: stripMark(field), value: stripMark(value) };
}

/** Reads the lines of one event as the client does: it dispatches at each blank line, with or without data [SSE-15]. */
export function readClientMessage(lines: readonly Line[]): EventSourceMessage {
  const message: EventSourceMessage = { id: undefined, event: undefined, data: "" };
  for (const line of lines) {
    const { field, value } = readField(line, "client") ?? {};
    if (field === "data") message.data = message.data ? `${message.data}\n${value}` : value!; // [SSE-9]
    else if (field === "event") message.event = value || undefined;
    else if (field === "id") message.id = value;
  }
  return message;
}
