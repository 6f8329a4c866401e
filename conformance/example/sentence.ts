/** The sentence that the example answers a text with. */

import { quoteText } from "../checks/quote.ts";

/** One member of the family has a typing error in it. */
const sentence = /^You[rt] input: ([^]*), is (\d+) long\.$/;

/** A text as it came back, and the length that the server names. */
export interface Returned {
  text: string;
  length: number;
}

/** Reads the sentence, if a value is one. */
export function readSentence(output: unknown): Returned | undefined {
  const [, text, length] = typeof output === "string" ? sentence.exec(output) ?? [] : [];
  return text === undefined ? undefined : { text, length: Number(length) };
}

export const writeSentence = ({ text, length }: Returned): string => `Your input: ${text}, is ${length} long.`;

/** Two texts, from a little before their first difference on. */
export function quoteDifference(expected: string, actual: string): [string, string] {
  let at = 0;
  while (at < expected.length && expected[at] === actual[at]) at++;
  const from = expected.length <= 60 ? 0 : Math.max(0, at - 20);
  const excerpt = (text: string) =>
    `${from > 0 ? `at character ${from}: ` : ""}${quoteText(text.slice(from), 60)}, ${text.length} characters`;
  return [excerpt(expected), excerpt(actual)];
}

/** Ways to count that the family has, and the one that a reader would use. */
const units: Record<string, (text: string) => number> = {
  "UTF-16 units": (text) => text.length,
  "code points": (text) => [...text].length,
  "bytes": (text) => new TextEncoder().encode(text).length,
  "characters": (text) => [...new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text)].length,
};

/** Finds the unit in which most texts are counted, and the first that has a different length in it. */
export function compareLengths<Kept extends Returned>(kept: readonly Kept[]): { unit: string; wrong?: Kept } {
  const wrongIn = (unit: string) => kept.filter(({ text, length }) => length !== units[unit](text));
  const [unit] = Object.keys(units).toSorted((a, b) => wrongIn(a).length - wrongIn(b).length);
  return { unit, wrong: wrongIn(unit)[0] };
}

/** The lengths that a text has, in any unit. */
export function describeLengths(text: string): string {
  const all = Object.values(units).map((count) => count(text));
  return `${quoteText(text, 40)} is ${[...new Set(all)].join(" or ")} long`;
}
