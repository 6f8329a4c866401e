/**
 * The tests that all checks of streams have in common, in any dialect.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { test } from "node:test";
import type { CheckResult } from "../../conformance/judge.ts";
import { checkStream, type Dialect } from "../../conformance/mod.ts";
import { assertTrips, type StreamMutant } from "../mutants/mutant.ts";

/** The results of the checks on a stream. */
export async function resultsOf(
  stream: string | Uint8Array,
  dialect: Dialect,
  page?: string,
): Promise<CheckResult[]> {
  return (await checkStream(stream, { page, dialect })).report.checks;
}

/** The bytes that a check shows, in brackets, with the rest of their lines. */
export async function showFaults(stream: string, id: string, dialect: Dialect): Promise<string[]> {
  const { evidence } = (await resultsOf(stream, dialect)).find((result) => result.id === id)!;
  return evidence.map(({ text, from, to }) => `${text.slice(0, from)}[${text.slice(from, to)}]${text.slice(to)}`);
}

/** Tests that each mutant trips its checks, and a healthy stream none. */
export function testStreams(
  { mutants, healthy }: { mutants: readonly StreamMutant[]; healthy: readonly string[] },
  dialect: Dialect,
): void {
  for (const mutant of mutants) {
    test(`find ${mutant.name}`, async () => assertTrips(mutant, await resultsOf(mutant.stream, dialect, mutant.page)));
  }

  for (const stream of healthy) {
    test(`find nothing in ${JSON.stringify(stream).slice(0, 100)}`, async () => {
      const results = await resultsOf(stream, dialect);
      assertEquals(results.filter(({ verdict }) => verdict === "fail" || verdict === "warn"), []);
    });
  }
}
