/**
 * Help for tests that depend on time, on machines that stall, and for tests that mostly wait.
 *
 * @module
 */

import { before, test } from "node:test";
import { startClock } from "../../conformance/record/clock.ts";
import { slow } from "./process.ts";

/**
 * Repeats an attempt that failed while this process stalled: then it saw events too late, and several at once that came
 * one by one.
 */
export async function awake(attempt: () => Promise<void>, attempts = 5): Promise<void> {
  const clock = startClock();
  const failure = await attempt().then(() => undefined, (error: unknown) => ({ error }));
  const stalled = clock.hasStalled();
  clock.stop();
  if (!failure) return;
  if (!stalled || attempts === 1) throw failure.error;
  await awake(attempt, attempts - 1);
}

/**
 * Repeats an attempt that took too long. A machine that stalls makes everything take longer and nothing shorter, so one
 * attempt that is in time is proof enough.
 */
export async function inTime(ms: number, attempt: () => Promise<number>, attempts = 4): Promise<void> {
  const took = await attempt();
  if (took < ms) return;
  if (attempts === 1) throw new Error(`It took ${took} ms, and has to take less than ${ms}`);
  await inTime(ms, attempt, attempts - 1);
}

/**
 * Registers a test that mostly waits. It begins before the first test of its group, or of all where it is in no group,
 * and so runs beside the others.
 */
export function testEarly(name: string, work: () => Promise<unknown>): void {
  let result: Promise<unknown>;
  before(() => {
    result = work();
    result.catch(() => {}); // the test reports it
  });
  test(name, slow, async () => void await result);
}
