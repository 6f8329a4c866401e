/**
 * The example server, for Deno and for Bun: its routes, and the door they stand behind.
 *
 * @module
 */

import client from "@sudodevnull/datastar" with { type: "text" };
import fragmentsSource from "./fragments.ts" with { type: "text" };
import htmlSource from "./html.ts" with { type: "text" };
import storeSource from "./fragments/store.ts" with { type: "text" };
import pageSource from "./page.ts" with { type: "text" };
import serverSource from "./server.ts" with { type: "text" };
import serveSource from "./server/serve.ts" with { type: "text" };
import signalsSource from "./signals.ts" with { type: "text" };
import streamSource from "./stream.ts" with { type: "text" };
import { consoleMessage, fragment, html, storeAttribute } from "./fragments.ts";
import { page, policy } from "./page.ts";
import { readConfig } from "./server/config.ts";
import { type Handler, serve } from "./server/serve.ts";
import { readSignals } from "./signals.ts";
import { createFeed, eventStream, type Feed } from "./stream.ts";

/** The files that the page links to, for those who want to know how it is made. */
const sources = {
  "server.ts": serverSource,
  "server/serve.ts": serveSource,
  "page.ts": pageSource,
  "fragments.ts": fragmentsSource,
  "html.ts": htmlSource,
  "fragments/store.ts": storeSource,
  "signals.ts": signalsSource,
  "stream.ts": streamSource,
};

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

let written: { second: number; event: string } | undefined;

/** `GET /target`: an element, with the server's time of day in it. Within a second it is the same for everybody. */
function target(): Response {
  const second = Math.floor(Date.now() / 1000);
  if (written?.second !== second) written = { second, event: clock() };
  return eventStream(written.event);
}

function clock(): string {
  const now = new Date();
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000);
  const time = local.toISOString().slice(0, 19).replace("T", " ");
  return fragment(html`<div id="target"><b>${time}</b></div>`);
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
  /** The same for everybody and no secret: pages of other origins may read it, a sandboxed frame for one. */
  shared?: boolean;
}

/** What a request is for, as its address and its Host have it. */
interface Aim {
  /** The request's Host, as it was sent. */
  host: string | null;
  /** The host that it names. */
  own: string;
  route?: Route;
  /** How this route says no. */
  refuseHere: typeof refuse;
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
    ["/", { answer: () => text(page, { type: "text/html", headers: { "content-security-policy": policy } }) }],
    ["/get", { answer: get, stream: true }],
    ["/target", { answer: target, stream: true }],
    ["/feed", {
      answer: () => feed.open() ?? refuseStream(429, "Cannot open a feed: as many are open as this server allows"),
      stream: true,
      endless: true,
    }],
    ["/datastar.js", { answer: () => text(client, { type: "text/javascript" }), shared: true }],
  ]);
  for (const [file, source] of Object.entries(sources)) routes.set(`/source/${file}`, { answer: () => text(source) });

  // What only some ask for is loaded when somebody does.
  let vectorRoutes: Map<string, Route> | undefined;
  let learnRoutes: Map<string, Route> | undefined;
  async function findRoute(path: string): Promise<Route | undefined> {
    if (/^\/vectors(\/|$)/.test(path)) {
      vectorRoutes ??= (await import("./runner/mod.ts")).createRoutes({ text, refuseStream });
      return vectorRoutes.get(path);
    }
    if (/^\/learn(\/|$)/.test(path)) {
      learnRoutes ??= (await import("./learn/mod.ts")).createRoutes({ text });
      return learnRoutes.get(path);
    }
    return routes.get(path);
  }

  const isLoopback = ({ hostname }: URL) => /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
  const isNamed = ({ hostname, host }: URL) => allowedHosts.includes(hostname) || allowedHosts.includes(host);

  /** Finds out what a request is for, by the two places that name a host and by its path. */
  async function look(address: string, host: string | null): Promise<Aim | Response> {
    const url = URL.parse(address);
    const name = host ?? url?.host ?? "";
    const own = /^[\w.:[\]-]+$/.test(name) ? URL.parse(`http://${name}`) : null;
    if (!url || !own) return refuse(400, "Cannot answer: the request names no valid host");
    const route = await findRoute(url.pathname);
    const refuseHere = route?.stream ? refuseStream : refuse;

    // A page from elsewhere can make a browser talk to a server on its own machine: by a name that resolves to loopback,
    // which shows in Host, or by asking directly, which shows in Origin. The target of a request may name a host too.
    if (![url, own].every((named) => isLoopback(named) || isNamed(named))) {
      const why = "it is not loopback, and ALLOWED_HOSTS does not name it";
      return refuseHere(403, `Cannot answer for host "${own.host}": ${why}`);
    }
    const aim = { host, own: own.host, route, refuseHere };
    if (route && aims.size < 1000) aims.set(address, aim); // no more: who asks can choose among many names of loopback
    return aim;
  }

  function answer(request: Request, { own, route, refuseHere }: Aim): Response | Promise<Response> {
    const { headers, method } = request;
    const origin = headers.get("origin");
    if (origin !== null && !route?.shared) {
      const from = URL.parse(origin);
      if (!from || from.host !== own && !isNamed(from)) {
        return refuseHere(403, "Cannot answer a page of another origin");
      }
    }
    if (!route) {
      const paths = "/, /get, /target, /feed, /learn, /vectors, /datastar.js and /source/server.ts";
      return refuse(404, `Cannot find this: there are ${paths}`);
    }
    if (method !== "GET" && (route.endless || method !== "HEAD")) {
      const allow = route.endless ? "GET" : "GET, HEAD";
      return refuseHere(405, `Cannot ${method} this: it answers ${allow}`, { allow });
    }
    // Deno keeps what it is sent while an answer has no end, at a cost that grows with the square of its length.
    if (headers.has("transfer-encoding") || Number(headers.get("content-length") ?? 0) !== 0) {
      return refuseHere(400, `Cannot answer: ${method} takes no body`);
    }
    return route.shared || method === "HEAD" ? answerOtherwise(route, request) : route.answer(request);
  }

  // What requests were for: they name the same few addresses again and again, and to look at one takes as long as the
  // rest of an answer.
  const aims = new Map<string, Aim>();

  function handle(request: Request): Response | Promise<Response> {
    const { url } = request;
    const query = url.indexOf("?");
    const address = query < 0 ? url : url.slice(0, query);
    const host = request.headers.get("host");
    const aim = aims.get(address);
    if (aim?.host === host) return answer(request, aim);
    return look(address, host).then((found) => found instanceof Response ? found : answer(request, found));
  }

  return { handle, close: () => feed.close() };
}

/** An answer that is not sent as the route gives it. */
async function answerOtherwise(route: Route, request: Request): Promise<Response> {
  const answer = await route.answer(request);
  if (route.shared) answer.headers.set("access-control-allow-origin", "*");
  if (request.method !== "HEAD") return answer;
  // By hand: over HTTP/2 Deno 2.9.6 breaks off where it is left to drop the body.
  const length = String((await answer.arrayBuffer()).byteLength);
  return new Response(null, { status: answer.status, headers: [...answer.headers, ["content-length", length]] });
}

interface TextOptions {
  type?: string;
  status?: number;
  headers?: Record<string, string>;
}

function text(
  body: string | Uint8Array<ArrayBuffer>,
  { type = "text/plain", status = 200, headers }: TextOptions = {},
): Response {
  return new Response(body, {
    status,
    headers: {
      "content-type": `${type}; charset=utf-8`,
      "cache-control": "no-cache",
      "x-content-type-options": "nosniff",
      ...headers,
    },
  });
}

function refuse(status: number, message: string, headers?: Record<string, string>): Response {
  return text(message + "\n", { status, headers });
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
