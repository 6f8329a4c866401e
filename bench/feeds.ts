/**
 * Feeds with thousands of readers, against the bare runtime: how many are served, how late, and at which cost.
 *
 * @module
 */

import { once } from "node:events";
import { createInterface } from "node:readline";
import { type Command, launch, launchServer } from "../tests/support/process.ts";
import { atMost, createSeries, type Goal, median, type Part, type RunOptions, type Series } from "./part.ts";
import { fileCommand, pause, processorSeconds, residentKiB, serverCommand } from "./process.ts";

const seconds = 10;
const most = 8_000;

/** The unit of each quantity. */
const units = {
  "readers served every second": "%",
  "readers lost": "",
  "median lateness": "ms",
  "lateness of 99 %": "ms",
  "memory a reader": "KiB",
  "memory a reader after 10 s": "KiB",
  "processor time": "% of a core",
  "/target meanwhile, median": "ms",
  "/target meanwhile, 99 %": "ms",
  "memory after all have left": "MiB",
};
type Quantity = keyof typeof units;
const quantities = Object.keys(units) as Quantity[];

export async function run({ runtime, rounds = 3, log }: RunOptions): Promise<Part> {
  const contestants = {
    "bare runtime": fileCommand(runtime, "bench/servers/bare.ts", { ANSWER: "feed" }),
    "fragstar": serverCommand(runtime),
  };
  const part: Part = { series: [], goals: [] };
  for (const readers of [1_000, 5_000, most]) {
    const series = quantities.map((quantity) =>
      createSeries(
        { what: `${readers} feeds: ${quantity}`, runtime, unit: units[quantity] },
        Object.keys(contestants),
      )
    );
    for (let round = 1; round <= (readers === most ? rounds : 1); round++) {
      for (const [i, [who, command]] of Object.entries(contestants).entries()) {
        log(`${readers} readers, round ${round}, ${who}`);
        const figures = await measure(command, readers);
        quantities.forEach((quantity, q) => series[q][i].samples.push(figures[quantity]));
      }
    }
    part.series.push(...series.flat());
    if (readers === most) part.goals = judge(series);
  }
  return part;
}

async function measure(command: Command, readers: number): Promise<Record<Quantity, number>> {
  const { pid, url, port, stop } = await launchServer(command);
  const client = startReaders(port, readers);
  try {
    await timeRequest(url); // the first loads and opens what stays
    const before = residentKiB(pid);
    await client.nextLine(); // all are open
    await pause(1_000);
    const open = residentKiB(pid);
    const [computed, began] = [processorSeconds(pid), performance.now()];
    client.goOn();
    await pause(seconds * 1000);
    const processor = (processorSeconds(pid) - computed) / (performance.now() - began) * 1e5;
    const grown = residentKiB(pid);
    const { served, lost, middle, late } = JSON.parse(await client.nextLine());
    const times = await timeRequests(url);
    client.goOn();
    await client.nextLine(); // all have left
    return {
      "readers served every second": served / readers * 100,
      "readers lost": lost,
      "median lateness": middle,
      "lateness of 99 %": late,
      "memory a reader": (open - before) / readers,
      "memory a reader after 10 s": (grown - before) / readers,
      "processor time": processor,
      "/target meanwhile, median": median(times),
      "/target meanwhile, 99 %": times[Math.floor(times.length * 0.99)],
      "memory after all have left": await settledKiB(pid) / 1024,
    };
  } finally {
    client.kill();
    await stop();
  }
}

/** Starts readers.ts, always under Bun. It prints a line after each step, and waits for one before the next. */
function startReaders(port: number, readers: number) {
  const child = launch(fileCommand("bun", "bench/readers.ts", {}, [port, readers, seconds].map(String)));
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const ended = once(child, "exit").then(() => ({ value: undefined }));
  return {
    async nextLine(): Promise<string> {
      const { value } = await Promise.race([lines.next(), ended]);
      if (value === undefined) throw new Error(`Cannot measure feeds: the readers of port ${port} have ended`);
      return value;
    },
    goOn: () => void child.stdin!.write("go on\n"),
    kill: () => void child.kill("SIGKILL"),
  };
}

/** The milliseconds until an answer of `/target` is complete. */
async function timeRequest(url: string): Promise<number> {
  const began = performance.now();
  await (await fetch(`${url}/target`)).bytes();
  return performance.now() - began;
}

/** Times of requests over more than three events of the feed, which delay some of them, in ascending order. */
async function timeRequests(url: string): Promise<number[]> {
  const times = [];
  for (let i = 0; i < 300; i++) {
    times.push(await timeRequest(url));
    await pause(10);
  }
  return times.sort((a, b) => a - b);
}

/** Memory once it falls no more: a runtime returns some of it at once and some of it later. */
async function settledKiB(pid: number): Promise<number> {
  let least = Infinity;
  for (let quiet = 0, i = 0; quiet < 5 && i < 20; quiet++, i++) {
    await pause(1_000);
    const now = residentKiB(pid);
    if (now < least * 0.99) quiet = 0;
    least = Math.min(least, now);
  }
  return least;
}

function judge(series: Series[][]): Goal[] {
  const goalOf = (quantity: Quantity, limit: number) => {
    const [bare, own] = series[quantities.indexOf(quantity)];
    return atMost(limit, own, bare);
  };
  const [, { what, runtime, samples }] = series[quantities.indexOf("readers served every second")];
  const served = Math.min(...samples);
  return [
    { what, runtime, goal: "100 %", result: `${served.toFixed(2)} %`, met: served === 100 },
    goalOf("memory a reader", 1.1),
    goalOf("memory a reader after 10 s", 1.1),
    goalOf("processor time", 1.15),
    goalOf("memory after all have left", 1.1),
  ];
}
