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
  // What no model can know.
  { reason: "All cases share the storage of one browser", pattern: /data-store\.[^=]*(local|session)/ },
  // Parsing.
  { reason: "A processing instruction is no comment in Chromium", pattern: /<\?/ },
  { reason: "A document without scripting has elements in noscript", pattern: /<noscript/ },
  { reason: "A select may contain other elements in Chromium", pattern: /<select><b>/ },
  { reason: "A template may have children besides its content", pattern: /<template/ },
  { reason: "The content of raw-text elements is no HTML", pattern: /merge inner[^]*<(iframe|style|xmp|title)/ },
  // Redirects.
  { reason: "A redirect raises where its URL is none", pattern: /data: url (https?:\/\/(\n|\[|h:99|exa)|http:)/ },
  // The store.
  { reason: "Paths lead through inherited and reserved names", pattern: /data: paths .*(\w\.|\.\w)/ },
  {
    reason: "Signals have names that each object inherits",
    pattern: /hasOwnProperty|onlyIfMissing true[^]*(toStr|valueOf|constr)/,
  },
  { reason: "Only running tells the time", pattern: /new Date/ },
  { reason: "A store with a bigint is no JSON", pattern: /\d+n\b/ },
  // Plugins.
  { reason: "The client cannot compile a store of white space", pattern: /data-store[^=]*=" "/ },
  { reason: "The client takes the entries of any value as classes", pattern: /data-class[^=]*="(?!\{[^'])/ },
  { reason: "The client leaves an empty style, and reacts to signals after a merge", pattern: /data-show/ },
  { reason: "The client refuses text for elements of SVG", pattern: /<(text|circle)[^>]* data-text/ },
  { reason: "The client adds a tabindex", pattern: /data-scroll-into-view/ },
  { reason: "The client compiles a header as text in quotes", pattern: /data-header/ },
  { reason: "The client makes a text of the indicator's selector", pattern: /data-fetch-indicator/ },
  { reason: "The client finds signals of models by other paths", pattern: /data-model/ },
];

/** Differences of live values only. The rest of such a case is compared. */
const knownValues: KnownDifference[] = [
  {
    reason: "Chromium sanitizes the values of these inputs",
    pattern: /type="(color|range|date|time|number|url|email)"/,
  },
  { reason: "Chromium removes line ends from values", pattern: /&#1[03];/ },
  {
    reason: "The selectedness of options differs",
    pattern: /<select[^>]* id=|<option[^]*<select|<select[^>]* multiple/,
  },
  {
    reason: "The value of a textarea is the text of its children",
    pattern: /<textarea[^>]* id=[^]*merge (prep|app)end/,
  },
];

const knownSelectors: KnownDifference[] = [
  { reason: "The engine of happy-dom differs from CSS", pattern: /[^\w#. >]|^[^#.\w]|[#.](\W|\d)|[#.].*[#.]|[ >]/ },
];

const isOf = (list: KnownDifference[], text: string) => list.some(({ pattern }) => pattern.test(text));

/** Whether the harness is known to differ in a case. */
export function isKnownCase({ page, stream }: Case): boolean {
  return isOf(known, `${page}\n${stream}`);
}

/** Whether the harness is known to differ in the live values of a case. */
export function hasKnownValues({ page, stream }: Case): boolean {
  return isOf(knownValues, `${page}\n${stream}`);
}

/** Whether the harness is known to differ in a selector. */
export function isKnownSelector(selector: string): boolean {
  return isOf(knownSelectors, selector);
}
