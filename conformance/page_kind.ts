/** Describes answers that are not a page, with advice for the owner of the address. */

import { describeAnswer, typeOf } from "./checks/http.ts";
import type { ParsedPage } from "./markup.ts";
import { type Exchange, headerValues } from "./recording.ts";

/** Explains why an answer is not a page at all, and what to do. Nothing, if it is one, or the server failed to send it. */
export function whyNotPage(page: Exchange, address: URL): string | undefined {
  const { head, tooLong, why } = page;
  if (!head || head.status >= 500) return;
  const { status } = head;
  const [location] = headerValues(page, "location");
  if (status >= 300 && status < 400 && location !== undefined) {
    const to = URL.parse(location, new URL(page.request.path, address));
    return to && to.origin !== address.origin
      ? `the address redirects to ${to.href}, which is on a different origin; if that is the page, give its address`
      : `the address redirects to ${location}, which is not a page; correct the redirect, or give a different address`;
  }
  if (status === 401 || status === 403) {
    return `the page asks for a login (${status}); send it, such as --header "Cookie: NAME=VALUE" or ` +
      `--header "Authorization: ..."`;
  }
  if (status >= 400) return `no page at this address: ${describeAnswer(page)}; give the address of a page`;
  if (tooLong) return `the page is too long: ${why}; give the address of a smaller one`;
  const type = typeOf(page)?.split(";")[0].trim().toLowerCase();
  if (type === "text/event-stream") return "the address answers with a stream, not with a page; use --stream for it";
  if (type !== undefined && type !== "text/html") {
    return `the address answers with ${type}, not with an HTML page; give the address of the page`;
  }
}

/** Finds the first attribute with such a name or value, as it is written. */
export function findAttribute(
  { elements }: ParsedPage,
  isMeant: (name: string, value: string) => boolean,
): string | undefined {
  const own = elements.flatMap(({ attrs }) => attrs).filter(({ name }) => /^(?:data|hx)-/.test(name));
  const found = own.find(({ name, value }) => isMeant(name, value));
  return found && `${found.name}="${found.value.slice(0, 60)}"`;
}
