/** A server of the example's contract for v1, in the plain style of the documentation of what it is made with. */
export interface PeerV1 {
  name: string;
  file: string;
}

/** The servers. */
export const peersV1: PeerV1[] = [
  { name: "SDK on Hono", file: "tests/peers/v1/sdk_hono.ts" },
  { name: "SDK on Express", file: "tests/peers/v1/sdk_express.mjs" },
  { name: "SDK on Deno.serve", file: "tests/peers/v1/sdk_deno.ts" },
  { name: "node:http", file: "tests/peers/v1/node_http.mjs" },
  { name: "Python", file: "tests/peers/v1/http_server.py" },
];
