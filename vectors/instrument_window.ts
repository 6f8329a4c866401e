/**
 * Instruments a window before a client is loaded in it: its requests, timers, console, errors, View Transitions and
 * navigations.
 *
 * @module
 */

import type { ClientRun, ClientWindow } from "./client.ts";
import { streamPath } from "./vector.ts";

/** Maximum number of messages that are kept. */
const maxMessages = 1000;

/** A window that is observed. */
export interface InstrumentedWindow {
  /** Everything observed so far. */
  record: WindowRecord;
  /** Responses that are being read and View Transitions that have not made their change. */
  pending: ReadonlySet<Promise<unknown>>;
  timers: Timers;
}

/** Everything observed in a window. */
interface WindowRecord {
  /** Messages on the console that are not the client's own. */
  console: [mode: string, text: string][];
  /** Number of requests of the stream. */
  requests: number;
  /** The query of the request with the store. */
  storeQuery?: URLSearchParams;
  /** The URL of the last navigation. */
  location?: string;
  /** The messages of uncaught exceptions and rejections. */
  uncaught: string[];
  /** Set if the server did not answer with the stream. */
  failure?: Error;
}

/** Instruments a window for a run. `answer` answers the request of the stream. */
export function instrumentWindow(window: ClientWindow, run: ClientRun, answer: typeof fetch): InstrumentedWindow {
  const record: WindowRecord = { console: [], requests: 0, uncaught: [] };
  const pending = new Set<Promise<unknown>>();
  const track: Track = (promise) => {
    const done: Promise<unknown> = promise.catch(() => {}).finally(() => pending.delete(done));
    pending.add(done);
    return promise;
  };
  window.fetch = createFetch(window, { run, answer, record, track });
  instrumentConsole(window, run, record);
  const keepUncaught = (message: string) => {
    if (record.uncaught.length < maxMessages) record.uncaught.push(message);
  };
  window.addEventListener("error", (event) => {
    keepUncaught(event.message);
    event.preventDefault();
  });
  const keepRejection = (reason: unknown) => keepUncaught(errorMessageOf(reason) ?? String(reason));
  window.addEventListener("unhandledrejection", (event) => {
    keepRejection(event.reason);
    event.preventDefault();
  });
  instrumentTransitions(window, track, run.hasTransitionErrors ? keepRejection : undefined);
  // A client ends its request when the reader changes to other tabs. This one must not notice.
  window.addEventListener("visibilitychange", (event) => event.stopImmediatePropagation(), { capture: true });
  if (window.origin === "null") addOriginAndStorage(window);
  const { navigation } = window as unknown as { navigation?: EventTarget };
  navigation?.addEventListener("navigate", (event) => {
    record.location = (event as unknown as { destination: { url: string } }).destination.url;
    event.preventDefault();
  });
  return { record, pending, timers: instrumentTimers(window) };
}

/** Adds a promise to those that are pending. */
type Track = <T>(promise: Promise<T>) => Promise<T>;

/** Makes a `fetch` that answers the first request of the stream, and all other requests with an empty event stream. */
function createFetch(
  window: ClientWindow,
  { run, answer, record, track }: { run: ClientRun; answer: typeof fetch; record: WindowRecord; track: Track },
): typeof fetch {
  const emptyStream = () => new window.Response("", { headers: { "content-type": "text/event-stream" } });
  const requestStream: typeof fetch = async (input, init) => {
    const response = await answer(input, init);
    run.removeMarks();
    if (!response.ok || !response.body) {
      const why = `${response.status} ${(await response.text()).trim()}`;
      record.failure = new Error(`The server did not give the stream: ${why}`);
      return emptyStream();
    }
    // Both branches receive each chunk at the same time: one turn after our own has ended, the client's has too.
    const [forClient, own] = response.body.tee();
    track(own.pipeTo(new window.WritableStream()));
    return new window.Response(forClient, response);
  };
  // deno-lint-ignore require-await -- what it throws has to reach the client as a rejection
  return async (input, init) => {
    const url = new URL(input instanceof window.Request ? input.url : String(input), window.document.baseURI);
    if (url.pathname !== streamPath) return emptyStream(); // other requests of the page are no part of the vector
    if (url.searchParams.has("store")) {
      record.storeQuery = url.searchParams;
      return emptyStream();
    }
    if (record.requests++ === 0) return track(requestStream(input, init));
    run.onRepeatedRequest();
    return emptyStream(); // so that the client does not repeat its request again
  };
}

/** Tracks the changes of View Transitions, of the page and of elements, but not their animations, which may be skipped. */
function instrumentTransitions({ document, Element }: ClientWindow, track: Track, onError?: (reason: unknown) => void) {
  // Not all browsers have transitions of elements.
  for (const owner of [document, Element.prototype as unknown as Partial<Document>]) {
    const { startViewTransition } = owner;
    if (!startViewTransition) continue;
    owner.startViewTransition = function (this: Document, update) {
      const transition = startViewTransition.call(this, update);
      track(transition.updateCallbackDone);
      if (onError) transition.updateCallbackDone.catch(onError);
      transition.ready.catch(() => {});
      transition.finished.catch(() => {});
      return transition;
    };
  }
}

function instrumentConsole(window: ClientWindow, run: ClientRun, record: WindowRecord): void {
  for (const mode of ["debug", "error", "info", "group", "groupEnd", "log", "warn"] as const) {
    window.console[mode] = (...values: unknown[]) => {
      const [value] = values;
      run.onMessage(mode, errorMessageOf(value) ?? String(value));
      if (values.length !== 1 || typeof value !== "string" || run.isOwnMessage(mode, value)) return;
      if (record.console.length < maxMessages) record.console.push([mode, value]);
    };
  }
}

/** Gives a sandboxed window what it lacks: an origin, which a client needs to request its server, and storage. */
function addOriginAndStorage(window: ClientWindow): void {
  const origin = new URL(window.document.baseURI).origin;
  window.URL = class extends URL {
    constructor(url: string | URL, base?: string | URL) {
      super(url, base === "null" ? origin : base);
    }
  };
  for (const name of ["localStorage", "sessionStorage"]) {
    const items = new Map<string, string>();
    Object.defineProperty(window, name, {
      value: {
        getItem: (key: string) => items.get(key) ?? null,
        setItem: (key: string, value: string) => void items.set(key, String(value)),
        removeItem: (key: string) => void items.delete(key),
      },
    });
  }
}

function errorMessageOf(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || !("message" in value)) return undefined;
  return String(value.message);
}

/** The timers of a window. */
interface Timers {
  readonly size: number;
  /** Fires the next timer at once. */
  fireNext: () => void;
}

/** Instruments `setTimeout`: timers fire in their order and at their time, or sooner through `fireNext`. */
function instrumentTimers(window: ClientWindow): Timers {
  const scheduled = new Map<number, { due: number; run: () => void }>();
  const set = window.setTimeout.bind(window) as (run: () => void, delay: number) => number;
  const clear = window.clearTimeout.bind(window);
  window.setTimeout = ((handler: TimerHandler, delay?: number, ...values: unknown[]) => {
    if (typeof handler !== "function") return 0; // source text, which clients do not use
    const milliseconds = Math.max(Number(delay) | 0, 0); // as a browser reads it
    const run = () => {
      scheduled.delete(id);
      try {
        handler(...values);
      } catch (error) {
        window.reportError(error); // or the window that has made this function would get it
      }
    };
    const id = set(run, milliseconds);
    scheduled.set(id, { due: window.performance.now() + milliseconds, run });
    return id;
  }) as typeof window.setTimeout;
  window.clearTimeout = (id) => {
    scheduled.delete(Number(id));
    clear(id);
  };
  return {
    get size() {
      return scheduled.size;
    },
    fireNext() {
      const [id, { run }] = [...scheduled].reduce((a, b) => b[1].due < a[1].due ? b : a);
      clear(id);
      run();
    },
  };
}
