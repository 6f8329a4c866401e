/**
 * What makes the client throw, by name. It takes each for a lost connection and sends its request again.
 *
 * @module
 */

/** The names of what can go wrong. */
export type FailureName =
  | "unknown-merge"
  | "unknown-signal-key"
  | "unknown-delete-key"
  | "unknown-redirect-key"
  | "unknown-console-mode"
  | "bad-selector"
  | "no-target"
  | "no-parent"
  | "bad-store";

/** Throws an `Error` whose `name` is a {@linkcode FailureName}. */
export function fail(name: FailureName, message: string): never {
  throw Object.assign(new Error(message), { name });
}
