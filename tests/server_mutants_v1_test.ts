/**
 * The checks of a whole server in v1: a good one trips nothing, and each fault trips the checks that are made for it.
 * These servers are recorded in memory. runtime/server_mutants_v1.ts has the faults of connections and of time.
 */

import { assertEquals } from "@std/assert";
import { describe, test } from "node:test";
import { createContract } from "../conformance/v1/contract.ts";
import { checks } from "../conformance/v1/mod.ts";
import { dialects, judgeRecording, type Run } from "../conformance/mod.ts";
import { findingsOf } from "./mutants/judged.ts";
import { recordParts } from "./mutants/memory.ts";
import { assertTrips } from "./mutants/mutant.ts";
import { createParts, deviations, mutants, type ServerMutant } from "./mutants/v1/server.ts";

async function reportOn(alter?: ServerMutant["alter"]): Promise<Run["report"]> {
  const recording = recordParts(createContract(), (now) => createParts(alter, now));
  return (await judgeRecording(recording, { dialect: dialects.v1 })).report;
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
  const names = [...mutants, ...deviations].map(({ name }) => name);
  assertEquals(names.length, new Set(names).size);
});
