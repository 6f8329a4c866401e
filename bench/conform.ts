/**
 * A whole run of the conformance checker against the example, and how much of it is waiting: for events that come once a
 * second, and for what must not come.
 *
 * @module
 */

import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { Part, RunOptions, Series } from "./part.ts";
import { launch, listening, processorSeconds, server, trusted } from "./process.ts";

export async function run({ runtimes, rounds = 3, log }: RunOptions): Promise<Part> {
  const part: Part = { series: [], goals: [] };
  for (const runtime of runtimes) {
    const whole: Series = { what: "a conform run", runtime, who: "whole", unit: "s", samples: [], reference: true };
    const computed: Series = { ...whole, who: "of it computing", samples: [], reference: false };
    const waited: Series = { ...whole, who: "of it waiting", samples: [], reference: false };
    const { port, stop } = await listening(server(runtime));
    const folder = mkdtempSync(join(tmpdir(), "fragstar-bench-"));
    try {
      for (let round = 1; round <= rounds; round++) {
        log(`${runtime}: a conform run, round ${round} of ${rounds}`);
        const report = join(folder, "report.json");
        const words = ["conform.ts", `http://localhost:${port}`, "--reporter", "json", "--output", report];
        const began = performance.now();
        const child = launch(trusted(runtime, words));
        child.stdout!.resume();
        child.stderr!.resume();
        let processor = 0;
        const look = setInterval(() => { // the kernel forgets it with the process
          try {
            processor = processorSeconds(child.pid!);
          } catch {
            // It has just ended.
          }
        }, 20);
        const [code] = await once(child, "exit");
        clearInterval(look);
        const seconds = (performance.now() - began) / 1000;
        if (code !== 0 || !JSON.parse(readFileSync(report, "utf8")).complete) {
          throw new Error(`Cannot measure conform: it ended with ${code}`);
        }
        whole.samples.push(seconds);
        computed.samples.push(processor);
        waited.samples.push(Math.max(0, seconds - processor));
      }
    } finally {
      rmSync(folder, { recursive: true });
      await stop();
    }
    part.series.push(whole, computed, waited);
  }
  return part;
}
