import { assertEquals } from "@std/assert";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { checkSdk } from "../../conformance/mod.ts";
import { type SdkPeer, sdkPeers } from "../peers/v1sdk/mod.ts";
import { readTable } from "../support/peers_table.ts";
import { launchServer, slow, startServer } from "../support/process.ts";

const root = new URL("../../", import.meta.url);

const launch = ({ program, file, env }: SdkPeer) =>
  program === undefined
    ? startServer(env, file, ["run", "-A"])
    : launchServer({ program, args: [fileURLToPath(new URL(file, root))], env });

describe("the checker's verdicts on the test endpoints of SDKs", () => {
  for (const peer of sdkPeers) {
    test(peer.name, slow, async () => {
      const server = await launch(peer);
      try {
        const { report } = await checkSdk(server.url);
        const own = report.checks.filter(({ id, verdict }) =>
          verdict === "fail" || verdict === "warn" && id.startsWith("v1-sdk-")
        );
        assertEquals(Object.fromEntries(own.map(({ id, verdict }) => [id, verdict])), peer.found);
      } finally {
        await server.stop();
      }
    });
  }

  test("are those that docs/PEERS.md has", async () => {
    const table = await readTable("SDKs of v1");
    for (const { name, found } of sdkPeers.slice(1)) {
      const failed = Object.entries(table[name.split(" ").at(-1)!]).filter(([, verdict]) => verdict !== "pass");
      assertEquals(Object.fromEntries(failed), found);
    }
  });
});
