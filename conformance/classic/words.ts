/** Words of other generations of the protocol, and the classic words for the same. */

import { suggest } from "../checks/words.ts";

/** A word of another generation of the protocol. */
export interface Foreign {
  /** The generation. */
  of: string;
  /** The classic word for the same. */
  classic: string;
}

const old = "the generation up to 0.18";
const beta = "generation 0.20 to 1.0.0-beta.11";
const v1 = "generation v1";
const later = "every later generation";
const signal = "the event datastar-signal";

/** Names of events. */
export const foreignNames: Record<string, Foreign> = {
  "datastar-error": { of: old, classic: "event: datastar-console, with data: error" },
  "datastar-signal-ifmissing": { of: old, classic: "event: datastar-signal, with data: onlyIfMissing true" },
  "datastar-merge-fragments": { of: beta, classic: "event: datastar-fragment" },
  "datastar-merge-signals": { of: beta, classic: "event: datastar-signal" },
  "datastar-remove-fragments": { of: beta, classic: "event: datastar-delete, with data: selector" },
  "datastar-remove-signals": { of: beta, classic: "event: datastar-delete, with data: paths" },
  "datastar-execute-script": {
    of: beta,
    classic: "event: datastar-redirect or datastar-console: no script can be sent",
  },
  "datastar-patch-elements": { of: v1, classic: "event: datastar-fragment" },
  "datastar-patch-signals": { of: v1, classic: "event: datastar-signal" },
};

/** Keys of the event that merges HTML. A line of text that begins with such a word has a different `value`. */
export const foreignKeys: Record<string, Foreign & { value: RegExp }> = {
  html: { of: old, classic: "fragment", value: /^</ },
  redirect: { of: old, classic: "an event datastar-redirect, with data: url", value: /^(\/|https?:)/ },
  error: { of: old, classic: "an event datastar-console, with data: error", value: /^$/ },
  fragments: { of: beta, classic: "fragment, on the first line only", value: /^</ },
  mergeMode: { of: beta, classic: "merge", value: /^[a-z_]+$/i },
  settleDuration: { of: beta, classic: "settle", value: /^\d+$/ },
  useViewTransition: { of: later, classic: "vt", value: /^(true|false)$/ },
  elements: { of: v1, classic: "fragment, on the first line only", value: /^</ },
  mode: { of: v1, classic: "merge", value: /^(outer|inner|replace|prepend|append|before|after|remove)$/ },
  namespace: { of: v1, classic: "nothing: the client takes HTML", value: /^(html|svg|mathml)$/ },
  signals: { of: later, classic: "an event datastar-signal, with data: store", value: /^\{/ },
  store: { of: signal, classic: "a separate event datastar-signal", value: /^\{/ },
  onlyIfMissing: { of: signal, classic: "a separate event datastar-signal", value: /^(true|false)$/ },
};

/** Keys of the events that bring no HTML. */
export const foreignInstructionKeys: Record<string, Foreign> = {
  signals: { of: later, classic: "store" },
  ifmissing: { of: "data-store", classic: "onlyIfMissing" },
  ifMissing: { of: "data-store", classic: "onlyIfMissing" },
  path: { of: beta, classic: "paths" },
  signal: { of: "no generation", classic: "paths" },
  fragment: { of: "datastar-fragment", classic: "selector" },
  location: { of: "no generation", classic: "url" },
  href: { of: "no generation", classic: "url" },
};

/** Merge modes. */
export const foreignModes: Record<string, Foreign> = {
  morph_element: { of: old, classic: "merge morph" },
  inner_element: { of: old, classic: "merge inner" },
  outer_element: { of: old, classic: "merge outer" },
  prepend_element: { of: old, classic: "merge prepend" },
  append_element: { of: old, classic: "merge append" },
  before_element: { of: old, classic: "merge before" },
  after_element: { of: old, classic: "merge after" },
  delete_element: { of: old, classic: "an event datastar-delete, with data: selector" },
  delete: { of: old, classic: "an event datastar-delete, with data: selector" },
  upsertAttributes: { of: beta, classic: "merge upsert_attributes" },
  replace: { of: v1, classic: "merge outer" },
  remove: { of: v1, classic: "an event datastar-delete, with data: selector" },
};

/**
 * The words to expect in the place of one that the client does not know: the classic word for it, a known word that is
 * near, or any of the known ones.
 *
 * @param toLine Completes the near word, so that it can be copied.
 */
export function expectedWord(
  given: string,
  known: readonly string[],
  foreign: Record<string, Foreign>,
  toLine: (word: string) => string = String,
): string {
  if (Object.hasOwn(foreign, given)) return foreign[given].classic;
  const near = suggest(given, known);
  return near ? toLine(near) : `one of ${known.join(", ")}`;
}

/** The generation that a word comes from, as the end of a sentence. */
export function originOfWord(given: string, foreign: Record<string, Foreign>): string {
  return Object.hasOwn(foreign, given) ? `, a word of ${foreign[given].of}` : "";
}
