/**
 * The kinds of cases in which the harness is known to differ from Chromium. They are left out until it does not.
 *
 * @module
 */

import type { Case } from "./cases.ts";

interface KnownDifference {
  /** The reason for the difference. */
  reason: string;
  /** Found in the HTML or the stream of each such case. */
  pattern: RegExp;
}

/** The list shrinks: an entry goes when the harness does as Chromium. */
const known: KnownDifference[] = [
  // Limits of the comparison.
  { reason: "All cases share the storage of one browser", pattern: /data-store[^=]*\.[^=]*(local|session)/ },
  { reason: "The page of the vectors forbids styles in HTML", pattern: /style="[^]*data-show|data-show[^]*style="/ },
  { reason: "A <selectedcontent> shows a copy of the option that is chosen", pattern: /<selectedcontent/ },
  // The order of effects.
  {
    reason: "The client shows and hides after the other events of the same chunk",
    pattern: /data-show[^]*event: datastar-fragment/,
  },
];

const isOf = (list: KnownDifference[], text: string) => list.some(({ pattern }) => pattern.test(text));

/** Whether the harness is known to differ in a case. */
export function isKnownCase({ page, stream }: Case): boolean {
  return isOf(known, `${page}\n${stream}`);
}
