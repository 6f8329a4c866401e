/** The actions of a page: the requests that its attributes can make. */

import { closeDocument, createDocument, findRequests, type RequestCall, type Store } from "../../harness/mod.ts";
import { readHeaders } from "../app/headers.ts";
import type { PlannedRequest } from "../record/contract.ts";
import { pluginOf } from "./own_attributes.ts";
import type { PageSource } from "./interpret.ts";
import { remoteOf, startOn } from "./page_source.ts";

/** An action of a page, and the request that it makes. */
export interface Action {
  /** The method and the path, such as `POST /todos`; the expression, where they cannot be told. */
  name: string;
  /** The attribute that makes the request, such as `data-on-click="$$post('/todos')"`. */
  attribute: string;
  /** The name of that attribute. */
  attributeName: string;
  /** The page on which it is made. */
  source: PageSource;
  /** The signals that are sent. */
  store: Store;
  /** The method. */
  method: RequestCall["method"];
  /** The address. Absent if it cannot be told, or is on another origin. */
  url?: URL;
  /** Headers that the page adds. */
  headers: Record<string, string>;
  /** Why the address is absent. */
  why?: string;
}

/** Elements that are looked at, and those of them with an action: a page has a few hundred. */
const limits = { elements: 20_000, actions: 500 };

/**
 * Finds the actions of a page, in document order. There are none where the client does not start.
 *
 * @param address The address of the page.
 * @param store The signals that the client has on it once it has started.
 */
export function findActions(source: PageSource, address: URL, store = startOn(source).store): Action[] {
  if (!store) return [];
  const document = createDocument(source.html); // in which the client has moved nothing
  const { body } = document;
  const elements = [body, ...body.querySelectorAll("*")].slice(0, limits.elements);
  const { headers, refused } = headersIn(elements);
  const active = elements.map((element) => ({ element, expressions: expressionsOf(element) }))
    .filter(({ expressions }) => expressions.length > 0).slice(0, limits.actions);
  const actions = active.flatMap(({ element, expressions }) =>
    expressions.flatMap(({ name, value }) =>
      findRequests(value, store).map((call): Action => ({
        ...addressOf(call, address),
        // A browser makes no request then.
        ...refused !== undefined && { url: undefined, why: `the browser refuses the header of ${refused}` },
        attribute: `${name}="${value}"`,
        attributeName: name,
        source: { ...source, initiator: selectorFor(element) },
        store: call.sendsAll ? call.store : remoteOf(call.store),
        method: call.method,
        headers,
      }))
    )
  );
  closeDocument(document);
  return actions;
}

/** The attributes of an element whose expression the client runs, where these name an action. */
function expressionsOf(element: Element): Attr[] {
  return [...element.attributes].filter(({ name, value }) =>
    value.includes("$$") && pluginOf(name)?.compiles !== undefined
  );
}

/** [REQ-1] A URL in an action is relative to the origin, whatever the path of the page is. */
function addressOf({ method, url: text, why }: RequestCall, { origin }: URL): Pick<Action, "name" | "url" | "why"> {
  if (text === undefined) return { name: `${method} (unknown)`, why };
  const url = URL.parse(text, origin);
  if (!url) return { name: `${method} ${text}`, why: "its URL is not valid" };
  if (url.origin !== origin) return { name: `${method} ${url.href}`, why: "it is on a different origin" };
  return { name: `${method} ${url.pathname}${url.search}`, url };
}

/**
 * [REQ-5] The headers that `data-header-…` adds, and the first attribute whose header fetch refuses. The client takes the
 * expression as a text.
 */
function headersIn(elements: readonly Element[]): ReturnType<typeof readHeaders> {
  const given = elements.flatMap(({ attributes }) => [...attributes]).filter(({ name }) =>
    name.startsWith(headerPrefix)
  );
  const { headers, refused } = readHeaders(
    given.map(({ name, value }) => [name.slice(headerPrefix.length), value] as const),
  );
  return { headers, refused: refused && headerPrefix + refused };
}

const headerPrefix = "data-header-";

/** A selector for one element of a document in which no code has run. */
function selectorFor(element: Element): string {
  const steps: string[] = [];
  for (let at = element; at.localName !== "body" && at.parentElement; at = at.parentElement) {
    steps.push(`:nth-child(${[...at.parentElement.children].indexOf(at) + 1})`);
  }
  return ["body", ...steps.reverse()].join(" > ");
}

/**
 * The request of an action, with a store as the client writes it. Without one, the client's parameter or body is
 * missing.
 */
export function requestOf(
  { method, headers }: { method: string; headers: Action["headers"] },
  url: URL,
  { datastar, address }: { datastar: string | undefined; address: URL },
): Pick<PlannedRequest, "method" | "path" | "body" | "headers"> {
  const referer = address.href.replace(/#.*/, "");
  if (method === "GET") {
    const query = new URLSearchParams(url.search);
    if (datastar !== undefined) query.append("datastar", datastar); // [REQ-1]
    return {
      method,
      path: query.size > 0 ? `${url.pathname}?${query}` : url.pathname,
      headers: { ...headers, referer },
    };
  }
  return {
    method,
    path: url.pathname + url.search,
    headers: { ...headers, referer, origin: address.origin },
    body: datastar ?? "",
  };
}

/** Creates the request of an action with this method and address, with the store of a page unless one is given. */
export function createRequest(
  url: URL,
  { method, store, page }: { method: string; store?: Store; page?: string },
): ReturnType<typeof requestOf> {
  const sent = store ?? (page === undefined ? {} : remoteOf(startOn({ html: page }).store ?? {}));
  return requestOf({ method, headers: {} }, url, { datastar: JSON.stringify(sent), address: new URL("/", url) });
}
