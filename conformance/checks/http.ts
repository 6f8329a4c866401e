/** The headers of an answer that say something about its body. */

import { areReadable, encodingsOf, type Exchange, headerValues } from "../recording.ts";
import { quoteText } from "./quote.ts";

/** Whether an answer has no body because of its status, whatever its headers say. */
export const hasNoBody = ({ head }: Exchange): boolean => head !== undefined && [204, 205, 304].includes(head.status);

/** Whether an answer leads to another address. */
export const isRedirect = ({ head }: Exchange): boolean =>
  head !== undefined && head.status >= 300 && head.status < 400 && head.status !== 304;

/** The value of a header as a browser gives it: headers of the same name are joined. */
export const joinedHeader = (exchange: Exchange, name: string): string => headerValues(exchange, name).join(", ");

/** The words of a header that is a list. */
export const headerWords = (exchange: Exchange, name: string): string[] =>
  joinedHeader(exchange, name).toLowerCase().split(",").map((word) => word.trim()).filter(Boolean);

/** The type as the client sees it. */
export function typeOf(exchange: Exchange): string | undefined {
  return headerValues(exchange, "content-type").length === 0 ? undefined : joinedHeader(exchange, "content-type");
}

/** The text of a page, if an answer is a whole one. */
export function pageOf(exchange: Exchange): string | undefined {
  const [type = ""] = headerValues(exchange, "content-type");
  if (!/^text\/html/i.test(type) || exchange.ending !== "complete") return undefined;
  return new TextDecoder().decode(exchange.body);
}

/** Whether the client takes an answer for a stream [REQ-6]. */
export function isStream(exchange: Exchange): boolean {
  const [type = ""] = headerValues(exchange, "content-type");
  return /^text\/event-stream/.test(type) && exchange.head?.status !== 204;
}

/** The reason why an answer cannot be judged as an event stream. One of another type can, if it has events of the dialect. */
export function whyNoStream(exchange: Exchange, hasOwnEvents: boolean): string | undefined {
  if (!exchange.head) return "the server did not answer";
  if (hasNoBody(exchange)) return `an answer with status ${exchange.head.status} has no body`;
  if (isRedirect(exchange)) return "the answer is a redirect";
  const encodings = encodingsOf(exchange);
  if (!areReadable(encodings)) {
    return `the encoding ${encodings.join(", ")} cannot be read here`;
  }
  const type = typeOf(exchange);
  if (hasOwnEvents || type !== undefined && /^text\/event-stream/i.test(type)) return;
  return `the answer is not an event stream, but ${type ?? "has no type"}`;
}

/** Status, type, and the beginning of the body, on one line. */
export function describeAnswer(exchange: Exchange): string {
  const { head, body, ending, why } = exchange;
  if (!head) return `no answer: ${why}`;
  const [type = "no content-type"] = headerValues(exchange, "content-type");
  const [location] = headerValues(exchange, "location");
  const text = new TextDecoder().decode(body.subarray(0, 400)).trim();
  return [
    `${head.status}, ${type}`,
    location === undefined ? "" : `, location: ${quoteText(location)}`,
    text === "" ? "" : `: ${quoteText(text, 60)}`,
    ending === "cut off" || ending === "gave up" ? ` (${why})` : "",
  ].join("");
}
