/**
 * The record of a judgement: vectors/v1/judged.json.
 *
 * @module
 */

/** The clients that have judged, and what they have judged. */
export interface Judged {
  clients: {
    version: string;
    /** The SHA-256 of the client's file. */
    sha256: string;
    browser: string;
    /** The day of the last run, such as 2026-11-27. */
    date: string;
  }[];
  /** The hash of each vector, by id. */
  vectors: Record<string, string>;
}
