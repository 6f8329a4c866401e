/**
 * A page with client 0.19.9 on it.
 *
 * @module
 */

import { applyEach } from "../apply_each.ts";
import type { ClientError } from "../client_error.ts";
import type { Changes } from "../dom/changes.ts";
import { findInDocument } from "../dom/selector.ts";
import { writeHtml } from "../dom/serializer.ts";
import { createBudget, type PageLimits, quoteText } from "../limits.ts";
import { readEvents, type ReadOptions } from "../sse/events.ts";
import type { Source } from "../sse/source.ts";
import { type ApplyOptions, applyToClient, type Effect, startClient } from "./apply.ts";
import { findElements } from "./attributes.ts";
import { type Diagnostic, StreamEvent } from "./reading.ts";
import type { Store } from "./signals.ts";
import { type ClientState, type ConsoleMessage, signalsForOthers } from "./state.ts";

/** A document of any DOM, such as `window.document` of happy-dom. */
export interface AnyDocument {
  /** 9, as for each document. */
  readonly nodeType: number;
  /** The body. */
  readonly body: unknown;
  /** Creates an element. */
  createElement(name: string): unknown;
}

/** Options for opening a page. */
export interface OpenOptions {
  /**
   * The element whose action makes the requests, or a selector for it; `null` for an unknown one, which is then outside
   * the page. Default: the body.
   */
  initiator?: string | Element | null;
  /** Signals with other values than the page gives them: what the reader has typed. */
  signals?: Store;
  /** The limits at which an event is given up. */
  limits?: Partial<PageLimits>;
}

/** The effect of the events of a response. */
export interface Received {
  /** The net changes of the document and of the signals. */
  changes: Changes;
  /** The errors that the client threw. */
  errors: ClientError[];
  /** Mistakes and surprises in the lines of the events. */
  diagnostics: Diagnostic[];
  /** The effect of each event, up to the one at which the client stopped. */
  effects: Effect[];
}

/**
 * Starts the client on a document.
 *
 * @throws {ClientError} If the client throws: then no action of the page works.
 * @throws {RangeError} If the page exceeds a limit.
 * @throws {TypeError} If it is not a document, nothing matches the initiator, or a signal cannot be cloned.
 */
export function openDocument(document: AnyDocument, options: OpenOptions = {}): Page {
  if (document?.nodeType !== 9) throw new TypeError("Cannot open the page: it is neither HTML as text nor a document");
  return new Page(document as Document, options);
}

/** Reads a stream event by event, as client 0.19.9 does. Leaving the loop early cancels the source. */
export function readStream(source: Source, options?: ReadOptions): AsyncIterableIterator<StreamEvent> {
  return readEvents(
    source,
    (segment, index, standard, client) => new StreamEvent(segment, index, standard, client),
    options,
  );
}

/** Creates an element outside the page. It has an id, so that the client gives it none. */
function createStandIn(document: Document): Element {
  const element = document.createElement("div");
  element.id = "initiator";
  document.createElement("div").append(element);
  return element;
}

function copySignals(signals?: Store): Store | undefined {
  try {
    return structuredClone(signals);
  } catch (error) {
    throw new TypeError(`Cannot open the page: a signal is not plain data: ${(error as Error).message}`);
  }
}

/** A page with a client on it: see {@linkcode openDocument}. */
export class Page {
  readonly #state: ClientState;

  /** Starts the client on a document. */
  constructor(document: Document, { initiator, signals, limits }: OpenOptions = {}) {
    const found = typeof initiator === "string"
      ? findInDocument(document, initiator, createBudget(limits))?.elements[0]
      : initiator;
    if (typeof initiator === "string" && !found) {
      throw new TypeError(`Cannot open the page: nothing matches the initiator ${quoteText(initiator)}`);
    }
    this.#state = startClient(document, found === null ? createStandIn(document) : found, limits);
    // Not by assignment, which would make a signal `__proto__` the prototype of the store.
    this.#state.store = { ...this.#state.store, ...copySignals(signals) };
  }

  /** The document. */
  get document(): Document {
    return this.#state.document;
  }

  /** The HTML of the body. */
  get html(): string {
    const body = this.document.body as HTMLElement | null; // a stream may have replaced it by something else
    return body ? writeHtml(body, true) : "";
  }

  /** The signals by name. */
  get signals(): Store {
    return signalsForOthers(this.#state);
  }

  /** The messages on the console. */
  get console(): readonly ConsoleMessage[] {
    return this.#state.console;
  }

  /** The URL of the last redirect. */
  get location(): string | undefined {
    return this.#state.location;
  }

  /** The element whose action makes the requests: the target of the selector `self`. */
  get initiator(): Element {
    return this.#state.initiator;
  }

  /** Expressions that the client runs and the harness does not. If there are none, the page is what the client has. */
  get unevaluated(): readonly string[] {
    return this.#state.unevaluated;
  }

  /** The elements that a selector matches, or undefined if it is not a selector. */
  find(selector: string): Element[] | undefined {
    return findElements(this.#state, selector)?.elements;
  }

  /**
   * Applies events that arrive at once, as in one chunk, and lets everything settle.
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
   * import { openPage } from "../mod.ts";
   * import { assertEquals } from "@std/assert";
   *
   * const page = openPage('<p id="time"></p>');
   * const { errors } = await page.receive('event: datastar-fragment\ndata: fragment <p id="time">12:00</p>\n\n');
   * assertEquals([page.html, errors], ['<p id="time" class="">12:00</p>', []]);
   * ```
   *
   * @throws {TypeError} If the client would refuse the response.
   * @throws {RangeError} If a limit is exceeded.
   */
  async receive(source: Source | readonly StreamEvent[], options: ApplyOptions & ReadOptions = {}): Promise<Received> {
    const events = Array.isArray(source) ? source : readStream(source as Source, options);
    const received = await applyEach(this, events, (event) => this.apply([event], options));
    return { ...received, errors: received.effects.flatMap(({ errors }) => errors) };
  }
}
