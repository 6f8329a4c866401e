/**
 * Runs a real client on a page in a window, and watches what becomes of it. The window may be a frame's, or the one that
 * this runs in itself.
 *
 * Nothing here waits for a guessed time. A run is over when the response has been read to its end, each View Transition
 * has made its change, and no timer of the window is left. Timers are not waited for either: where nothing else is going
 * on, the next one rings at once, so that a time to settle of half a second takes no time.
 *
 * @module
 */

import { type Outcome, readValues, setValues, treeOf, type Vector } from "../compare.ts";
import { isOwnMessage, nameOf } from "./messages.ts";

/** A window with all that belongs to one. */
export type FrameWindow = Window & typeof globalThis;

/** What of a vector a run has to know. */
export type RunnablePage = Pick<Vector, "page" | "initiator" | "values"> & { expect?: Vector["expect"] };

/** How a client is run. */
export interface ClientOptions {
  /** The client: a module script of this origin. */
  client: string;
  /** What the client is told to ask for. Its path is {@linkcode streamPath}. */
  url: string;
  /** Gives the response. Default: the window's `fetch`. */
  answer?: typeof fetch;
}

/** Path of the request that is answered with the bytes. */
export const streamPath = "/vectors/stream";

const storeUrl = `${streamPath}?store`;

/** A client that has not made its request after this many milliseconds, with nothing under way, never will. */
const patience = 2000;

/** A client that tells of no end gets this many milliseconds more. */
const grace = 100;

/** Timers that ring one after the other at most: one that sets itself anew would go on for ever. */
const maxRings = 500;

/** Messages that are kept at most. */
const maxMessages = 1000;

/**
 * Puts a page into an empty window and runs a client on it to the end.
 *
 * @throws {Error} If it comes to nothing: the client is not there, or asks for nothing.
 */
export async function runClient(window: FrameWindow, page: RunnablePage, options: ClientOptions): Promise<Outcome> {
  const { client, url, answer = window.fetch.bind(window) } = options;
  const { document } = window;
  if (!document?.body || document.contentType !== "text/html") throw new Error("The frame could not be loaded");
  document.body.innerHTML = page.page; // scripts in it do not run
  setValues(document, page.values);
  const marks = markPage(window, page, url);
  const watch = watchWindow(window, answer, marks.remove);

  const script = document.createElement("script");
  script.type = "module";
  script.src = client;
  const loaded = new Promise((resolve, reject) => {
    script.onload = resolve;
    script.onerror = () => reject(new Error(`The client ${client} could not be loaded`));
  });
  document.head.append(script);
  await loaded;
  await watch.end();

  const store = readStore(window, watch, marks.asker);
  const body = document.body as HTMLElement | null; // a stream may have replaced it by something else
  return {
    tree: body ? treeOf(body) : "",
    html: body?.innerHTML ?? "",
    ...watch.raised(),
    store,
    location: watch.location,
    console: watch.console,
    values: readValues(document, page.expect?.values),
  };
}

/**
 * Tells the client what to do, in its own words: `data-on-load` makes the request, and an element beside the page can
 * ask for the store later. Both are taken away, with the ids that the client gave for them, before the response comes:
 * no selector finds them. The element still works when it is detached.
 */
function markPage(
  { document }: FrameWindow,
  page: RunnablePage,
  url: string,
): { asker: Element; remove: () => void } {
  const initiator = page.initiator === undefined ? document.body : document.querySelector(page.initiator);
  if (!initiator) throw new Error(`No element of the page matches the initiator ${page.initiator}`);
  if (initiator.hasAttribute("data-on-load")) throw new Error("The initiator has a data-on-load of its own");
  const keepsId = initiator.hasAttribute("id") || [...initiator.attributes].some(({ name }) => /^data-/.test(name));
  initiator.setAttribute("data-on-load", `$$get('${url}')`);
  const asker = document.createElement("div");
  asker.setAttribute("data-on-vectors-store", `$$get('${storeUrl}', false)`);
  document.body.append(asker);
  return {
    asker,
    remove() {
      asker.remove();
      initiator.removeAttribute("data-on-load");
      if (!keepsId) initiator.removeAttribute("id");
    },
  };
}

interface Watch {
  /** Waits until nothing is going on any more. */
  end: () => Promise<void>;
  /** The name of what was raised, and what the client said of it. */
  raised: () => Pick<Outcome, "error" | "message">;
  location?: string;
  console: [mode: string, text: string][];
  /** The text of the store that came with a request for it. */
  store?: string;
}

/** Hooks into a window, before there is a client in it. `respond` is called when the response comes. */
function watchWindow(window: FrameWindow, answer: typeof fetch, respond: () => void): Watch {
  const { document } = window;
  const work = new Set<Promise<unknown>>();
  const track = <T>(promise: Promise<T>) => {
    const done: Promise<unknown> = promise.catch(() => {}).finally(() => work.delete(done));
    work.add(done);
    return promise;
  };
  const timers = watchTimers(window);
  let said = ""; // the client's newest message of an error
  let uncaught: string | undefined;
  let raised: Pick<Outcome, "error" | "message"> | undefined;
  let fetchFailed: typeof raised;
  let failure: Error | undefined;
  let requests = 0;
  let started = 0; // as a client of this dialect tells
  let ended = 0;

  const hasStore = () =>
    [...document.querySelectorAll("*")].some((el) => [...el.attributes].some(({ name }) => /^data-store/.test(name)));
  const describe = (message: string) => ({ error: nameOf(message, hasStore), message });

  const watch: Watch = {
    console: [],
    // Whatever nobody catches is an error only of a client that does not tell of its requests as 0.19.9 does.
    raised: () => raised ?? (started === 0 && uncaught !== undefined ? describe(uncaught) : {}),
    async end() {
      const since = performance.now();
      let graceUntil = 0;
      for (let rings = 0;;) {
        await turn();
        if (failure) throw failure;
        if (work.size > 0) await Promise.all(work);
        else if (requests === 0) {
          if (timers.size === 0 && performance.now() - since > patience) {
            throw new Error(`The client made no request${uncaught === undefined ? "" : `: ${uncaught}`}`);
          }
          await pause(1);
        } else if (timers.size > 0 && rings++ < maxRings) timers.ring();
        else if (ended < Math.max(started, 1)) {
          // Another client may still be at it: it gets time, and does not have to say when it is done.
          graceUntil ||= performance.now() + grace;
          if (performance.now() > graceUntil) return;
          await pause(5);
        } else return;
      }
    },
  };

  const nothing = () => new window.Response("", { headers: { "content-type": "text/event-stream" } });
  const askServer: typeof fetch = async (input, init) => {
    const response = await answer(input, init);
    respond();
    if (!response.ok || !response.body) {
      failure = new Error(`The server did not give the stream: ${response.status} ${(await response.text()).trim()}`);
      return nothing();
    }
    // Both get a piece in the same moment: a turn after this one has seen the end, the client is done with it.
    const [forClient, own] = response.body.tee();
    track(own.pipeTo(new window.WritableStream()));
    return new window.Response(forClient, response);
  };
  // deno-lint-ignore require-await -- what it throws has to reach the client as a rejection
  window.fetch = async (input, init) => {
    const url = new URL(input instanceof window.Request ? input.url : String(input), document.baseURI);
    if (url.pathname === streamPath && url.searchParams.has("store")) {
      watch.store = url.searchParams.getAll("datastar").at(-1);
      return nothing();
    }
    if (url.pathname !== streamPath) return nothing(); // what a page asks for beside that is no part of the vector
    if (requests++ === 0) return track(askServer(input, init));
    raised ??= fetchFailed ?? describe(said);
    return nothing(); // so that the client is content
  };

  const realTransition = document.startViewTransition?.bind(document);
  if (realTransition) {
    document.startViewTransition = (update) => {
      const transition = realTransition(update);
      // What follows is only the animation. That it may be skipped is no error.
      track(transition.updateCallbackDone);
      transition.ready.catch(() => {});
      transition.finished.catch(() => {});
      return transition;
    };
  }

  for (const mode of ["debug", "error", "info", "group", "groupEnd", "log", "warn"] as const) {
    window.console[mode] = (...values: unknown[]) => {
      const [value] = values;
      const text = textOfError(value) ?? String(value);
      if (mode === "error" && !/^Error fetching event source/.test(text)) said = text;
      // This client says so right after what was raised: by the time that it asks again it may have said other things.
      else if (mode === "error") fetchFailed ??= describe(said);
      if (values.length === 1 && typeof value === "string" && !isOwnMessage(mode, value)) {
        if (watch.console.length < maxMessages) watch.console.push([mode, value]);
      }
    };
  }
  window.addEventListener("error", (event) => {
    uncaught ??= event.message;
    event.preventDefault();
  });
  window.addEventListener("unhandledrejection", (event) => {
    uncaught ??= textOfError(event.reason) ?? String(event.reason);
    event.preventDefault();
  });
  window.addEventListener("datastar-event", (event) => {
    const { subcategory, type } = (event as CustomEvent).detail ?? {};
    if (subcategory === "backend" && type === "fetch_start") started++;
    if (subcategory === "backend" && type === "fetch_end") ended++;
  });
  // A client ends its request when the reader looks at another tab. This one must not know.
  window.addEventListener("visibilitychange", (event) => event.stopImmediatePropagation(), { capture: true });
  if (window.origin === "null") watchWithoutOrigin(window, watch);
  const { navigation } = window as unknown as { navigation?: EventTarget };
  navigation?.addEventListener("navigate", (event) => {
    watch.location = (event as unknown as { destination: { url: string } }).destination.url;
    event.preventDefault();
  });
  return watch;
}

/**
 * A sandboxed window has no origin, but a client needs one to ask its server. It has no storage either, and nobody is
 * told where it navigates to: but the client says so right before.
 */
function watchWithoutOrigin(window: FrameWindow, watch: Watch): void {
  const { document } = window;
  const origin = new URL(document.baseURI).origin;
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
  window.addEventListener("datastar-event", (event) => {
    const { type, message } = (event as CustomEvent).detail ?? {};
    if (type !== "redirect" || !URL.canParse(message, document.baseURI)) return;
    watch.location = message;
    queueMicrotask(() => window.stop()); // once the client is done with the event, before anything is loaded
  });
}

function textOfError(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || !("message" in value)) return undefined;
  return String(value.message);
}

interface Timers {
  readonly size: number;
  /** Lets the next timer ring at once. */
  ring: () => void;
}

/** Hooks into a window's `setTimeout`: timers ring in their order and at their time, or sooner if they are told to. */
function watchTimers(window: FrameWindow): Timers {
  const pending = new Map<number, { due: number; run: () => void }>();
  const set = window.setTimeout.bind(window) as (run: () => void, delay: number) => number;
  const clear = window.clearTimeout.bind(window);
  window.setTimeout = ((handler: TimerHandler, delay?: number, ...values: unknown[]) => {
    if (typeof handler !== "function") return 0; // a text: the client has none
    const milliseconds = Math.max(Number(delay) | 0, 0); // as a browser reads it
    const run = () => {
      pending.delete(id);
      handler(...values);
    };
    const id = set(run, milliseconds);
    pending.set(id, { due: window.performance.now() + milliseconds, run });
    return id;
  }) as typeof window.setTimeout;
  window.clearTimeout = (id) => {
    pending.delete(Number(id));
    clear(id);
  };
  return {
    get size() {
      return pending.size;
    },
    ring() {
      const [id, { run }] = [...pending].reduce((a, b) => b[1].due < a[1].due ? b : a);
      clear(id);
      try {
        run();
      } catch (error) {
        window.reportError(error);
      }
    },
  };
}

/** The store, out of the request that the client makes with it; from the client itself if that fails. */
function readStore(window: FrameWindow, watch: Watch, asker: Element): unknown {
  asker.dispatchEvent(new window.CustomEvent("vectors-store"));
  try {
    const { ds } = window as unknown as { ds?: { store?: { value?: unknown } } };
    const text = watch.store ?? JSON.stringify(ds?.store?.value);
    const { _dsPlugins: _, ...store } = JSON.parse(text);
    return store;
  } catch {
    return undefined;
  }
}

const { port1, port2 } = new MessageChannel();
const waiting: (() => void)[] = [];
port1.onmessage = () => waiting.shift()!();

/** Waits until whatever is ready to run has run. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    port2.postMessage(null);
  });
}

/** The real one, also where the window that is watched is this one. */
const { setTimeout } = globalThis;
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
