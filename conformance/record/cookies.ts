/** The cookies of one browser, for the requests of a run. */

import { CookieJar } from "tough-cookie"; // paths, expiry and prefixes, as RFC 6265 has them
import { type Exchange, headerValues } from "../recording.ts";

/** The cookies that were set so far. */
export interface Cookies {
  /** Keeps the cookies that an answer sets. A browser ignores those that are wrong. */
  keep: (url: URL, exchange: Pick<Exchange, "head">) => void;
  /** The header of a request; none, if there is no cookie for it. */
  headerFor: (url: URL) => { cookie?: string };
}

/**
 * Creates an empty jar.
 *
 * @param given Cookies that the user gives: they are sent with each request.
 */
export function createCookies(given?: string): Cookies {
  const jar = new CookieJar(undefined, { rejectPublicSuffixes: false, prefixSecurity: "silent" });
  return {
    keep(url, exchange) {
      for (const cookie of headerValues(exchange, "set-cookie")) {
        jar.setCookieSync(cookie, url.href, { ignoreError: true });
      }
    },
    headerFor(url) {
      const cookies = [given, jar.getCookieStringSync(url.href)].filter(Boolean);
      return cookies.length > 0 ? { cookie: cookies.join("; ") } : {};
    },
  };
}
