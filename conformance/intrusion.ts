/**
 * Finds the places in which a text of probes.ts has become more than text: a line of the stream, an element or an
 * attribute, code, a style, a selector, or the part of an address that says where it leads. A dialect says what its own
 * attributes and instructions hold.
 */

import { tokenizer } from "acorn"; // the words of code outside its strings
import type { ByteRange, SseEvent } from "../harness/mod.ts";
import { typeOf } from "./checks/http.ts";
import { quoteSource } from "./checks/quote.ts";
import { type Element, parseMarkup } from "./markup.ts";
import { intruder } from "./probes.ts";
import type { SeenEvent, StreamEvidence } from "./stream_evidence.ts";

/** A place in which the text has become more than text. */
export interface Intrusion {
  /** The thing that the text has become, in words. */
  what: string;
  /** The bytes of the event. */
  at: ByteRange[];
}

/** The value of an attribute: code, code whose strings are addresses, or a selector. */
export type AttributeContent = "code" | "address" | "selector";

/** Says what the value of an attribute is, if a dialect's client takes it for its own. */
export type ReadOwnAttribute = (name: string) => AttributeContent | undefined;

/** Whether the word of the probes is in an answer, in whatever way. */
export function isReflected({ bytes }: Pick<StreamEvidence, "bytes">): boolean {
  return hasIntruder(new TextDecoder().decode(bytes));
}

/** The parts of a dialect. */
export interface IntrusionParts<Event> {
  readOwnAttribute: ReadOwnAttribute;
  /** Finds the first such place in the instruction of an event, in words. */
  findInInstruction: (event: Event) => string | undefined;
}

/** Finds the first such place of an answer. */
export function findIntrusionIn<Seen extends SeenEvent>(
  { events, exchange, bytes }: Pick<StreamEvidence<Seen>, "events" | "exchange" | "bytes">,
  { readOwnAttribute, findInInstruction }: IntrusionParts<Seen["event"]>,
): Intrusion | undefined {
  for (const { event } of events) {
    const what = findInLines(event) ?? findInInstruction(event);
    if (what !== undefined) return { what, at: [event.range] };
  }
  if (!/^text\/html/i.test(exchange && typeOf(exchange) || "")) return;
  const what = findInHtml(new TextDecoder().decode(bytes), readOwnAttribute);
  return what === undefined ? undefined : { what: `${what} of a page`, at: [] };
}

export const hasIntruder = (text: string): boolean => text.toLowerCase().includes(intruder);

/** Whether a name is the word, with nothing but signs after it: these may come from the text too. */
export const isIntruder = (name: string): boolean => new RegExp(`^${intruder}(?![\\w-])`, "i").test(name);

/** A text around the word, as a finding quotes it. */
export function quoteIntruder(text: string): string {
  const at = text.toLowerCase().indexOf(intruder);
  return quoteSource(text.slice(Math.max(0, at - 20), at + intruder.length + 20));
}

function findInLines({ lines, client }: SseEvent): string | undefined {
  const line = lines.find(({ text }) => isIntruder(text));
  if (line) return `a line of the stream: ${quoteIntruder(line.text)}`;
  const name = client?.event ?? "";
  if (hasIntruder(name)) return `the event ${quoteIntruder(name)}`;
}

/** Documents inside attributes of a document are looked at down to this depth. */
const maxDepth = 3;

/** Finds the first such place in some HTML, in words. */
export function findInHtml(html: string, readOwnAttribute: ReadOwnAttribute, depth = 0): string | undefined {
  if (depth > maxDepth || !hasIntruder(html)) return;
  for (const element of elementsOf(html)) {
    const found = findInElement(element, readOwnAttribute, depth);
    if (found !== undefined) return found;
  }
}

/** The elements of some HTML; none, where there are too many. */
function elementsOf(html: string): Element[] {
  try {
    return parseMarkup(html).all;
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}

function findInElement(element: Element, readOwnAttribute: ReadOwnAttribute, depth: number): string | undefined {
  const { tagName, attrs, childNodes } = element;
  if (isIntruder(tagName)) return `the element <${tagName}>`;
  for (const { name, value } of attrs) {
    if (isIntruder(name)) return `the attribute ${name}`;
    const found = hasIntruder(value) && findInAttribute(element, name, value, readOwnAttribute, depth);
    if (found) return `${found} in the attribute ${name}: ${quoteIntruder(value)}`;
  }
  const text = childNodes.map((node) => "value" in node ? node.value : "").join("");
  if (tagName === "script" && findInCode(text)) return `code in <script>: ${quoteIntruder(text)}`;
  if (tagName === "style" && findInCss(text)) return `a rule in <style>: ${quoteIntruder(text)}`;
}

/** Attributes whose value is an address, and those with several. */
export const addresses = ["href", "src", "action", "formaction", "poster", "manifest", "background"];
const addressLists = ["srcset", "imagesrcset", "ping"];

/** The kind of thing that the text has become in the value of an attribute. */
function findInAttribute(
  element: Element,
  name: string,
  value: string,
  readOwnAttribute: ReadOwnAttribute,
  depth: number,
): string | undefined {
  if (/^on[a-z]/.test(name)) return findInCode(value) ? "code" : undefined;
  const findAddress = (text: string) => findInUrl(text, readOwnAttribute, depth);
  const own = readOwnAttribute(name);
  if (own === "selector") return findInCss(value) ? "a selector" : undefined;
  if (own) {
    if (findInCode(value)) return "code";
    return own === "address" && stringsIn(value).some(findAddress) ? "an address" : undefined;
  }
  if (name === "style") return findInCss(value) ? "a style" : undefined;
  if (name === "srcdoc") return findInHtml(value, readOwnAttribute, depth + 1);
  return addressesIn(element, name, value).some(findAddress) ? "an address" : undefined;
}

/** The addresses that an attribute leads to, or loads. */
function addressesIn({ tagName, attrs }: Element, name: string, value: string): string[] {
  if (addresses.includes(name) || name === "data" && tagName === "object") return [value];
  if (addressLists.includes(name)) return value.split(/[\s,]+/);
  if (["animate", "set"].includes(tagName) && ["to", "from", "by", "values"].includes(name)) return value.split(";");
  const isRefresh = attrs.some(({ name, value }) => name === "http-equiv" && /^refresh$/i.test(value));
  return tagName === "meta" && name === "content" && isRefresh ? [value.replace(/^[^=]*=\s*["']?/, "")] : [];
}

/** Whether the text decides where an address leads, or what runs there. */
export function findInUrl(text: string, readOwnAttribute: ReadOwnAttribute, depth = 0): boolean {
  // Browsers take any number of slashes for two, Deno does not.
  const url = URL.parse(text.replace(/^[\0- ]*[\\/]{2,}/, "//"), "http://localhost/");
  if (!url) return false;
  const { protocol, hostname, pathname, searchParams } = url;
  if (isIntruder(protocol)) return true;
  if (protocol === "javascript:") return findInCode(decode(pathname));
  if (protocol === "data:" && /^(?:text\/html|[\w/.+-]*xml)/i.test(pathname)) {
    return findInHtml(decode(pathname), readOwnAttribute, depth + 1) !== undefined;
  }
  if (`.${hostname}`.endsWith(`.${intruder}.invalid`)) return true;
  if (new RegExp(`(?:^|[\\\\/])\\.\\.[\\\\/](?:\\.\\.[\\\\/])*${intruder}`, "i").test(text)) return true;
  return [...searchParams.keys()].some(isIntruder);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The tokens of some code, up to the first that is none: strings without their quotation marks. */
function* tokensOf(code: string): Generator<{ label: string; text: string }> {
  try {
    const script = code.replaceAll("@", " "); // the sign of an action in some dialects, and none of JavaScript
    for (const { type: { label }, start, end } of tokenizer(script, { ecmaVersion: "latest" })) {
      yield { label, text: label === "string" ? code.slice(start + 1, end - 1) : code.slice(start, end) };
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
}

/** Whether the text is in some code outside its strings, or has become a signal. */
export function findInCode(code: string): boolean {
  let before = "";
  for (const { label, text } of tokensOf(code)) {
    if (label === "name" && text.toLowerCase() === intruder) return true;
    if (label === ":" && before === intruder) return true;
    before = label === "string" ? text.toLowerCase() : "";
  }
  return false;
}

const stringsIn = (code: string) => [...tokensOf(code)].flatMap(({ label, text }) => label === "string" ? [text] : []);

/** Pieces of a style sheet, or of a selector: comments, strings, addresses and words, with the sign of an id or a class. */
const cssTokens = new RegExp(
  [
    String.raw`/\*[^]*?(?:\*/|$)`,
    String.raw`"(?:[^"\\\n]|\\[^])*["\n]?`,
    String.raw`'(?:[^'\\\n]|\\[^])*['\n]?`,
    String.raw`url\(\s*(?!["'\s])(?:[^)\\]|\\[^])*\)?`,
    String.raw`[#.]?(?:[\w-]|[^\0-\x7f]|\\(?:[\da-f]{1,6}\s?|[^\n]))+`,
  ].join("|"),
  "gi",
);

/** Whether the text has become a word of a style sheet or a selector. */
export function findInCss(css: string): boolean {
  return css.match(cssTokens)?.some((token) => token.toLowerCase() === intruder) ?? false;
}
