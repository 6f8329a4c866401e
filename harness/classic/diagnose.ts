/**
 * What is wrong with the lines of an event, or not what it seems: by clause of docs/PROTOCOL.md, with the bytes.
 *
 * @module
 */

import type { EventSourceMessage } from "eventsource-parser";
import { dialect, eachFragmentLine, readInstruction } from "./instruction.ts";
import { type ByteRange, fieldOf, type Line } from "../sse/lines.ts";
import type { StreamEvent } from "../sse/parse.ts";

/** One remark on some bytes of a stream. */
export interface Diagnostic {
  /** The clause of docs/PROTOCOL.md, such as `FRG-4`. */
  clause: string;
  /** The bytes that it speaks of. */
  range: ByteRange;
  /** What the client will do. */
  message: string;
}

/** Where a raise by this name is described. */
const raises: Record<string, string> = {
  "unknown-merge": "FRG-13",
  "unknown-signal-key": "SIG-1",
  "unknown-delete-key": "DEL-9",
  "unknown-redirect-key": "RED-2",
  "unknown-console-mode": "CON-2",
};

const fields = ["data", "event", "id", "retry"];

type Remark = (clause: string, range: ByteRange, message: string) => void;

/**
 * Looks at an event and its lines. The remarks come in the order of their bytes, and are the same whoever's reading was
 * asked for: they speak of the client.
 */
export function diagnose(
  { lines, client, standard }: Pick<StreamEvent, "lines" | "client" | "standard">,
): Diagnostic[] {
  const found: Diagnostic[] = [];
  const remark: Remark = (clause, { start, end }, message) => found.push({ clause, range: { start, end }, message });
  const whole = { start: lines[0].start, end: lines[lines.length - 1].end };

  for (const line of lines) diagnoseLine(line, remark);
  if (!client) remark("SSE-8", whole, "The stream ends before the blank line of this event: the client drops it");
  else diagnoseEvent(client, standard, lines, whole, remark);
  return found.sort((a, b) => a.range.start - b.range.start);
}

function diagnoseEvent(
  client: EventSourceMessage,
  standard: EventSourceMessage | undefined,
  lines: Line[],
  whole: ByteRange,
  remark: Remark,
): void {
  if (client.event && !dialect.events.some((name) => name === client.event)) {
    const at = lines.findLast((line) => fieldOf(line, "client")?.field === "event") ?? whole; // [SSE-7]
    remark("SSE-14", at, `The client knows no event ${JSON.stringify(client.event)} and ignores it`);
  }
  if (!client.event && standard) remark("SSE-14", whole, "The event has no name: the client ignores it");
  if (client.event && !standard) {
    remark("SSE-15", whole, "The event has no data: the standard drops it, the client reads it all the same");
  }
  const text = client.data.trim();
  const rows = rowsOf(client.data, lines);
  const at = (row: number) => rows[row] ?? whole;
  try {
    readInstruction(client);
  } catch (error) {
    const { name, message } = error as Error;
    remark(raises[name] ?? "APP-16", at(rowOfRaise(name, text)), `The client raises ${name}: ${message}`);
  }
  if (client.event === "datastar-fragment") diagnoseFragment(text, at, whole, remark);
}

/** The lines that the rows of the data came from, once its ends are trimmed [SSE-9, SSE-16]. */
function rowsOf(data: string, lines: Line[]): Line[] {
  const rows = lines.flatMap((line) => {
    const read = fieldOf(line, "client");
    return read?.field === "data" ? [{ line, value: read.value }] : [];
  });
  const first = rows.findIndex(({ value }) => value !== "");
  const trimmed = data.length - data.trimStart().length;
  return rows.slice(Math.max(first, 0) + countLF(data.slice(0, trimmed))).map(({ line }) => line);
}

function countLF(text: string): number {
  return text.split("\n").length - 1;
}

/** The row at which the client raises. Only these two kinds of events are read row by row. */
function rowOfRaise(name: string, text: string): number {
  if (name === "unknown-signal-key") {
    return text.split("\n").findIndex((row) => !["store", "onlyIfMissing"].includes(row.split(" ", 1)[0]));
  }
  let found: number | undefined;
  if (name === "unknown-merge") {
    eachRow(text, (row, open, opens, value) => {
      if (opens && open === "merge" && !isOption(open, value)) found ??= row;
    });
  }
  return found ?? 0;
}

/** {@linkcode eachFragmentLine}, counting. `skipped` are the empty rows before the row. */
function eachRow(
  text: string,
  visit: (row: number, open: string, opens: boolean, value: string, skipped: number) => void,
): void {
  let row = -1;
  let previous = 0;
  eachFragmentLine(text, (open, opens, from, to) => {
    const skipped = row < 0 ? 0 : countLF(text.slice(previous, from)) - 1;
    row += 1 + skipped;
    previous = to;
    visit(row, open, opens, text.slice(from, to), skipped);
  });
}

function diagnoseLine(line: Line, remark: Remark): void {
  const standard = fieldOf(line, "standard");
  const client = fieldOf(line, "client");
  if (!standard) return;
  const { field, value } = standard;
  if (line.broken) remark("SSE-3", line, "There are bytes that are no UTF-8; they become U+FFFD");
  if (line.first && line.text.startsWith("\uFEFF\uFEFF")) {
    remark("SSE-12", line, "There is a second byte order mark: it makes the field unknown, and the line is ignored");
  } else if (!fields.includes(field) && !fields.includes(client?.field ?? field)) {
    remark("SSE-5", line, `There is no field ${JSON.stringify(field)}: the line is ignored`);
  } else if (!client && field === "data") {
    remark("SSE-10", line, "`data` has no colon: the standard adds an empty line, the client ignores it");
  } else if (!client && field === "event") {
    remark("SSE-11", line, "`event` has no colon: the standard takes the name away, the client keeps it");
  } else if (!client && field === "id") {
    remark("REQ-11", line, "`id` has no colon: the standard clears the id, the client ignores it");
  } else if (client && (client.field !== field || client.value !== value)) {
    remark("SSE-13", line, "The client removes the byte order mark here, the standard keeps it");
  } else if (field === "retry" && !/^\d+$/.test(value)) {
    const ms = Number.parseInt(value, 10);
    remark("REQ-10", line, `The standard ignores this \`retry\`; the client ${isNaN(ms) ? "too" : `waits ${ms} ms`}`);
  } else if (field === "retry" && Number(value) > 2 ** 31 - 1) {
    remark("REQ-10", line, "No timer can wait that long: the client asks again at once");
  } else if (field === "id" && value.includes("\0")) {
    remark("REQ-11", line, "The standard ignores an `id` with NUL, the client does not");
  } else if (field === "id" && /[^\0-\xff]/.test(value)) {
    remark("REQ-11", line, "No header can hold this `id`: after it the client can send no request again");
  }
}

/** Goes through the text of a fragment, as the client does, with the line that each row came from. */
function diagnoseFragment(text: string, at: (row: number) => ByteRange, whole: ByteRange, remark: Remark): void {
  const given = new Map<string, string>();
  let before = "";
  eachRow(text, (row, open, opens, value, skipped) => {
    const line = at(row);
    const [word] = value.split(" ", 1);
    if (before === "fragment" && skipped > 0) remark("FRG-7", line, "Empty lines before this one are lost");
    before = open;
    if (opens && open !== "fragment" && given.has("fragment") && !isOption(open, value)) {
      remark("FRG-6", line, `The client takes this line of the fragment for the option \`${open}\``);
    }
    if (!opens && open === "fragment") {
      if (word === "fragment") remark("FRG-4", line, "The word `fragment` becomes text of the page");
    } else if (!opens && open !== "" && word === open) {
      if (value.slice(open.length + 1) !== given.get(open)) {
        remark("FRG-10", line, `\`${open}\` is repeated: the client ignores this line`);
      }
    } else if (!opens && word === "" && dialect.keys.some((key) => key === value.trim().split(" ", 1)[0])) {
      remark("FRG-12", line, "There is a second space after the colon: the client ignores this line");
    } else if (!opens) {
      remark("FRG-9", line, `There is no key ${JSON.stringify(word)} here: the client ignores this line`);
    } else if (open === "settle" && Number.isNaN(Number.parseInt(value))) {
      remark("FRG-14", line, "The client reads no number of milliseconds here, and takes 0");
    } else if (open === "vt" && !["true", "false"].includes(value)) {
      remark("FRG-15", line, "Only `true` asks for a view transition: the client takes this for `false`");
    }
    if (!opens) return;
    if (open !== "fragment" && given.has(open) && given.get(open) !== value) {
      remark("FRG-10", line, `\`${open}\` was given before with another value: this one counts`);
    }
    given.set(open, value);
  });
  if (!given.has("fragment")) remark("FRG-16", whole, "There is no `fragment`: the client merges `<div></div>`");
}

/** Whether a value is one that somebody would give to this option on purpose. */
function isOption(key: string, value: string): boolean {
  if (key === "merge") return dialect.modes.some((mode) => mode === value);
  if (key === "settle") return /^\d+$/.test(value);
  if (key === "vt") return value === "true" || value === "false";
  return value !== "";
}
