/**
 * The reading of an event: its instruction, which instruction.ts reads, the role and the bytes of each row of its data,
 * and remarks on mistakes. Diagnostics are its remarks, checks filter its rows, and the learn page shows them.
 *
 * @module
 */

import type { EventSourceMessage } from "eventsource-parser";
import { ClientError } from "../client_error.ts";
import { type Piece, readDataText, SourceText } from "../sse/source_text.ts";
import { BOM, fieldNames, readField } from "../sse/fields.ts";
import { rangeOf, type SegmentLines, type SseEvent } from "../sse/events.ts";
import type { ByteRange, Line } from "../sse/lines.ts";
import {
  dialect,
  FragmentCursor,
  type Instruction,
  isMergeMode,
  readInstruction,
  signalKeys,
  splitAtSpace,
} from "./instruction.ts";
import type { ErrorCode } from "./errors.ts";

/** A remark on some bytes of a stream: a mistake, or a surprise. */
export interface Diagnostic {
  /** The clause of docs/PROTOCOL.md, such as `FRG-4`. */
  clause: string;
  /** The bytes. */
  range: ByteRange;
  /** The message: how the client reads them. */
  message: string;
}

/** The client's reading of a row of the data. */
export type RowEffect =
  /** The row opens a key. */
  | "opens"
  /** The row continues the value of the key that is open. */
  | "continues"
  /** The row is ignored: it opens no key, and the open one takes no more rows. */
  | "ignored"
  /** The row is empty, and lost [FRG-7]. */
  | "blank"
  /** The row has nothing left once the data is trimmed [SSE-16]. */
  | "trimmed";

/** A `data` line that the client keeps. */
export interface Row {
  /** The line of the stream. */
  line: Line;
  /** Offset in the line's text of the row's first character. */
  lineOffset: number;
  /** Offset in the data of that character. */
  from: number;
  /** Offset in the data after the row's last character. */
  to: number;
  /** The key that is open in this row, or an empty text. */
  key: string;
  /** Offset in the data of the row's value: after the key and one space, if the row opens a key. */
  valueFrom: number;
  /** The client's reading of it. */
  effect: RowEffect;
}

/** An event of a stream, read as client 0.19.9 reads it. */
export class StreamEvent implements SseEvent {
  /** The event in the standard's reading, which has none without data [SSE-15]. */
  readonly standard: EventSourceMessage | undefined;
  /** The event in the client's reading. Undefined if the stream ended before its blank line [SSE-8]. */
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
    return this.rows ??= readRows(this);
  }

  /** Mistakes and surprises in the lines, in the order of their bytes. */
  get diagnostics(): Diagnostic[] {
    return this.reading.remarks;
  }
}

/** The reading of an event. */
export interface Reading {
  /** The data as the client has it, trimmed [SSE-9, SSE-16]. */
  data: SourceText;
  /** The rows of the data. */
  rows: Row[];
  /** The HTML of a fragment, or the text of a signal's store, trimmed; empty for other events. */
  content: SourceText;
  /** The row at which the client throws. */
  errorRow?: Row;
  /** Remarks in the order of their bytes. */
  remarks: Diagnostic[];
}

type AddRemark = (clause: string, range: ByteRange, message: string) => void;

function readRows(event: StreamEvent): Reading {
  const { client, lines } = event;
  const name = client?.event;
  const data = (client ? readDataText(lines) : new SourceText([])).trim();
  const rows = name === "datastar-fragment"
    ? readFragmentRows(data)
    : name === "datastar-signal"
    ? readSignalRows(data)
    : readWordRows(data);
  const contentKey = name === "datastar-fragment" ? "fragment" : name === "datastar-signal" ? "store" : undefined;
  const reading: Reading = { data, rows, content: joinContent(rows, contentKey), remarks: [] };
  reading.errorRow = findErrorRow(event.error?.code, reading);

  const remark: AddRemark = (clause, { start, end }, message) =>
    reading.remarks.push({ clause, range: { start, end }, message });
  for (const line of lines) remarkOnLine(line, remark);
  remarkOnEvent(event, reading, remark);
  if (name === "datastar-fragment") remarkOnFragment(reading, event.range, remark);
  reading.remarks.sort((a, b) => a.range.start - b.range.start);
  return reading;
}

/** Creates a row for each line of the data, and calls `annotate` for those that are not trimmed away. */
function createRows(data: SourceText, annotate: (row: Row, text: string) => void): Row[] {
  const spans = data.spans();
  const isLeft = ({ from, to }: { from: number; to: number }) => from < to;
  const [first, last] = [spans.findIndex(isLeft), spans.findLastIndex(isLeft)];
  return data.pieces.map(({ line }, i) => {
    const { from, to, lineOffset } = spans[i];
    const row: Row = { line, lineOffset, from, to, key: "", valueFrom: from, effect: "trimmed" };
    if (first >= 0 && i >= first && i <= last) annotate(row, data.text.slice(from, to));
    return row;
  });
}

function readFragmentRows(data: SourceText): Row[] {
  const cursor = new FragmentCursor(data.text);
  return createRows(data, (row, text) => {
    row.effect = "blank";
    row.key = cursor.key;
    if (text === "") return;
    cursor.next();
    row.key = cursor.key;
    row.valueFrom = cursor.from;
    row.effect = cursor.opens ? "opens" : cursor.key === "fragment" ? "continues" : "ignored";
  });
}

function readSignalRows(data: SourceText): Row[] {
  return createRows(data, (row, text) => {
    const [key] = splitAtSpace(text);
    const isKey = signalKeys.includes(key);
    Object.assign(row, { effect: isKey ? "opens" : "ignored", key: isKey ? key : "" });
    if (isKey) row.valueFrom = Math.min(row.from + key.length + 1, row.to);
  });
}

/** Rows of data that is one word and what follows it [DEL-1, RED-1, CON-1]. */
function readWordRows(data: SourceText): Row[] {
  // Without a space the word goes on into the next row [CON-3].
  const [word] = splitAtSpace(data.text);
  return createRows(data, (row, text) => {
    row.key = word;
    row.effect = row.from === 0 ? "opens" : "continues";
    if (row.from === 0) row.valueFrom = Math.min(word.length + 1, text.length);
  });
}

/** The values of all rows of one key, as they are joined. */
function joinContent(rows: Row[], key: string | undefined): SourceText {
  const pieces = rows.filter((row) => row.key === key && (row.effect === "opens" || row.effect === "continues"))
    .map(({ line, lineOffset, from, valueFrom, to }): Piece => (
      { line, from: lineOffset + valueFrom - from, to: lineOffset + to - from }
    ));
  return new SourceText(pieces).trim();
}

function findErrorRow(code: ErrorCode | undefined, { data, rows }: Reading): Row | undefined {
  if (code === undefined) return;
  if (code === "unknown-signal-key") return rows.find(({ effect }) => effect === "ignored");
  if (code !== "unknown-merge") return rows.find(({ effect }) => effect !== "trimmed");
  const valueOf = ({ valueFrom, to }: Row) => data.text.slice(valueFrom, to);
  return rows.find((row) => row.effect === "opens" && row.key === "merge" && !isMergeMode(valueOf(row)));
}

function remarkOnEvent(event: StreamEvent, { errorRow }: Reading, remark: AddRemark): void {
  const { client, standard, lines, range, error } = event;
  if (!client) {
    return remark("SSE-8", range, "The stream ends before the blank line of this event: the client drops it");
  }
  if (client.event && !dialect.events.some((name) => name === client.event)) {
    const name = lines.findLast((line) => readField(line, "client")?.field === "event"); // [SSE-7]
    remark(
      "SSE-14",
      name ?? range,
      `The client does not know the event ${JSON.stringify(client.event)} and ignores it`,
    );
  }
  if (!client.event && standard) remark("SSE-14", range, "The event has no name: the client ignores it");
  if (client.event && !standard) {
    remark("SSE-15", range, "The event has no data: the standard drops it, but the client still handles it");
  }
  if (error) {
    const line = errorRow?.line ?? lines.find((line) => readField(line, "client")?.field === "data");
    remark(error.clause, line ?? range, `The client throws ${error.code}: ${error.message}`);
  }
}

function remarkOnLine(line: Line, remark: AddRemark): void {
  const standard = readField(line, "standard");
  const client = readField(line, "client");
  if (!standard) return;
  const { field, value } = standard;
  if (line.broken) remark("SSE-3", line, "Some bytes are not UTF-8; they become U+FFFD");
  if (line.first && line.text.startsWith(BOM + BOM)) {
    remark("SSE-12", line, "A second byte order mark makes the field unknown: the line is ignored");
  } else if (!fieldNames.includes(field) && !fieldNames.includes(client?.field ?? field)) {
    remark("SSE-5", line, `Unknown field ${JSON.stringify(field)}: the line is ignored`);
  } else if (!client && field === "data") {
    remark("SSE-10", line, "`data` has no colon: the standard adds an empty line, but the client ignores it");
  } else if (!client && field === "event") {
    remark("SSE-11", line, "`event` has no colon: the standard clears the name, but the client keeps it");
  } else if (!client && field === "id") {
    remark("REQ-11", line, "`id` has no colon: the standard clears the id, but the client ignores it");
  } else if (client && (client.field !== field || client.value !== value)) {
    remark("SSE-13", line, "The client removes the byte order mark here, but the standard keeps it");
  } else if (field === "retry" && !/^\d+$/.test(value)) {
    const ms = Number.parseInt(value, 10);
    remark("REQ-10", line, `The standard ignores this \`retry\`; the client ${isNaN(ms) ? "too" : `waits ${ms} ms`}`);
  } else if (field === "retry" && Number(value) > 2 ** 31 - 1) {
    remark("REQ-10", line, "Timers cannot wait that long: the client repeats the request at once");
  } else if (field === "id" && value.includes("\0")) {
    remark("REQ-11", line, "The standard ignores an `id` with NUL, but the client does not");
  } else if (field === "id" && /[^\0-\xff]/.test(value)) {
    remark("REQ-11", line, "A header cannot hold this `id`: after it, the client cannot send any request");
  }
}

function remarkOnFragment({ data, rows }: Reading, event: ByteRange, remark: AddRemark): void {
  const given = new Map<string, string>(); // the newest value of each key
  let previousKey = "";
  let blanks = 0; // rows that were lost before this one
  for (const row of rows) {
    const { line, key, effect } = row;
    if (effect === "trimmed") continue;
    if (effect === "blank") {
      blanks++;
      continue;
    }
    const value = data.text.slice(row.valueFrom, row.to);
    if (blanks > 0 && previousKey === "fragment") remark("FRG-7", line, "Empty lines before this one are lost");
    blanks = 0;
    previousKey = key;
    if (effect === "opens") {
      remarkOnOption(row, value, given, remark);
      given.set(key, value);
    } else if (effect === "ignored") {
      remarkOnIgnored(row, value, given, remark);
    } else if (value.split(" ", 1)[0] === "fragment") {
      remark("FRG-4", line, "The word `fragment` becomes text in the page");
    }
  }
  if (!given.has("fragment")) remark("FRG-16", event, "The event has no `fragment`: the client merges `<div></div>`");
}

function remarkOnOption({ line, key }: Row, value: string, given: Map<string, string>, remark: AddRemark): void {
  if (key === "fragment") return;
  if (given.has("fragment") && !isDeliberate(key, value)) {
    remark("FRG-6", line, `The client reads this line of the fragment as the option \`${key}\``);
  }
  if (key === "settle" && Number.isNaN(Number.parseInt(value))) {
    remark("FRG-14", line, "The client cannot read a number of milliseconds here, and uses 0");
  } else if (key === "vt" && !["true", "false"].includes(value)) {
    remark("FRG-15", line, "Only `true` asks for a view transition: the client treats this as `false`");
  }
  if (given.has(key) && given.get(key) !== value) {
    remark("FRG-10", line, `\`${key}\` was given before with a different value: this one wins`);
  }
}

function remarkOnIgnored({ line, key }: Row, text: string, given: Map<string, string>, remark: AddRemark): void {
  const [word] = text.split(" ", 1);
  if (key !== "" && word === key) {
    if (text.slice(key.length + 1) === given.get(key)) return;
    remark("FRG-10", line, `\`${key}\` is repeated: the client ignores this line`);
  } else if (word === "" && dialect.keys.some((known) => known === text.trim().split(" ", 1)[0])) {
    remark("FRG-12", line, "A second space follows the colon: the client ignores this line");
  } else {
    remark("FRG-9", line, `Unknown key ${JSON.stringify(word)} here: the client ignores this line`);
  }
}

/** Whether a value is one that a server would give to this option on purpose. */
function isDeliberate(key: string, value: string): boolean {
  if (key === "merge") return isMergeMode(value);
  if (key === "settle") return /^\d+$/.test(value);
  if (key === "vt") return value === "true" || value === "false";
  return value !== "";
}
