/**
 * Tests that depend on time, on machines that stall, and tests that mostly wait.
 *
 * @module
 */

import { whileAwake } from "../../conformance/record/clock.ts";

/**
 * Makes an attempt again that has failed while this process stalled: it has then seen things later than they were, and
 * at once what came one by one.
 */
export async function awake(attempt: () => Promise<void>, attempts = 5): Promise<void> {
  const { result: failure, stalled } = await whileAwake(() =>
    attempt().then(() => undefined, (error: unknown) => ({ error }))
  );
  if (!failure) return;
  if (!stalled || attempts === 1) throw failure.error;
  await awake(attempt, attempts - 1);
}

/**
 * Makes an attempt again that has taken too long. A machine that stalls makes everything take longer and nothing
 * shorter, so one that is in time shows what was to be shown.
 */
export async function inTime(ms: number, attempt: () => Promise<number>, attempts = 4): Promise<void> {
  const took = await attempt();
  if (took < ms) return;
  if (attempts === 1) throw new Error(`It took ${took} ms, and has to take less than ${ms}`);
  await inTime(ms, attempt, attempts - 1);
}

/** Begins what mostly waits, so that it waits beside other tests. Gives what its own test does: hear how it went. */
export function early(work: () => Promise<unknown>): () => Promise<void> {
  const result = work();
  result.catch(() => {}); // that test says so
  return async () => void await result;
}
