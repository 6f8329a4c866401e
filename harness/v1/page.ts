/**
 * A page with a client 1.0.x on it.
 *
 * @module
 */

import { applyEach } from "../apply_each.ts";
import type { ClientError } from "../client_error.ts";
import type { Changes } from "../dom/changes.ts";
import { createDocument } from "../dom/document.ts";
import { findInDocument } from "../dom/selector.ts";
import { writeHtml } from "../dom/serializer.ts";
import { createBudget, type PageLimits } from "../limits.ts";
import { readEvents, type ReadOptions } from "../sse/events.ts";
import type { Source } from "../sse/source.ts";
import { type ApplyOptions, applyToClient, type Effect, startClient } from "./apply.ts";
import type { ErrorCode } from "./errors.ts";
import { type Diagnostic, StreamEvent } from "./reading.ts";
import { listValues, mergePatch, type Store, toRequest } from "./signals.ts";
import type { ClientState } from "./state.ts";

/** Options for opening a page. */
export interface OpenOptions {
  /** Signals with other values than the page gives them: what the reader has typed. */
  signals?: Store;
  /** The limits at which an event is given up. */
  limits?: Partial<PageLimits>;
}

/** The effect of the events of a response. */
export interface Received {
  /** The net changes of the document and of the signals. */
  changes: Changes;
  /** The errors that the client reported. */
  errors: ClientError<ErrorCode>[];
  /** The warnings that the client wrote. */
  warnings: ClientError<ErrorCode>[];
  /** Mistakes and surprises in the lines of the events. */
  diagnostics: Diagnostic[];
  /** The effect of each event, up to the one at which the client stopped. */
  effects: Effect[];
}

/**
 * Opens a page and starts the client on it.
 *
 * @param page HTML of a page, or a document of any DOM.
 * @throws {RangeError} If the page exceeds a limit.
 */
export function openPage(page: string | Document, options: OpenOptions = {}): Page {
  return new Page(typeof page === "string" ? createDocument(page) : page, options);
}

/** Reads a stream event by event, as the clients 1.0.x do. Leaving the loop early cancels the source. */
export function readStream(source: Source, options?: ReadOptions): AsyncIterableIterator<StreamEvent> {
  return readEvents(
    source,
    (segment, index, standard, client) => new StreamEvent(segment, index, standard, client),
    options,
  );
}

/** A page with a client on it: see {@linkcode openPage}. */
export class Page {
  readonly #state: ClientState;

  /** Starts the client on a document. */
  constructor(document: Document, { signals, limits }: OpenOptions = {}) {
    this.#state = startClient(document, limits);
    mergePatch(this.#state.signals, structuredClone(signals ?? {}), false, createBudget(limits));
  }

  /** The document. */
  get document(): Document {
    return this.#state.document;
  }

  /** The HTML of the body. */
  get html(): string {
    const body = this.document.body as HTMLElement | null; // a stream may have taken it away
    return body ? writeHtml(body, true) : "";
  }

  /** The signals that the next request carries [V1-REQ-4]. */
  get signals(): Store {
    return toRequest(this.#state.signals);
  }

  /** All signals, those that requests leave out too. */
  get allSignals(): Store {
    return JSON.parse(JSON.stringify(listValues(this.#state.signals)));
  }

  /** The errors that the client has reported since it was started. */
  get errors(): readonly ClientError<ErrorCode>[] {
    return this.#state.errors;
  }

  /** Expressions that the client runs and the harness does not. If there are none, the page is what the client has. */
  get unevaluated(): readonly string[] {
    return this.#state.unevaluated;
  }

  /** Whether the signals are not known: only running a text would tell them. */
  get isStoreUnknown(): boolean {
    return this.#state.isStoreUnknown;
  }

  /** The number of script runs of patches so far. */
  get scriptRuns(): number {
    return this.#state.scriptRuns;
  }

  /** The elements that a selector matches, or undefined if it is not a selector. */
  find(selector: string): Element[] | undefined {
    return findInDocument(this.document, selector, createBudget())?.elements;
  }

  /**
   * Applies events that arrive at once, as in one chunk.
   *
   * @throws {RangeError} If an event exceeds a limit of the page.
   */
  apply(events: Iterable<StreamEvent>, options?: ApplyOptions): Effect {
    return applyToClient(this.#state, events, options);
  }

  /**
   * Reads a response and applies its events one after the other, until the client stops.
   *
   * ```ts
   * import { v1 } from "../mod.ts";
   * import { assertEquals } from "@std/assert";
   *
   * const page = v1.openPage('<p id="time"></p>');
   * await page.receive('event: datastar-patch-elements\ndata: elements <p id="time">12:00</p>\n\n');
   * assertEquals(page.html, '<p id="time">12:00</p>');
   * ```
   *
   * @throws {RangeError} If a limit is exceeded.
   */
  async receive(source: Source | readonly StreamEvent[], options: ApplyOptions & ReadOptions = {}): Promise<Received> {
    const events = Array.isArray(source) ? source : readStream(source as Source, options);
    const received = await applyEach(this, events, (event) => this.apply([event], options));
    return {
      ...received,
      errors: received.effects.flatMap(({ errors }) => errors),
      warnings: received.effects.flatMap(({ warnings }) => warnings),
    };
  }
}
