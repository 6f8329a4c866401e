/**
 * The door of the endurance run: `deno task soak`. Faults one by one, and then a long day in short.
 *
 * @module
 */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { parseArgs } from "node:util";
import { eventually, get, openFeeds } from "../tests/support/http.ts";
import { listening, pause, processorSeconds, residentKiB, type Runtime, server } from "./process.ts";
import { faults } from "./soak/faults.ts";
import { createTraffic, type Tally } from "./soak/traffic.ts";

const usage = "deno task soak [--runtime deno|bun] [--seconds N] [--seed N] [--json FILE]";
const maxStreams = 200;

/** What a server has in use when nobody is there. */
interface Use {
  residentMiB: number;
  handles: number;
  threads: number;
  /** Of a second in which nothing happens: processor time, and how often a thread has woken up. */
  idle: number;
  wakeups: number;
}

interface Figures {
  runtime: Runtime;
  seconds: number;
  before: Use;
  after: Use;
  /** Memory at each quiet moment. */
  quietMiB: number[];
  tally: Tally;
  /** What is not as it should be. */
  faulty: string[];
  /** What the server wrote to standard error. */
  said?: string;
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        runtime: { type: "string" },
        seconds: { type: "string", default: "600" },
        seed: { type: "string", default: String(Date.now() % 1_000_000) },
        json: { type: "string" },
        help: { type: "boolean" },
      },
    });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    if (values.runtime !== undefined && !["deno", "bun"].includes(values.runtime)) throw new Error("Unknown runtime");
    if (![values.seconds, values.seed].every((value) => /^\d+$/.test(value))) throw new Error("Not a whole number");
    return { ...values, seconds: Number(values.seconds), seed: Number(values.seed) };
  } catch (error) {
    console.error(`${(error as Error).message.split(".")[0]}\n${usage}`);
    process.exit(2);
  }
}

function handlesOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** How often each thread of a process has waited until it was woken up. */
function wakeupsOf(pid: number): Map<string, number> {
  return new Map(
    readdirSync(`/proc/${pid}/task`).flatMap((thread) => {
      try {
        const status = readFileSync(`/proc/${pid}/task/${thread}/status`, "utf8");
        return [[thread, Number(/^voluntary_ctxt_switches:\s+(\d+)$/m.exec(status)![1])]];
      } catch {
        return []; // ended since
      }
    }),
  );
}

/**
 * Waits until what has left is gone, as far as the server knows, and looks what is still there: for 3 s, or for up to a
 * minute until what is seen will do.
 */
async function useOf(
  pid: number,
  { handles = 0, until = () => true }: { handles?: number; until?: (use: Use) => boolean } = {},
): Promise<Use> {
  if (handles > 0) await eventually(() => handlesOf(pid) <= handles, 60).catch(() => {});
  let use: Use | undefined;
  let looks = 0;
  // Who has worked tidies up for a while. What goes on for ever can be seen at any time.
  do {
    const seconds = 3;
    const [computed, woken] = [processorSeconds(pid), wakeupsOf(pid)];
    await pause(seconds * 1000);
    const times = Array.from(wakeupsOf(pid), ([thread, count]) => count - (woken.get(thread) ?? 0));
    use = {
      residentMiB: residentKiB(pid) / 1024,
      handles: handlesOf(pid),
      threads: readdirSync(`/proc/${pid}/task`).length,
      idle: Math.min(use?.idle ?? Infinity, (processorSeconds(pid) - computed) / seconds),
      wakeups: Math.min(use?.wakeups ?? Infinity, times.reduce((sum, count) => sum + count, 0) / seconds),
    };
  } while (++looks < 20 && !until(use));
  return use;
}

/** What is not as it was. */
function leftBehind(before: Use, { handles, idle, wakeups, residentMiB }: Use): string[] {
  const faulty = [];
  if (handles > before.handles) faulty.push(`${handles} handles are open and not ${before.handles}`);
  if (idle > 0.1) faulty.push(`with nobody there it computes ${idle} s a second`);
  const ticks = wakeups - before.wakeups;
  if (ticks > 0.5) faulty.push(`with nobody there it wakes up ${ticks.toFixed(1)} times a second more than before`);
  // A heap is never the same size twice: hence the margin.
  const grown = residentMiB - before.residentMiB;
  if (grown > 20 + before.residentMiB / 10) faulty.push(`memory has grown by ${Math.round(grown)} MiB`);
  return faulty;
}

/** Long enough that what is left behind each time adds up to something. */
async function soak(runtime: Runtime, seconds: number, seed: number): Promise<Figures> {
  const { pid, port, stop } = await listening(server(runtime, { MAX_STREAMS: String(maxStreams) }));
  let figures: Figures | undefined;
  try {
    // What a runtime opens with its first request stays open, and what it opens to load the rest of the server.
    for (const path of ["/target", "/learn", "/vectors"]) await get(port, path);
    const { handles } = await useOf(pid);
    await createTraffic(port, seed).run(15); // what is loaded and compiled stays, too
    const before = { ...await useOf(pid, { handles }), handles };
    const { tally, run } = createTraffic(port, seed + 1);
    const quietMiB = [];
    const part = Math.min(20, seconds / 4);
    for (let gone = 0; gone < seconds; gone += part) {
      await run(part);
      quietMiB.push((await useOf(pid, { handles })).residentMiB);
    }
    // So may the room that a rush needs, which V8 gives back now and then: what was there in the first half counts.
    const most = Math.max(before.residentMiB, ...quietMiB.slice(0, quietMiB.length / 2));
    const newlyLeft = (use: Use) => leftBehind({ ...before, residentMiB: most }, use);
    const after = await useOf(pid, { handles, until: (use) => newlyLeft(use).length === 0 });
    const faulty = tally.wrong.slice(0, 10);
    if (tally.answered !== tally.sent) {
      faulty.push(`${tally.sent - tally.answered} of ${tally.sent} answers are not right`);
    }
    faulty.push(...newlyLeft(after));
    const places = await openFeeds(port, maxStreams).catch(() => []);
    if (places.length < maxStreams) faulty.push(`not all of the ${maxStreams} places for streams are free again`);
    for (const place of places) place.destroy();
    figures = { runtime, seconds, before, after, quietMiB, tally, faulty };
    return figures;
  } finally {
    const { code, said } = await stop();
    if (code !== 0) figures?.faulty.push(`it ended with exit code ${code}`);
    if (figures) figures.said = said;
  }
}

function tell({ before, after, quietMiB, tally }: Figures): void {
  const round = (value: number) => value.toFixed(0);
  console.log(
    `  ${tally.sent} requests in bursts, ${tally.answered} right answers, ${tally.wrong.length} wrong or lost`,
  );
  console.log(`  ${tally.read} readers, ${tally.events} events; ${tally.stalled} stalled, ${tally.reset} reset`);
  console.log(`  ${tally.rubbish} connections with rubbish, ${tally.slow} slow ones`);
  console.log(
    `  memory ${round(before.residentMiB)} MiB before, ${round(after.residentMiB)} after; ` +
      `at quiet moments from ${round(Math.min(...quietMiB))} to ${round(Math.max(...quietMiB))}`,
  );
  console.log(
    `  handles ${before.handles} before, ${after.handles} after; threads ${before.threads}, ${after.threads}; ` +
      `with nobody there it computes ${after.idle.toFixed(3)} s a second and wakes up ` +
      `${before.wakeups.toFixed(1)}, ${after.wakeups.toFixed(1)} times`,
  );
}

const { runtime, seconds, seed, json } = readArguments();
const results = [];
let failed = false;
for (const one of runtime ? [runtime as Runtime] : ["deno", "bun"] as const) {
  console.log(`${one}: faults`);
  const survived = [];
  for (const { title, provoke } of faults) {
    const began = performance.now();
    let outcome = "";
    let well = true;
    try {
      outcome = await provoke(one);
    } catch (error) {
      well = false;
      outcome = (error as Error).message;
    }
    failed ||= !well;
    survived.push({ title, survived: well, outcome, seconds: (performance.now() - began) / 1000 });
    console.log(`  ${well ? "survived" : "FAILED  "} ${title} (${survived.at(-1)!.seconds.toFixed(1)} s): ${outcome}`);
  }
  console.log(`${one}: ${seconds} s, seed ${seed}`);
  const figures = await soak(one, seconds, seed);
  tell(figures);
  for (const line of figures.faulty) console.log(`  FAILED   ${line}`);
  failed ||= figures.faulty.length > 0;
  results.push({ ...figures, faults: survived });
}
if (json) writeFileSync(json, JSON.stringify(results, null, 2) + "\n");
console.log(failed ? "not survived" : "survived");
process.exit(failed ? 1 : 0);
