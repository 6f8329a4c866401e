/**
 * The checks of a whole server that need a real one: a good one trips nothing, and each fault of connections or of time
 * trips the checks that are made for it. server_mutants_test.ts has the other faults.
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { test } from "node:test";
import { createContract } from "../../conformance/classic/contract.ts";
import { checkServer } from "../../conformance/mod.ts";
import { NotRecorded, record } from "../../conformance/record/record.ts";
import { findingsOf, judgeServers } from "../mutants/judged.ts";
import { assertTrips } from "../mutants/mutant.ts";
import { serveParts } from "../mutants/serve.ts";
import { createParts, deviations, hardServers, mutants, socketServers } from "../mutants/server.ts";
import { withPeer } from "../peers/base.ts";
import { slow } from "../support/process.ts";
import { testEarly } from "../support/time.ts";

const { judgeAll, judgedOf } = judgeServers("classic", socketServers);

test("the good server trips nothing, over a socket", slow, async () => {
  const { report } = await judgedOf("good");
  assertEquals(findingsOf(report, "fail", "warn"), []);
  assertEquals([report.complete, report.exitCode], [true, 0]);
});

for (const { name } of deviations.filter(({ needsSocket }) => needsSocket)) {
  test(`no MUST fails for ${name}`, slow, async () => {
    const { report } = await judgedOf(name);
    assertEquals(findingsOf(report, "fail"), []);
    assertEquals([report.complete, report.exitCode], [true, 0]);
  });
}

for (const mutant of mutants.filter(({ needsSocket }) => needsSocket)) {
  test(`it is found that ${mutant.name}`, slow, async () => {
    const { report } = await judgedOf(mutant.name);
    assertTrips(mutant, report.checks);
    assertEquals(report.complete, true);
  });
}

for (const { name, trips, exitCode } of hardServers) {
  test(`the run against ${name} ends in time, with exit code ${exitCode}`, slow, async () => {
    const { report, ms } = await judgedOf(name);
    const found = report.checks.filter(({ verdict }) => verdict === "fail" || verdict === "warn").map(({ id }) => id);
    assertEquals([report.exitCode, trips.filter((id) => !found.includes(id))], [exitCode, []]);
    assert(ms < 30_000, `it took ${ms} ms`);
  });
}

testEarly("a feed whose first event comes late is tried with many readers as others are", async () => {
  const only = ["live-many", "live-starved", "live-vanished-target", "live-vanished-feed"];
  await withPeer({ name: "late", parts: () => ({ before: 1_400 }) }, async (url) => {
    const { report } = await checkServer(url, { only });
    assertEquals(report.checks.map(({ id, verdict }) => [id, verdict]), only.map((id) => [id, "pass"]));
  });
});

testEarly("all servers were judged without a complaint", judgeAll);

test("a server that is not there cannot be recorded", slow, async () => {
  const { url, stop } = await serveParts(createParts());
  await stop();
  await assertRejects(() => record(url, createContract()), NotRecorded, "nothing listens on");
});
