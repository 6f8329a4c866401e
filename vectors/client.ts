/**
 * The interface between a dialect's reference client and vectors/run_client.ts, which runs it in a window.
 *
 * @module
 */

import type { Outcome, Vector } from "./vector.ts";

/** A window with all its globals. */
export type ClientWindow = Window & typeof globalThis;

/** The fields of a vector that a run needs. */
export type RunnablePage = Pick<Vector, "page" | "initiator" | "values"> & { expect?: Vector["expect"] };

/** The real client of a dialect. */
export interface ReferenceClient {
  /** Path of its module script on the example server. */
  script: string;
  /** Whether somebody has to give its file, since the server has none. */
  isForeign?: true;
  /** Marks a page, and listens to the client in its window, which is loaded afterwards. */
  start(window: ClientWindow, page: RunnablePage, urls: ClientUrls): ClientRun;
}

/** The addresses that a marked page requests. */
export interface ClientUrls {
  /** Answered with the vector's bytes. */
  stream: string;
  /** Requested with the signals, which are read from its query. */
  store: string;
}

/** One run of a client. */
export interface ClientRun {
  /** Removes the marks from the page. Called when the response arrives, so that no selector finds them. */
  removeMarks(): void;
  /** Whether the client writes this to the console by itself, and not because an event told it to. */
  isOwnMessage(mode: string, text: string): boolean;
  /** Called with each message that is written to the console. */
  onMessage(mode: string, text: string): void;
  /** Called when the client repeats its request. */
  onRepeatedRequest(): void;
  /** Whether the client has reported the end of all its requests. Other clients report none: they get more time. */
  hasEnded(): boolean;
  /** Whether errors in View Transitions are errors of the run. */
  readonly hasTransitionErrors: boolean;
  /** The errors of the run. `uncaught` has the messages of the uncaught exceptions. */
  readErrors(uncaught: readonly string[]): Pick<Outcome, "error" | "errors" | "warnings" | "message">;
  /** Makes the client request {@linkcode ClientUrls.store}. */
  requestStore(): void | Promise<void>;
  /** The signals, from the query of that request, or from the client itself if it made none. */
  readStore(query: URLSearchParams | undefined): unknown;
  /** The URL that a redirect led to, if the client reported it. */
  location(): string | undefined;
}
