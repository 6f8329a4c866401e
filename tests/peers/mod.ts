/** Servers of the example's contract, in the plain style of what each is made with. */
export const peers = [
  { name: "node:http", file: "tests/peers/node_http.ts" },
  { name: "Express", file: "tests/peers/express.ts" },
  { name: "Hono", file: "tests/peers/hono.ts" },
  { name: "better-sse", file: "tests/peers/better_sse.ts" },
];
