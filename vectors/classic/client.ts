/**
 * The reference client of the classic dialect, 0.19.9: the attributes that make it send a request, what it reports, and
 * where its signals are.
 *
 * @module
 */

import type { ClientRun, ClientUrls, ClientWindow, ReferenceClient, RunnablePage } from "../client.ts";
import type { Outcome } from "../vector.ts";
import { errorCodeOf, isOwnMessage } from "./messages.ts";

/** The client that the example server serves. */
export const client: ReferenceClient = { script: "/datastar.js", start };

function start(window: ClientWindow, page: RunnablePage, urls: ClientUrls): ClientRun {
  const { document } = window;
  const marks = markPage(document, page, urls);
  const reports = listenToReports(window);

  const isOfStore = ({ name, value }: Attr) =>
    /^data-store/.test(name) || /^data-ref/.test(name) && /^(value|peek)$/.test(value);
  const hasStore = () => [...document.querySelectorAll("*")].some((el) => [...el.attributes].some(isOfStore));
  const describe = (message: string) => ({ error: errorCodeOf(message, hasStore), message });
  let lastMessage = "";
  let fetchError: Pick<Outcome, "error" | "message"> | undefined;
  let firstError: typeof fetchError;

  return {
    removeMarks: marks.remove,
    isOwnMessage,
    onMessage(mode, text) {
      if (mode !== "error") return;
      // The client writes this right after the error. By the time it repeats its request, it may have written more.
      if (/^Error fetching event source/.test(text)) fetchError ??= describe(lastMessage);
      else lastMessage = text;
    },
    // [APP-16] An error ends the stream, and the client repeats the request.
    onRepeatedRequest: () => firstError ??= fetchError ?? describe(lastMessage),
    hasEnded: () => reports.ended >= Math.max(reports.started, 1),
    hasTransitionErrors: false, // [APP-15]
    // The client itself catches what it raises: an uncaught exception is the error of a client that reports no requests.
    readErrors: ([uncaught]) =>
      firstError ?? (reports.started === 0 && uncaught !== undefined ? describe(uncaught) : {}),
    requestStore: () => void marks.storeProbe.dispatchEvent(new window.CustomEvent("vectors-store")),
    readStore(query) {
      const { ds } = window as unknown as { ds?: { store?: { value?: unknown } } };
      try {
        const sent = query?.getAll("datastar").at(-1);
        const { _dsPlugins: _, ...store } = JSON.parse(sent ?? JSON.stringify(ds?.store?.value));
        return store;
      } catch {
        return undefined;
      }
    },
    location: () => reports.location,
  };
}

/**
 * Adds the attributes that make the client send its requests: `data-on-load` on the initiator, and an element after the
 * page that requests the store later. The client gives both an id. The element still works when it is detached.
 */
function markPage(document: Document, page: RunnablePage, urls: ClientUrls) {
  const initiator = page.initiator === undefined ? document.body : document.querySelector(page.initiator);
  if (!initiator) throw new Error(`No element of the page matches the initiator ${page.initiator}`);
  if (initiator.hasAttribute("data-on-load")) throw new Error("The initiator has a data-on-load of its own");
  const keepsId = initiator.hasAttribute("id") || [...initiator.attributes].some(({ name }) => /^data-/.test(name));
  initiator.setAttribute("data-on-load", `$$get('${urls.stream}')`);
  const storeProbe = document.createElement("div");
  storeProbe.setAttribute("data-on-vectors-store", `$$get('${urls.store}', false)`);
  document.body.append(storeProbe);
  return {
    storeProbe,
    remove() {
      storeProbe.remove();
      initiator.removeAttribute("data-on-load");
      if (!keepsId) initiator.removeAttribute("id");
    },
  };
}

/** Counts the requests that the client reports, and keeps the URL of a redirect in a window without an origin. */
function listenToReports(window: ClientWindow) {
  const reports: { started: number; ended: number; location?: string } = { started: 0, ended: 0 };
  window.addEventListener("datastar-event", (event) => {
    const { subcategory, type, message } = (event as CustomEvent).detail ?? {};
    if (subcategory === "backend" && type === "fetch_start") reports.started++;
    if (subcategory === "backend" && type === "fetch_end") reports.ended++;
    // A sandboxed window fires no `navigate` event, but the client reports a redirect right before it.
    if (window.origin !== "null" || type !== "redirect" || !URL.canParse(message, window.document.baseURI)) return;
    reports.location = message;
    queueMicrotask(() => window.stop()); // after the client has handled the event, and before anything is loaded
  });
  return reports;
}
