/**
 * Requests a second and how long they take, by wrk with 64 connections, against the bare runtime and the peers.
 *
 * @module
 */

import { execFile, execFileSync } from "node:child_process";
import { promisify } from "node:util";
import { type Goal, median, type Part, ratio, type RunOptions, type Series } from "./part.ts";
import { type Command, file, type Listening, listening, type Runtime, server } from "./process.ts";

const store = '{"input":"hello","output":"","show":true}';
const routes = { target: "/target", get: `/get?datastar=${encodeURIComponent(store)}` };
type Route = keyof typeof routes;
const goals: Record<Route, number> = { target: 0.85, get: 0.6 };
const seconds = 3;

/** Who is measured: the first is what the others are compared with. */
function contestants(runtime: Runtime, route: Route): Record<string, Command> {
  return {
    "bare runtime": file(runtime, "bench/servers/bare.ts", { ANSWER: route }),
    "fragstar": server(runtime),
    "Hono": file(runtime, "tests/peers/hono.ts"),
    "Datastar SDK": file(runtime, "bench/servers/sdk.ts"),
    "Express on Node": { program: "node", args: ["bench/servers/express.mjs"] },
    ...(hasStarlette() ? { "Starlette": { program: "/usr/bin/python3", args: ["bench/servers/python.py"] } } : {}),
  };
}

/** Debian's: python3-starlette and python3-uvicorn. */
function hasStarlette(): boolean {
  try {
    execFileSync("/usr/bin/python3", ["-c", "import starlette, uvicorn"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

export async function run({ runtimes, rounds = 7, log }: RunOptions): Promise<Part> {
  const series: Series[] = [];
  const met: Goal[] = [];
  for (const runtime of runtimes) {
    for (const route of Object.keys(routes) as Route[]) {
      const found = await measure(runtime, route, rounds, log);
      series.push(...found);
      met.push(...judge(runtime, route, found));
    }
  }
  return { series, goals: met };
}

async function measure(runtime: Runtime, route: Route, rounds: number, log: RunOptions["log"]): Promise<Series[]> {
  const commands = contestants(runtime, route);
  if (!commands.Starlette) log("Starlette is left out: there is no python3-starlette with python3-uvicorn");
  const up = new Map<string, Listening>();
  const series: Series[] = [];
  try {
    for (const [who, command] of Object.entries(commands)) {
      const started = await listening(command);
      up.set(who, started);
      await assertAnswers(who, route, started.port);
      await load(started.port, route); // warms it
      const reference = who === "bare runtime";
      const head = { runtime, who, reference };
      series.push({ ...head, what: `/${route} requests a second`, unit: "1/s", samples: [] });
      series.push({ ...head, what: `/${route} median latency`, unit: "ms", samples: [] });
      series.push({ ...head, what: `/${route} latency of 99 %`, unit: "ms", samples: [] });
    }
    for (let round = 1; round <= rounds; round++) {
      log(`${runtime}: /${route}, round ${round} of ${rounds}`);
      for (const [who, { port }] of up) {
        const figures = await load(port, route);
        const [rate, middle, late] = series.filter((one) => one.who === who);
        rate.samples.push(figures.rate);
        middle.samples.push(figures.median);
        late.samples.push(figures.late);
      }
    }
  } finally {
    await Promise.all([...up.values()].map(({ stop }) => stop()));
  }
  return series;
}

/** A server that answers something else would be compared with for nothing. */
async function assertAnswers(who: string, route: Route, port: number): Promise<void> {
  const answer = await fetch(`http://localhost:${port}${routes[route]}`);
  const text = await answer.text();
  const right = route === "get" ? /<main id="main".*hello, is 5 long/ : /<div id="target"><b>.+<\/b><\/div>/;
  if (!answer.ok || !answer.headers.get("content-type")?.startsWith("text/event-stream") || !right.test(text)) {
    throw new Error(`Cannot measure ${who}: to /${route} it answers ${answer.status} ${JSON.stringify(text)}`);
  }
}

async function load(port: number, route: Route) {
  const url = `http://localhost:${port}${routes[route]}`;
  const { stdout } = await promisify(execFile)("wrk", ["-t1", "-c64", `-d${seconds}s`, "--latency", url]);
  const bad = /^ *(Socket errors|Non-2xx).*$/m.exec(stdout);
  if (bad) throw new Error(`Cannot measure ${url}: ${bad[0].trim()}`);
  return {
    rate: Number(/^Requests\/sec: +([\d.]+)/m.exec(stdout)![1]),
    median: time(stdout, "50%"),
    late: time(stdout, "99%"),
  };
}

/** A time that wrk has printed, in milliseconds. */
function time(text: string, label: string): number {
  const [, figure, unit] = new RegExp(`^ +${label} +([\\d.]+)(us|ms|s)$`, "m").exec(text)!;
  return Number(figure) * { us: 0.001, ms: 1, s: 1000 }[unit as "us" | "ms" | "s"];
}

function judge(runtime: Runtime, route: Route, series: Series[]): Goal[] {
  const rates = series.filter(({ unit }) => unit === "1/s");
  const [bare, own, ...peers] = rates;
  const share = ratio(own.samples, bare.samples);
  const [best] = peers.toSorted((a, b) => median(b.samples) - median(a.samples));
  const lead = ratio(own.samples, best.samples);
  const what = `/${route} requests a second`;
  return [
    {
      what,
      runtime,
      goal: `at least ${goals[route]} of the bare runtime`,
      result: share.toFixed(2),
      met: share >= goals[route],
    },
    { what, runtime, goal: "above every peer", result: `${lead.toFixed(2)} of ${best.who}, the best`, met: lead > 1 },
  ];
}
