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
}

/** Answers a request by its route, or with a refusal. */
export function answerRequest(request: Request, site: Site): Response | Promise<Response> {
  const { url } = request;
  const query = url.indexOf("?"); // it may hold a store of 32 KiB, which its route parses
  const target = URL.parse(query < 0 ? url : url.slice(0, query));
  if (!target) return refuseHost();
  const route = site.findRoute(target.pathname);
  const answer = (route: Route | undefined) =>
    findRefusal(request, target, route, site.allowedHosts) ?? answerByRoute(request, route!);
  // Without `await`, as a promise for each request would cost a tenth of the requests a second.
  return route instanceof Promise ? route.then(answer) : answer(route);
}

/** Returns the refusal of a request that its route must not answer. */
function findRefusal(
  { headers, method }: Request,
  target: URL,
  route: Route | undefined,
  allowedHosts: readonly string[],
): Response | undefined {
  const own = parseHost(headers.get("host"), target);
  if (!own) return refuseHost();
  const isNamed = ({ hostname, host }: URL) => allowedHosts.includes(hostname) || allowedHosts.includes(host);
  const refuseHere = route?.stream ? refuseStream : refuse;

  // A page from elsewhere can make a browser talk to a server on its own machine: by a name that resolves to loopback,
  // which shows in Host, or by asking directly, which shows in Origin. The target of a request may name a host too.
  const isForeign = (url: URL) => !isLoopback(url) && !isNamed(url);
  if (isForeign(own) || target !== own && isForeign(target)) {
    const why = "it is not loopback, and ALLOWED_HOSTS does not name it";
    return refuseHere(403, `Cannot answer for host "${own.host}": ${why}`);
  }
  const origin = headers.get("origin");
  if (origin !== null && !route?.shared) {
    const from = URL.parse(origin);
    if (!from || from.host !== own.host && !isNamed(from)) {
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
}

function answerByRoute(request: Request, route: Route): Response | Promise<Response> {
  return route.shared || request.method === "HEAD" ? answerSpecially(request, route) : route.answer(request);
}

async function answerSpecially(request: Request, route: Route): Promise<Response> {
  const response = await route.answer(request);
  if (route.shared) response.headers.set("access-control-allow-origin", "*");
  return request.method === "HEAD" ? await withoutBody(response) : response;
}

function refuseHost(): Response {
  return refuse(400, "Cannot answer: the request names no valid host");
}

function isLoopback({ hostname }: URL): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
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
