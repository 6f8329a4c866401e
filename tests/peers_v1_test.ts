/** The checker's verdicts on servers of others for v1. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { before, describe, test } from "node:test";
import { checkApp, checkServer, dialects, type Report } from "../conformance/mod.ts";
import { canStart, peersV1, type PeerV1, startPeer } from "./peers/v1/mod.ts";
import { readTable, verdictsFor } from "./support/peers_table.ts";
import { slow } from "./support/process.ts";

const table = await readTable("v1");
const reports = new Map<PeerV1, Report>();

// They are checked at the same time: a run mostly waits.
before(async () => {
  await Promise.all(
    peersV1.filter(canStart).map(async (peer) => {
      const server = await startPeer(peer);
      try {
        reports.set(peer, (await checkServer(server.url, { dialect: dialects.v1 })).report);
      } finally {
        await server.stop();
      }
    }),
  );
}, slow);

describe("docs/PEERS.md has the checker's verdicts for v1 on", () => {
  for (const peer of peersV1) {
    test(peer.name, { skip: !canStart(peer) && "there is no python3" }, () => {
      const column = table[peer.name];
      assertEquals(verdictsFor(column, reports.get(peer)!), column);
    });
  }

  test("no other server", () => assertEquals(Object.keys(table), peersV1.map(({ name }) => name)));
});

test("each row of the table has a server that does not pass", () => {
  const rows = Object.keys(Object.values(table)[0]).map((id) => Object.values(table).map((column) => column[id]));
  assertEquals(rows.filter((cells) => !cells.includes("fail") && !cells.includes("warn")), []);
});

describe("where a request has ended a server", () => {
  const [peer] = peersV1.filter(({ name }) => name === "SDK, Express");

  test("the request is named, even if it was answered", () => {
    const { actual } = reports.get(peer)!.checks.find(({ id }) => id === "v1-live-survives")!;
    assertStringIncludes(actual, "GET /get (list)");
  });

  test("the other actions of an application are not blamed", slow, async () => {
    const server = await startPeer(peer);
    try {
      const { report } = await checkApp(server.url, { dialect: dialects.v1, live: false });
      const blamed = report.checks.filter(({ verdict, subject }) => verdict === "fail" && subject !== "GET /get");
      assertEquals(blamed, []);
      assertEquals([report.complete, report.exitCode], [false, 3]);
    } finally {
      await server.stop();
    }
  });
});
