/**
 * A random case.
 *
 * @module
 */

/** A page before, and a stream. */
export interface Case {
  page: string;
  stream: string;
  /** Values that were typed before, by selector. */
  values?: Record<string, string>;
}
