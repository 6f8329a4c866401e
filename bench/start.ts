/**
 * The time from the command to the first answered `GET /`, against a bare server of the same runtime with the same page.
 *
 * @module
 */

import { once } from "node:events";
import { connect } from "node:net";
import { page, policy } from "../page.ts";
import { freePort } from "../tests/support/conform.ts";
import { type Command, launch } from "../tests/support/process.ts";
import { atMost, createSeries, type Part, type RunOptions } from "./part.ts";
import { fileCommand, pause, serverCommand } from "./process.ts";

export async function run({ runtime, rounds = 15, log }: RunOptions): Promise<Part> {
  log(`start, ${rounds} rounds`);
  const commands = {
    "bare runtime": fileCommand(runtime, "bench/servers/bare.ts", { ANSWER: "page", BODY: page, POLICY: policy }),
    "fragstar": serverCommand(runtime),
  };
  const series = createSeries({ what: "start", runtime, unit: "ms" }, Object.keys(commands));
  for (let round = -2; round < rounds; round++) { // the first two fill the caches
    for (const [i, command] of Object.values(commands).entries()) {
      const time = await timeStart(command);
      if (round >= 0) series[i].samples.push(time);
    }
  }
  const [bare, own] = series;
  return { series, goals: [atMost(1.15, own, bare)] };
}

async function timeStart(command: Command): Promise<number> {
  const port = await freePort();
  const began = performance.now();
  const child = launch({ ...command, env: { ...command.env, PORT: String(port) } });
  const exited = once(child, "exit");
  let isOver = false;
  exited.then(() => isOver = true);
  while (!await answersAt(port)) {
    if (isOver) throw new Error(`Cannot measure ${command.args.join(" ")}: it does not start`);
  }
  const time = performance.now() - began;
  child.kill("SIGKILL");
  await exited;
  return time;
}

/** Asks once for the page. */
async function answersAt(port: number): Promise<boolean> {
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
