/** Text in columns of a terminal. It has to be visible text, without line ends and escapes. */

import sliceAnsi from "slice-ansi"; // cuts between graphemes
import stringWidth from "string-width"; // knows how wide a terminal shows a character
import wrapAnsi from "wrap-ansi"; // breaks lines by these widths

/** Columns that a text takes in a terminal. */
export const columnsOf = (text: string): number => stringWidth(text);

/** Cuts a text to some columns, and ends it with … if something is missing. */
export function cutAt(text: string, columns: number): string {
  if (sliceAnsi(text, 0, columns) === text) return text;
  return sliceAnsi(text, 0, columns - 1).trimEnd() + "…";
}

/** Breaks a text into lines at its spaces, and within words that are longer than a line. */
export function wrap(text: string, columns: number): string[] {
  return wrapAnsi(text, columns, { hard: true }).split("\n");
}
