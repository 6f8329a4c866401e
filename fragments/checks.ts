/**
 * What can be written into an event, and the refusal of what cannot.
 *
 * @module
 */

/** Says what could not be written, why, and what to do instead. */
export function refuse(what: string, why: string): never {
  throw new TypeError(`Cannot write ${what}: ${why}`);
}

/** A value, as an error message names it. */
export function describe(value: unknown): string {
  if (typeof value === "string") return quote(value);
  if (typeof value === "object" && value !== null) return `an object of class ${value.constructor?.name ?? "Object"}`;
  return typeof value === "function" || typeof value === "symbol" ? `a ${typeof value}` : String(value);
}

/** A text in quotes, with no line end in it and no longer than a line. */
export function quote(text: string): string {
  const quoted = JSON.stringify(text);
  return quoted.length > 80 ? `${quoted.slice(0, 76)}..."` : quoted;
}

/** [fetch-event-source.ts] The id returns as a request header: one that a header cannot hold makes the client throw. */
export function headerValue(what: string, id: string): string {
  if (typeof id !== "string" || !/^[ -~\x80-\xff]*$/.test(id) || id !== id.trim()) {
    refuse(what, `the id ${describe(id)} fits no header; use printable characters up to U+00FF`);
  }
  return id;
}

/** The client hands both to `setTimeout`, which takes more than 31 bits for no time at all. */
export function milliseconds(what: string, name: string, value: number): number {
  if (!Number.isInteger(value) || value < 0 || value > 0x7fffffff) {
    refuse(what, `${name} is ${describe(value)}; give whole milliseconds from 0 to 2147483647`);
  }
  return value;
}

/** One of the words that are known. */
export function oneOf(what: string, name: string, known: readonly string[], value: string): string {
  if (!known.includes(value)) refuse(what, `there is no ${name} ${describe(value)}; choose from ${known.join(", ")}`);
  return value;
}

/** The client trims an event's data and splits it into lines: what is meant for one line must survive both. */
export function oneLine(what: string, name: string, value: unknown): string {
  if (typeof value !== "string" || value === "") refuse(what, `${name} is ${describe(value)}; give a text`);
  if (/[\r\n]/.test(value)) refuse(what, `${name} ${quote(value)} has a line end in it`);
  if (value !== value.trim()) refuse(what, `${name} ${quote(value)} begins or ends with white space`);
  assertCarried(what, value, "");
  return value;
}

/** SSE ends a line at CR as it does at LF, and UTF-8 has no way to write half a surrogate pair. */
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
