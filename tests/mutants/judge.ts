/**
 * Judges the servers of a dialect that need a socket, and prints a line of JSON for each: a `Judged`. It runs in a process of its
 * own, so that the tests that run meanwhile do not delay what is measured.
 *
 * @module
 */

import { once } from "node:events";
import process from "node:process";
import { createInterface } from "node:readline";
import { dialects, judgeRecording, type Report } from "../../conformance/mod.ts";
import { startClock } from "../../conformance/record/clock.ts";
import { runInTurns } from "../../conformance/record/limits.ts";
import { record } from "../../conformance/record/record.ts";
import { start } from "../support/process.ts";
import type { BaseParts, ServerMutant } from "./serve.ts";
import * as classic from "./server.ts";
import * as v1 from "./v1/server.ts";

/** The servers of a dialect, and the file that runs them. */
interface Servers {
  file: string;
  socketServers: (Pick<ServerMutant<BaseParts>, "name"> & { trips?: string[] })[];
  hardServers: { name: string }[];
}

const serversOf: Record<string, Servers> = {
  classic: { file: "tests/mutants/server.ts", ...classic },
  v1: { file: "tests/mutants/v1/server.ts", hardServers: [], ...v1 },
};
const id = process.argv[2];
const { file, socketServers, hardServers } = serversOf[id];
const dialect = dialects[id];

/** Runs that are made at the same time: a run mostly waits. */
const atOnce = 4;
const hardAtOnce = 3;

/** A server by its name, with its report and the milliseconds of its run as far as the process was not suspended. */
export type Judged = { name: string } & ({ report: Report; ms: number } | { error: string });

/** Starts the servers, in a process of their own. */
function startServers() {
  const child = start(file, {}, ["run", "--allow-net"]);
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

type SocketServer = Servers["socketServers"][number];

const isHard = ({ name }: SocketServer) => hardServers.some((hard) => hard.name === name);

async function judge(server: SocketServer, url: string): Promise<Judged> {
  const { name, trips } = server;
  // The load tests take the longest: they are left out where another check is to find the fault.
  const live = isHard(server) || !trips || trips.some((id) => /^(?:v1-)?(feed|live)-/.test(id));
  const clock = startClock();
  try {
    const timeout = isHard(server) ? 2_000 : undefined;
    const { report } = await judgeRecording(await record(url, dialect.createContract(), { timeout, live }), {
      dialect,
    });
    return { name, report, ms: clock.now() };
  } catch (error) {
    return { name, error: String(error) };
  } finally {
    clock.stop();
  }
}

const print = (judged: Judged) => console.log(JSON.stringify(judged));

const servers = startServers();
await runInTurns(socketServers.filter((server) => !isHard(server)), atOnce, async (server) => {
  print(await judge(server, await servers.urlOf(server.name)));
});
await servers.stop();
// A hard server may take all that the machine has: it has its own process, and none of the others is recorded meanwhile.
await runInTurns(socketServers.filter(isHard), hardAtOnce, async (server) => {
  const own = startServers();
  const judged = await judge(server, await own.urlOf(server.name));
  await own.stop();
  print(judged);
});
