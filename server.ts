/**
 * The example server, for Deno and for Bun: its routes and its handler.
 *
 * @module
 */

import { fragment, html, storeAttribute } from "./fragments.ts";
import { page, policy } from "./page.ts";
import { client, sources } from "./server/assets.ts";
import { readConfig } from "./server/config.ts";
import { htmlResponse, refuseStream, sendScript, text } from "./server/respond.ts";
import { createRouter, type Route } from "./server/routes.ts";
import { type Handler, serve } from "./server/serve.ts";
import { readSignals } from "./signals.ts";
import { createFeed, eventStream, type Feed } from "./stream.ts";

/**
 * `GET /get`: reads the client's store, and answers with a new value for one of its signals. The others are left out, and
 * keep what the reader has typed or chosen since the request.
 */
async function get(request: Request): Promise<Response> {
  const result = await readSignals(request);
  if (!result.ok) return refuseStream(result.status, result.message);
  const { input } = result.signals;
  if (typeof input !== "string") return refuseStream(400, `Cannot answer: the signal "input" is not a string`);
  const output = `Your input: ${input}, is ${[...input].length} long.`;
  return eventStream(
    fragment(html`<main id="main" ${storeAttribute({ output })}></main>`, { merge: "upsert_attributes" }),
  );
}

/**
 * `GET /target`: an element with the server's time of day in it. The event is the same within a second, and is kept for
 * that second: writing it for each request costs a tenth of the requests per second.
 */
function createTarget(): () => Response {
  let second = 0;
  let event = "";
  return () => {
    const now = Math.floor(Date.now() / 1000);
    if (now !== second) event = writeTime(new Date());
    second = now;
    return eventStream(event);
  };
}

function writeTime(now: Date): string {
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000);
  const time = local.toISOString().slice(0, 19).replace("T", " ");
  return fragment(html`<div id="target"><b>${time}</b></div>`);
}

/** `GET /feed`: the same 16 random hex digits for everyone, and new ones every second. */
function createRandomFeed(maxReaders?: number): Feed {
  const next = () => {
    const random = crypto.getRandomValues(new BigUint64Array(1))[0].toString(16).padStart(16, "0");
    // A View Transition covers the page while it runs: one a second would swallow clicks, see docs/PROTOCOL-NOTES.md.
    return fragment(html`<span id="feed">${random}</span>`, { viewTransition: false });
  };
  return createFeed({ next, every: 1000, maxReaders });
}

/** Options of {@linkcode createHandler}. */
export interface HandlerOptions {
  /** Hosts that are answered besides loopback, as `name` or `name:port`. */
  allowedHosts?: readonly string[];
  /** Feeds that may be open at a time. Default: 10,000. */
  maxStreams?: number;
  /** The file of a client, which is sent at /client.js and run by /vectors. */
  client?: string;
}

/** Makes a function that finds routes of a module, which it loads when it is first called. */
function createLazyRoutes(load: () => Promise<Map<string, Route>>) {
  let routes: Map<string, Route> | undefined;
  return async (path: string): Promise<Route | undefined> => {
    routes ??= await load();
    return routes.get(path);
  };
}

/**
 * Makes the handler of the example's routes. It keeps nothing between requests except the open feeds, the newest event of
 * `/target`, and the routes of the addresses that were asked for.
 */
export function createHandler({ allowedHosts = [], maxStreams, client: ownClient }: HandlerOptions = {}): Handler {
  const feed = createRandomFeed(maxStreams);
  const openFeed = () => feed.open() ?? refuseStream(429, "Cannot open a feed: as many are open as this server allows");
  const routes = new Map<string, Route>([
    ["/", { answer: () => htmlResponse(page, policy) }],
    ["/get", { answer: get, stream: true }],
    ["/target", { answer: createTarget(), stream: true }],
    ["/feed", { answer: openFeed, stream: true, endless: true }],
    ["/datastar.js", { answer: () => text(client, { type: "text/javascript" }), shared: true }],
  ]);
  const ownScript = "/client.js";
  if (ownClient !== undefined) routes.set(ownScript, { answer: () => sendScript(ownClient) });
  for (const [file, source] of Object.entries(sources)) routes.set(`/source/${file}`, { answer: () => text(source) });

  // The pages for testing and learning are large, and are loaded with the first request for them.
  const findVectorRoute = createLazyRoutes(async () =>
    (await import("./runner/mod.ts")).createRoutes(ownClient === undefined ? {} : { script: ownScript })
  );
  const findLearnRoute = createLazyRoutes(async () => (await import("./learn/mod.ts")).createRoutes());
  function findRoute(path: string): Route | undefined | Promise<Route | undefined> {
    if (/^\/vectors(\/|$)/.test(path)) return findVectorRoute(path);
    if (/^\/learn(\/|$)/.test(path)) return findLearnRoute(path);
    return routes.get(path);
  }

  const paths = "/, /get, /target, /feed, /learn, /vectors, /datastar.js and /source/server.ts";
  return { handle: createRouter({ findRoute, allowedHosts, paths }), close: () => feed.close() };
}

if (import.meta.main) {
  const config = readConfig();
  await serve(config, createHandler(config));
}
