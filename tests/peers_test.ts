/** The checker's verdicts on servers that are right in an unusual way, and on servers whose fault is a small one. */

import { assertEquals } from "@std/assert";
import { before, describe, test } from "node:test";
import { createContract } from "../conformance/classic/contract.ts";
import { judgeRecording, type Report, type ServerRecording } from "../conformance/mod.ts";
import { runInTurns } from "../conformance/record/limits.ts";
import { record } from "../conformance/record/record.ts";
import { type Peer, withPeer } from "./peers/base.ts";
import { right } from "./peers/right.ts";
import { wrong } from "./peers/wrong.ts";

/** Servers that are recorded at the same time: a recorder mostly waits. */
const atOnce = 16;

const recordings = new Map<Peer, Promise<ServerRecording>>();

// All are recorded before one is judged: judging takes a while, in which no server of this process could write an event.
before(async () => {
  const known = [...right, ...wrong].filter(({ todo }) => todo === undefined);
  await runInTurns(known, atOnce, async (peer) => {
    const recording = withPeer(peer, (url) => record(url, createContract(), { live: peer.live ?? false }));
    recordings.set(peer, recording);
    await recording.catch(() => {}); // its test fails
  });
});

const reportOn = async (peer: Peer): Promise<Report> => (await judgeRecording(await recordings.get(peer)!)).report;

/** The checks that fail, each with what was seen. */
function failuresOf({ checks }: Report): Record<string, string> {
  const failed = checks.filter(({ verdict }) => verdict === "fail");
  return Object.fromEntries(failed.map(({ id, subject, actual }) => [id, `${subject}: ${actual}`]));
}

describe("the checker finds nothing wrong with a server of which it is true that", () => {
  for (const peer of right) {
    test(peer.name, { skip: peer.todo }, async () => {
      const report = await reportOn(peer);
      assertEquals(failuresOf(report), {});
      assertEquals([report.complete, report.exitCode], [true, 0]);
    });
  }
});

describe("the checker finds the cause, and no other, where", () => {
  for (const peer of wrong) {
    test(peer.name, { skip: peer.todo }, async () => {
      const report = await reportOn(peer);
      const failures = failuresOf(report);
      assertEquals(Object.keys(failures).sort(), peer.fails.toSorted(), JSON.stringify(failures, null, 2));
      assertEquals([report.complete, report.exitCode], [true, 1]);
    });
  }
});

test("each name is there once", () => {
  const names = [...right, ...wrong].map(({ name }) => name);
  assertEquals(names.length, new Set(names).size);
});
