/**
 * The checks of a whole server that need a real one: a good one trips nothing, and each fault of connections or of time
 * trips the checks that are made for it. server_mutants_test.ts has the other faults.
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { once } from "node:events";
import process from "node:process";
import { createInterface } from "node:readline";
import { after, test } from "node:test";
import { createContract } from "../conformance/classic/contract.ts";
import { judgeRecording, type Run } from "../conformance/mod.ts";
import { startClock } from "../conformance/record/clock.ts";
import { NotRecorded, record } from "../conformance/record/record.ts";
import { assertTrips } from "./mutants/mutant.ts";
import { createParts, deviations, hardServers, mutants, serveParts, type ServerMutant } from "./mutants/server.ts";
import { slow, start } from "./support/process.ts";

/** Runs that are made at the same time: a run mostly waits. */
const atOnce = 4;
const hardAtOnce = 3;

/** Starts the servers that need a socket, in a process of their own. */
function startServers() {
  const child = start("tests/mutants/server.ts", {}, ["run", "--allow-net"]);
  const ended = once(child, "exit");
  let complaints = "";
  child.stderr!.on("data", (data) => complaints += data);
  const urls = new Map<string, string>();
  const ready = (async () => {
    for await (const line of createInterface({ input: child.stdout! })) {
      const [name, url] = JSON.parse(line);
      if (name === "ready") return;
      urls.set(name, url);
    }
    throw new Error("The servers did not start");
  })();
  return {
    async urlOf(name: string) {
      await ready;
      return urls.get(name)!;
    },
    /** Throws if they have not lasted until now. */
    async stop() {
      const lasted = child.exitCode === null && child.signalCode === null;
      if (lasted) process.kill(child.pid!);
      const [code, signal] = await ended;
      if (!lasted || complaints) throw new Error(`The servers ended with ${code ?? signal}: ${complaints}`);
    },
  };
}

interface Fault extends Omit<ServerMutant, "trips" | "alter"> {
  trips?: string[];
  timeout?: number;
}

async function judgeServer({ trips, timeout }: Fault, url: string): Promise<Run> {
  // Many readers are only sent where it may matter: that takes the longest.
  const live = !trips || trips.some((id) => /^(feed|live)-/.test(id));
  return await judgeRecording(await record(url, createContract(), { timeout, live }));
}

/** `ms` is the time that the run took, as far as this process was not suspended. */
type Result = { run: Run; ms: number } | { error: unknown };

const isTimed = ({ needsSocket }: Fault) => needsSocket === true;
const faults: Fault[] = [{ name: "good" }, ...deviations.filter(isTimed), ...mutants.filter(isTimed)];
const hard: Fault[] = hardServers.map(({ name }) => ({ name, timeout: 2_000 }));

/** The results of all servers with a socket. They are recorded from now on; each test waits for its own. */
const results = new Map([...faults, ...hard].map(({ name }) => [name, Promise.withResolvers<Result>()]));

async function checkOne(fault: Fault, servers: ReturnType<typeof startServers>): Promise<void> {
  const url = await servers.urlOf(fault.name);
  const clock = startClock();
  const run = judgeServer(fault, url);
  const result = run.then((run) => ({ run, ms: clock.now() }), (error) => ({ error }));
  results.get(fault.name)!.resolve(await result);
  clock.stop();
}

/** Does something for each fault, for some at a time. */
async function inTurns(all: Fault[], atOnce: number, work: (fault: Fault) => Promise<void>): Promise<void> {
  const turns = all.values();
  await Promise.all(Array.from({ length: atOnce }, async () => {
    for (const fault of turns) await work(fault);
  }));
}

async function checkAll(): Promise<void> {
  const servers = startServers();
  await inTurns(faults, atOnce, (fault) => checkOne(fault, servers));
  // A hard server may take all that the machine has: it has its own process, and none of the others is recorded meanwhile.
  await inTurns(hard, hardAtOnce, async (fault) => {
    const own = startServers();
    await checkOne(fault, own);
    await own.stop();
  });
  await servers.stop();
}

const all = checkAll();
all.catch(() => {}); // after() reports it
after(() => all);

async function resultOf(name: string): Promise<{ report: Run["report"]; ms: number }> {
  const result = await results.get(name)!.promise;
  if ("error" in result) throw result.error;
  return { report: result.run.report, ms: result.ms };
}

const notPassed = ({ checks }: Run["report"]) =>
  checks.filter(({ verdict }) => verdict === "fail" || verdict === "warn").map(({ id, actual }) => `${id}: ${actual}`);

test("the good server trips nothing", slow, async () => {
  const { report } = await resultOf("good");
  assertEquals(notPassed(report), []);
  assertEquals([report.complete, report.exitCode], [true, 0]);
});

for (const { name } of deviations.filter(isTimed)) {
  test(`no MUST fails for ${name}`, slow, async () => {
    const { report } = await resultOf(name);
    assertEquals(
      report.checks.filter(({ verdict }) => verdict === "fail").map(({ id, actual }) => `${id}: ${actual}`),
      [],
    );
    assertEquals([report.complete, report.exitCode], [true, 0]);
  });
}

for (const mutant of mutants.filter(isTimed)) {
  test(mutant.name, slow, async () => {
    const { report } = await resultOf(mutant.name);
    assertTrips(mutant, report.checks);
    assertEquals(report.complete, true);
  });
}

for (const { name, trips, exitCode } of hardServers) {
  test(`the run against ${name} ends in time, with exit code ${exitCode}`, slow, async () => {
    const { report, ms } = await resultOf(name);
    const found = report.checks.filter(({ verdict }) => verdict === "fail" || verdict === "warn").map(({ id }) => id);
    assertEquals([report.exitCode, trips.filter((id) => !found.includes(id))], [exitCode, []]);
    assert(ms < 30_000, `it took ${ms} ms`);
  });
}

test("a server that is not there cannot be recorded", slow, async () => {
  const { url, stop } = await serveParts(createParts());
  await stop();
  await assertRejects(() => record(url, createContract()), NotRecorded, "nothing listens on");
});
