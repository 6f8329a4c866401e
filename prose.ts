/**
 * Finds and writes the code in texts for people, for all that renders them: pages, and reports in HTML and in Markdown.
 *
 * @module
 */

import { Lexer } from "marked"; // finds code spans as CommonMark says

/** A part of a text: prose, or code without the backticks around it. */
export interface TextPart {
  text: string;
  isCode: boolean;
}

const tokenizer = new Lexer().options.tokenizer!;

/**
 * Splits a text into prose and code spans. As in Markdown, a span ends at the next run of as many backticks as it begins
 * with, so that `` ` `` can be code too. Nothing else is read as Markdown: the text may quote anything.
 */
export function splitCode(text: string): TextPart[] {
  const parts: TextPart[] = [];
  const addPart = (part: TextPart) => part.text !== "" && parts.push(part);
  let from = 0;
  const runs = /`+/g;
  for (let run = runs.exec(text); run; run = runs.exec(text)) {
    const span = tokenizer.codespan(text.slice(run.index));
    if (!span) continue;
    addPart({ text: text.slice(from, run.index), isCode: false });
    addPart({ text: span.text, isCode: true });
    runs.lastIndex = from = run.index + span.raw.length;
  }
  addPart({ text: text.slice(from), isCode: false });
  return parts;
}

/** Writes a text as a code span, whose runs of backticks at either end are of a length that the text does not have. */
export function writeCodeSpan(text: string): string {
  const lengths = new Set((text.match(/`+/g) ?? []).map(({ length }) => length));
  let length = 1;
  while (lengths.has(length)) length++;
  const fence = "`".repeat(length);
  const space = /^`|`$|^ .*[^ ].* $/.test(text) ? " " : ""; // one space is removed from either end
  return fence + space + text + space + fence;
}
