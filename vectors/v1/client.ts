/**
 * The reference client of the dialect v1, which is on no package registry: the attributes that make it send a request,
 * what it reports, and where its signals are.
 *
 * @module
 */

import type { ClientRun, ClientUrls, ClientWindow, ReferenceClient, RunnablePage } from "../client.ts";
import { errorCodeOf } from "./messages.ts";

/** The client that somebody has to give: the server serves the file that `CLIENT` names. */
export const client: ReferenceClient = { script: "/clients/v1.js", isForeign: true, start };

/** An attribute that makes a request when the client applies it, and one that waits for an event. */
const request = "data-init";
const requestLater = "data-on:vectors-store";

function start(window: ClientWindow, _: RunnablePage, urls: ClientUrls): ClientRun {
  const { document } = window;
  const { documentElement } = document;
  // On the first element of the page: an attribute that fails takes all after it away.
  documentElement.setAttribute(request, `@get('${urls.stream}')`);
  documentElement.setAttribute(requestLater, `@get('${urls.store}')`);
  let started = 0;
  let finished = 0;
  let isRepeated = false;
  document.addEventListener("datastar-fetch", (event) => {
    const { type } = (event as CustomEvent).detail;
    if (type === "started") started++;
    if (type === "finished") finished++;
  });
  const warnings: string[] = [];

  return {
    removeMarks: () => documentElement.removeAttribute(request),
    isOwnMessage: () => false,
    onMessage(mode, message) {
      if (mode === "warn") warnings.push(errorCodeOf(message));
    },
    onRepeatedRequest: () => isRepeated = true,
    // A client that repeats its request for ever reports no end.
    hasEnded: () => isRepeated || finished >= Math.max(started, 1),
    hasTransitionErrors: true, // [PEL-25]
    readErrors: (uncaught) => ({
      errors: [...uncaught.map(errorCodeOf), ...isRepeated ? ["reserved-key"] : []],
      warnings,
      message: uncaught[0],
    }),
    async requestStore() {
      if (documentElement.isConnected && documentElement.hasAttribute(requestLater)) {
        documentElement.dispatchEvent(new window.CustomEvent("vectors-store"));
      } else { // an event has replaced the page
        const probe = document.createElement("div");
        probe.setAttribute(request, `@get('${urls.store}')`);
        document.documentElement.append(probe);
      }
      // The client looks at new elements in a microtask, and makes its request in some more.
      for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    },
    readStore(query) {
      try {
        return JSON.parse(query?.get("datastar") ?? "");
      } catch {
        return undefined;
      }
    },
    location: () => undefined,
  };
}
