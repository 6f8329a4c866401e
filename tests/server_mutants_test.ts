/**
 * The checks of a whole server: a good one trips nothing, and each fault trips the checks that are made for it.
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { once } from "node:events";
import process from "node:process";
import { createInterface } from "node:readline";
import { after, test } from "node:test";
import { checks } from "../conformance/classic/mod.ts";
import { reportOn, type Run } from "../conformance/mod.ts";
import { NotRecorded, recordServer } from "../conformance/record/record.ts";
import { assertTrips } from "./mutants/mutant.ts";
import { createParts, deviations, hardServers, mutants, serveParts } from "./mutants/server.ts";
import { slow, start } from "./support/process.ts";

/** Runs that are made at the same time: most of a run is waiting. */
const atOnce = 4;
const hardAtOnce = 3;

/** Starts the servers in a process of their own. */
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

interface Fault {
  name: string;
  trips?: string[];
  timeout?: number;
}

async function check({ trips, timeout }: Fault, url: string): Promise<Run> {
  const began = new Date();
  // Many readers are only sent where it may matter: that takes the longest.
  const live = !trips || trips.some((id) => /^(feed|live)-/.test(id));
  const server = await recordServer(new URL(url), { timeout, live });
  return reportOn(url, began, { streams: server.streams, server });
}

type Result = { run: Run } | { error: unknown };

/** All runs, some at a time, from now on: each test waits for its own. */
const faults: Fault[] = [{ name: "good" }, ...deviations, ...mutants];
const hard: Fault[] = hardServers.map(({ name }) => ({ name, timeout: 2_000 }));
const results = new Map([...faults, ...hard].map(({ name }) => [name, Promise.withResolvers<Result>()]));

async function checkOne(fault: Fault, servers: ReturnType<typeof startServers>): Promise<void> {
  const run = servers.urlOf(fault.name).then((url) => check(fault, url));
  results.get(fault.name)!.resolve(await run.then((run) => ({ run }), (error) => ({ error })));
}

/** Does something for each, some at a time. */
async function inTurns(all: Fault[], atOnce: number, work: (fault: Fault) => Promise<void>): Promise<void> {
  const turns = all.values();
  await Promise.all(Array.from({ length: atOnce }, async () => {
    for (const fault of turns) await work(fault);
  }));
}

async function checkAll(): Promise<void> {
  const servers = startServers();
  await inTurns(faults, atOnce, (fault) => checkOne(fault, servers));
  // Some hard servers do all that they can: none of the others is looked at meanwhile, and each has its own process.
  await inTurns(hard, hardAtOnce, async (fault) => {
    const own = startServers();
    await checkOne(fault, own);
    await own.stop();
  });
  await servers.stop();
}

const all = checkAll();
all.catch(() => {}); // the end says so
after(() => all);

async function runOf(name: string): Promise<Run["report"]> {
  const result = await results.get(name)!.promise;
  if ("error" in result) throw result.error;
  return result.run.report;
}

const notPassed = ({ checks }: Run["report"]) =>
  checks.filter(({ verdict }) => verdict === "fail" || verdict === "warn").map(({ id, actual }) => `${id}: ${actual}`);

test("the good server trips nothing", slow, async () => {
  const report = await runOf("good");
  assertEquals(notPassed(report), []);
  assertEquals([report.complete, report.exitCode], [true, 0]);
});

for (const { name } of deviations) {
  test(`no MUST is about ${name}`, slow, async () => {
    const report = await runOf(name);
    assertEquals(
      report.checks.filter(({ verdict }) => verdict === "fail").map(({ id, actual }) => `${id}: ${actual}`),
      [],
    );
    assertEquals([report.complete, report.exitCode], [true, 0]);
  });
}

for (const mutant of mutants) {
  test(mutant.name, slow, async () => {
    const report = await runOf(mutant.name);
    assertTrips(mutant, report.checks);
    assertEquals(report.complete, true);
  });
}

for (const { name, trips, exitCode } of hardServers) {
  test(`${name}: exit code ${exitCode}, in time`, slow, async () => {
    const report = await runOf(name);
    const found = report.checks.filter(({ verdict }) => verdict === "fail" || verdict === "warn").map(({ id }) => id);
    assertEquals([report.exitCode, trips.filter((id) => !found.includes(id))], [exitCode, []]);
    assert(report.durationMs < 30_000, `it took ${report.durationMs} ms`);
  });
}

test("a server that is not there cannot be recorded", slow, async () => {
  const { url, stop } = await serveParts(createParts());
  await stop();
  await assertRejects(() => recordServer(new URL(url)), NotRecorded, "nothing listens on");
});

test("every check of a server has a mutant", () => {
  const tripped = new Set(mutants.flatMap(({ trips }) => trips));
  const ids = checks.filter(({ of }) => of === "server").map(({ id }) => id);
  assertEquals(ids.filter((id) => !tripped.has(id)), []);
  assertEquals(results.size, faults.length + hard.length);
});
