/**
 * From the command to the first answered `GET /`, against a bare server of the same runtime with the same page.
 *
 * @module
 */

import { connect, createServer } from "node:net";
import { once } from "node:events";
import { page, policy } from "../page.ts";
import { type Part, ratio, type RunOptions, type Series } from "./part.ts";
import { type Command, file, launch, pause, server } from "./process.ts";

const goal = 1.15;

export async function run({ runtimes, rounds = 15, log }: RunOptions): Promise<Part> {
  const part: Part = { series: [], goals: [] };
  for (const runtime of runtimes) {
    const what = "start";
    const bare: Series = { what, runtime, who: "bare runtime", unit: "ms", samples: [], reference: true };
    const own: Series = { what, runtime, who: "fragstar", unit: "ms", samples: [] };
    log(`${runtime}: start, ${rounds} rounds`);
    for (let round = -2; round < rounds; round++) { // two that fill the caches
      const times = [
        await start(file(runtime, "bench/servers/bare.ts", { ANSWER: "page", BODY: page, POLICY: policy })),
        await start(server(runtime)),
      ];
      if (round < 0) continue;
      bare.samples.push(times[0]);
      own.samples.push(times[1]);
    }
    const share = ratio(own.samples, bare.samples);
    part.series.push(bare, own);
    part.goals.push({
      what,
      runtime,
      goal: `at most ${goal} of the bare server`,
      result: share.toFixed(2),
      met: share <= goal,
    });
  }
  return part;
}

async function start(command: Command): Promise<number> {
  const port = await freePort();
  const began = performance.now();
  const child = launch({ ...command, env: { ...command.env, PORT: String(port) } });
  const exited = once(child, "exit");
  let over = false;
  exited.then(() => over = true);
  while (!await answers(port)) {
    if (over) throw new Error(`Cannot measure ${command.args.join(" ")}: it does not start`);
  }
  const time = performance.now() - began;
  child.kill("SIGKILL");
  await exited;
  return time;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "localhost");
  await once(probe, "listening");
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, "close");
  return port;
}

/** Asks once for the page. */
async function answers(port: number): Promise<boolean> {
  const socket = connect(port, "localhost");
  try {
    await once(socket, "connect");
    socket.write(`GET / HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`);
    const [data] = await once(socket, "data");
    return String(data).startsWith("HTTP/1.1 200");
  } catch {
    await pause(1);
    return false;
  } finally {
    socket.destroy();
  }
}
