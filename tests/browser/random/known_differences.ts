/**
 * The kinds of cases in which the harness is known to differ from Chromium. They are left out until it does not.
 *
 * @module
 */

import type { Case } from "./case.ts";

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
  { reason: "A run cannot read the store if the client's own data has a bigint", pattern: /_dsPlugins[^]*\dn\b/ },
  { reason: "A <selectedcontent> shows a copy of the option that is chosen", pattern: /<selectedcontent/ },
];

const isOf = (list: KnownDifference[], text: string) => list.some(({ pattern }) => pattern.test(text));

/** Whether the harness is known to differ in a case. */
export function isKnownCase({ page, stream }: Case): boolean {
  return isOf(known, `${page}\n${stream}`);
}
