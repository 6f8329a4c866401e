/** The page of a recorded answer, and the signals that the client has on it. */

import { closeDocument, type Store } from "../../harness/mod.ts";
import { pageOf } from "../checks/http.ts";
import type { Exchange } from "../recording.ts";
import { openSource, type PageSource } from "./interpret.ts";

/** The page of a server, if its answer is a whole one. */
export function sourceOf(page: Exchange): PageSource | undefined {
  const html = pageOf(page);
  return html === undefined ? undefined : { html };
}

/** Starts the client on a page: the signals that it has then, or the message of the error that it raises. */
export function startOn(source: PageSource): { store?: Store; pageError?: string } {
  try {
    const { document, signals } = openSource(source);
    const store = structuredClone(signals);
    closeDocument(document);
    return { store };
  } catch (error) {
    return { pageError: (error as Error).message };
  }
}

/** The signals that the client sends: it keeps those whose name begins with `_` to itself, in objects too [REQ-3]. */
export function remoteOf(store: Store): Store {
  const isInner = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);
  return Object.fromEntries(
    Object.entries(store).filter(([name]) => !name.startsWith("_")).map(([name, value]) => [
      name,
      isInner(value) ? remoteOf(value as Store) : value,
    ]),
  );
}
