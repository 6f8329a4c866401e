/**
 * The reading of an event: its instruction, which instruction.ts reads, the role and the bytes of each line of its data,
 * and remarks on mistakes.
 *
 * @module
 */

import type { EventSourceMessage } from "eventsource-parser";
import { ClientError } from "../client_error.ts";
import { type Piece, SourceText } from "../sse/source_text.ts";
import { BOM, fieldNames, readField } from "../sse/fields.ts";
import { rangeOf, type SegmentLines, type SseEvent } from "../sse/events.ts";
import type { ByteRange, Line } from "../sse/lines.ts";
import { pagePartsOf } from "./content.ts";
import type { ErrorCode } from "./errors.ts";
import { findOldAttribute, findOldEvent, findOldKey, findOldMode } from "./generations.ts";
import { dialect, type Instruction, isMode, isReservedKey, readInstruction, splitLine } from "./instruction.ts";

/** A remark on some bytes of a stream: a mistake, or a surprise. */
export interface Diagnostic {
  /** The clause of docs/PROTOCOL-V1.md, such as `PEL-4`. */
  clause: string;
  /** The bytes. */
  range: ByteRange;
  /** The message: how the client reads them. */
  message: string;
}

/** The client's reading of a line of data. */
export type RowEffect =
  /** The line gives a value to a key of its event. */
  | "value"
  /** The key is unknown: the line is ignored. */
  | "ignored"
  /** The line is empty and before the first one with text: the client drops it [V1-SSE-9]. */
  | "dropped";

/** A `data` line. */
export interface Row {
  /** The line of the stream. */
  line: Line;
  /** The key: the text before the first space. */
  key: string;
  /** Offset in the line's text of the first character of the data. */
  from: number;
  /** Offset in the line's text of the first character of the value. */
  valueFrom: number;
  /** The client's reading of it. */
  effect: RowEffect;
}

/** An event of a stream, read as the clients 1.0.x read it. */
export class StreamEvent implements SseEvent {
  /** The event in the standard's reading, which has none without data. */
  readonly standard: EventSourceMessage | undefined;
  /** The event in the client's reading. Undefined if the stream ended before its blank line [V1-SSE-8]. */
  readonly client: EventSourceMessage | undefined;
  /** The instruction to the client. Undefined if the client ignores the event, or throws. */
  readonly instruction: Instruction | undefined;
  /** The error that the client throws instead. */
  readonly error: ClientError<ErrorCode> | undefined;
  private readonly segment: SegmentLines;
  private readonly index: number;
  private rows: Reading | undefined;

  /** Reads the instruction of an event. `index` is its place among the blocks of the segment. */
  constructor(segment: SegmentLines, index: number, standard?: EventSourceMessage, client?: EventSourceMessage) {
    this.segment = segment;
    this.index = index;
    this.standard = standard;
    this.client = client;
    if (!client) return;
    try {
      this.instruction = readInstruction(client);
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      this.error = error;
    }
  }

  /** The lines of the event. */
  get lines(): Line[] {
    return this.segment.blocks[this.index];
  }

  /** From the first byte of the first line to the last byte of the last line. */
  get range(): ByteRange {
    return rangeOf(this.lines);
  }

  /** The rows of the data, and the remarks. */
  get reading(): Reading {
    return this.rows ??= readEvent(this);
  }

  /** Mistakes and surprises in the lines, in the order of their bytes. */
  get diagnostics(): Diagnostic[] {
    return this.reading.remarks;
  }
}

/** The reading of an event. */
export interface Reading {
  /** The lines of data. */
  rows: Row[];
  /** The HTML or the signals; empty for other events. */
  content: SourceText;
  /** Remarks in the order of their bytes. */
  remarks: Diagnostic[];
}

type AddRemark = (clause: string, range: ByteRange, message: string) => void;

/** The keys of an event. */
function keysOf(name: string | undefined): readonly string[] {
  if (name === "datastar-patch-elements") return dialect.elementKeys;
  return name === "datastar-patch-signals" ? dialect.signalKeys : [];
}

function readEvent(event: StreamEvent): Reading {
  const { client, lines } = event;
  const keys = keysOf(client?.event);
  const rows = readRows(lines, keys);
  const contentKey = keys.find((key) => key === "elements" || key === "signals");
  const pieces = rows.filter(({ key, effect }) => effect === "value" && key === contentKey)
    .map(({ line, valueFrom }): Piece => ({ line, from: valueFrom, to: line.text.length }));
  const reading: Reading = { rows, content: new SourceText(pieces), remarks: [] };
  const remark: AddRemark = (clause, { start, end }, message) =>
    reading.remarks.push({ clause, range: { start, end }, message });
  for (const line of lines) remarkOnLine(line, remark);
  remarkOnEvent(event, reading, remark);
  if (keys.length > 0) { for (const row of rows) remarkOnRow(row, keys, remark); }
  if (event.error === undefined) remarkOnContent(event, reading, remark);
  reading.remarks.sort((a, b) => a.range.start - b.range.start);
  return reading;
}

function readRows(lines: readonly Line[], keys: readonly string[]): Row[] {
  const rows: Row[] = [];
  let isEmpty = true; // no line of data had text yet
  for (const line of lines) {
    const read = readField(line, "client");
    if (read?.field !== "data") continue;
    const [key, value] = splitLine(read.value);
    isEmpty &&= read.value === "";
    rows.push({
      line,
      key,
      from: line.text.length - read.value.length,
      valueFrom: line.text.length - value.length,
      effect: isEmpty ? "dropped" : keys.includes(key) ? "value" : "ignored",
    });
  }
  return rows;
}

function remarkOnEvent({ client, lines, range, error }: StreamEvent, { rows }: Reading, remark: AddRemark): void {
  if (!client) {
    return remark("V1-SSE-8", range, "The stream ends before the blank line of this event: the client drops it");
  }
  const nameLine = lines.findLast((line) => readField(line, "client")?.field === "event") ?? range;
  if (client.event === undefined) {
    remark("V1-SSE-14", range, "The event has no name: the client ignores it");
  } else if (!dialect.events.some((name) => name === client.event)) {
    const old = findOldEvent(client.event);
    const words = JSON.stringify(client.event);
    if (!old) remark("V1-SSE-14", nameLine, `The client knows no event ${words} and ignores it`);
    else {
      const message = `${words} is a word of Datastar ${old.generation}: the client ignores it. Write ${old.instead}`;
      remark("V1-SSE-15", nameLine, message);
    }
  }
  if (!error) return;
  const key = errorKeys[error.code];
  const line = rows.find((row) => row.key === key || error.code === "reserved-key" && isReservedKey(row.key))?.line;
  remark(error.clause, line ?? range, `The client reports ${error.code}: ${error.message}`);
}

/** The key whose value is the cause of an error. */
const errorKeys: Partial<Record<ErrorCode, string>> = {
  "invalid-mode": "mode",
  "selector-needed": "mode",
  "invalid-namespace": "namespace",
};

function remarkOnLine(line: Line, remark: AddRemark): void {
  const standard = readField(line, "standard");
  const client = readField(line, "client");
  if (!standard) return;
  const { field, value } = standard;
  if (line.broken) remark("V1-SSE-3", line, "There are bytes that are not UTF-8; they become U+FFFD");
  if (line.first && line.text.startsWith(BOM + BOM)) {
    remark("V1-SSE-12", line, "There is a second byte order mark: it makes the field unknown, and the line is ignored");
  } else if (!fieldNames.includes(field) && !fieldNames.includes(client?.field ?? field)) {
    remark("V1-SSE-5", line, `The client knows no field ${JSON.stringify(field)}: the line is ignored`);
  } else if (!client) {
    remark("V1-SSE-10", line, `\`${field}\` has no colon: the standard reads it, the client ignores it`);
  } else if (client.field !== field || client.value !== value) {
    remark("V1-SSE-13", line, "The client removes the byte order mark here, the standard keeps it");
  } else if (field === "retry" && !/^\d+$/.test(value)) {
    const ms = Number(value);
    const wait = Number.isNaN(ms) ? "ignores it too" : `takes it for ${ms} ms`;
    remark("V1-SSE-23", line, `The standard ignores this \`retry\`; the client ${wait}`);
  } else if (field === "id" && value.includes("\0")) {
    remark("V1-SSE-22", line, "The standard ignores an `id` with NUL, the client does not");
  }
}

function remarkOnRow({ line, key, from, valueFrom, effect }: Row, keys: readonly string[], remark: AddRemark): void {
  const data = line.text.slice(from);
  if (effect === "dropped" || data === "") return;
  const old = findOldKey(key);
  const meant = keys.find((known) => known.toLowerCase() === key.toLowerCase());
  if (!data.includes(" ")) {
    const meaning = effect === "value" ? `the key ${JSON.stringify(key)} with the whole line as its value` : "nothing";
    const hint = keys.includes(data) ? "; an empty value needs a space after the key" : "";
    remark("V1-SSE-18", line, `There is no space in this line of data: the client takes it for ${meaning}${hint}`);
  } else if (effect === "value") {
    const value = line.text.slice(valueFrom);
    const oldMode = key === "mode" && !isMode(value) ? findOldMode(value) : undefined;
    if (oldMode) {
      remark("V1-SSE-15", line, `${value} is a mode of Datastar ${oldMode.generation}. Write ${oldMode.instead}`);
    }
  } else if (key === "" && keys.includes(splitLine(data.trimStart())[0])) {
    remark("V1-SSE-17", line, "There is a second space after the colon: the client ignores this line");
  } else if (meant !== undefined) {
    remark("V1-SSE-20", line, `The client knows no key ${JSON.stringify(key)}: write ${meant}`);
  } else if (old) {
    const message = `${key} is a key of Datastar ${old.generation}: the client ignores this line. Write ${old.instead}`;
    remark("V1-SSE-15", line, message);
  } else if (!isReservedKey(key)) {
    remark("V1-SSE-20", line, `The client knows no key ${JSON.stringify(key)}: it ignores this line`);
  }
}

function remarkOnContent({ instruction, range }: StreamEvent, { rows, content }: Reading, remark: AddRemark): void {
  if (instruction?.type === "signals") return remarkOnSignals(content, remark, range);
  if (instruction?.type !== "elements") return;
  remarkOnRepeatedOptions(rows, remark);
  const [part] = pagePartsOf(content.text);
  if (part && !/<(html|head|body)[\s>]/i.test(content.text)) {
    const at = content.text.indexOf(`</${part}>`);
    const [bytes = range] = content.bytesAt(at, at + part.length + 3);
    remark("PEL-7", bytes, `The text has a \`</${part}>\`: the client patches the whole <${part}> of the page`);
  }
  for (const { 0: tag, index } of content.text.matchAll(/<[a-z][^<>]*>/gi)) {
    for (const { 1: name, index: inTag } of tag.matchAll(/\s(data-[\w-]+)(?=[\s=>/])/g)) {
      const old = findOldAttribute(name);
      if (!old) continue;
      const at = index + inTag + 1;
      const [bytes = range] = content.bytesAt(at, at + name.length);
      remark(
        "V1-APP-18",
        bytes,
        `${name} is dead: it is an attribute of Datastar ${old.generation}. Write ${old.instead}`,
      );
    }
  }
}

/** Values of one key are joined with LF, which only content can have [V1-SSE-19]. */
function remarkOnRepeatedOptions(rows: Row[], remark: AddRemark): void {
  const seen = new Set<string>();
  for (const { key, line, effect } of rows) {
    if (effect !== "value" || key === "elements") continue;
    if (seen.has(key)) {
      remark("V1-SSE-19", line, `\`${key}\` is repeated: the client joins its values with a line feed`);
    }
    seen.add(key);
  }
}

function remarkOnSignals(content: SourceText, remark: AddRemark, event: ByteRange): void {
  const [bytes = event] = content.bytesAt(0, content.text.length);
  try {
    const value = JSON.parse(content.text, (key, inner) => {
      if (key === "__proto__" || key === "constructor") {
        remark("PSG-12", bytes, `The name ${key} breaks the client, or what the page runs in`);
      }
      return inner;
    });
    if (typeof value !== "object") remark("PSG-5", bytes, "The signals are not an object");
  } catch {
    remark("PSG-3", bytes, "The signals are not JSON: the client runs the text as JavaScript");
  }
}
