/**
 * The wire format: one function for each event of the classic Datastar protocol. The functions are pure: they take values
 * and return text.
 *
 * The events and modes are those of client 0.19, and clients from 0.12.5 on read HTML of several lines back unchanged.
 * Values that cannot be carried are refused with a `TypeError`. Comments name the file of client 0.19.9 that makes the
 * rule, for instance `[backend.ts]`: its npm package holds them in a source map.
 *
 * ```ts
 * import { fragment, html } from "@fragstar/fragstar";
 * import { assertEquals } from "@std/assert";
 *
 * const name = "<you>";
 * const event = fragment(html`<b id="name">${name}</b>`);
 * assertEquals(event, 'event: datastar-fragment\ndata: fragment <b id="name">&lt;you&gt;</b>\n\n');
 * ```
 *
 * @module
 */

import { assertCarried, headerValue, milliseconds, oneLine, oneOf, quote, refuse } from "./fragments/checks.ts";
import type { Html } from "./html.ts";
import { reserved, type Store, storeText } from "./fragments/store.ts";

export { type Html, html, type HtmlValue, trustedHtml } from "./html.ts";
export { type Store, storeAttribute, type StoreValue } from "./fragments/store.ts";

/** The way in which a fragment is merged into its target. */
export type MergeMode =
  | "morph"
  | "inner"
  | "outer"
  | "prepend"
  | "append"
  | "before"
  | "after"
  | "upsert_attributes";

/** The method of the browser's `console` that shows a message. */
export type ConsoleMode = "debug" | "error" | "info" | "group" | "groupEnd" | "log" | "warn";

const mergeModes: readonly MergeMode[] = [
  "morph",
  "inner",
  "outer",
  "prepend",
  "append",
  "before",
  "after",
  "upsert_attributes",
];
const consoleModes: readonly ConsoleMode[] = ["debug", "error", "info", "group", "groupEnd", "log", "warn"];

/** The fields that every event may have. */
export interface EventOptions {
  /** The event's id, which the client sends back as `last-event-id` when it asks again. Empty: it forgets the last one. */
  id?: string;
  /** Milliseconds until the client asks again after a lost connection. */
  retry?: number;
}

/** Options of {@linkcode fragment}. */
export interface FragmentOptions extends EventOptions {
  /** CSS selector of the targets, or `self` for the element that made the request. Default: `#` and the root's id. */
  selector?: string;
  /** Default: `morph`. */
  merge?: MergeMode;
  /** Milliseconds for which the class `datastar-settling` stays on changed elements. Default: 500. */
  settle?: number;
  /** Whether the change is animated as a View Transition, during which clicks are lost. Default: true. */
  viewTransition?: boolean;
}

/** Options of {@linkcode signal}. */
export interface SignalOptions extends EventOptions {
  /** Keeps top-level signals that already have a value. Default: false. */
  onlyIfMissing?: boolean;
}

/**
 * Writes a `datastar-fragment` event: HTML elements that are merged into the page.
 *
 * ```ts
 * import { fragment } from "./fragments.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   fragment('<li id="new">Milk</li>', { selector: "#list", merge: "append" }),
 *   'event: datastar-fragment\ndata: selector #list\ndata: merge append\ndata: fragment <li id="new">Milk</li>\n\n',
 * );
 * ```
 *
 * @param html One or more elements, each with an `id` that is a CSS identifier unless there is a `selector`. White space
 * around them is dropped, as by the client, which also drops text between them.
 * @throws {TypeError} If the HTML does not begin with an element, or has a carriage return or lone surrogate in it; or
 * if an option is not of its kind.
 */
export function fragment(html: string | Html, options: FragmentOptions = {}): string {
  const { selector, merge = "morph", settle = 500, viewTransition = true } = options;
  const what = "a fragment";
  const text = html.toString().trim();
  if (!/^<[a-z]/i.test(text)) {
    refuse(what, `${quote(text)} does not begin with an element; the client drops other things`);
  }
  assertCarried(what, text, "write &#13; for a carriage return, LF alone for a new line");

  const data: string[] = [];
  if (selector !== undefined) data.push(`selector ${oneLine(what, "the selector", selector)}`);
  if (merge !== "morph") data.push(`merge ${oneOf(what, "merge mode", mergeModes, merge)}`);
  const settleLine = `settle ${milliseconds(what, "settle", settle)}`;
  if (settle !== 500) data.push(settleLine);
  if (!viewTransition) data.push("vt false");

  // [backend.ts] The keyword `fragment` stands on the first line only. A continuation line that the client would misread
  // must start with the keyword too. The client honours it only after a different key, so the unchanged `settle` line
  // comes first once more.
  const lines = text.includes("\n")
    ? text.replaceAll("\n", "\ndata: ").replace(misreadContinuation, `$1${settleLine}\ndata: fragment `)
    : text;
  data.push(`fragment ${lines}`);
  return writeEvent(what, "datastar-fragment", data, options);
}

/**
 * The start of a continuation line that is empty (the client drops it), begins with a byte order mark (decoded away) or
 * with a keyword (read as an option; `redirect` and `error` until 0.13.4). A line that begins with `fragment` would
 * arrive, but no one who reads the stream could tell it from the keyword [FRG-4].
 */
const misreadContinuation = /(\ndata: )(?=\n|\uFEFF|(?:selector|merge|settle|vt|fragment|redirect|error)(?: |\n|$))/g;

/**
 * Writes a `datastar-signal` event: values that are merged into the client's store.
 *
 * ```ts
 * import { signal } from "./fragments.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(signal({ show: false }), 'event: datastar-signal\ndata: store {"show":false}\n\n');
 * ```
 *
 * @throws {TypeError} If the store holds a name or a value that the client's cannot.
 */
export function signal(store: Store, options: SignalOptions = {}): string {
  const data = [`store ${storeText(store)}`];
  if (options.onlyIfMissing) data.unshift("onlyIfMissing true");
  return writeEvent("a signal", "datastar-signal", data, options);
}

/**
 * Writes a `datastar-delete` event: removes every element that matches the selector, or every named signal.
 *
 * ```ts
 * import { remove } from "./fragments.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(remove({ selector: "#list > .done" }), "event: datastar-delete\ndata: selector #list > .done\n\n");
 * assertEquals(remove({ paths: ["user.name", "page"] }), "event: datastar-delete\ndata: paths user.name page\n\n");
 * ```
 *
 * @param target A CSS selector, or paths of signals with a dot between the names.
 * @throws {TypeError} If both or neither are given, or if the target cannot be carried.
 */
export function remove(target: { selector: string } | { paths: string[] }, options: EventOptions = {}): string {
  const { selector, paths }: { selector?: string; paths?: string[] } = target;
  const what = "a delete";
  if ((selector === undefined) === (paths === undefined)) refuse(what, "give either a selector or paths");
  if (paths === undefined) {
    return writeEvent(what, "datastar-delete", [`selector ${oneLine(what, "the selector", selector)}`], options);
  }
  if (paths.length === 0) refuse(what, "the list of paths is empty; name at least one signal");
  for (const path of paths) {
    const names = oneLine(what, "a path", path).split(".");
    if (path.includes(" ")) refuse(what, `the path ${quote(path)} has a space in it`);
    // [engine.ts] The client follows the path through any value: `a.constructor.assign` would be `Object.assign`.
    // Names that only lists or texts have, as `search`, are names of signals like others.
    const way = names.slice(0, -1);
    if (names.some((name) => reserved.has(name)) || way.some((name) => name in Object.prototype)) {
      refuse(what, `the path ${quote(path)} has a name in it that no signal can have`);
    }
  }
  return writeEvent(what, "datastar-delete", [`paths ${paths.join(" ")}`], options);
}

/**
 * Writes a `datastar-redirect` event: the browser goes to another page.
 *
 * ```ts
 * import { redirect } from "./fragments.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(redirect("/done"), "event: datastar-redirect\ndata: url /done\n\n");
 * ```
 *
 * @throws {TypeError} If the URL is not valid, cannot be carried, or is a script (`javascript:`), which the browser would run.
 */
export function redirect(url: string, options: EventOptions = {}): string {
  const what = "a redirect";
  oneLine(what, "the url", url);
  const target = URL.parse(url, "http://localhost");
  if (!target) refuse(what, `${quote(url)} is no address, and the client would throw`);
  if (target.protocol === "javascript:") refuse(what, `${quote(url)} is a script`);
  return writeEvent(what, "datastar-redirect", [`url ${url}`], options);
}

/**
 * Writes a `datastar-console` event: a message in the browser's console.
 *
 * ```ts
 * import { consoleMessage } from "./fragments.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(consoleMessage("warn", "Low on milk"), "event: datastar-console\ndata: warn Low on milk\n\n");
 * ```
 *
 * @param message One or more lines. White space at the end is dropped, as by the client.
 * @throws {TypeError} If the console has no such mode, or the message cannot be carried.
 */
export function consoleMessage(mode: ConsoleMode, message: string, options: EventOptions = {}): string {
  const what = "a console message";
  oneOf(what, "mode", consoleModes, mode);
  assertCarried(what, message, "put LF between lines");
  if (message.includes("\n\uFEFF")) refuse(what, "a line begins with a byte order mark; remove it");
  return writeEvent(what, "datastar-console", `${mode} ${message}`.trimEnd().split("\n"), options);
}

/**
 * Writes a comment, which clients ignore, to keep a quiet connection open. It may stand between any two events.
 *
 * ```ts
 * import { comment } from "./fragments.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(comment("still here"), ": still here\n");
 * ```
 *
 * @throws {TypeError} If the text cannot be carried.
 */
export function comment(text: string): string {
  assertCarried("a comment", text, "put LF between lines");
  return text.split("\n").map((line) => `: ${line}\n`).join("");
}

function writeEvent(what: string, name: string, data: string[], { id, retry }: EventOptions): string {
  let text = `event: ${name}\n`;
  if (id !== undefined) text += `id: ${headerValue(what, id)}\n`;
  if (retry !== undefined) text += `retry: ${milliseconds(what, "retry", retry)}\n`;
  for (const line of data) text += `data: ${line}\n`;
  return text + "\n";
}
