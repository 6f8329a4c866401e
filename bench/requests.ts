/**
 * Requests a second and how long they take, by wrk with 64 connections, against the bare runtime and the peers.
 *
 * @module
 */

import { execFile, execFileSync } from "node:child_process";
import { promisify } from "node:util";
import { type Command, launchServer, type RunningServer, type Runtime } from "../tests/support/process.ts";
import { atLeast, createSeries, type Goal, median, type Part, ratio, type RunOptions, type Series } from "./part.ts";
import { fileCommand, serverCommand } from "./process.ts";

const store = '{"input":"hello","output":"","show":true}';
const routes = {
  target: { path: "/target", goal: 0.85, answer: /<div id="target"><b>.+<\/b><\/div>/ },
  get: { path: `/get?datastar=${encodeURIComponent(store)}`, goal: 0.6, answer: /<main id="main".*hello, is 5 long/ },
};
type Route = keyof typeof routes;

const seconds = 3;

function contestants(runtime: Runtime, route: Route): Record<string, Command> {
  return {
    "bare runtime": fileCommand(runtime, "bench/servers/bare.ts", { ANSWER: route }),
    "fragstar": serverCommand(runtime),
    "Hono": fileCommand(runtime, "tests/peers/hono.ts"),
    "Datastar SDK": fileCommand(runtime, "bench/servers/sdk.ts"),
    "Express on Node": { program: "node", args: ["tests/peers/express.mjs"], env: { NODE_ENV: "production" } },
    ...(hasStarlette() ? { "Starlette": { program: "/usr/bin/python3", args: ["bench/servers/python.py"] } } : {}),
  };
}

/** Whether there are Debian's python3-starlette and python3-uvicorn. */
function hasStarlette(): boolean {
  try {
    execFileSync("/usr/bin/python3", ["-c", "import starlette, uvicorn"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

export async function run(options: RunOptions): Promise<Part> {
  const part: Part = { series: [], goals: [] };
  if (!hasStarlette()) options.log("Starlette is left out: there is no python3-starlette with python3-uvicorn");
  for (const route of Object.keys(routes) as Route[]) {
    const [rates, ...latencies] = await measure(route, options);
    part.series.push(...rates, ...latencies.flat());
    part.goals.push(...judge(route, rates));
  }
  return part;
}

/** Measures all contestants. Returns the series of the rate, of the median latency and of that of 99 %. */
async function measure(route: Route, { runtime, rounds = 7, log }: RunOptions): Promise<Series[][]> {
  const commands = contestants(runtime, route);
  const servers: RunningServer[] = [];
  const series = [["requests a second", "1/s"], ["median latency", "ms"], ["latency of 99 %", "ms"]].map((
    [quantity, unit],
  ) => createSeries({ what: `/${route} ${quantity}`, runtime, unit }, Object.keys(commands)));
  try {
    for (const [who, command] of Object.entries(commands)) {
      const server = await launchServer(command);
      servers.push(server);
      await assertAnswers(who, route, server.url);
      await load(route, server.url); // warms it
    }
    for (let round = 1; round <= rounds; round++) {
      log(`/${route}, round ${round} of ${rounds}`);
      for (const [i, { url }] of servers.entries()) {
        const figures = await load(route, url);
        series.forEach((contestants, quantity) => contestants[i].samples.push(figures[quantity]));
      }
    }
  } finally {
    await Promise.all(servers.map(({ stop }) => stop()));
  }
  return series;
}

/** Throws if a server gives another answer than the contract asks for: then there is nothing to compare. */
async function assertAnswers(who: string, route: Route, url: string): Promise<void> {
  const response = await fetch(url + routes[route].path);
  const text = await response.text();
  const isStream = response.headers.get("content-type")?.startsWith("text/event-stream");
  if (!response.ok || !isStream || !routes[route].answer.test(text)) {
    throw new Error(`Cannot measure ${who}: to /${route} it answers ${response.status} ${JSON.stringify(text)}`);
  }
}

/** Runs wrk. Returns requests a second, and the latency of 50 % and of 99 % in milliseconds. */
async function load(route: Route, url: string): Promise<number[]> {
  const args = ["-t1", "-c64", `-d${seconds}s`, "--latency", url + routes[route].path];
  const { stdout } = await promisify(execFile)("wrk", args);
  const bad = /^ *(Socket errors|Non-2xx).*$/m.exec(stdout);
  if (bad) throw new Error(`Cannot measure ${url}: ${bad[0].trim()}`);
  const rate = Number(/^Requests\/sec: +([\d.]+)/m.exec(stdout)![1]);
  return [rate, readLatency(stdout, "50%"), readLatency(stdout, "99%")];
}

function readLatency(output: string, label: string): number {
  const [, figure, unit] = new RegExp(`^ +${label} +([\\d.]+)(us|ms|s)$`, "m").exec(output)!;
  return Number(figure) * { us: 0.001, ms: 1, s: 1000 }[unit as "us" | "ms" | "s"];
}

function judge(route: Route, [bare, own, ...peers]: Series[]): Goal[] {
  const { what, runtime } = own;
  const [best] = peers.toSorted((a, b) => median(b.samples) - median(a.samples));
  const lead = ratio(own, best);
  return [
    atLeast(routes[route].goal, own, bare),
    { what, runtime, goal: "above every peer", result: `${lead.toFixed(2)} of ${best.who}, the best`, met: lead > 1 },
  ];
}
