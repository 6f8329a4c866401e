/**
 * Text that came from somewhere else, made fit to be looked at: what cannot be seen, or would move the cursor, turn the
 * line around or ring the bell, becomes its name between ‹ and ›.
 *
 * @module
 */

import type { Bytes } from "../judge.ts";

const names: Record<string, string> = {
  "\0": "NUL",
  "\x07": "BEL",
  "\b": "BS",
  "\t": "TAB",
  "\n": "LF",
  "\v": "VT",
  "\f": "FF",
  "\r": "CR",
  "\x1b": "ESC",
  "\x7f": "DEL",
  "\x85": "NEL",
  "\x9b": "CSI",
  "\xa0": "NBSP",
  "\xad": "SHY",
  "\u200b": "ZWSP",
  "\u200c": "ZWNJ",
  "\u200d": "ZWJ",
  "\u200e": "LRM",
  "\u200f": "RLM",
  "\u2028": "LS",
  "\u2029": "PS",
  "\u202a": "LRE",
  "\u202b": "RLE",
  "\u202c": "PDF",
  "\u202d": "LRO",
  "\u202e": "RLO",
  "\u2066": "LRI",
  "\u2067": "RLI",
  "\u2068": "FSI",
  "\u2069": "PDI",
  "\ufeff": "BOM",
};

/**
 * Control and format characters, lone surrogates, what has no meaning yet, what is ignored by default, spaces that are
 * no space, line ends, and the skin tones, which would join the emoji before them: then no width could be relied on.
 */
const hidden = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u{1F3FB}-\u{1F3FF}]|(?! )\p{Zs}/u;
const allHidden = new RegExp(hidden, "gu");

/** The name of a character that cannot be seen. */
function nameOf(character: string): string {
  const code = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
  return `‹${names[character] ?? `U+${code}`}›`;
}

/** A text in which all that cannot be seen has a name. It has no line end. */
export function visible(text: string): string {
  return text.replace(allHidden, nameOf);
}

/** What somebody has typed, or named a file, as a message can hold it: likewise, in quotes and cut. */
export function quote(text: string): string {
  return `"${visible(text.length > 200 ? text.slice(0, 200) + "…" : text)}"`;
}

/** The same characters, escaped as JSON has it. For text that is JSON already. */
export function visibleJson(json: string): string {
  return json.replace(allHidden, (character) => {
    if (character === "\n") return character; // between values: inside a string JSON has escaped it
    return character.split("").map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
  });
}

/** Marks upon the character before, and Hangul vowels and finals, which join it. */
const narrowest = /[\p{Mn}\p{Me}\u1160-\u11ff]/u;

/** What a terminal shows in two columns: UAX 11, "Wide" and "Fullwidth". Half of a flag has one, as has a small kana. */
const wide =
  /(?![\u{1F1E6}-\u{1F1FF}\uff61-\uffdc])[\p{Emoji_Presentation}\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Bopomofo}\p{sc=Hangul}\p{sc=Yi}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]/u;

/** Columns that a visible text takes in a terminal. */
export function columnsOf(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  let columns = 0;
  for (const character of text) columns += narrowest.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return columns;
}

/** A visible text, cut to some columns. */
export function cutAt(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let cut = "";
  let width = 0;
  for (const character of text) {
    width += columnsOf(character);
    if (width > columns - 1) break;
    cut += character;
  }
  return cut.trimEnd() + "…";
}

/** A character of some bytes, ready to be shown. */
export interface Shown {
  /** The character, or its name. */
  text: string;
  /** Whether it is a name. */
  named: boolean;
  /** Whether it is at fault. */
  marked: boolean;
}

/** Characters that are shown before the fault, and of it and after it. */
const limits = { before: 400, after: 1_600 };

/**
 * The characters of some bytes, line by line: a line ends behind its CR, LF or CRLF. Where no byte is at fault, but the
 * place between two, a character without text is marked there.
 */
export function linesOf({ text, from, to }: Pick<Bytes, "text" | "from" | "to">): Shown[][] {
  const start = Math.max(0, from - limits.before);
  const end = Math.min(text.length, from + limits.after);
  const lines: Shown[][] = [[]];
  const add = (shown: Shown) => lines[lines.length - 1].push(shown);
  if (start > 0) add({ text: "…", named: false, marked: false });
  let at = start;
  for (const character of text.slice(start, end)) {
    if (at === from && from === to) add({ text: "", named: false, marked: true });
    const named = hidden.test(character);
    add({ text: named ? nameOf(character) : character, named, marked: at >= from && at < to });
    at += character.length;
    if (at < end && (character === "\n" || character === "\r" && text[at] !== "\n")) lines.push([]);
  }
  if (at === from && from === to) add({ text: "", named: false, marked: true });
  if (end < text.length) add({ text: "…", named: false, marked: to > end });
  return lines;
}

/** A line, and the one below it that points at the fault. */
export interface Pointed {
  /** The characters, as many as there is room for. */
  shown: Shown[];
  /** Spaces and carets. Empty if nothing in the line is at fault. */
  carets: string;
}

/** Cuts a line to some columns, around the fault, and points at it. */
export function pointAt(line: Shown[], columns: number): Pointed {
  const widths = line.map(({ text }) => columnsOf(text));
  const sum = (some: number[]) => some.reduce((total, width) => total + width, 0);
  let first = 0;
  let last = line.length;
  if (sum(widths) > columns) {
    const fault = Math.max(0, line.findIndex(({ marked }) => marked));
    for (let room = Math.floor(columns / 3), i = fault; i >= 0; first = i--) {
      room -= i === fault ? 0 : widths[i];
      if (room < 0) break;
    }
    // What is left at the end is filled from the front.
    while (first > 0 && sum(widths.slice(first)) + widths[first - 1] < columns) first--;
    let room = columns - (first > 0 ? 1 : 0);
    last = first;
    while (last < line.length && room - widths[last] >= (last + 1 < line.length ? 1 : 0)) room -= widths[last++];
  }
  const dots = { text: "…", named: false, marked: false };
  const shown = [
    ...first > 0 ? [dots] : [],
    ...line.slice(first, last),
    ...last < line.length ? [{ ...dots, marked: line[last].marked }] : [],
  ];
  const carets = shown.map(({ text, marked }) =>
    (marked ? "^" : " ").repeat(text === "" && marked ? 1 : columnsOf(text))
  );
  return { shown, carets: shown.some(({ marked }) => marked) ? carets.join("").trimEnd() : "" };
}

/** Breaks a visible text into lines at its spaces. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (let word of text.split(" ")) {
    if (line && columnsOf(line) + 1 + columnsOf(word) > columns) {
      lines.push(line);
      line = "";
    } else if (line) {
      line += " ";
    }
    while (columnsOf(line) + columnsOf(word) > columns) {
      let part = "";
      for (const character of word) {
        if (columnsOf(part) + columnsOf(character) > columns) break;
        part += character;
      }
      if (!part) break; // narrower than one character
      lines.push(part);
      word = word.slice(part.length);
    }
    line += word;
  }
  return [...lines, line];
}
