/**
 * Measures work by the processor's time, which does not depend on what else the machine does.
 *
 * @module
 */

import process from "node:process";

/** Runs work three times, and returns the milliseconds of processor time of the fastest run. */
export async function measureCpu(work: () => unknown): Promise<number> {
  let best = Infinity;
  for (let i = 0; i < 3; i++) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1000);
  }
  return best;
}
