/**
 * A whole run of the conformance checker against the example, and how much of it is waiting: for events that come once a
 * second, and to see that something does not come.
 *
 * @module
 */

import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Command, launch, launchServer } from "../tests/support/process.ts";
import { createSeries, type Part, type RunOptions } from "./part.ts";
import { fileCommand, processorSeconds, serverCommand } from "./process.ts";

export async function run({ runtime, rounds = 3, log }: RunOptions): Promise<Part> {
  const head = { what: "a conform run", runtime, unit: "s" };
  const series = createSeries(head, ["whole", "of it computing", "of it waiting"]);
  const { url, stop } = await launchServer(serverCommand(runtime));
  const folder = mkdtempSync(join(tmpdir(), "fragstar-bench-"));
  try {
    for (let round = 1; round <= rounds; round++) {
      log(`a conform run, round ${round} of ${rounds}`);
      const report = join(folder, "report.json");
      const words = [url, "--reporter", "json", "--output", report];
      const { code, whole, computing } = await timeRun(fileCommand(runtime, "conform.ts", {}, words));
      if (code !== 0 || !JSON.parse(readFileSync(report, "utf8")).complete) {
        throw new Error(`Cannot measure conform: it ended with ${code}`);
      }
      [whole, computing, Math.max(0, whole - computing)].forEach((time, i) => series[i].samples.push(time));
    }
  } finally {
    rmSync(folder, { recursive: true });
    await stop();
  }
  return { series, goals: [] };
}

async function timeRun(command: Command): Promise<{ code: number; whole: number; computing: number }> {
  const began = performance.now();
  const child = launch(command);
  child.stdout!.resume();
  child.stderr!.resume();
  let computing = 0;
  const timer = setInterval(() => { // again and again, since the kernel forgets it with the process
    try {
      computing = processorSeconds(child.pid!);
    } catch {
      // It has just ended.
    }
  }, 20);
  const [code] = await once(child, "exit");
  clearInterval(timer);
  return { code, whole: (performance.now() - began) / 1000, computing };
}
