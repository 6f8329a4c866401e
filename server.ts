/**
 * The example server, for Deno and for Bun: its routes, and the door they stand behind.
 *
 * @module
 */

import client from "@sudodevnull/datastar" with { type: "text" };
import fragmentsSource from "./fragments.ts" with { type: "text" };
import pageSource from "./page.ts" with { type: "text" };
import serverSource from "./server.ts" with { type: "text" };
import signalsSource from "./signals.ts" with { type: "text" };
import streamSource from "./stream.ts" with { type: "text" };
import { consoleMessage, fragment, html, storeAttribute } from "./fragments.ts";
import { page, policy } from "./page.ts";
import { readConfig } from "./server/config.ts";
import { type Handler, serve } from "./server/serve.ts";
import { readSignals } from "./signals.ts";
import { createFeed, eventStream, type Feed } from "./stream.ts";

/** `GET /get`: the store comes in, and goes out again with an answer in it. */
async function get(request: Request): Promise<Response> {
  const result = await readSignals(request);
  if (!result.ok) return refuseStream(result.status, result.message);
  const { input, show = true } = result.signals;
  if (typeof input !== "string") return refuseStream(400, `Cannot answer: the signal "input" is no string`);
  if (typeof show !== "boolean") return refuseStream(400, `Cannot answer: the signal "show" is neither true nor false`);
  const output = `Your input: ${input}, is ${[...input].length} long.`;
  const store = storeAttribute({ input, output, show });
  return eventStream(fragment(html`<main id="main" ${store}></main>`, { merge: "upsert_attributes" }));
}

/** `GET /target`: an element, with the server's time of day in it. */
function target(): Response {
  const now = new Date();
  now.setMinutes(now.getMinutes() - now.getTimezoneOffset());
  const time = now.toISOString().slice(0, 19).replace("T", " ");
  return eventStream(fragment(html`<div id="target"><b>${time}</b></div>`));
}

/** `GET /feed`: the same 16 random hex digits for everybody, and new ones every second. */
function createRandomFeed(maxReaders?: number): Feed {
  const next = () => {
    const random = crypto.getRandomValues(new BigUint64Array(1))[0].toString(16).padStart(16, "0");
    // A View Transition covers the page while it runs: one a second would swallow clicks, see docs/PROTOCOL-NOTES.md.
    return fragment(html`<span id="feed">${random}</span>`, { viewTransition: false });
  };
  return createFeed({ next, every: 1000, maxReaders });
}

interface Route {
  answer: (request: Request) => Response | Promise<Response>;
  /** Answers, and refuses, as an event stream. */
  stream?: boolean;
  /** Never ends, so there is nothing for HEAD to tell. */
  endless?: boolean;
}

/** What the handler may be told. */
export interface HandlerOptions {
  /** Hosts that are answered beside loopback, as `name` or `name:port`. */
  allowedHosts?: readonly string[];
  /** Feeds that may be open at a time. Default: 10,000. */
  maxStreams?: number;
}

/** Makes the handler of the example's routes. It keeps nothing between requests but the open feeds. */
export function createHandler({ allowedHosts = [], maxStreams }: HandlerOptions = {}): Handler {
  const feed = createRandomFeed(maxStreams);
  const routes = new Map<string, Route>([
    ["/", { answer: () => text(page, "text/html; charset=utf-8", { "content-security-policy": policy }) }],
    ["/get", { answer: get, stream: true }],
    ["/target", { answer: target, stream: true }],
    ["/feed", {
      answer: () => feed.open() ?? refuseStream(429, "Cannot open a feed: as many are open as this server allows"),
      stream: true,
      endless: true,
    }],
    ["/datastar.js", { answer: () => text(client, "text/javascript; charset=utf-8") }],
    ["/source/server.ts", { answer: () => text(serverSource) }],
    ["/source/page.ts", { answer: () => text(pageSource) }],
    ["/source/fragments.ts", { answer: () => text(fragmentsSource) }],
    ["/source/signals.ts", { answer: () => text(signalsSource) }],
    ["/source/stream.ts", { answer: () => text(streamSource) }],
  ]);

  // A page from elsewhere can make a browser talk to a server on its own machine: by a name that resolves to loopback,
  // or by asking directly. The first shows in Host, the second in Origin.
  const isAllowed = (url: URL) =>
    /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname) ||
    allowedHosts.includes(url.hostname) || allowedHosts.includes(url.host);

  async function handle(request: Request): Promise<Response> {
    const url = URL.parse(request.url);
    const host = request.headers.get("host");
    const named = host === null ? url : URL.parse(`http://${host}`);
    if (!url || !named || host !== null && !/^[\w.:[\]-]+$/.test(host)) {
      return refuse(400, "Cannot answer: the request names no valid host");
    }
    const route = routes.get(url.pathname);
    const refuseHere = route?.stream ? refuseStream : refuse;

    if (!isAllowed(url) || !isAllowed(named)) {
      return refuseHere(
        403,
        `Cannot answer for host "${named.host}": it is not loopback, and ALLOWED_HOSTS does not name it`,
      );
    }
    const origin = request.headers.get("origin");
    if (origin !== null) {
      const from = URL.parse(origin);
      if (
        !from || from.host !== named.host && !(allowedHosts.includes(from.hostname) || allowedHosts.includes(from.host))
      ) {
        return refuseHere(403, "Cannot answer a page of another origin");
      }
    }
    if (!route) return refuse(404, "Cannot find this page: there are /, /get, /target, /feed and /datastar.js");
    const allow = route.endless ? "GET" : "GET, HEAD";
    if (!allow.split(", ").includes(request.method)) {
      return refuseHere(405, `Cannot ${request.method} this: it answers ${allow}`, { allow });
    }
    return await route.answer(request);
  }

  return { handle, close: () => feed.close() };
}

function text(body: string, type = "text/plain; charset=utf-8", init: HeadersInit = {}, status = 200): Response {
  return new Response(body, {
    status,
    headers: { "content-type": type, "cache-control": "no-cache", "x-content-type-options": "nosniff", ...init },
  });
}

function refuse(status: number, message: string, headers: Record<string, string> = {}): Response {
  return text(message + "\n", "text/plain; charset=utf-8", headers, status);
}

/**
 * A refusal on a stream route. The client looks at the type and not at the status: to anything but an event stream it
 * would send the same request nine times more.
 */
function refuseStream(status: number, message: string, headers?: Record<string, string>): Response {
  return eventStream(consoleMessage("error", message), { status, headers });
}

if (import.meta.main) {
  const config = readConfig();
  await serve(config, createHandler(config));
}
