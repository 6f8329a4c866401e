/**
 * The data of a `datastar-fragment`, row by row: the key that is open, and what each row was meant to be.
 *
 * @module
 */

import { type ByteRange, dialect, eachFragmentLine, type StreamEvent } from "../../harness/mod.ts";
import { BOM, type Field, rangeIn } from "../checks/fields.ts";
import { suggest } from "../checks/words.ts";
import type { StreamView } from "../stream_view.ts";
import { foreignKeys, foreignModes } from "./words.ts";

/**
 * The kinds of rows. `keyword` opens the fragment and `text` is its text; `option` opens another key. All others are faults:
 *
 * - `again`: the keyword where the fragment is open already, so it is text;
 * - `eaten`: a row of text that the client takes for an option;
 * - `lost`: a row of text that the client ignores, because an option has closed the fragment;
 * - `repeated`: an option that follows itself, so the client ignores it;
 * - `indented`: a key with a space before it;
 * - `misspelt`: a key in other letters, or with no space after it;
 * - `unknown`: no key at all.
 */
export type RowKind =
  | "keyword"
  | "text"
  | "option"
  | "again"
  | "eaten"
  | "lost"
  | "repeated"
  | "indented"
  | "misspelt"
  | "unknown";

/** A row of the data that is not empty. */
export interface Row {
  kind: RowKind;
  /** The row as the client has it: without the white space at the ends of the data. */
  text: string;
  /** The key that it opens, or that is open. */
  key: string;
  /** The text after the key of an option or keyword; the whole text of other rows. */
  value: string;
  /** The value of this option before, if it is not new. */
  previous?: string;
  /** Empty rows before it, which the client drops. */
  blanks: ByteRange[];
  /** The bytes of some characters of its text. */
  range: (from?: number, to?: number) => ByteRange;
}

/** A `datastar-fragment` that has data. */
export interface FragmentRows {
  event: StreamEvent;
  rows: Row[];
}

/** Reads the rows of each `datastar-fragment` that is complete. */
export function fragmentRowsIn({ events, fieldsByEvent }: StreamView): FragmentRows[] {
  return events.map(({ event }) => event)
    .filter(({ client }) => client?.event === "datastar-fragment" && client.data.trim() !== "")
    .map((event) => ({ event, rows: readRows(event.client!.data, fieldsByEvent.get(event) ?? []) }));
}

/** A line of data, and its offset in the data. */
interface DataLine {
  field: Field;
  from: number;
  value: string;
}

function readRows(data: string, fields: readonly Field[]): Row[] {
  const lines = dataLines(fields);
  const text = data.trim();
  const lead = data.length - data.trimStart().length;
  const given = new Map<string, string>();
  const rows: Row[] = [];
  let next = 0;
  let wasOpen = "";
  eachFragmentLine(text, (open, opens, from, to) => {
    const blanks: ByteRange[] = [];
    while (next < lines.length - 1 && lines[next + 1].from <= to + lead) {
      if (lines[next].value === "") blanks.push(rangeIn(lines[next].field));
      next++;
    }
    const line = lines[next++];
    const begin = Math.max(line.from - lead, 0);
    const row = text.slice(begin, to);
    const value = text.slice(from, to);
    const offset = line.field.text.length - (line.from + line.value.length) + lead + begin;
    rows.push({
      kind: rowKind({ open, opens, row, value, wasOpen, given }),
      text: row,
      key: open,
      value,
      previous: given.get(open),
      blanks: rows.length > 0 ? blanks : [],
      range: (start = 0, end = row.length) => rangeIn(line.field, offset + start, offset + end),
    });
    if (opens) given.set(open, value);
    wasOpen = open;
  });
  return rows;
}

/** The lines of data as the client joins them [SSE-9, SSE-10, SSE-13]. */
function dataLines(fields: readonly Field[]): DataLine[] {
  const lines: DataLine[] = [];
  const strip = (text: string) => text.startsWith(BOM) ? text.slice(1) : text;
  let length = -1; // of the data so far, with no LF before its first line
  for (const field of fields) {
    if (field.colon < 0 || strip(field.name) !== "data") continue;
    const value = strip(field.value);
    if (length <= 0 && value === "") continue;
    lines.push({ field, from: length + 1, value });
    length += 1 + value.length;
  }
  return lines;
}

function rowKind({ open, opens, row, value, wasOpen, given }: {
  open: string;
  opens: boolean;
  row: string;
  value: string;
  wasOpen: string;
  given: Map<string, string>;
}): RowKind {
  const had = given.has("fragment");
  if (opens) return open === "fragment" ? "keyword" : had && !mayBeMeant(open, value) ? "eaten" : "option";
  const inFragment = wasOpen === "fragment";
  if (row.trim() === "") return "text"; // no one sees whether it is in the page or ignored
  const [word] = row.split(" ", 1);
  const rest = row.slice(word.length + 1);
  if (inFragment && word === "fragment") return "again";
  if (!inFragment && open !== "" && word === open) return rest === given.get(open) ? "option" : "repeated";
  if (!inFragment && word === "" && isKey(row.trim().split(" ", 1)[0])) return "indented";

  const [token] = row.split(/[\s:=]/, 1);
  const meant = token.toLowerCase();
  // Once there is a fragment, a row may be text that happens to begin with such a word.
  const isText = (key: string, value: string) => had && !isSurelyMeant(key, value);
  if (isKey(meant) && !isText(meant, row.slice(token.length + 1).trim())) return "misspelt";
  if (Object.hasOwn(foreignKeys, word) && (!had || foreignKeys[word].value.test(rest))) return "unknown";
  const near = suggest(word, dialect.keys);
  if (near && had && isSurelyMeant(near, rest)) return "unknown";
  return inFragment ? "text" : had ? "lost" : "unknown";
}

const isKey = (word: string) => dialect.keys.some((key) => key === word);

/** Whether a row that opens an option after the fragment may be meant as one, and is not text with such a first word. */
function mayBeMeant(key: string, value: string): boolean {
  const text = value.trim();
  if (key === "merge") return resemblesMode(text);
  if (key === "settle") return /^[-+]?\d/.test(text);
  if (key === "vt") return /^(true|false|1|0|yes|no|on|off)$/i.test(text);
  return text !== "";
}

/** Whether a row with something like a key and this value is certainly no text. */
function isSurelyMeant(key: string, value: string): boolean {
  if (key === "fragment") return value.startsWith("<");
  if (key === "selector") return /^([#.[]\S|self$)/.test(value);
  return mayBeMeant(key, value);
}

function resemblesMode(text: string): boolean {
  return Object.hasOwn(foreignModes, text) || suggest(text, dialect.modes) !== undefined;
}
