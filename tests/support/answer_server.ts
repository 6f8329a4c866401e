/**
 * A server of one answer, a recorder of it, and the tests that the checks of answers have in common.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { test } from "node:test";
import { type Dialect, judgeRecording } from "../../conformance/mod.ts";
import { performExchange } from "../../conformance/record/exchange.ts";
import { recordStream } from "../../conformance/record/record.ts";
import type { StreamRecording } from "../../conformance/recording.ts";
import type { Answer, AnswerMutant, NamedAnswer } from "../mutants/http.ts";
import { assertTrips } from "../mutants/mutant.ts";
import { testEarly } from "./time.ts";

/** Runs a server on a free port that answers in this way, while `use` runs. */
export async function withAnswer<T>(answer: (socket: Socket) => void, use: (url: URL) => Promise<T>): Promise<T> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {}); // the reader has left
    socket.once("data", () => answer(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    return await use(new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`));
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  }
}

/** Records an answer: as an endpoint whose answer may have no end, or as one whose answer has to have one. */
export function recordAnswer({ answer, leaveAfter, timeout = 20_000 }: Answer): Promise<StreamRecording> {
  return withAnswer(answer, async (url) => {
    if (leaveAfter !== undefined) return await recordStream(url, { headers: {} }, { timeout: leaveAfter });
    const recordedAt = new Date().toISOString();
    const exchange = await performExchange("GET /", url, { timeout });
    return { kind: "stream", target: url.href, recordedAt, durationMs: exchange.endedAt, subject: "/", exchange };
  });
}

/**
 * Tests that each mutant trips its checks, and a healthy answer none.
 *
 * @param passed The id of a check that each healthy answer passes.
 */
export function testAnswers(
  { mutants, healthy }: { mutants: readonly AnswerMutant[]; healthy: readonly NamedAnswer[] },
  { dialect, passed }: { dialect: Dialect; passed: string },
): void {
  const resultsOf = async (answer: Answer) =>
    (await judgeRecording(await recordAnswer(answer), { dialect })).report.checks;
  // Tests with answers that are left after some time run beside each other.
  const testOf = ({ leaveAfter }: Answer) => leaveAfter === undefined ? test : testEarly;

  for (const mutant of mutants) {
    testOf(mutant)(`find ${mutant.name}`, async () => assertTrips(mutant, await resultsOf(mutant)));
  }

  for (const answer of healthy) {
    testOf(answer)(`find nothing in ${answer.name}`, async () => {
      const results = await resultsOf(answer);
      assertEquals(results.filter(({ verdict }) => verdict === "fail" || verdict === "warn"), []);
      assert(results.some(({ id, verdict }) => id === passed && verdict === "pass"));
    });
  }
}
