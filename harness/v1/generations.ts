/**
 * The words of other generations of Datastar, and the words of 1.0.x that replace them [V1-APP-18, V1-SSE-15].
 *
 * @module
 */

/** A word that the clients 1.0.x do not know. */
export interface OldWord {
  /** The versions that know it. */
  generation: string;
  /** The word or the way of 1.0.x. */
  instead: string;
}

const classic = "0.x";
const beta = "0.20 to 1.0.0-beta.11";
const candidate = "1.0.0-RC.1 to RC.5";

const events: Readonly<Record<string, OldWord>> = {
  "datastar-fragment": { generation: classic, instead: "datastar-patch-elements with `elements ` on each line" },
  "datastar-signal": { generation: classic, instead: "datastar-patch-signals with `signals ` and JSON" },
  "datastar-delete": {
    generation: classic,
    instead: "datastar-patch-elements with `mode remove`, or a signal that is null",
  },
  "datastar-redirect": { generation: classic, instead: "a <script> that sets location, appended to the body" },
  "datastar-console": { generation: classic, instead: "a <script> that writes to the console, appended to the body" },
  "datastar-merge-fragments": { generation: beta, instead: "datastar-patch-elements with `elements ` on each line" },
  "datastar-remove-fragments": {
    generation: beta,
    instead: "datastar-patch-elements with `mode remove` and a selector",
  },
  "datastar-merge-signals": { generation: beta, instead: "datastar-patch-signals" },
  "datastar-remove-signals": { generation: beta, instead: "datastar-patch-signals with null as the value" },
  "datastar-execute-script": { generation: beta, instead: "a <script> appended to the body" },
};

const keys: Readonly<Record<string, OldWord>> = {
  fragment: { generation: classic, instead: "elements" },
  fragments: { generation: beta, instead: "elements" },
  merge: { generation: classic, instead: "mode" },
  mergeMode: { generation: beta, instead: "mode" },
  store: { generation: classic, instead: "signals" },
  paths: { generation: beta, instead: "signals with null as the value" },
  settle: { generation: classic, instead: "nothing: there is no time to settle" },
  settleDuration: { generation: beta, instead: "nothing: there is no time to settle" },
  vt: { generation: classic, instead: "useViewTransition" },
  script: { generation: beta, instead: "elements with a <script>, `mode append` and `selector body`" },
};

const modes: Readonly<Record<string, OldWord>> = {
  morph: { generation: classic, instead: "outer" },
  upsert_attributes: { generation: classic, instead: "outer with the whole element, or a signal" },
  upsertAttributes: { generation: beta, instead: "outer with the whole element, or a signal" },
};

/** Attributes of other generations, and how 1.0.x writes them. */
const attributes: readonly [pattern: RegExp, generation: string, instead: (name: string) => string][] = [
  [/^data-store$/, classic, () => "data-signals"],
  [/^data-model$/, classic, () => "data-bind"],
  [/^data-fetch-indicator$/, classic, () => "data-indicator"],
  [/^data-intersects/, classic, () => "data-on-intersect"],
  [/^data-teleport/, classic, () => "nothing: send the element where it belongs"],
  [/^data-on-load$/, candidate, () => "data-init"],
  [/^data-on-(?!signal-patch|intersect|interval)/, candidate, (name) => name.replace("data-on-", "data-on:")],
  [
    /^data-(bind|signals|class|attr|computed|style|ref|indicator)-/,
    candidate,
    (name) => name.replace(/^(data-\w+)-/, "$1:"),
  ],
];

/** Finds the name of an event among those of other generations. */
export const findOldEvent = (name: string): OldWord | undefined => own(events, name);
/** Finds a key among those of other generations. */
export const findOldKey = (key: string): OldWord | undefined => own(keys, key);
/** Finds a mode among those of other generations. */
export const findOldMode = (mode: string): OldWord | undefined => own(modes, mode);

function own(words: Readonly<Record<string, OldWord>>, word: string): OldWord | undefined {
  return Object.hasOwn(words, word) ? words[word] : undefined;
}

/** Finds the name of an attribute among those of other generations. The client ignores such an attribute. */
export function findOldAttribute(name: string): OldWord | undefined {
  const found = attributes.find(([pattern]) => pattern.test(name));
  if (!found) return;
  const [, generation, instead] = found;
  return { generation, instead: instead(name) };
}
