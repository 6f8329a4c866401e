/** Redirects, as fetch and a browser follow them. */

import { headerValues } from "../recording.ts";
import type { Ask } from "./exchange.ts";

/** The number of redirects that a browser follows. */
const maxRedirects = 20;

/**
 * Follows redirects on the same origin. The exchange is the last one.
 *
 * @param url An address of the origin.
 * @param mayAsk Whether the address of a redirect may be asked with a method. Default: it may.
 */
export function followRedirects(
  ask: Ask,
  url: URL,
  mayAsk: (next: URL, method: string) => boolean = () => true,
): Ask {
  return async (name, path, options = {}) => {
    let exchange = await ask(name, path, options);
    let { method = "GET", body } = options;
    for (let i = 0; i < maxRedirects; i++) {
      const { status = 0 } = exchange.head ?? {};
      const [location] = headerValues(exchange, "location");
      if (![301, 302, 303, 307, 308].includes(status) || location === undefined) break;
      const next = URL.parse(location, new URL(exchange.request.path, url));
      const becomesGet = status === 303 && method !== "HEAD" || status < 303 && method === "POST";
      if (next?.origin !== url.origin) break;
      if (!mayAsk(next, becomesGet ? "GET" : method)) break;
      if (becomesGet) [method, body] = ["GET", undefined];
      exchange = await ask(name, next.pathname + next.search, { ...options, method, body });
    }
    return exchange;
  };
}
