import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { checkServer } from "../../conformance/mod.ts";
import { peers } from "../peers/mod.ts";
import { readTable, verdictsFor } from "../support/peers_table.ts";
import { slow, startServer } from "../support/process.ts";

test("docs/PEERS.md has the checker's verdicts on servers of others", slow, async () => {
  const table = await readTable("Classic");
  const found = await Promise.all(peers.map(async ({ name, file }) => {
    const server = await startServer({}, file, ["run", "-A"]);
    try {
      return [name, verdictsFor(table[name], (await checkServer(server.url)).report)];
    } finally {
      await server.stop();
    }
  }));
  assertEquals(Object.fromEntries(found), table);
});
