/**
 * Checks of the values that are written into an event.
 *
 * @module
 */

/** Throws an error that says what could not be written, why, and what to do instead. */
export function refuse(what: string, why: string): never {
  throw new TypeError(`Cannot write ${what}: ${why}`);
}

/** Names a value in an error message. */
export function describe(value: unknown): string {
  if (typeof value === "string") return quote(value);
  if (typeof value === "object" && value !== null) return `an object of class ${value.constructor?.name ?? "Object"}`;
  return typeof value === "function" || typeof value === "symbol" ? `a ${typeof value}` : String(value);
}

/** Quotes a text on one line, cut off where it is long. */
export function quote(text: string): string {
  const quoted = JSON.stringify(text);
  return quoted.length > 80 ? `${quoted.slice(0, 76)}..."` : quoted;
}

/** Whether a value is an object of names and values, and of no class. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Refuses a list or an object that `JSON.stringify()` would write as something else. */
export function refuseToJson(what: string, path: string, value: object): void {
  if (typeof (value as { toJSON?: unknown }).toJSON !== "function") return;
  refuse(what, `${quote(path)} has a toJSON(), which would write something else; give what it returns`);
}

/** Checks an event's id. [fetch-event-source.ts] The client sends it as a header, and throws if a header cannot hold it. */
export function headerValue(what: string, id: string): string {
  if (typeof id !== "string" || !/^[ -~\x80-\xff]*$/.test(id) || id !== id.trim()) {
    refuse(what, `the id ${describe(id)} fits no header; use printable characters up to U+00FF`);
  }
  return id;
}

/** Checks a time. The client hands it to `setTimeout`, which does not wait at all if it has more than 31 bits. */
export function milliseconds(what: string, name: string, value: number): number {
  if (!Number.isInteger(value) || value < 0 || value > 0x7fffffff) {
    refuse(what, `${name} is ${describe(value)}; give whole milliseconds from 0 to 2147483647`);
  }
  return value;
}

/** Checks that a word is one of the known ones. */
export function oneOf(what: string, name: string, known: readonly string[], value: string): string {
  if (!known.includes(value)) refuse(what, `there is no ${name} ${describe(value)}; choose from ${known.join(", ")}`);
  return value;
}

/** Checks a text that must stay on one line. The client splits an event's data into lines and trims it. */
export function oneLine(what: string, name: string, value: unknown): string {
  if (typeof value !== "string" || value === "") refuse(what, `${name} is ${describe(value)}; give a text`);
  if (/[\r\n]/.test(value)) refuse(what, `${name} ${quote(value)} has a line end in it`);
  if (value !== value.trim()) refuse(what, `${name} ${quote(value)} begins or ends with white space`);
  assertCarried(what, value, "");
  return value;
}

/** Checks that a text can be carried: SSE ends a line at CR too, and UTF-8 cannot write half a surrogate pair. */
export function assertCarried(what: string, text: string, instead: string): void {
  const i = text.indexOf("\r");
  if (i >= 0) {
    const line = text.slice(0, i).split("\n").length;
    refuse(what, `line ${line} has a carriage return in it, which would end a line of the stream; ${instead}`);
  }
  if (!text.isWellFormed()) {
    refuse(what, "there is a lone surrogate in it, which UTF-8 cannot carry; call toWellFormed()");
  }
}
