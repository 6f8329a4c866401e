import { assert, assertEquals, assertMatch } from "@std/assert";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import process from "node:process";
import { describe, test } from "node:test";
import { askForMore, closed, eventually, get, isWhole, longPath, open, openFeeds } from "../support/http.ts";
import {
  argumentsFor,
  type Command,
  end,
  launch,
  type RunningServer,
  runtime,
  slow,
  start,
  startServer,
  withServer,
} from "../support/process.ts";
import { inTime } from "../support/time.ts";

/** Runs a server that has to survive what `use` does to it: it still serves everyone, and has nothing to complain of. */
async function survives(env: Record<string, string>, use: (server: RunningServer) => Promise<void>): Promise<void> {
  const { output } = await withServer(env, async (server) => {
    await use(server);
    await assertServes(server.port);
    for (const feed of await openFeeds(server.port, 1)) feed.destroy();
  });
  assertEquals(output(), "");
}

/** Asks for many answers, some at a time. */
async function assertServes(port: number): Promise<void> {
  for (let i = 0; i < 10; i++) {
    for (const { status, body } of await Promise.all(Array.from({ length: 10 }, () => get(port, "/target")))) {
      assertEquals(status, 200);
      assertMatch(body, /<div id="target">/);
    }
  }
}

/** A process that reads a feed. */
async function startReader(port: number) {
  const reader = start("tests/support/reader.ts", { PORT: String(port) }, ["run", "-A"]);
  await once(reader.stdout!, "data");
  return reader;
}

describe("a server survives", () => {
  test(
    "readers whose machine stands still, and serves the others",
    slow,
    () =>
      survives({ MAX_STREAMS: "3" }, async ({ port }) => {
        const readers = [await startReader(port), await startReader(port)];
        for (const { pid } of readers) process.kill(pid!, "SIGSTOP");
        const [other] = await openFeeds(port, 1);
        let events = 0;
        other.on("data", (data) => events += String(data).split("</span>").length - 1);
        await eventually(() => events >= 3);
        for (const { pid } of readers) process.kill(pid!, "SIGKILL");
        for (const feed of [other, ...await openFeeds(port, 2)]) feed.destroy();
      }),
  );

  test("readers that reset the connection in the middle of an answer", slow, () =>
    survives({}, async ({ port }) => {
      const stuck = await Promise.all(Array.from({ length: 20 }, async () => {
        const socket = await askForMore(port);
        await Promise.race([once(socket, "data").catch(() => {}), closed(socket)]); // Bun may itself close it
        return socket.pause();
      }));
      await assertServes(port);
      const ends = stuck.map(closed);
      for (const socket of stuck) socket.resetAndDestroy();
      await Promise.all(ends);
    }));

  test(
    "a request whose head comes byte by byte, and answers it in the end",
    slow,
    () =>
      survives({}, async ({ port }) => {
        const socket = connect({ port, host: "127.0.0.1", noDelay: true });
        let text = "";
        socket.on("data", (data) => text += data);
        await once(socket, "connect");
        socket.write(`GET /target HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: close\r\nX-Slow: `);
        for (let i = 0; i < 15; i++) {
          socket.write("x");
          await assertServes(port);
        }
        socket.write("\r\n\r\n");
        await closed(socket);
        assertMatch(text, /^HTTP\/1.1 200 OK/);
      }),
  );

  test("10,000 connections at once, and answers on each", slow, () =>
    survives({}, async ({ port }) => {
      const limit = Number(execFileSync("sh", ["-c", "ulimit -Hn"]).toString()) || Infinity; // or "unlimited"
      const sockets: Socket[] = [];
      while (sockets.length < Math.min(10_000, limit - 500)) {
        const wave = Array.from({ length: 100 }, () => connect(port, "127.0.0.1"));
        await Promise.all(wave.map((socket) => once(socket, "connect")));
        sockets.push(...wave);
      }
      const answers = await Promise.all(sockets.map(async (socket) => {
        let text = "";
        socket.on("data", (data) => text += data);
        socket.write(`GET /target HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`);
        await untilWhole(socket, () => text);
        return text;
      }));
      assertEquals(answers.filter((text) => text.startsWith("HTTP/1.1 200 OK")).length, sockets.length);
      for (const socket of sockets) socket.destroy();
    }));
});

/** Waits until an answer is whole, or the connection closed. */
function untilWhole(socket: Socket, text: () => string): Promise<void> {
  return new Promise((resolve) => {
    socket.on("data", () => isWhole(text()) && resolve()).on("error", () => {}).on("close", () => resolve());
  });
}

describe("SIGTERM", () => {
  test("cuts off no answer and ends every feed cleanly, within 2 s", slow, () => inTime(2_000, stopUnderLoad));
});

/** Stops a server while clients ask one thing after the other. Returns how many milliseconds it took. */
async function stopUnderLoad(): Promise<number> {
  const { port, stop, output } = await startServer();
  const feeds = await openFeeds(port, 20);
  const tails = feeds.map(() => "");
  feeds.forEach((feed, i) => feed.on("data", (data) => tails[i] = (tails[i] + data).slice(-5)));
  const ends = feeds.map(closed);

  const paths = ["/learn/protocol", longPath, "/target"]; // long answers, which take a while
  const answers: string[] = [];
  let stopped = false;
  let refused = 0;
  const askAgainAndAgain = async (_: unknown, first: number) => {
    for (let i = first; !stopped; i++) {
      let text = "";
      try {
        const request = `GET ${paths[i % paths.length]} HTTP/1.1`;
        const socket = await open(port, request, `Host: localhost:${port}`, "Connection: close");
        socket.on("data", (data) => text += data);
        await closed(socket);
      } catch {
        refused++;
        return;
      }
      if (text === "") return; // it was connected, but not accepted
      answers.push(text);
    }
  };
  const clients = Array.from({ length: 21 }, askAgainAndAgain);
  await eventually(() => answers.length >= 60);
  const began = performance.now();
  assertEquals(await stop(), 0);
  const took = performance.now() - began;
  stopped = true;
  await Promise.all([...clients, ...ends]);
  // In a moment as short as this, there may have been no request.
  assert(refused > 0 || took < 200, "New connections were not refused");
  assertEquals(answers.filter((text) => !isWhole(text)), []);
  assertEquals(tails, feeds.map(() => "0\r\n\r\n"));
  assertEquals(output(), "");
  return took;
}

// Root may have any port, and has to lose this right first.
const withoutRight = process.getuid!() === 0 ? ["setpriv", "--bounding-set=-net_bind_service"] : ["env"];
const mayHaveAnyPort = Number(readFileSync("/proc/sys/net/ipv4/ip_unprivileged_port_start", "utf8")) <= 80 ||
  !canRun(...withoutRight, "true");

describe("a server that cannot listen says why in one line", () => {
  test("if it may not have the port", { ...slow, skip: mayHaveAnyPort }, () => {
    const [program, ...args] = [...withoutRight, process.execPath, ...argumentsFor(runtime, "server.ts")];
    return assertOneLine(
      { program, args, env: { PORT: "80" } },
      /^Cannot listen on localhost:80: this user may not have the port; set PORT to 1024 or more$/,
    );
  });

  test("if it is out of file descriptors", slow, () => {
    const args = argumentsFor(runtime, "tests/support/exhausted_server.ts", ["run", "-A"]);
    return assertOneLine(
      { program: "sh", args: ["-c", 'ulimit -n 200; exec "$0" "$@"', process.execPath, ...args] },
      /^Cannot listen on localhost:0: this process is out of file descriptors; raise the limit, .*ulimit -n/,
    );
  });
});

function canRun(...[program, ...args]: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

async function assertOneLine(command: Command, expected: RegExp): Promise<void> {
  const { code, stdout, stderr } = await end(launch(command));
  assert(code === 1 || code === 2, `The exit code is ${code}: ${stderr}`);
  assertEquals(stdout, "");
  assertEquals(stderr.trim().split("\n").length, 1, stderr);
  assertMatch(stderr.trim(), expected);
}
