/**
 * Help for tests that depend on time, on machines that stall, and for tests that mostly wait.
 *
 * @module
 */

import { startClock } from "../../conformance/record/clock.ts";

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

/** Starts work that mostly waits, so that other tests run meanwhile. Returns the body of its test, which awaits it. */
export function early(work: () => Promise<unknown>): () => Promise<void> {
  const result = work();
  result.catch(() => {}); // its test reports the error
  return async () => void await result;
}
