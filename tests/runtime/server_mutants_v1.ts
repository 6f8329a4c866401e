/**
 * The checks of a whole server in v1 that need a real one: a good one trips nothing, and each fault of connections or of
 * time trips the checks that are made for it. server_mutants_v1_test.ts has the other faults.
 */

import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { findingsOf, judgeServers } from "../mutants/judged.ts";
import { assertTrips } from "../mutants/mutant.ts";
import { deviations, mutants, socketServers } from "../mutants/v1/server.ts";
import { slow } from "../support/process.ts";
import { testEarly } from "../support/time.ts";

const { judgeAll, judgedOf } = judgeServers("v1", socketServers);

test("the good server of v1 trips nothing, over a socket", slow, async () => {
  const { report } = await judgedOf("good");
  assertEquals(findingsOf(report, "fail", "warn"), []);
  assertEquals([report.complete, report.exitCode], [true, 0]);
});

for (const { name } of deviations.filter(({ needsSocket }) => needsSocket)) {
  test(`no MUST of v1 fails for ${name}`, slow, async () => {
    const { report } = await judgedOf(name);
    assertEquals(findingsOf(report, "fail"), []);
    assertEquals([report.complete, report.exitCode], [true, 0]);
  });
}

for (const mutant of mutants.filter(({ needsSocket }) => needsSocket)) {
  test(`it is found in v1 that ${mutant.name}`, slow, async () => {
    const { report } = await judgedOf(mutant.name);
    assertTrips(mutant, report.checks);
    assertEquals(report.complete, true);
  });
}

testEarly("all servers of v1 were judged without a complaint", judgeAll);
