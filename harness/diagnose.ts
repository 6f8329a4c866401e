/**
 * What is wrong with the lines of an event, or not what it seems: by clause of docs/PROTOCOL.md, with the bytes.
 *
 * @module
 */

import { dialect, eachFragmentLine } from "./instruction.ts";
import { type ByteRange, fieldOf, type Line } from "./lines.ts";
import type { StreamEvent } from "./parse.ts";

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

/** Looks at an event and its lines. The remarks come in the order of their bytes. */
export function diagnose(read: Omit<StreamEvent, "range" | "diagnostics">): Diagnostic[] {
  const found: Diagnostic[] = [];
  const { lines, client, standard } = read;
  const remark = (clause: string, { start, end }: ByteRange, message: string) =>
    found.push({ clause, range: { start, end }, message });
  const whole = { start: lines[0].start, end: lines[lines.length - 1].end };

  for (const line of lines) diagnoseLine(line, remark);
  if (!client) {
    remark("SSE-8", whole, "The stream ends before the blank line of this event: the client drops it");
    return found;
  }
  if (client.event && !dialect.events.some((name) => name === client.event)) {
    const at = lines.find((line) => fieldOf(line, "client")?.field === "event") ?? whole;
    remark("SSE-14", at, `The client knows no event ${JSON.stringify(client.event)} and ignores it`);
  }
  if (!client.event && standard) remark("SSE-14", whole, "The event has no name: the client ignores it");
  if (client.event && !standard) {
    remark("SSE-15", whole, "The event has no data: the standard drops it, the client reads it all the same");
  }
  if (read.error) {
    const clause = raises[read.error.name] ?? "APP-16";
    remark(clause, dataLine(lines) ?? whole, `The client raises ${read.error.name}: ${read.error.message}`);
  }
  if (read.event?.event === "datastar-fragment") diagnoseFragment(read.event.data, lines, remark);
  return found.sort((a, b) => a.range.start - b.range.start);
}

type Remark = (clause: string, range: ByteRange, message: string) => void;

function dataLine(lines: Line[]): Line | undefined {
  return lines.find((line) => fieldOf(line, "client")?.field === "data");
}

function diagnoseLine(line: Line, remark: Remark): void {
  const standard = fieldOf(line, "standard");
  const client = fieldOf(line, "client");
  if (!standard) return;
  const { field, value } = standard;
  if (line.text.includes("\uFFFD")) remark("SSE-3", line, "There are bytes that are no UTF-8; they become U+FFFD");
  if (!client && field === "data") {
    remark("SSE-10", line, "`data` has no colon: the standard adds an empty line, the client ignores it");
  } else if (!client && field === "event") {
    remark("SSE-11", line, "`event` has no colon: the standard takes the name away, the client keeps it");
  } else if (!client && field === "id") {
    remark("REQ-11", line, "`id` has no colon: the standard clears the id, the client ignores it");
  } else if (client && (client.field !== field || client.value !== value)) {
    remark("SSE-13", line, "The client removes the byte order mark here, the standard keeps it");
  } else if (!["data", "event", "id", "retry"].includes(field)) {
    remark("SSE-5", line, `There is no field ${JSON.stringify(field)}: the line is ignored`);
  } else if (field === "retry" && !/^\d+$/.test(value)) {
    const ms = Number.parseInt(value);
    remark("REQ-10", line, `The standard ignores this \`retry\`; the client ${ms ? `waits ${ms} ms` : "too"}`);
  } else if (field === "id" && value.includes("\0")) {
    remark("REQ-11", line, "The standard ignores an `id` with NUL, the client does not");
  } else if (field === "id" && /[^\0-\xff]/.test(value)) {
    remark("REQ-11", line, "No header can hold this `id`: after it the client can send no request again");
  }
}

/** Goes through the text of a fragment, as the client does, with the line that each piece came from. */
function diagnoseFragment(data: string, lines: Line[], remark: Remark): void {
  const trimmed = data.trim();
  const before = data.slice(0, data.indexOf(trimmed)).split("\n").length - 1;
  const values = lines.flatMap((line) => {
    const read = fieldOf(line, "client");
    return read?.field === "data" ? [{ line, value: read.value }] : [];
  });
  while (values.length > 0 && values[0].value === "") values.shift(); // [SSE-9]
  values.splice(0, before);
  const at = (offset: number) => values[trimmed.slice(0, offset).split("\n").length - 1]?.line ?? lines[0];

  const seen = new Map<string, string>();
  let fragment = false;
  let previous = 0;
  eachFragmentLine(trimmed, (open, opens, from, to) => {
    const line = at(from);
    const value = trimmed.slice(from, to);
    const [word] = value.split(" ", 1);
    const lost = trimmed.slice(previous, from).match(/\n(?=\n)/g)?.length ?? 0;
    if (fragment && lost > 0) remark("FRG-7", line, "Empty lines before this one are lost");
    previous = to;
    if (opens && fragment && open !== "fragment" && word !== "" && !isOption(open, value)) {
      remark("FRG-6", line, `The client takes this line of the fragment for the option \`${open}\``);
    }
    if (!opens && open === "fragment") {
      if (word === "fragment") remark("FRG-4", line, "The word `fragment` becomes text of the page");
    } else if (!opens && word === open) {
      remark("FRG-10", line, `\`${open}\` is repeated: the client ignores this line`);
    } else if (!opens) {
      remark("FRG-9", line, `There is no key ${JSON.stringify(word)} here: the client ignores this line`);
    } else if (open === "settle" && Number.isNaN(Number.parseInt(value))) {
      remark("FRG-14", line, "The client reads no number of milliseconds here, and takes 0");
    } else if (open === "vt" && !["true", "false"].includes(value)) {
      remark("FRG-15", line, "Only `true` asks for a view transition: the client takes this for `false`");
    }
    if (opens && seen.has(open) && open !== "fragment" && seen.get(open) !== value) {
      remark("FRG-10", line, `\`${open}\` was given before with another value: this one counts`);
    }
    if (opens) seen.set(open, value);
    fragment ||= open === "fragment";
  });
  if (!fragment) remark("FRG-16", lines[0], "There is no `fragment`: the client merges `<div></div>`");
}

/** Whether a value is one that somebody would give to this option on purpose. */
function isOption(key: string, value: string): boolean {
  if (key === "merge") return dialect.modes.some((mode) => mode === value);
  if (key === "settle") return /^\d+$/.test(value);
  return key !== "vt" || value === "true" || value === "false";
}
