/**
 * The client's messages. Only this file knows the messages of client 0.19.9, and those of Chromium where the browser
 * throws.
 *
 * @module
 */

/** The error codes of vectors, by the client's message. The first match counts. */
const codes: [pattern: RegExp, code: string][] = [
  [/^Unknown merge option/, "unknown-merge"],
  [/^Unknown signal type/, "unknown-signal-key"],
  [/^Unknown delete prefix/, "unknown-delete-key"],
  [/^Unknown redirect selector/, "unknown-redirect-key"],
  [/^Unknown console mode/, "unknown-console-mode"],
  [/^Failed to set the 'href' property on 'Location'/, "bad-url"],
  [/'querySelectorAll' .* (is not a valid selector|selector is empty)/, "bad-selector"],
  [/^No targets found/, "no-target"],
  [/^oldNode has no parentElement|Only one element on document allowed/, "no-parent"],
  [/hasOwnProperty is not a function|reading 'hasOwnProperty'/, "bad-store"],
  [/must have (non-)?empty (key|expression)|' is not allowed$|' not allowed for '/, "bad-attribute"],
  [
    /^Model attribute on|^Signal .* not found$|^Unsupported type|'querySelector' .* is (not a valid|empty)/,
    "bad-attribute",
  ],
  [/^No indicator found|^Target element (not found|must have)|template/i, "bad-attribute"],
  [
    /^Element is not HTMLElement|^Cannot convert (undefined or null|a Symbol)|DOMTokenList/,
    "bad-attribute",
  ],
  [/includes is not a function$|^Cannot read properties of undefined|double value is non-finite/, "bad-attribute"],
  [/^Cannot (create|delete) property|^Cannot assign to read|^Invalid array length|^Immutable prototype/, "bad-path"],
  [/is not a function$|^'caller', 'callee', and 'arguments'/, "bad-path"],
  [/valid attribute name/, "bad-html"],
];

/**
 * The error code of a client's message, or `unnamed` if the message is not known.
 *
 * @param hasStore Whether the page has an attribute `data-store` left, or a `data-ref` whose name a signal cannot
 * have. The client reads these before all other attributes, and removes each `data-store` that it could read.
 */
export function errorCodeOf(message: string, hasStore: () => boolean): string {
  if (/^Expression function not created/.test(message)) return hasStore() ? "bad-store" : "bad-attribute";
  if (/is a reserved property name/.test(message)) return hasStore() ? "bad-store" : "bad-path";
  return codes.find(([pattern]) => pattern.test(message))?.[1] ?? "unnamed";
}

/** Whether the client writes this to the console by itself, and not because of an event. */
export function isOwnMessage(mode: string, text: string): boolean {
  if (mode === "log") return /^Unknown event: |^ return Object\.assign\(/.test(text);
  return mode === "error" && /^Error fetching event source|^Error evaluating Datastar expression/.test(text);
}
