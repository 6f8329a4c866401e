/** Processor time, which counts the work of this process alone: the machine may be busy with other work. */

import process from "node:process";

/** The processor time that this process has used, in milliseconds. */
export function workTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
