/** Bytes that show a fault, line by line, with carets below the fault. */

import { isInvisible, nameCharacter } from "../../harness/mod.ts";
import type { Bytes } from "../judge.ts";
import { columnsOf } from "./columns.ts";

/** One character of an excerpt. */
export interface Shown {
  /** The character, or its name. */
  text: string;
  /** Whether it is a name. */
  named: boolean;
  /** Whether it is part of the fault. */
  marked: boolean;
}

/** Characters that are shown: before the fault, and from its beginning. */
const limits = { before: 400, after: 1_600 };

/**
 * Splits an excerpt into lines of characters: a line ends after its CR, LF or CRLF. Where the fault is a place between two
 * bytes, a character without text is marked there.
 */
export function linesOf({ text, from, to }: Pick<Bytes, "text" | "from" | "to">): Shown[][] {
  const start = Math.max(0, from - limits.before);
  const end = Math.min(text.length, from + limits.after);
  const lines: Shown[][] = [[]];
  const addShown = (shown: Shown) => lines[lines.length - 1].push(shown);
  if (start > 0) addShown({ text: "…", named: false, marked: false });
  let at = start;
  for (const character of text.slice(start, end)) {
    if (at === from && from === to) addShown({ text: "", named: false, marked: true });
    const named = isInvisible(character);
    addShown({ text: named ? nameCharacter(character) : character, named, marked: at >= from && at < to });
    at += character.length;
    if (at < end && (character === "\n" || character === "\r" && text[at] !== "\n")) lines.push([]);
  }
  if (at === from && from === to) addShown({ text: "", named: false, marked: true });
  if (end < text.length) addShown({ text: "…", named: false, marked: to > end });
  return lines;
}

/** Cuts a line to some columns, around the fault. The carets below it are empty if the fault is not in this line. */
export function pointAt(line: Shown[], columns: number): { shown: Shown[]; carets: string } {
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
    // Room that is left at the end is filled from the front.
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

/** Writes the first lines of an excerpt as plain text, with carets below the fault. */
export function writeExcerpt(excerpt: Pick<Bytes, "text" | "from" | "to">, columns: number): string[] {
  return linesOf(excerpt).slice(0, 8).flatMap((line) => {
    const { shown, carets } = pointAt(line, columns);
    return [shown.map(({ text }) => text).join(""), ...carets ? [carets] : []];
  });
}
