/**
 * The checks of a whole server: a good one trips nothing, and each fault trips the checks that are made for it. These
 * servers are recorded in memory. server_mutants_live_test.ts has the faults of connections and of time.
 */

import { assertEquals } from "@std/assert";
import { describe, test } from "node:test";
import { checks } from "../conformance/classic/mod.ts";
import { judgeRecording, type Run } from "../conformance/mod.ts";
import { recordInMemory } from "./mutants/memory.ts";
import { assertTrips } from "./mutants/mutant.ts";
import { deviations, hardServers, mutants, type ServerMutant } from "./mutants/server.ts";

async function reportOn(alter?: ServerMutant["alter"]): Promise<Run["report"]> {
  return (await judgeRecording(recordInMemory(alter))).report;
}

function findingsOf({ checks }: Run["report"], ...verdicts: string[]): string[] {
  return checks.filter(({ verdict }) => verdicts.includes(verdict)).map(({ id, actual }) => `${id}: ${actual}`);
}

const isInMemory = ({ needsSocket }: Pick<ServerMutant, "needsSocket">) => !needsSocket;

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
  const names = [...mutants, ...deviations, ...hardServers].map(({ name }) => name);
  assertEquals(names.length, new Set(names).size);
});
