/**
 * What the client says when it throws, by the names that vectors use. This is the one place that knows the messages of
 * client 0.19.9, and of Chromium where it is the browser that throws.
 *
 * @module
 */

/** The first that fits counts. */
const names: [pattern: RegExp, name: string][] = [
  [/^Unknown merge option/, "unknown-merge"],
  [/^Unknown signal type/, "unknown-signal-key"],
  [/^Unknown delete prefix/, "unknown-delete-key"],
  [/^Unknown redirect selector/, "unknown-redirect-key"],
  [/^Unknown console mode/, "unknown-console-mode"],
  [/'querySelectorAll' .* (is not a valid selector|selector is empty)/, "bad-selector"],
  [/^No targets found/, "no-target"],
  [/^oldNode has no parentElement|Only one element on document allowed/, "no-parent"],
  [/hasOwnProperty is not a function|reading 'hasOwnProperty'/, "bad-store"],
  [/must have (non-)?empty (key|expression)|' is not allowed$|' not allowed for '/, "bad-attribute"],
  [/^Model attribute on|^Signal .* not found$|^Unsupported type|'querySelector' .* is not a valid/, "bad-attribute"],
  [/^No indicator found|^Target element (not found|must have)|template/i, "bad-attribute"],
  [/^Element is not HTMLElement|^Cannot convert undefined or null|DOMTokenList|reading 'refs'/, "bad-attribute"],
  [/^Cannot (create|delete) property|^Object\.assign is not a function/, "bad-path"],
  [/valid attribute name/, "bad-html"],
];

/**
 * The name of what was raised, by the client's message. `unnamed` where the message is not known.
 *
 * @param hasStore Whether the page has an attribute `data-store` left. The client reads these before it looks at any
 * other attribute, and takes each away that it could read.
 */
export function nameOf(message: string, hasStore: () => boolean): string {
  if (/^Expression function not created/.test(message)) return hasStore() ? "bad-store" : "bad-attribute";
  if (/is a reserved property name/.test(message)) return hasStore() ? "bad-store" : "bad-path";
  return names.find(([pattern]) => pattern.test(message))?.[1] ?? "unnamed";
}

/** Whether the client writes this to the console by itself, and not because an event told it to. */
export function isOwnMessage(mode: string, text: string): boolean {
  if (mode === "log") return /^Unknown event: |^ return Object\.assign\(/.test(text);
  return mode === "error" && /^Error fetching event source|^Error evaluating Datastar expression/.test(text);
}
