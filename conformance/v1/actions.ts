/** The actions of a page: the requests that its attributes can make. */

import { closeDocument, v1 } from "../../harness/mod.ts";
import { readHeaders } from "../app/headers.ts";
import type { PageAction } from "../app/parts.ts";
import type { PlannedRequest } from "../record/contract.ts";
import { hasExpression, makesRequest } from "./client_attributes.ts";
import { createFormReader, type FormEncoding, type ReadForm, typeOfForm } from "./form.ts";
import { openSource, type PageSource } from "./interpret.ts";

/** An action of a page, and the request that it makes. */
export interface Action extends PageAction {
  method: v1.RequestMethod;
  /** The name of the attribute that makes it. */
  attributeName: string;
  /** The URL, as it is in the action. */
  given?: string;
  /** The page on which it is made. */
  source: PageSource;
  /** The data that is sent: signals, a payload in their place, or the fields of a form. */
  sent: "signals" | "payload" | FormEncoding;
  /** Headers that the action adds. */
  headers: Record<string, string>;
  /** The options of the action that can be told. */
  options: v1.RequestOptions;
}

/** Elements that are searched, and actions that are found: a page has a few hundred. */
export const limits = { elements: 20_000, actions: 500 };

/**
 * Finds the actions of a page, in document order.
 *
 * @param address The address of the page.
 */
export function findActions(source: PageSource, address: URL): Action[] {
  const page = openPage(source);
  if (!page) return [];
  const { document, allSignals } = page;
  const base = document.querySelector("base[href]")?.getAttribute("href") ?? "";
  const actions: Action[] = [];
  const readForm = createFormReader();
  const elements = [document.documentElement, ...document.querySelectorAll("html *")].slice(0, limits.elements);
  for (const element of elements) {
    if (element.hasAttribute("data-ignore__self") || element.closest("[data-ignore]")) continue; // [V1-APP-3]
    for (const { name, value } of [...element.attributes]) {
      const read = makesRequest(value) ? readRun(name, value) : undefined;
      if (!read) continue;
      const attribute = `${name}="${value}"`;
      for (const call of v1.findRequests(read, allSignals)) {
        if (actions.length >= limits.actions) break;
        actions.push({
          ...targetOf(call, URL.parse(base, address) ?? address, address),
          ...dataOf(call, { element, given: source.signals, readForm }),
          attribute,
          attributeName: name,
          given: call.url,
          source,
          method: call.method,
          options: call.options,
        });
      }
    }
  }
  closeDocument(document);
  return actions;
}

/** Opens a page; none that is too much for the harness. */
function openPage(source: PageSource): v1.Page | undefined {
  try {
    return openSource(source);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Reads an attribute whose value the client runs. */
function readRun(name: string, value: string): v1.Attribute | undefined {
  const read = v1.readAttribute(name, value);
  return read && hasExpression({ read, refusal: v1.whyRefused(read), value }) ? read : undefined;
}

/** [V1-REQ-1] */
function targetOf(
  { method, url: text, why }: v1.RequestCall,
  base: URL,
  { origin }: URL,
): Pick<Action, "name" | "url" | "why"> {
  if (text === undefined) return { name: `${method} (unknown)`, why };
  const url = URL.parse(text, base);
  if (!url) return { name: `${method} ${text}`, why: "its URL is not valid" };
  if (url.username !== "" || url.password !== "") {
    return { name: `${method} ${url.pathname}`, why: "the browser refuses a URL with a user name or a password" };
  }
  if (url.origin !== origin) return { name: `${method} ${url.href}`, why: "it is on a different origin" };
  const name = `${method} ${url.pathname}${url.search}`;
  return why === undefined ? { name, url } : { name, why };
}

/** The data that an action sends. Without an address, it cannot be told. */
function dataOf(
  { options, store }: v1.RequestCall,
  { element, given, readForm }: { element: Element; given: v1.Store | undefined; readForm: ReadForm },
): Pick<Action, "store" | "sent" | "headers"> & Partial<Pick<Action, "url" | "why">> {
  const { headers, refused } = readHeaders(headersOf(options));
  const unsent = (why: string) => ({ url: undefined, why, store: {}, sent: "signals" as const, headers });
  if (refused !== undefined) return unsent(`the browser refuses the header ${refused}`);
  if (options.contentType === "form") {
    const form = readForm(element, options.selector);
    if (typeof form === "string") return unsent(form);
    const typed = Object.entries(given ?? {}).filter(([name]) => Object.hasOwn(form.fields, name));
    return { store: { ...form.fields, ...Object.fromEntries(typed) }, sent: form.encoding, headers };
  }
  if (options.contentType !== undefined && options.contentType !== "json") {
    return unsent("the client knows only the content types json and form");
  }
  if (options.payload !== undefined) {
    const { payload } = options;
    if (!isJson(payload)) return unsent("its payload cannot be written as JSON");
    return { store: isPlainObject(payload) ? { ...payload } : {}, sent: "payload", headers };
  }
  const selected = v1.selectSignals(store, options.filterSignals);
  if (!selected) return unsent("a pattern of its filterSignals is not run here: it could take too long");
  return { store: selected, sent: "signals", headers };
}

/** Headers as texts. The browser makes no request for an object that is no text. */
function headersOf({ headers }: v1.RequestOptions): [name: string, value: string][] {
  return Object.entries(headers ?? {}).map(([name, value]) => {
    try {
      return [name, String(value)];
    } catch {
      return [name, "\0"];
    }
  });
}

/** Whether a value is an object and no list: only such a payload has names, as signals have. */
export function isPlainObject(value: unknown): value is v1.Store {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isJson(value: unknown): boolean {
  try {
    return JSON.stringify(value) !== undefined;
  } catch {
    return false; // of a BigInt
  }
}

/** The request of an action, with its data as the client writes it. Without data, the parameter or the body is missing. */
export function requestOf(
  { method, headers, sent }: Pick<Action, "method" | "headers" | "sent">,
  url: URL,
  { data, address }: { data: string | undefined; address: URL },
): Pick<PlannedRequest, "method" | "path" | "body" | "headers"> {
  const isForm = sent === "urlencoded" || sent === "multipart";
  const type: Record<string, string> = isForm ? { "content-type": typeOfForm[sent] } : {};
  const referer = address.href.replace(/#.*/, "");
  const query = new URLSearchParams(url.search); // the client writes it again, for example `+` for a space
  const path = () => query.size > 0 ? `${url.pathname}?${query}` : url.pathname;
  if (method === "GET" || method === "DELETE") {
    if (data !== undefined && isForm) {
      for (const [name, value] of new URLSearchParams(data)) query.append(name, value);
    } else if (data !== undefined) query.set("datastar", data); // [V1-REQ-2]
    return {
      method,
      path: path(),
      headers: { ...type, referer, ...method === "DELETE" && { origin: address.origin }, ...headers },
    };
  }
  return {
    method,
    path: path(),
    headers: {
      ...isForm ? type : { "content-type": "application/json" },
      referer,
      origin: address.origin,
      ...headers,
      // A form has the type of its fields, whatever the action says.
      ...type,
    },
    body: data ?? "",
  };
}

/** Creates the request of an action with this method and address, with the signals of a page unless others are given. */
export function createRequest(
  url: URL,
  { method, store, page }: { method: string; store?: v1.Store; page?: string },
): ReturnType<typeof requestOf> {
  const signals = store ?? (page === undefined ? {} : signalsOn(page));
  const action = { method: method as v1.RequestMethod, headers: {}, sent: "signals" } as const;
  return requestOf(action, url, { data: JSON.stringify(signals), address: new URL("/", url) });
}

function signalsOn(html: string): v1.Store {
  const page = openPage({ html });
  if (!page) return {};
  const { signals, document } = page;
  closeDocument(document);
  return signals;
}
