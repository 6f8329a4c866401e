/**
 * Pieces of streams with a fault in their lines.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { StreamMutant } from "./mutant.ts";

/** An event from its lines. */
export const event = (...lines: string[]): string => lines.map((line) => `${line}\n`).join("") + "\n";

/** A byte after some text, with some text after it. */
export const withByte = (before: string, bytes: number[], after: string): Uint8Array =>
  Buffer.concat([Buffer.from(before), Uint8Array.from(bytes), Buffer.from(after)]);

/** Puts a fault into the only event of a stream, and into the second one, with CRLF, after a good one. */
export const afterGood = (good: string) => (name: string, trips: string[], faulty: string): StreamMutant[] => [
  { name, trips, stream: faulty },
  { name: `${name}; in the second event, with CRLF`, trips, stream: (good + faulty).replaceAll("\n", "\r\n") },
];
