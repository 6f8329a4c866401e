/**
 * Faults, each with the checks that have to find it.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { CheckResult } from "../../conformance/judge.ts";

/** One named fault. */
export interface Mutant {
  /** The fault, as a sentence. */
  name: string;
  /** Ids of the checks that it trips: these, and no other MUST. */
  trips: string[];
}

/** A recorded stream with one fault. */
export interface StreamMutant extends Mutant {
  /** The bytes. */
  stream: string | Uint8Array;
  /** The HTML of the page that they are for. */
  page?: string;
}

/** Fails unless the mutant trips the checks that it names, and no other MUST. */
export function assertTrips({ name, trips }: Mutant, results: CheckResult[]): void {
  const idsOf = (verdict: string) => results.filter((result) => result.verdict === verdict).map(({ id }) => id);
  const failed = [...new Set(idsOf("fail"))].sort();
  const warned = new Set(idsOf("warn"));
  const missing = trips.filter((id) => !failed.includes(id) && !warned.has(id));
  assertEquals({ name, missing, others: failed.filter((id) => !trips.includes(id)) }, {
    name,
    missing: [],
    others: [],
  });
}
