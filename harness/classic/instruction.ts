/**
 * Events to instructions, as client 0.19.9 reads them. Written from docs/PROTOCOL.md and not from this project's writer:
 * tests show that the two agree.
 *
 * @module
 */

import type { ClientError } from "../client_error.ts";
import { quoteText } from "../limits.ts";
import { raise } from "./errors.ts";

/** The words of the classic dialect. */
export const dialect = {
  /** Names of events [SSE-14]. */
  events: ["datastar-fragment", "datastar-signal", "datastar-delete", "datastar-redirect", "datastar-console"],
  /** Keys of `datastar-fragment` [FRG-1]. */
  keys: ["selector", "merge", "settle", "vt", "fragment"],
  /** Merge modes [FRG-13]. */
  modes: ["morph", "inner", "outer", "prepend", "append", "before", "after", "upsert_attributes"],
  /** Modes of the console [CON-1]. */
  consoleModes: ["debug", "error", "info", "group", "groupEnd", "log", "warn"],
  /** Values of options that are not given [FRG-13 to FRG-16]. */
  defaults: { merge: "morph", settle: 500, viewTransition: true, html: "<div></div>" },
} as const;

/** The way in which a fragment is merged into its target. */
export type MergeMode = typeof dialect.modes[number];

/** The method of the browser's `console` that shows a message. */
export type ConsoleMode = typeof dialect.consoleModes[number];

/** The instruction that an event gives to the client. */
export type Instruction =
  | { type: "fragment"; selector: string; merge: MergeMode; settle: number; viewTransition: boolean; html: string }
  | { type: "signal"; onlyIfMissing: boolean; store: string }
  | { type: "delete"; selector: string }
  | { type: "delete"; paths: string[] }
  | { type: "redirect"; url: string }
  | { type: "console"; mode: ConsoleMode; message: string };

/** An instruction of one type. */
export type InstructionOf<T extends Instruction["type"]> = Extract<Instruction, { type: T }>;

/** Errors of the merge itself. All others are found before a view transition begins. */
const mergeErrors = ["bad-store", "bad-attribute", "no-parent", "bad-html"];

/** [APP-15] Whether a browser that has view transitions only logs an error, so that the client goes on. */
export function isHiddenByTransition(instruction: Instruction | undefined, { code }: ClientError): boolean {
  return instruction?.type === "fragment" && instruction.viewTransition && mergeErrors.includes(code);
}

/**
 * Reads the instruction of an event.
 *
 * @returns `undefined` for an event that the client ignores.
 * @throws {ClientError} If the client throws.
 */
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
      return raise("unknown-delete-key", `A delete begins with selector or paths, not with ${quoteText(key)}`);
    }
    case "datastar-redirect": {
      const [key, url] = splitAtSpace(data.trim());
      if (key !== "url") raise("unknown-redirect-key", `A redirect begins with url, not with ${quoteText(key)}`);
      return { type: "redirect", url };
    }
    case "datastar-console": {
      const [mode, message] = splitAtSpace(data.trim());
      if (isConsoleMode(mode)) return { type: "console", mode, message };
      return raise("unknown-console-mode", `The console has no mode ${quoteText(mode)}`);
    }
  }
}

/**
 * The rows of a fragment's data, one after the other [FRG-3 to FRG-10]: the only place that knows which key a row opens
 * or continues. The fields describe the current row; `next()` goes to the next one. It allocates nothing, because every
 * reader of a stream does this for every event.
 */
export class FragmentCursor {
  /** The key that is open in this row, or an empty text. */
  key = "";
  /** Whether this row has opened the key. A second `fragment` in a row does not: it is text, keyword and all. */
  opens = false;
  /** Offset of the row's value: after the key if the row opens it. */
  from = 0;
  /** Offset of the row's end. */
  to = -1;
  private readonly data: string;

  /** @param data The data, trimmed. */
  constructor(data: string) {
    this.data = data;
  }

  /** Goes to the next row that is not empty: empty ones are lost [FRG-7]. Returns whether there is one. */
  next(): boolean {
    const { data } = this;
    let start = this.to + 1;
    while (start < data.length && data.charCodeAt(start) === 0x0A) start++;
    if (start >= data.length) return false;
    const newline = data.indexOf("\n", start);
    this.to = newline < 0 ? data.length : newline;
    const key = keyAt(data, start, this.to);
    this.opens = key !== "" && key !== this.key;
    if (this.opens) this.key = key;
    this.from = this.opens ? Math.min(start + key.length + 1, this.to) : start;
    return true;
  }
}

/** The keys by the code of their first letter: most rows begin with another one, and need no second look. */
const keysByLetter: string[][] = [];
for (const key of dialect.keys) (keysByLetter[key.charCodeAt(0)] ??= []).push(key);

/** The key that a row begins with, or an empty text. */
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
  let { merge, settle, viewTransition, html }: Omit<InstructionOf<"fragment">, "type" | "selector"> = dialect.defaults;
  let selector = "";
  let pieces = "";
  let start = -1; // where the newest piece of HTML begins: rows that follow each other are one piece
  let end = -1;
  const row = new FragmentCursor(data);
  while (row.next()) {
    const { key, from, to } = row;
    if (key === "fragment") {
      if (start >= 0 && from !== end + 1) {
        pieces += data.slice(start, end) + "\n";
        start = -1;
      }
      if (start < 0) start = from;
      end = to;
    } else if (row.opens) {
      const value = data.slice(from, to);
      if (key === "selector") selector = value;
      else if (key === "merge") merge = readMergeMode(value);
      else if (key === "settle") settle = Number.parseInt(value) || 0;
      else viewTransition = value === "true";
    }
  }
  if (start >= 0) html = (pieces + data.slice(start, end)).trim();
  return { type: "fragment", selector, merge, settle, viewTransition, html };
}

/** Whether a text is a merge mode. */
export function isMergeMode(text: string): text is MergeMode {
  return dialect.modes.some((mode) => mode === text);
}

/** Whether the console has a mode. */
export function isConsoleMode(text: string): text is ConsoleMode {
  return dialect.consoleModes.some((mode) => mode === text);
}

function readMergeMode(value: string): MergeMode {
  if (isMergeMode(value)) return value;
  return raise("unknown-merge", `Unknown merge mode ${quoteText(value)}; the modes are ${dialect.modes.join(", ")}`);
}

/** Keys of `datastar-signal` [SIG-1]. */
export const signalKeys: readonly string[] = ["store", "onlyIfMissing"];

function readSignal(data: string): Instruction {
  let onlyIfMissing = false;
  let store = "";
  // By offsets and not by split(), which makes reading a stream slower by a twentieth.
  for (let start = 0; start <= data.length;) {
    let end = data.indexOf("\n", start);
    if (end < 0) end = data.length;
    let space = data.indexOf(" ", start);
    if (space < 0 || space > end) space = end;
    const key = data.slice(start, space);
    const value = data.slice(space + 1, end);
    if (key === "store") store += value + "\n";
    else if (key === "onlyIfMissing") onlyIfMissing = value.trim() === "true";
    else {
      const known = signalKeys.join(" or ");
      raise("unknown-signal-key", `A line of a signal begins with ${known}, not with ${quoteText(key)}`);
    }
    start = end + 1;
  }
  return { type: "signal", onlyIfMissing, store };
}

/** Splits a text at its first space. */
export function splitAtSpace(text: string): [before: string, after: string] {
  const i = text.indexOf(" ");
  return i < 0 ? [text, ""] : [text.slice(0, i), text.slice(i + 1)];
}
