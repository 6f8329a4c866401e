/**
 * The wire format: one function for each event of the classic Datastar protocol. Pure: values in, text out.
 *
 * The events and modes are those of client 0.19, and HTML of several lines is read back unchanged from 0.12.5 on. What
 * cannot be is refused with a `TypeError`. Comments name the file of client 0.19.9 that makes the rule, for
 * instance `[backend.ts]`: its npm package holds them in a source map.
 *
 * @module
 */

import { assertCarried, headerValue, milliseconds, oneLine, oneOf, quote, refuse } from "./fragments/checks.ts";
import type { Html } from "./html.ts";
import { reserved, type Store, storeText } from "./fragments/store.ts";

export { type Html, html, type HtmlValue, trustedHtml } from "./html.ts";
export { type Store, storeAttribute, type StoreValue } from "./fragments/store.ts";

/** What this dialect calls things, in one place: a later generation of the protocol is another such table. */
export const classic = {
  events: {
    fragment: "datastar-fragment",
    signal: "datastar-signal",
    delete: "datastar-delete",
    redirect: "datastar-redirect",
    console: "datastar-console",
  },
  keys: {
    selector: "selector",
    merge: "merge",
    settle: "settle",
    viewTransition: "vt",
    fragment: "fragment",
    onlyIfMissing: "onlyIfMissing",
    store: "store",
    paths: "paths",
    url: "url",
  },
  mergeModes: ["morph", "inner", "outer", "prepend", "append", "before", "after", "upsert_attributes"],
  consoleModes: ["debug", "error", "info", "group", "groupEnd", "log", "warn"],
  defaults: { merge: "morph", settle: 500, viewTransition: true },
  /**
   * First words that a later line of a fragment cannot begin with: they open another key, the last two until 0.13.4.
   * `fragment` would be text, as it should; but nobody who reads the stream could tell it from the keyword [FRG-4].
   */
  notInFragment: ["selector", "merge", "settle", "vt", "fragment", "redirect", "error"],
} as const;

/** How a fragment meets its target. */
export type MergeMode = typeof classic.mergeModes[number];

/** The method of the browser's `console` that shows a message. */
export type ConsoleMode = typeof classic.consoleModes[number];

/** The fields that every event may have. */
export interface EventOptions {
  /** The event's id, which the client sends back as `last-event-id` when it asks again. Empty: forget the last one. */
  id?: string;
  /** Milliseconds until the client asks again after a lost connection. */
  retry?: number;
}

/** How a fragment is merged into the page. */
export interface FragmentOptions extends EventOptions {
  /** CSS selector of the targets, or `self` for the element that made the request. Default: `#` and the root's id. */
  selector?: string;
  /** Default: `morph`. */
  merge?: MergeMode;
  /** Milliseconds for which the class `datastar-settling` stays on what has changed. Default: 500. */
  settle?: number;
  /** Whether the change is animated as a View Transition, which takes the mouse meanwhile. Default: true. */
  viewTransition?: boolean;
}

/** How signals are merged into the store. */
export interface SignalOptions extends EventOptions {
  /** Leave top-level signals that already have a value as they are. Default: false. */
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
 * around them is dropped, as the client drops it; it drops text between them too.
 * @throws {TypeError} If the HTML does not begin with an element, or has a carriage return or lone surrogate in it; or
 * if an option is not of its kind.
 */
export function fragment(html: string | Html, options: FragmentOptions = {}): string {
  const { defaults, keys } = classic;
  const { merge = defaults.merge, settle = defaults.settle, viewTransition = defaults.viewTransition } = options;
  const what = "a fragment";
  const text = html.toString().trim();
  if (!/^<[a-z]/i.test(text)) {
    refuse(what, `${quote(text)} does not begin with an element; the client drops other things`);
  }
  assertCarried(what, text, "write &#13; for a carriage return, LF alone for a new line");

  const data: string[] = [];
  if (options.selector !== undefined) data.push(`${keys.selector} ${oneLine(what, "the selector", options.selector)}`);
  if (merge !== defaults.merge) data.push(`${keys.merge} ${oneOf(what, "merge mode", classic.mergeModes, merge)}`);
  const settleLine = `${keys.settle} ${milliseconds(what, "settle", settle)}`;
  if (settle !== defaults.settle) data.push(settleLine);
  if (!viewTransition) data.push(`${keys.viewTransition} false`);

  // [backend.ts] The keyword stands on the first line only. The lines after it are taken as they are, except one that is
  // empty (dropped), begins with a keyword (taken as an option) or with a byte order mark (decoded away). Such a line
  // gets a keyword of its own, which counts only after another key: `settle`, said again, changes nothing.
  let lines = text;
  if (text.includes("\n")) {
    lines = text.replaceAll("\n", "\ndata: ").replace(notTakenAsItIs, `$1${settleLine}\ndata: ${keys.fragment} `);
  }
  data.push(`${keys.fragment} ${lines}`);
  return event(what, classic.events.fragment, data, options);
}

/** Where a line of HTML begins, behind the field, that the client would not take as it is. */
const notTakenAsItIs = new RegExp(`(\\ndata: )(?=\\n|\\uFEFF|(?:${classic.notInFragment.join("|")})(?: |\\n|$))`, "g");

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
  const { keys } = classic;
  const data = [`${keys.store} ${storeText(store)}`];
  if (options.onlyIfMissing) data.unshift(`${keys.onlyIfMissing} true`);
  return event("a signal", classic.events.signal, data, options);
}

/**
 * Writes a `datastar-delete` event: every element that matches the selector goes, or every signal that is named.
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
 * @throws {TypeError} If there is not exactly one of the two, or it cannot be carried.
 */
export function remove(target: { selector: string } | { paths: string[] }, options: EventOptions = {}): string {
  const { selector, paths }: { selector?: string; paths?: string[] } = target;
  const what = "a delete";
  if ((selector === undefined) === (paths === undefined)) refuse(what, "give either a selector or paths");
  const { events, keys } = classic;
  if (paths === undefined) {
    return event(what, events.delete, [`${keys.selector} ${oneLine(what, "the selector", selector)}`], options);
  }
  if (paths.length === 0) refuse(what, "the list of paths is empty; name at least one signal");
  for (const path of paths) {
    const [first, ...names] = oneLine(what, "a path", path).split(".");
    if (path.includes(" ")) refuse(what, `the path ${quote(path)} has a space in it`);
    // [engine.ts] The client walks along the path through whatever there is, built-in objects among it.
    if (first === "constructor" && names.length > 0 || [first, ...names].some((name) => reserved.has(name))) {
      refuse(what, `the path ${quote(path)} has a name in it that no signal can have`);
    }
  }
  return event(what, events.delete, [`${keys.paths} ${paths.join(" ")}`], options);
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
 * @throws {TypeError} If the URL is none, cannot be carried, or is a script (`javascript:`), which the browser would run.
 */
export function redirect(url: string, options: EventOptions = {}): string {
  const what = "a redirect";
  oneLine(what, "the url", url);
  const target = URL.parse(url, "http://localhost");
  if (!target) refuse(what, `${quote(url)} is no address, and the client would throw`);
  if (target.protocol === "javascript:") refuse(what, `${quote(url)} is a script`);
  return event(what, classic.events.redirect, [`${classic.keys.url} ${url}`], options);
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
 * @param message One or more lines. White space at the end is dropped, as the client drops it.
 * @throws {TypeError} If the mode is none of the console's, or the message cannot be carried.
 */
export function consoleMessage(mode: ConsoleMode, message: string, options: EventOptions = {}): string {
  const what = "a console message";
  oneOf(what, "mode", classic.consoleModes, mode);
  assertCarried(what, message, "put LF between lines");
  if (message.includes("\n\uFEFF")) refuse(what, "a line begins with a byte order mark; remove it");
  return event(what, classic.events.console, `${mode} ${message}`.trimEnd().split("\n"), options);
}

/**
 * Writes a comment, which clients ignore: it keeps a quiet connection open. It ends no event and may stand between any
 * two.
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

function event(what: string, name: string, data: string[], { id, retry }: EventOptions): string {
  let text = `event: ${name}\n`;
  if (id !== undefined) text += `id: ${headerValue(what, id)}\n`;
  if (retry !== undefined) text += `retry: ${milliseconds(what, "retry", retry)}\n`;
  for (const line of data) text += `data: ${line}\n`;
  return text + "\n";
}
