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
  // The order of effects.
  {
    reason: "The client shows and hides after the other events of the same chunk",
    pattern: /data-show[^]*event: datastar-fragment/,
  },
  // Parsing.
  { reason: "A processing instruction is no comment in Chromium", pattern: /<\?/ },
  { reason: "A select may contain other elements in Chromium", pattern: /<select><b>|<select[^]*merge inner/ },
  { reason: "A template may have children besides its content", pattern: /<template/ },
  { reason: "The content of raw-text elements is no HTML", pattern: /merge inner[^]*<(iframe|style|xmp|title)/ },
  // The store.
  { reason: "Paths lead through inherited and reserved names", pattern: /data: paths .*(\w\.|\.\w)/ },
  { reason: "The client cannot send a store with a bigint in it", pattern: /\d+n\b/ },
  { reason: "Only running tells the time", pattern: /new Date/ },
];

const isOf = (list: KnownDifference[], text: string) => list.some(({ pattern }) => pattern.test(text));

/** Whether the harness is known to differ in a case. */
export function isKnownCase({ page, stream }: Case): boolean {
  return isOf(known, `${page}\n${stream}`);
}
