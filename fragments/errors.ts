/**
 * How the writers of this project refuse.
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
  if (typeof value === "object" && value !== null) return `an object of class ${value.constructor?.name}`;
  return typeof value === "function" || typeof value === "symbol" ? `a ${typeof value}` : String(value);
}

/** A text in quotes, with no line end in it and no longer than a line. */
export function quote(text: string): string {
  const quoted = JSON.stringify(text);
  return quoted.length > 80 ? `${quoted.slice(0, 76)}..."` : quoted;
}
