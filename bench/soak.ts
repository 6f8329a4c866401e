/**
 * The door of the endurance run, `deno task soak`: traffic for some time, and what it left in the server.
 *
 * @module
 */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { eventually, get, openFeeds } from "../tests/support/http.ts";
import { launchServer, type Runtime } from "../tests/support/process.ts";
import { readArguments } from "./arguments.ts";
import { pause, processorSeconds, residentKiB, serverCommand } from "./process.ts";
import { createTraffic, runTraffic, type Tally } from "./soak/traffic.ts";

const usage = "deno task soak [--runtime deno|bun] [--seconds N] [--seed N] [--output FILE]";
const maxStreams = 200;

/** The resources of a server without clients. */
interface Use {
  residentMiB: number;
  handles: number;
  threads: number;
  /** Processor time a second, and how often its threads wake up in it. */
  idle: number;
  wakeups: number;
}

interface Figures {
  runtime: Runtime;
  seconds: number;
  before: Use;
  after: Use;
  /** Memory after each part of the traffic. */
  quietMiB: number[];
  tally: Tally;
  /** The faults that were found. */
  faults: string[];
  /** The output of the server. */
  output: string;
}

function countHandles(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** Number of times that each thread of a process has waited until it was woken up. */
function countWakeups(pid: number): Map<string, number> {
  return new Map(
    readdirSync(`/proc/${pid}/task`).flatMap((thread) => {
      try {
        const status = readFileSync(`/proc/${pid}/task/${thread}/status`, "utf8");
        return [[thread, Number(/^voluntary_ctxt_switches:\s+(\d+)$/m.exec(status)![1])]];
      } catch {
        return []; // it has ended since
      }
    }),
  );
}

/** Measures for 3 s. */
async function measureUse(pid: number): Promise<Use> {
  const seconds = 3;
  const [computed, wakeups] = [processorSeconds(pid), countWakeups(pid)];
  await pause(seconds * 1000);
  const woken = Array.from(countWakeups(pid), ([thread, count]) => count - (wakeups.get(thread) ?? 0));
  return {
    residentMiB: residentKiB(pid) / 1024,
    handles: countHandles(pid),
    threads: readdirSync(`/proc/${pid}/task`).length,
    idle: (processorSeconds(pid) - computed) / seconds,
    wakeups: woken.reduce((sum, count) => sum + count, 0) / seconds,
  };
}

/** Waits until the server has closed the handles of clients that have left, and measures. */
async function measureQuiet(pid: number, handles: number): Promise<Use> {
  await eventually(() => countHandles(pid) <= handles, 60).catch(() => {});
  return await measureUse(pid);
}

/**
 * Measures for up to a minute, until nothing is left over. A server tidies up for a while after work, and what goes on
 * for ever can be seen at any time: so the quietest moment counts.
 */
async function measureAfter(pid: number, before: Use): Promise<Use> {
  let use = await measureQuiet(pid, before.handles);
  for (let i = 1; i < 20 && findLeftovers(before, use).length > 0; i++) {
    const { idle, wakeups } = use;
    use = await measureUse(pid);
    use.idle = Math.min(idle, use.idle);
    use.wakeups = Math.min(wakeups, use.wakeups);
  }
  return use;
}

function findLeftovers(before: Use, { handles, idle, wakeups, residentMiB }: Use): string[] {
  const faults = [];
  if (handles > before.handles) faults.push(`${handles} handles are open and not ${before.handles}`);
  if (idle > 0.1) faults.push(`without clients it computes ${idle} s a second`);
  const ticks = wakeups - before.wakeups;
  if (ticks > 0.5) faults.push(`without clients it wakes up ${ticks.toFixed(1)} times a second more than before`);
  // A heap is never the same size twice: hence the margin.
  const grown = residentMiB - before.residentMiB;
  if (grown > 20 + before.residentMiB / 10) faults.push(`memory has grown by ${Math.round(grown)} MiB`);
  return faults;
}

/** Loads all of the server, and returns what it then uses: what that opens and compiles stays. */
async function warmUp({ pid, port, seed }: { pid: number; port: number; seed: number }): Promise<Use> {
  for (const path of ["/target", "/learn", "/vectors"]) await get(port, path);
  const { handles } = await measureUse(pid);
  await runTraffic(createTraffic(port, seed), 15);
  return { ...await measureQuiet(pid, handles), handles };
}

async function soak(runtime: Runtime, seconds: number, seed: number): Promise<Figures> {
  const { pid, port, stop, output } = await launchServer(serverCommand(runtime, { MAX_STREAMS: String(maxStreams) }));
  try {
    const before = await warmUp({ pid, port, seed });
    const traffic = createTraffic(port, seed + 1);
    const { tally } = traffic;
    const quietMiB = [];
    const part = Math.min(20, seconds / 4);
    for (let gone = 0; gone < seconds; gone += part) {
      await runTraffic(traffic, part);
      quietMiB.push((await measureQuiet(pid, before.handles)).residentMiB);
    }
    // V8 returns the room that a rush needed only now and then, so the most of the first half is what may stay.
    const residentMiB = Math.max(before.residentMiB, ...quietMiB.slice(0, quietMiB.length / 2));
    const allowed = { ...before, residentMiB };
    const after = await measureAfter(pid, allowed);
    const faults = [...tally.wrong.slice(0, 10), ...findLeftovers(allowed, after)];
    const missing = tally.sent - tally.answered;
    if (missing > 0) faults.push(`${missing} of ${tally.sent} answers are not right`);
    const feeds = await openFeeds(port, maxStreams).catch(() => []);
    if (feeds.length < maxStreams) faults.push(`not all of the ${maxStreams} places for streams are free again`);
    for (const feed of feeds) feed.destroy();
    const code = await stop();
    if (code !== 0) faults.push(`it ended with exit code ${code}`);
    return { runtime, seconds, before, after, quietMiB, tally, faults, output: output() };
  } finally {
    await stop();
  }
}

function printFigures({ before, after, quietMiB, tally, faults }: Figures): void {
  const lines = [
    `${tally.sent} requests in bursts, ${tally.answered} right answers, ${tally.wrong.length} wrong or lost`,
    `${tally.read} readers, ${tally.events} events; ${tally.stalled} stalled, ${tally.reset} reset`,
    `${tally.rubbish} connections with rubbish, ${tally.slow} slow ones`,
    `memory ${before.residentMiB.toFixed()} MiB before, ${after.residentMiB.toFixed()} after; ` +
    `between the bursts ${Math.min(...quietMiB).toFixed()} to ${Math.max(...quietMiB).toFixed()}`,
    `handles ${before.handles} before, ${after.handles} after; threads ${before.threads}, ${after.threads}`,
    `without clients it computes ${after.idle.toFixed(3)} s a second; it wakes up ${
      before.wakeups.toFixed(1)
    } times a ` +
    `second before, ${after.wakeups.toFixed(1)} after`,
    ...faults.map((fault) => `FAILED ${fault}`),
  ];
  for (const line of lines) console.log(`  ${line}`);
}

const { runtimes, seconds = 600, seed = Date.now() % 1_000_000, output } = readArguments({
  usage,
  numbers: ["seconds", "seed"],
});
const results = [];
for (const runtime of runtimes) {
  console.log(`${runtime}: ${seconds} s, seed ${seed}`);
  const figures = await soak(runtime, seconds, seed);
  printFigures(figures);
  results.push(figures);
}
if (output) writeFileSync(output, JSON.stringify(results, null, 2) + "\n");
const survived = results.every(({ faults }) => faults.length === 0);
console.log(survived ? "survived" : "not survived");
process.exit(survived ? 0 : 1);
