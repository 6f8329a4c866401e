/** Words that were probably meant. */

import { closestString } from "deno-std/text/closest_string.js";
import { levenshteinDistance } from "deno-std/text/levenshtein_distance.js";

/** The known word that was meant, if one is near. */
export function suggest(given: string, known: readonly string[]): string | undefined {
  const word = given.trim();
  if (word === "" || word.length > 40) return;
  const nearest = closestString(word, known);
  const distance = levenshteinDistance(word.toLowerCase(), nearest.toLowerCase());
  const isSwapped = distance === 2 && sortLetters(word) === sortLetters(nearest);
  return isSwapped || distance <= Math.max(1, Math.floor(nearest.length / 4)) ? nearest : undefined;
}

/** The word to expect in the place of an unknown one: the known one that was meant, or any of them. */
export function expectedWord(given: string, known: readonly string[]): string {
  return suggest(given, known) ?? `one of ${known.join(", ")}`;
}

const sortLetters = (word: string) => [...word.toLowerCase()].sort().join("");
