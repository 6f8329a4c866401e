import { spawnSync } from "node:child_process";
import { launchServer, type RunningServer, startServer } from "../../support/process.ts";

/** A server of the example's contract for v1, in the plain style of the documentation of what it is made with. */
export interface PeerV1 {
  /** Its name in docs/PEERS.md. */
  name: string;
  file: string;
}

/** The servers. */
export const peersV1: PeerV1[] = [
  { name: "SDK, Hono", file: "tests/peers/v1/sdk_hono.ts" },
  { name: "SDK, Express", file: "tests/peers/v1/sdk_express.mjs" },
  { name: "SDK, Deno", file: "tests/peers/v1/sdk_deno.ts" },
  { name: "node:http", file: "tests/peers/v1/node_http.mjs" },
  { name: "Python", file: "tests/peers/v1/http_server.py" },
];

/** Whether the program that a server needs is there. */
export function canStart({ file }: PeerV1): boolean {
  return !file.endsWith(".py") || spawnSync("python3", ["--version"]).status === 0;
}

/** Starts a server on a free port and waits for its ready line. */
export function startPeer({ file }: PeerV1): Promise<RunningServer> {
  return file.endsWith(".py")
    ? launchServer({ program: "python3", args: [file] })
    : startServer({}, file, ["run", "-A"]);
}
