/** Servers of the example's contract, each in the plain style of the library that it is made with. */
export const peers = [
  { name: "node:http", file: "tests/peers/node_http.ts" },
  { name: "Express", file: "tests/peers/express.mjs" },
  { name: "Hono", file: "tests/peers/hono.ts" },
  { name: "better-sse", file: "tests/peers/better_sse.ts" },
];
