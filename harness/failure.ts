/**
 * What makes the client raise, by name, and what makes the harness give up.
 *
 * @module
 */

/** The names of what the client raises: docs/PROTOCOL.md, section APP, says what each is raised by. */
export type FailureName =
  | "unknown-merge"
  | "unknown-signal-key"
  | "unknown-delete-key"
  | "unknown-redirect-key"
  | "unknown-console-mode"
  | "bad-selector"
  | "no-target"
  | "no-parent"
  | "bad-store"
  | "bad-attribute"
  | "bad-path"
  | "bad-html";

/** Throws an `Error` whose `name` is a {@linkcode FailureName}. */
export function fail(name: FailureName, message: string): never {
  throw Object.assign(new Error(message), { name });
}

/** Gives up on a stream that asks for more than a limit allows. The client would not raise here: it would suffer. */
export function exceed(what: string, limit: string, option: string): never {
  throw new RangeError(`Cannot go on: ${what} is over ${limit}; raise the limit "${option}" if that is meant`);
}
