/**
 * The wire format of Datastar 1.0.x: one function for each event, and one for the attribute `data-signals`. The functions
 * are pure: they take values and return text. What a client would lose or misread is refused with a `TypeError`.
 *
 * ```ts
 * import { html, patchElements, patchSignals } from "@fragstar/fragstar/v1";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   patchElements(html`<p id="greeting">Hello, ${"<you>"}</p>`),
 *   'event: datastar-patch-elements\ndata: elements <p id="greeting">Hello, &lt;you&gt;</p>\n\n',
 * );
 * assertEquals(patchSignals({ count: 1 }), 'event: datastar-patch-signals\ndata: signals {"count":1}\n\n');
 * ```
 *
 * @module
 */

import { type Html, trustedHtml } from "../html.ts";
import { readSignals as readFromRequest, type SignalsOptions, type SignalsResult } from "../signals.ts";
import {
  describe,
  headerValue,
  isPlainObject,
  milliseconds,
  oneLine,
  oneOf,
  quote,
  refuse,
  refuseToJson,
} from "./checks.ts";

export { type Html, html, type HtmlValue, trustedHtml } from "../html.ts";
export type { SignalsOptions, SignalsResult } from "../signals.ts";

/** The way in which elements are patched into their targets. */
export type PatchMode = "outer" | "inner" | "replace" | "prepend" | "append" | "before" | "after" | "remove";

/** The namespace of patched elements. */
export type Namespace = "html" | "svg" | "mathml";

/** The value of a signal: JSON. A signal that is `null` is deleted. */
export type SignalValue = string | number | boolean | null | SignalValue[] | { [name: string]: SignalValue };

/** Signals by name. */
export type SignalValues = { [name: string]: SignalValue };

const modes: readonly PatchMode[] = ["outer", "inner", "replace", "prepend", "append", "before", "after", "remove"];
const namespaces: readonly Namespace[] = ["html", "svg", "mathml"];

/** The fields that every event may have. */
export interface EventOptions {
  /** The event's id, which the client sends back as `last-event-id` when it sends its request again. Empty: none. */
  id?: string;
  /** Milliseconds until the client sends its request again after a lost connection. Default: 1000. */
  retry?: number;
}

/** Options of {@linkcode removeElements}. */
export interface RemoveOptions extends EventOptions {
  /** Whether the change is made in a View Transition. Default: false. */
  useViewTransition?: boolean;
  /** A selector of the element whose View Transition it is, since 1.0.2. Only with `useViewTransition`. */
  viewTransitionSelector?: string;
}

/** Options of {@linkcode patchElements}. */
export interface PatchElementsOptions extends RemoveOptions {
  /** A CSS selector of the targets. Default: each root patches the element with its id. */
  selector?: string;
  /** Default: `outer`. */
  mode?: Exclude<PatchMode, "remove">;
  /** Default: `html`. */
  namespace?: Namespace;
}

/** Options of {@linkcode patchSignals}. */
export interface PatchSignalsOptions extends EventOptions {
  /** Keeps signals that exist. Default: false. */
  onlyIfMissing?: boolean;
}

/** Options of {@linkcode executeScript}. */
export interface ExecuteScriptOptions extends EventOptions {
  /** Whether the script's element is removed after it has run. Default: true. */
  autoRemove?: boolean;
  /** Attributes of the script's element by name, such as `nonce`. */
  attributes?: Record<string, string>;
}

/**
 * Writes a `datastar-patch-elements` event: HTML that is patched into the page.
 *
 * ```ts
 * import { patchElements } from "./v1.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   patchElements("<li>Milk</li>", { selector: "#list", mode: "append" }),
 *   "event: datastar-patch-elements\ndata: selector #list\ndata: mode append\ndata: elements <li>Milk</li>\n\n",
 * );
 * ```
 *
 * @param elements HTML. Without a selector it has to begin with an element that has an id; text beside the roots is lost.
 * @throws {TypeError} If a client would lose or misread the elements, or an option is not of its kind.
 */
export function patchElements(elements: string | Html, options: PatchElementsOptions = {}): string {
  const { selector, mode = "outer", namespace = "html" } = options;
  const what = "patched elements";
  const text = elements.toString();
  oneOf(what, "mode", modes, mode);
  oneOf(what, "namespace", namespaces, namespace);
  if ((mode as PatchMode) === "remove") refuse(what, "the mode is remove; call removeElements()");
  if (selector === undefined) {
    if (mode !== "outer" && mode !== "replace") refuse(what, `the mode ${mode} needs a selector`);
    assertRoot(what, text);
  }
  assertParsed(what, text);
  if (namespace !== "html") assertApart(what, text);
  let data = "";
  if (selector !== undefined) data += `data: selector ${oneLine(what, "the selector", selector)}\n`;
  if (mode !== "outer") data += `data: mode ${mode}\n`;
  if (namespace !== "html") data += `data: namespace ${namespace}\n`;
  data += transitionLines(what, options) + writeContent(what, "elements", text);
  return writeEvent(what, "datastar-patch-elements", data, options);
}

/**
 * Writes a `datastar-patch-elements` event that removes all elements that a selector matches.
 *
 * ```ts
 * import { removeElements } from "./v1.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   removeElements("#list > .done"),
 *   "event: datastar-patch-elements\ndata: selector #list > .done\ndata: mode remove\n\n",
 * );
 * ```
 *
 * @throws {TypeError} If there is no selector, or an option is not of its kind.
 */
export function removeElements(selector: string, options: RemoveOptions = {}): string {
  const what = "removed elements";
  const target = oneLine(what, "the selector", selector);
  const data = `data: selector ${target}\ndata: mode remove\n${transitionLines(what, options)}`;
  return writeEvent(what, "datastar-patch-elements", data, options);
}

/**
 * Writes a `datastar-patch-signals` event: values that are merged into the client's signals.
 *
 * @throws {TypeError} If the signals have a name or a value that a client loses, or that breaks it.
 */
export function patchSignals(signals: SignalValues, options: PatchSignalsOptions = {}): string {
  const what = "patched signals";
  const { onlyIfMissing = false } = options;
  const text = writeSignals(what, signals, onlyIfMissing);
  const data = `${onlyIfMissing ? "data: onlyIfMissing true\n" : ""}data: signals ${text}\n`;
  return writeEvent(what, "datastar-patch-signals", data, options);
}

/**
 * Writes a `datastar-patch-elements` event that runs a script: it is appended to the body.
 *
 * ```ts
 * import { executeScript } from "./v1.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   executeScript("console.log('hello')"),
 *   "event: datastar-patch-elements\ndata: mode append\ndata: selector body\n" +
 *     `data: elements <script data-effect="el.remove()">console.log('hello')</script>\n\n`,
 * );
 * ```
 *
 * @throws {TypeError} If HTML would end the script earlier, or an option is not of its kind.
 */
export function executeScript(script: string, options: ExecuteScriptOptions = {}): string {
  const what = "a script";
  const { autoRemove = true, attributes = {} } = options;
  if (typeof script !== "string") refuse(what, `it is ${describe(script)}; give a text`);
  const [found] = /<\/script|<!--|<script/i.exec(script) ?? [];
  if (found) {
    refuse(what, `there is ${quote(found)} in it, which HTML reads as markup; write \\u003c for its first character`);
  }
  let tag = "<script";
  for (const [name, value] of Object.entries(attributes)) {
    if (!/^[a-z][\w:.-]*$/i.test(name)) refuse(what, `${quote(name)} is not a name of an attribute`);
    tag += ` ${name}="${escapeAttribute(oneLineOrEmpty(what, name, value))}"`;
  }
  if (autoRemove) tag += ' data-effect="el.remove()"';
  const element = `${tag}>${script}</script>`;
  assertParsed(what, element);
  const data = `data: mode append\ndata: selector body\n${writeContent(what, "elements", element)}`;
  return writeEvent(what, "datastar-patch-elements", data, options);
}

/**
 * Writes a `datastar-patch-elements` event after which the browser goes to another page: a script that sets `location`.
 *
 * @throws {TypeError} If the URL is not valid, or is a script (`javascript:`), which the browser would run.
 */
export function redirect(url: string, options: ExecuteScriptOptions = {}): string {
  const what = "a redirect";
  oneLine(what, "the url", url);
  const target = URL.parse(url, "http://localhost");
  if (!target) refuse(what, `${quote(url)} is not an address`);
  if (target.protocol === "javascript:") refuse(what, `${quote(url)} is a script`);
  // Later, so that the events after this one are read.
  return executeScript(`setTimeout(() => window.location = ${escapeScript(JSON.stringify(url))})`, options);
}

/**
 * Writes signals as a `data-signals` attribute, to put into a tag of {@linkcode html}. Every string arrives unchanged in
 * each client 1.0.x: those before 1.0.3 rewrite `@name(` even inside strings, and those before RC.8 `$name`.
 *
 * ```ts
 * import { signalsAttribute } from "./v1.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   String(signalsAttribute({ note: "$5 @home" })),
 *   'data-signals="{&quot;note&quot;:&quot;\\u00245 \\u0040home&quot;}"',
 * );
 * ```
 *
 * @throws {TypeError} If the signals have a name or a value that a client loses, or that breaks it.
 */
export function signalsAttribute(signals: SignalValues): Html {
  const text = writeSignals("a data-signals attribute", signals, false);
  return trustedHtml(`data-signals="${escapeUnicode(text, /[$@;`'<>&~/\u2028\u2029]/g).replaceAll('"', "&quot;")}"`);
}

/**
 * Reads the signals of a request: from its URL if the method is GET, HEAD or DELETE, from its body otherwise. Never throws
 * and never rejects: bad input is a result like any other.
 */
export function readSignals(request: Request, options?: SignalsOptions): Promise<SignalsResult> {
  return readFromRequest(request.method === "DELETE" ? new Request(request.url) : request, options);
}

/** Writes characters of JSON so that neither HTML nor an expression reads them. */
function escapeUnicode(json: string, characters: RegExp): string {
  return json.replace(characters, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

const escapeScript = (json: string) => escapeUnicode(json, /[<>&\u2028\u2029]/g);
const escapeAttribute = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");

function oneLineOrEmpty(what: string, name: string, value: unknown): string {
  return value === "" ? "" : oneLine(what, `the attribute ${name}`, value);
}

/** Without a selector, the target of a root is the element with its id. */
function assertRoot(what: string, text: string): void {
  const [tag, name] = /^\s*<([a-z][^\s/>]*)(?:"[^"]*"|'[^']*'|[^'">])*>/i.exec(text) ?? [];
  if (tag === undefined) refuse(what, `${quote(text)} does not begin with an element; give a selector`);
  const isPart = /^(html|head|body)$/i.test(name);
  if (!isPart && !/\sid\s*=\s*("[^"]+"|'[^']+'|[^\s"'>]+)/i.test(tag)) {
    refuse(
      what,
      `the element ${quote(tag)} has no id, by which the client finds its target; give it one, or a selector`,
    );
  }
}

/** Refuses what the client parses otherwise than it looks: end tags of the page, and of its own template. */
function assertParsed(what: string, text: string): void {
  // One search, for most texts have neither: in V8, three calls of includes() take eight times as long.
  if (!/<\/(?:html>|head>|body>|template)/i.test(text)) return;
  assertNoPagePart(what, text);
  assertTemplatesEnd(what, text);
}

function assertNoPagePart(what: string, text: string): void {
  const [, end] = /<\/(html|head|body)>/.exec(text.replace(/<svg(\s[^>]*>|>)[^]*?<\/svg>/gi, "")) ?? [];
  if (end && !/^\s*(<!doctype[^>]*>\s*)?<(html|head|body)[\s>]/i.test(text)) {
    refuse(
      what,
      `there is </${end}> in it, for which the client patches the whole page; write &lt; for its first character`,
    );
  }
}

function assertTemplatesEnd(what: string, text: string): void {
  let depth = 0;
  for (const [tag] of text.replace(/<script[^]*?<\/script\s*>/gi, "").matchAll(/<\/?template(?=[\s/>])/gi)) {
    depth += tag.startsWith("</") ? -1 : 1;
    if (depth < 0) refuse(what, "there is </template> without its start tag: the client loses what comes after it");
  }
}

/** In other namespaces, the client loses each second node: elements have to have one text between them, and none before. */
function assertApart(what: string, text: string): void {
  let depth = 0;
  let at = 0; // after the last root
  for (
    const { 0: tag, 1: slash, 2: empty, index } of text.matchAll(/<(\/?)[a-z](?:"[^"]*"|'[^']*'|[^'">])*?(\/?)>/gi)
  ) {
    const between = text.slice(at, index);
    if (depth === 0 && (at === 0 ? between !== "" : !/^[^<]+$/.test(between))) {
      refuse(
        what,
        `the client loses the element ${quote(tag)}: write white space between elements, and none before them`,
      );
    }
    if (empty === "") depth += slash === "" ? 1 : -1;
    if (depth === 0) at = index + tag.length;
  }
}

function transitionLines(what: string, { useViewTransition, viewTransitionSelector }: RemoveOptions): string {
  if (viewTransitionSelector !== undefined && !useViewTransition) {
    refuse(what, "viewTransitionSelector is given without useViewTransition");
  }
  if (!useViewTransition) return "";
  if (viewTransitionSelector === undefined) return "data: useViewTransition true\n";
  const selector = oneLine(what, "viewTransitionSelector", viewTransitionSelector);
  return `data: useViewTransition true\ndata: viewTransitionSelector ${selector}\n`;
}

/** One line of data for each line of a text. The client ends lines at CR too. */
function writeContent(what: string, key: string, text: string): string {
  if (!text.isWellFormed()) {
    refuse(what, "there is a lone surrogate in it, which UTF-8 cannot carry; call toWellFormed()");
  }
  const start = `data: ${key} `;
  const lines = text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
  return `${start}${lines.replaceAll("\n", `\n${start}`)}\n`;
}

/** The depth of signals. */
const maxDepth = 500;

function writeSignals(what: string, signals: SignalValues, onlyIfMissing: boolean): string {
  if (!isPlainObject(signals)) refuse(what, `they are ${describe(signals)}; give an object of signals by name`);
  assertSignals(what, signals, { path: "", depth: 0, isInList: false, onlyIfMissing });
  return JSON.stringify(signals);
}

interface Place {
  path: string;
  depth: number;
  isInList: boolean;
  onlyIfMissing: boolean;
}

function assertSignals(what: string, value: unknown, place: Place): void {
  const { path, depth, isInList, onlyIfMissing } = place;
  const refuseValue = (why: string) => refuse(what, `${quote(path)} is ${why}`);
  if (value === null) {
    if (isInList) refuseValue('null in a list, which the client reads as ""; leave it out');
    if (onlyIfMissing) refuseValue("null, which the client ignores with onlyIfMissing");
    return;
  }
  if (typeof value === "string" || typeof value === "boolean" || Number.isFinite(value)) return;
  if (!Array.isArray(value) && !isPlainObject(value)) {
    refuseValue(`${describe(value)}; use strings, finite numbers, booleans, lists and objects`);
  }
  if (depth > maxDepth) refuseValue(`more than ${maxDepth} deep, or circular; use fewer levels`);
  refuseToJson(what, path, value as object);
  for (const [name, inner] of Object.entries(value as object)) {
    const here = path === "" ? name : `${path}.${name}`;
    if (!Array.isArray(value) && (name === "__proto__" || name === "constructor" || name.includes("."))) {
      refuse(what, `${quote(here)} is a name that a client cannot keep; choose another`);
    }
    assertSignals(what, inner, { path: here, depth: depth + 1, isInList: Array.isArray(value), onlyIfMissing });
  }
}

function writeEvent(what: string, name: string, data: string, { id, retry }: EventOptions): string {
  let text = `event: ${name}\n`;
  if (id !== undefined) text += `id: ${headerValue(what, id)}\n`;
  if (retry !== undefined) text += `retry: ${milliseconds(what, "retry", retry)}\n`;
  return `${text}${data}\n`;
}
