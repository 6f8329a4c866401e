/**
 * Feeds with thousands of readers, against the bare runtime: who is served, how late, at which cost.
 *
 * @module
 */

import { once } from "node:events";
import { createInterface } from "node:readline";
import { type Goal, median, type Part, ratio, type RunOptions, type Series } from "./part.ts";
import {
  type Command,
  file,
  launch,
  listening,
  pause,
  processorSeconds,
  programOf,
  residentKiB,
  type Runtime,
  server,
} from "./process.ts";

const seconds = 10;
const most = 8_000;

export async function run({ runtimes, rounds = 3, log }: RunOptions): Promise<Part> {
  const part: Part = { series: [], goals: [] };
  for (const runtime of runtimes) {
    const contestants = {
      "bare runtime": file(runtime, "bench/servers/bare.ts", { ANSWER: "feed" }),
      "fragstar": server(runtime),
    };
    for (const readers of [1_000, 5_000, most]) {
      const series: Series[] = [];
      for (let round = 1; round <= (readers === most ? rounds : 1); round++) {
        for (const [who, command] of Object.entries(contestants)) {
          log(`${runtime}: ${readers} readers, round ${round}, ${who}`);
          const found = await measure(command, readers);
          for (const [figure, [value, unit]] of Object.entries(found)) {
            const what = `${readers} feeds: ${figure}`;
            let one = series.find((one) => one.who === who && one.what === what);
            if (!one) series.push(one = { what, runtime, who, unit, samples: [], reference: who === "bare runtime" });
            one.samples.push(value);
          }
        }
      }
      part.series.push(...series.toSorted((a, b) => a.what < b.what ? -1 : a.what > b.what ? 1 : 0));
      if (readers === most) part.goals.push(...judge(runtime, series));
    }
  }
  return part;
}

/** What one server does with its readers, each figure with its unit. */
async function measure(command: Command, readers: number): Promise<Record<string, [number, string]>> {
  const { pid, port, stop } = await listening(command);
  const client = launch({
    program: programOf("bun"),
    args: ["bench/readers.ts", `${port}`, `${readers}`, `${seconds}`],
  });
  try {
    const lines = createInterface({ input: client.stdout! })[Symbol.asyncIterator]();
    const ended = once(client, "exit").then(([code]) => ({ value: undefined, done: true, code }));
    const hear = async () => {
      const { value } = await Promise.race([lines.next(), ended]);
      if (value === undefined) throw new Error(`Cannot measure feeds: the reader of port ${port} has ended`);
      return value;
    };
    const go = () => client.stdin!.write("go on\n");
    await request(port);
    const before = residentKiB(pid);
    await hear();
    await pause(1_000);
    const open = residentKiB(pid);
    const computed = processorSeconds(pid);
    const began = performance.now();
    go();
    await pause(seconds * 1000);
    const processor = (processorSeconds(pid) - computed) / (performance.now() - began) * 1e5;
    const grown = residentKiB(pid);
    const figures = JSON.parse(await hear());
    const times = [];
    for (let i = 0; i < 300; i++) { // over three events: one that falls into it is what makes them late
      times.push(await request(port));
      await pause(10);
    }
    times.sort((a, b) => a - b);
    go();
    await hear();
    return {
      "readers served every second": [figures.served / readers * 100, "%"],
      "readers lost": [figures.lost, ""],
      "median lateness": [figures.median, "ms"],
      "lateness of 99 %": [figures.late, "ms"],
      "memory a reader": [(open - before) / readers, "KiB"],
      "memory a reader after 10 s": [(grown - before) / readers, "KiB"],
      "processor time": [processor, "% of a core"],
      "/target meanwhile, median": [median(times), "ms"],
      "/target meanwhile, 99 %": [times[Math.floor(times.length * 0.99)], "ms"],
      "memory after all have left": [await settled(pid) / 1024, "MiB"],
    };
  } finally {
    client.kill("SIGKILL");
    await stop();
  }
}

/** Milliseconds that an answer of `/target` takes to be there. */
async function request(port: number): Promise<number> {
  const began = performance.now();
  await (await fetch(`http://localhost:${port}/target`)).bytes();
  return performance.now() - began;
}

/** Memory when it falls no more: a runtime gives back some of it at once and some of it later. */
async function settled(pid: number): Promise<number> {
  let least = Infinity;
  for (let quiet = 0, i = 0; quiet < 5 && i < 20; quiet++, i++) {
    await pause(1_000);
    const now = residentKiB(pid);
    if (now < least * 0.99) quiet = 0;
    least = Math.min(least, now);
  }
  return least;
}

function judge(runtime: Runtime, series: Series[]): Goal[] {
  const of = (figure: string, who: string) => {
    const { samples } = series.find((one) => one.who === who && one.what === `${most} feeds: ${figure}`)!;
    return samples;
  };
  const served = Math.min(...of("readers served every second", "fragstar"));
  const within = (figure: string, goal: number): Goal => {
    const share = ratio(of(figure, "fragstar"), of(figure, "bare runtime"));
    const what = `${most} feeds: ${figure}`;
    return { what, runtime, goal: `at most ${goal} of the bare runtime`, result: share.toFixed(2), met: share <= goal };
  };
  return [
    {
      what: `${most} feeds: readers served every second`,
      runtime,
      goal: "100 %",
      result: `${served.toFixed(2)} %`,
      met: served === 100,
    },
    within("memory a reader", 1.1),
    within("memory a reader after 10 s", 1.1),
    within("processor time", 1.15),
    within("memory after all have left", 1.1),
  ];
}
