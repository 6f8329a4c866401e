/** Serves an endpoint that is a function of requests, under Deno or Bun: `serve.ts ours` or `serve.ts web`. */

import process from "node:process";
import { createEndpoint } from "./ours.ts";
import { answer as web } from "./web.ts";

const endpoints: Record<string, (request: Request) => Promise<Response>> = { ours: createEndpoint(), web };
const handler = endpoints[process.argv[2]];

// deno-lint-ignore no-explicit-any -- only one of the two is there
const { Bun, Deno } = globalThis as any;
const port = Bun
  ? Bun.serve({ port: 0, hostname: "localhost", fetch: handler }).port
  : Deno.serve({ port: 0, hostname: "localhost", onListen() {} }, handler).addr.port;
console.log(`Listening on http://localhost:${port}/`);
