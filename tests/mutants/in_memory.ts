/**
 * The tests of servers that are recorded in memory: a good one trips nothing, and each fault trips the checks that are made
 * for it.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { describe, test } from "node:test";
import type { Check } from "../../conformance/check.ts";
import type { Report } from "../../conformance/mod.ts";
import { findingsOf } from "./judged.ts";
import { assertTrips, type Mutant } from "./mutant.ts";

/** A server that differs from the good one. */
interface Altered<Alter> {
  name: string;
  alter?: Alter;
  needsSocket?: boolean;
}

/** Tests the servers of a dialect. */
export function testServers<Alter>({ reportOn, checks, mutants, deviations, others = [] }: {
  /** Records the good server, or one that differs from it, and judges it. */
  reportOn: (alter?: Alter) => Promise<Report>;
  checks: readonly Check[];
  mutants: readonly (Altered<Alter> & Mutant)[];
  /** Servers that differ and are right. */
  deviations: readonly Altered<Alter>[];
  /** Servers that have their tests elsewhere. */
  others?: readonly { name: string }[];
}): void {
  const isInMemory = ({ needsSocket }: Pick<Altered<Alter>, "needsSocket">) => !needsSocket;

  test("the good server trips nothing", async () => {
    const report = await reportOn();
    assertEquals(findingsOf(report, "fail", "warn"), []);
    assertEquals([report.complete, report.exitCode], [true, 0]);
  });

  describe("no MUST fails for", () => {
    for (const { name, alter } of deviations.filter(isInMemory)) {
      test(name, async () => {
        const report = await reportOn(alter);
        assertEquals(findingsOf(report, "fail"), []);
        assertEquals([report.complete, report.exitCode], [true, 0]);
      });
    }
  });

  describe("it is found that", () => {
    for (const mutant of mutants.filter(isInMemory)) {
      test(mutant.name, async () => {
        const report = await reportOn(mutant.alter);
        assertTrips(mutant, report.checks);
        assertEquals(report.complete, true);
      });
    }
  });

  test("every check of a server has a mutant, and every name is there once", () => {
    const tripped = new Set(mutants.flatMap(({ trips }) => trips));
    const ids = checks.filter(({ of }) => of === "server").map(({ id }) => id);
    assertEquals(ids.filter((id) => !tripped.has(id)), []);
    const names = [...mutants, ...deviations, ...others].map(({ name }) => name);
    assertEquals(names.length, new Set(names).size);
  });
}
