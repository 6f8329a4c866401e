/**
 * The client's messages. Only this file knows the messages of the clients 1.0.x, and those of Chromium where the browser
 * throws.
 *
 * @module
 */

/** The error codes of vectors, by the first line of the client's message. The first match counts. */
const codes: [pattern: RegExp, code: string][] = [
  [/PatchElementsInvalidMode/, "invalid-mode"],
  [/PatchElementsExpectedSelector/, "selector-needed"],
  [/PatchElementsInvalidNamespace/, "invalid-namespace"],
  [/PatchElementsNoTargetsFound/, "no-target"],
  [/PatchSignalsExpectedSignals/, "signals-needed"],
  [/'querySelector(All)?' .* (is not a valid selector|selector is empty)/, "bad-selector"],
  [/(Key|Value)(Not)?(Required|Allowed)|KeyAndValueProvided|KeyOrValueRequired/, "bad-attribute"],
  [/GenerateExpression/, "bad-expression"],
  [/ExecuteExpression|(object to primitive|a Symbol) value/, "failed-expression"],
  [/valid attribute name/, "bad-html"],
  [/Cannot (create|set|define) propert.*(on string|'__proto__'|of)/, "hostile-key"],
  [
    /HierarchyRequestError|new child|insertBefore|moveBefore|startViewTransition|Only one element on document/,
    "no-parent",
  ],
  [
    /^Uncaught TypeError: Cannot read properties of null|parentNode|InvalidStateError|programmatically set to the empty string/,
    "no-parent",
  ],
  [/SyntaxError|Unexpected|is not defined|Invalid or unexpected|missing/, "bad-signals"],
];

/** The error code of a client's message, or `unnamed` if the message is not known. */
export function errorCodeOf(message: string): string {
  return codes.find(([pattern]) => pattern.test(message))?.[1] ?? "unnamed";
}
