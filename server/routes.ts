/**
 * The checks before a route answers: which host a request is for, which page it comes from, its path and its method.
 *
 * @module
 */

import { refuse, refuseStream } from "./respond.ts";

/** One path of the server. */
export interface Route {
  answer: (request: Request) => Response | Promise<Response>;
  /** Whether its answers and its errors are event streams. */
  stream?: boolean;
  /** Whether the answer never ends: then HEAD gives no length. */
  endless?: boolean;
  /** Whether pages of other origins may read the answer, such as a sandboxed frame: it is public and the same for all. */
  shared?: boolean;
}

/** The routes of a server and the hosts that it answers for. */
export interface Site {
  findRoute: (path: string) => Route | undefined | Promise<Route | undefined>;
  /** Hosts that are answered besides loopback, as `name` or `name:port`. */
  allowedHosts: readonly string[];
  /** The paths that the refusal of an unknown one names. */
  paths: string;
}

/** The host and the route that a request names by its address and its `Host`. */
interface Target {
  /** The value of `Host`. */
  host: string | null;
  /** The host and the port that the request is for. */
  own: string;
  route: Route | undefined;
}

/** Makes a handler that answers each request by its route, or with a refusal. */
export function createRouter(site: Site): (request: Request) => Response | Promise<Response> {
  // Clients name the same few addresses again and again, and reading one costs a tenth of the requests a second. No more
  // than 1,000, since a client can choose among many names of loopback.
  const known = new Map<string, Target>();

  async function answerNew(request: Request, address: string, host: string | null): Promise<Response> {
    const target = await readTarget(address, host, site);
    if (target instanceof Response) return target;
    if (target.route && known.size < 1000) known.set(address, target);
    return answerByRoute(request, target, site);
  }

  return (request) => {
    const { url } = request;
    const query = url.indexOf("?"); // it may hold a store of 32 KiB, which its route parses
    const address = query < 0 ? url : url.slice(0, query);
    const host = request.headers.get("host");
    const target = known.get(address);
    return target?.host === host ? answerByRoute(request, target, site) : answerNew(request, address, host);
  };
}

/** Finds out which host a request is for, and which route. Returns the refusal of a host that is not answered. */
async function readTarget(
  address: string,
  host: string | null,
  { findRoute, allowedHosts }: Site,
): Promise<Target | Response> {
  const url = URL.parse(address);
  const own = parseHost(host, url);
  if (!url || !own) return refuse(400, "Cannot answer: the request names no valid host");
  const route = await findRoute(url.pathname);
  // A page from elsewhere can make a browser talk to a server on its own machine, by a name that resolves to loopback.
  // The target of a request may name a host too.
  const foreign = [own, url].find((named) => !isLoopback(named) && !isNamed(named, allowedHosts));
  if (!foreign) return { host, own: own.host, route };
  const why = "it is not loopback, and ALLOWED_HOSTS does not name it";
  return (route?.stream ? refuseStream : refuse)(403, `Cannot answer for host "${foreign.host}": ${why}`);
}

function answerByRoute(
  request: Request,
  { own, route }: Target,
  { allowedHosts, paths }: Site,
): Response | Promise<Response> {
  const { headers, method } = request;
  const refuseHere = route?.stream ? refuseStream : refuse;
  if (!route?.shared && isForeignPage(headers, own, allowedHosts)) {
    return refuseHere(403, "Cannot answer a page of another origin");
  }
  if (!route) return refuse(404, `Not found. Available: ${paths}`);
  if (method !== "GET" && (route.endless || method !== "HEAD")) {
    const allow = route.endless ? "GET" : "GET, HEAD";
    return refuseHere(405, `Cannot ${method} this: it answers ${allow}`, { allow });
  }
  // Deno keeps what it is sent while an answer has no end, at a cost that grows with the square of its length.
  if (headers.has("transfer-encoding") || Number(headers.get("content-length") ?? 0) !== 0) {
    return refuseHere(400, `Cannot answer: ${method} takes no body`);
  }
  // Without `await`, as a promise for each request would cost a tenth of the requests a second.
  return route.shared || method === "HEAD" ? answerSpecially(request, route) : route.answer(request);
}

/**
 * Whether a page of another origin has made the request, other than by a link that leads here. Such a page can ask a
 * server on the visitor's machine directly.
 */
function isForeignPage(headers: Headers, own: string, allowedHosts: readonly string[]): boolean {
  const origin = headers.get("origin");
  if (origin !== null) {
    const from = URL.parse(origin);
    return !from || from.host !== own && !isNamed(from, allowedHosts);
  }
  // Images, scripts and frames are asked for without Origin. Programs other than browsers send neither header.
  const site = headers.get("sec-fetch-site");
  if (site !== "cross-site" && site !== "same-site") return false;
  return headers.get("sec-fetch-mode") !== "navigate" || headers.get("sec-fetch-dest") !== "document";
}

async function answerSpecially(request: Request, route: Route): Promise<Response> {
  const response = await route.answer(request);
  if (route.shared) response.headers.set("access-control-allow-origin", "*");
  return request.method === "HEAD" ? await withoutBody(response) : response;
}

function isLoopback({ hostname }: URL): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

function isNamed({ hostname, host }: URL, allowedHosts: readonly string[]): boolean {
  return allowedHosts.includes(hostname) || allowedHosts.includes(host);
}

/** The request's Host as a URL, if it is one. HTTP/2 has none, and names the host in the target alone. */
function parseHost(host: string | null, target: URL | null): URL | null {
  if (host === null || host === target?.host) return target;
  return /^[\w.:[\]-]+$/.test(host) ? URL.parse(`http://${host}`) : null;
}

/** The answer to HEAD. The body is dropped by hand: over HTTP/2 Deno 2.9.6 breaks off where it is left to do so. */
async function withoutBody(response: Response): Promise<Response> {
  const length = String((await response.arrayBuffer()).byteLength);
  return new Response(null, { status: response.status, headers: [...response.headers, ["content-length", length]] });
}
