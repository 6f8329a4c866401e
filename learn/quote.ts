/**
 * Quotes texts from outside in sentences, and lists them.
 *
 * @module
 */

import { writeCodeSpan } from "../prose.ts";

/** Puts a text on one line, and cuts it. */
export function shorten(text: string, limit: number): string {
  const line = text.replace(/[\t\n\f\r ]+/g, " ");
  const characters = [...line.slice(0, 2 * limit)];
  const isCut = characters.length > limit || line.length > 2 * limit;
  return isCut ? characters.slice(0, limit).join("").trimEnd() + "…" : line;
}

/** Quotes a text as code, on one line, and cut. */
export function quoteCode(text: string, limit = 60): string {
  return writeCodeSpan(shorten(text, limit));
}

/** Lists texts as in a sentence: "a, b and c". */
export function listWords(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
