/** Gives the shared checks the ids, levels, clauses and texts of a dialect. What they look at stays the same. */

import type { Check, CheckInfo, Level } from "../check.ts";

/** The words of a dialect for a shared check. Those that are left out stay as they are. */
export interface Words extends Partial<Pick<CheckInfo, "title" | "why" | "fix">> {
  rule: [id: string, level: Level, clause: string];
}

/**
 * Takes the checks of a list that are named, by their shared ids, in the order of the list.
 *
 * @throws {TypeError} If there is no such check.
 */
export function reword<Shared extends Check>(
  checks: readonly Shared[],
  words: Readonly<Record<string, Words>>,
): Shared[] {
  const unknown = Object.keys(words).find((id) => checks.every((check) => check.id !== id));
  if (unknown !== undefined) throw new TypeError(`Cannot reword ${unknown}: there is no such check`);
  return checks.flatMap((check) => {
    if (!Object.hasOwn(words, check.id)) return [];
    const { rule: [id, level, clause], ...texts } = words[check.id];
    return [{ ...check, ...texts, id, level, clause }];
  });
}
