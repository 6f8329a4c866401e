/** Headers that a page adds to its requests. */

/** Headers that fetch leaves out without an error, for example so that a page cannot end a request and begin the next. */
const forbidden = new RegExp(
  "^(?:proxy-.*|sec-.*|accept-(?:charset|encoding)|access-control-request-.*|connection|content-length|cookie2?|date|" +
    "dnt|expect|host|keep-alive|origin|referer|set-cookie|te|trailer|transfer-encoding|upgrade|via)$",
);

/** The headers as they are sent, and the first name whose header fetch refuses: then it makes no request. */
export function readHeaders(
  given: readonly (readonly [name: string, value: string])[],
): { headers: Record<string, string>; refused?: string } {
  const headers = new Headers();
  for (const [name, value] of given) {
    if (forbidden.test(name.toLowerCase())) continue;
    try {
      headers.set(name, value);
    } catch {
      return { headers: {}, refused: name };
    }
  }
  return { headers: Object.fromEntries(headers) };
}
