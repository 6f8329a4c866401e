/**
 * Finds the places of an answer in which a text of probes.ts has become more than text: an event or an option, an element
 * or an attribute, code, a style, a selector, or the part of an address that says where it leads.
 */

import { tokenizer } from "acorn"; // the words of code that stand outside its strings
import type { ByteRange } from "../../harness/mod.ts";
import { typeOf } from "../checks/http.ts";
import { quoteSource } from "../checks/quote.ts";
import { type Element, parseMarkup } from "../markup.ts";
import type { ClassicStream } from "./interpret.ts";
import { pluginOf } from "./own_attributes.ts";
import { intruder } from "./probes.ts";

/** A place in which the text has become more than text. */
export interface Intrusion {
  /** The thing that the text has become, in words. */
  what: string;
  /** The bytes of the event. */
  at: ByteRange[];
}

/** Whether the word of the probes is in an answer, in whatever way. */
export function isReflected({ bytes }: Pick<ClassicStream, "bytes">): boolean {
  return hasIntruder(new TextDecoder().decode(bytes));
}

/** Finds the first such place of an answer. */
export function findIntrusion({ events, exchange, bytes }: ClassicStream): Intrusion | undefined {
  for (const { event } of events) {
    const what = findInLines(event) ?? findInInstruction(event);
    if (what !== undefined) return { what, at: [event.range] };
  }
  if (!/^text\/html/i.test(exchange && typeOf(exchange) || "")) return;
  const what = findInHtml(new TextDecoder().decode(bytes));
  return what === undefined ? undefined : { what: `${what} of a page`, at: [] };
}

type Event = ClassicStream["events"][number]["event"];

const hasIntruder = (text: string) => text.toLowerCase().includes(intruder);

/** Whether a name is the word, with nothing but signs after it: these may come from the text too. */
const isIntruder = (name: string) => new RegExp(`^${intruder}(?![\\w-])`, "i").test(name);

const excerpt = (text: string) => {
  const at = text.toLowerCase().indexOf(intruder);
  return quoteSource(text.slice(Math.max(0, at - 20), at + intruder.length + 20));
};

function findInLines({ lines, client }: Event): string | undefined {
  const line = lines.find(({ text }) => isIntruder(text));
  if (line) return `a line of the stream: ${excerpt(line.text)}`;
  const name = client?.event ?? "";
  if (hasIntruder(name)) return `the event ${excerpt(name)}`;
}

/** Keys whose values are words of the client: no text belongs there. */
const wordKeys = ["merge", "settle", "vt", "onlyIfMissing"];

function findInInstruction({ client, reading }: Event): string | undefined {
  const { data: { text }, rows, content } = reading;
  for (const { effect, key, from, valueFrom, to } of rows) {
    if (effect !== "opens") continue;
    const value = text.slice(valueFrom, to);
    if (isIntruder(text.slice(from, to)) || wordKeys.includes(key) && hasIntruder(value)) {
      return `the option ${excerpt(text.slice(from, to))}`;
    }
    const found = key === "selector"
      ? findInCss(value)
      : key === "paths"
      ? value.split(" ").some(isIntruder)
      : key === "url" && findInUrl(value);
    if (found) return `the option ${excerpt(text.slice(from, to))}`;
  }
  if (client?.event === "datastar-fragment") return findInHtml(content.text);
  if (client?.event === "datastar-signal" && findInCode(content.text)) return `code in store: ${excerpt(content.text)}`;
}

/** Documents inside attributes of a document are looked at down to this depth. */
const maxDepth = 3;

function findInHtml(html: string, depth = 0): string | undefined {
  if (depth > maxDepth || !hasIntruder(html)) return;
  for (const element of elementsOf(html)) {
    const found = findInElement(element, depth);
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

function findInElement(element: Element, depth: number): string | undefined {
  const { tagName, attrs, childNodes } = element;
  if (isIntruder(tagName)) return `the element <${tagName}>`;
  for (const { name, value } of attrs) {
    if (isIntruder(name)) return `the attribute ${name}`;
    const found = hasIntruder(value) && findInAttribute(element, name, value, depth);
    if (found) return `${found} in the attribute ${name}: ${excerpt(value)}`;
  }
  const text = childNodes.map((node) => "value" in node ? node.value : "").join("");
  if (tagName === "script" && findInCode(text)) return `code in <script>: ${excerpt(text)}`;
  if (tagName === "style" && findInCss(text)) return `a rule in <style>: ${excerpt(text)}`;
}

/** Attributes whose value is an address, and those with several. */
const addresses = ["href", "src", "action", "formaction", "poster", "manifest", "background"];
const addressLists = ["srcset", "imagesrcset", "ping"];

/** The kind of thing that the text has become in the value of an attribute. */
function findInAttribute(element: Element, name: string, value: string, depth: number): string | undefined {
  if (/^on[a-z]/.test(name)) return findInCode(value) ? "code" : undefined;
  const plugin = pluginOf(name);
  if (plugin?.prefix === "teleport") return findInCss(value) ? "a selector" : undefined;
  if (plugin) {
    if (findInCode(value)) return "code";
    const isAddress = plugin.prefix === "bind" && addresses.some((address) => name === `data-bind-${address}`);
    return isAddress && stringsIn(value).some(findInUrl) ? "an address" : undefined;
  }
  if (name === "style") return findInCss(value) ? "a style" : undefined;
  if (name === "srcdoc") return findInHtml(value, depth + 1);
  return addressesIn(element, name, value).some((text) => findInUrl(text, depth)) ? "an address" : undefined;
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
function findInUrl(text: string, depth = 0): boolean {
  // Browsers take any number of slashes for two, Deno does not.
  const url = URL.parse(text.replace(/^[\0- ]*[\\/]{2,}/, "//"), "http://localhost/");
  if (!url) return false;
  const { protocol, hostname, pathname, searchParams } = url;
  if (isIntruder(protocol)) return true;
  if (protocol === "javascript:") return findInCode(decode(pathname));
  if (protocol === "data:" && /^(?:text\/html|[\w/.+-]*xml)/i.test(pathname)) {
    return findInHtml(decode(pathname), depth + 1) !== undefined;
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
    for (const { type: { label }, start, end } of tokenizer(code, { ecmaVersion: "latest" })) {
      yield { label, text: label === "string" ? code.slice(start + 1, end - 1) : code.slice(start, end) };
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
}

/** Whether the text is in some code outside its strings, or has become a signal. */
function findInCode(code: string): boolean {
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
function findInCss(css: string): boolean {
  return css.match(cssTokens)?.some((token) => token.toLowerCase() === intruder) ?? false;
}
