/** The data of a `datastar-fragment`, row by row: the key that is open, and what each row was meant to be. */

import { type ByteRange, bytesInLine, dialect, type StreamEvent } from "../../harness/mod.ts";
import { suggest } from "../checks/words.ts";
import type { ClassicStream } from "./interpret.ts";
import { foreignKeys, foreignModes } from "./words.ts";

/** The kinds of rows. All after the third are faults. */
export type RowKind =
  | "keyword" // opens the fragment
  | "text" // the text of the fragment
  | "option" // opens a key other than that of the fragment
  | "again" // the keyword where the fragment is open already, so it is text
  | "eaten" // a row of text that the client takes for an option
  | "lost" // a row of text that the client ignores, because an option has closed the fragment
  | "repeated" // an option that follows itself, so the client ignores it
  | "indented" // a key with a space before it
  | "misspelt" // a key in other letters, or with no space after it
  | "unknown"; // no key at all

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
export function fragmentRowsIn({ events }: Pick<ClassicStream, "events">): FragmentRows[] {
  return events.map(({ event }) => event)
    .filter(({ client }) => client?.event === "datastar-fragment" && client.data.trim() !== "")
    .map((event) => ({ event, rows: readRows(event.reading) }));
}

function readRows({ data, rows }: StreamEvent["reading"]): Row[] {
  const given = new Map<string, string>();
  const found: Row[] = [];
  let blanks: ByteRange[] = [];
  let wasOpen = "";
  for (const { line, lineOffset, from, to, valueFrom, key, effect } of rows) {
    if (effect === "trimmed") continue;
    if (effect === "blank") {
      blanks.push(bytesInLine(line));
      continue;
    }
    const text = data.text.slice(from, to);
    const value = data.text.slice(valueFrom, to);
    const opens = effect === "opens";
    found.push({
      kind: rowKind({ open: key, opens, row: text, value, wasOpen, given }),
      text,
      key,
      value,
      previous: given.get(key),
      blanks,
      range: (start = 0, end = text.length) => bytesInLine(line, lineOffset + start, lineOffset + end),
    });
    if (opens) given.set(key, value);
    wasOpen = key;
    blanks = [];
  }
  return found;
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
