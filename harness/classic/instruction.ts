/**
 * Events to instructions, as client 0.19.9 reads them. Written from docs/PROTOCOL.md and not from this project's
 * writer: that the two agree is what the tests show.
 *
 * @module
 */

import { fail, quote } from "./failure.ts";

/** The words of the classic dialect. A later generation of the protocol would be another table. */
export const dialect = {
  /** Names of events [SSE-14]. */
  events: ["datastar-fragment", "datastar-signal", "datastar-delete", "datastar-redirect", "datastar-console"],
  /** Keys of `datastar-fragment` [FRG-1]. */
  keys: ["selector", "merge", "settle", "vt", "fragment"],
  /** Merge modes [FRG-13]. */
  modes: ["morph", "inner", "outer", "prepend", "append", "before", "after", "upsert_attributes"],
  /** Modes of the console [CON-1]. */
  consoleModes: ["debug", "error", "info", "group", "groupEnd", "log", "warn"],
  /** What is used where nothing is said [FRG-13, FRG-14, FRG-15, FRG-16]. */
  defaults: { merge: "morph", settle: 500, viewTransition: true, html: "<div></div>" },
} as const;

/** How a fragment meets its target. */
export type MergeMode = typeof dialect.modes[number];

/** What an event tells the client to do. */
export type Instruction =
  | { type: "fragment"; selector: string; merge: MergeMode; settle: number; viewTransition: boolean; html: string }
  | { type: "signal"; onlyIfMissing: boolean; store: string }
  | { type: "delete"; selector: string }
  | { type: "delete"; paths: string[] }
  | { type: "redirect"; url: string }
  | { type: "console"; mode: string; message: string };

/** Reads one event. Gives `undefined` where the client ignores it, and throws where the client raises. */
export function readInstruction({ event, data }: { event?: string; data: string }): Instruction | undefined {
  switch (event) {
    case "datastar-fragment":
      return readFragment(data.trim());
    case "datastar-signal":
      return readSignal(data.trim());
    case "datastar-delete": {
      const [key, rest] = splitAtSpace(data.trim());
      if (key === "selector") return { type: "delete", selector: rest };
      if (key === "paths") return { type: "delete", paths: rest.split(" ") };
      return fail("unknown-delete-key", `A delete begins with selector or paths, not with ${quote(key)}`);
    }
    case "datastar-redirect": {
      const [key, url] = splitAtSpace(data.trim());
      if (key !== "url") fail("unknown-redirect-key", `A redirect begins with url, not with ${quote(key)}`);
      return { type: "redirect", url };
    }
    case "datastar-console": {
      const [mode, message] = splitAtSpace(data.trim());
      if (!dialect.consoleModes.some((known) => known === mode)) {
        fail("unknown-console-mode", `The console has no mode ${quote(mode)}`);
      }
      return { type: "console", mode, message };
    }
  }
}

/**
 * The data of a `datastar-fragment`, line by line [FRG-3 to FRG-10]. What is said of a line stands in fields that the next
 * one changes: readers of streams do this for every event, and a callback took Bun longer than the reading itself.
 */
class FragmentLines {
  /** The key that is open. */
  open = "";
  /** Whether this line has opened it. */
  opens = false;
  /** Where the text of the line begins that counts. */
  from = 0;
  /** Where the line ends. */
  to = -1;
  readonly data: string;

  constructor(data: string) {
    this.data = data;
  }

  /** Goes to the next line, if there is one. */
  next(): boolean {
    const { data } = this;
    for (let start = this.to + 1; start < data.length; start++) {
      if (data.charCodeAt(start) === 0x0A) continue; // empty lines are lost
      let end = data.indexOf("\n", start);
      if (end < 0) end = data.length;
      const key = keyAt(data, start, end);
      // A line opens a key only if another one is open: the second of two fragment lines is text, keyword and all.
      this.opens = key !== "" && key !== this.open;
      if (this.opens) this.open = key;
      this.from = this.opens ? Math.min(start + key.length + 1, end) : start;
      this.to = end;
      return true;
    }
    return false;
  }
}

/** Tells of each line of a fragment's data what key is open there, whether this line has opened it, and what counts. */
export function eachFragmentLine(
  data: string,
  visit: (open: string, opens: boolean, from: number, to: number) => void,
): void {
  const lines = new FragmentLines(data);
  while (lines.next()) visit(lines.open, lines.opens, lines.from, lines.to);
}

/** Keys by the code of their first letter: most lines of a fragment begin with another one, and need no second look. */
const keysByLetter: string[][] = [];
for (const key of dialect.keys) (keysByLetter[key.charCodeAt(0)] ??= []).push(key);

/** The key that a line begins with, or nothing. */
function keyAt(data: string, start: number, end: number): string {
  const keys = keysByLetter[data.charCodeAt(start)];
  if (keys === undefined) return "";
  for (let i = 0; i < keys.length; i++) {
    const after = start + keys[i].length;
    if ((after === end || data.charCodeAt(after) === 0x20) && data.startsWith(keys[i], start)) return keys[i];
  }
  return "";
}

function readFragment(data: string): Instruction {
  const { defaults } = dialect;
  let selector = "";
  let merge: MergeMode = defaults.merge;
  let settle: number = defaults.settle;
  let viewTransition: boolean = defaults.viewTransition;
  let html = "";
  let start = -1; // where the newest piece begins: lines that follow each other are one
  let end = -1;
  const lines = new FragmentLines(data);
  while (lines.next()) {
    const { open, opens, from, to } = lines;
    if (open === "fragment") {
      if (start >= 0 && from !== end + 1) {
        html += data.slice(start, end) + "\n";
        start = -1;
      }
      if (start < 0) start = from;
      end = to;
    } else if (opens) {
      const value = data.slice(from, to);
      if (open === "selector") selector = value;
      else if (open === "merge") merge = readMergeMode(value);
      else if (open === "settle") settle = Number.parseInt(value) || 0;
      else viewTransition = value === "true";
    }
  }
  html = start < 0 ? defaults.html : (html + data.slice(start, end)).trim();
  return { type: "fragment", selector, merge, settle, viewTransition, html };
}

function readMergeMode(value: string): MergeMode {
  return dialect.modes.find((mode) => mode === value) ??
    fail("unknown-merge", `There is no merge mode ${quote(value)}: there are ${dialect.modes.join(", ")}`);
}

function readSignal(data: string): Instruction {
  let onlyIfMissing = false;
  let store = "";
  for (let start = 0; start <= data.length;) {
    let end = data.indexOf("\n", start);
    if (end < 0) end = data.length;
    let space = data.indexOf(" ", start);
    if (space < 0 || space > end) space = end;
    const key = data.slice(start, space);
    const value = data.slice(space + 1, end);
    if (key === "store") store += value + "\n";
    else if (key === "onlyIfMissing") onlyIfMissing = value.trim() === "true";
    else fail("unknown-signal-key", `A line of a signal begins with store or onlyIfMissing, not with ${quote(key)}`);
    start = end + 1;
  }
  return { type: "signal", onlyIfMissing, store };
}

function splitAtSpace(text: string): [string, string] {
  const i = text.indexOf(" ");
  return i < 0 ? [text, ""] : [text.slice(0, i), text.slice(i + 1)];
}
