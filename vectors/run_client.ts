/**
 * Runs a real client on a page in a window, and reads the result. The window may be that of a frame, or the current one.
 *
 * Nothing here waits for a guessed time. A run is over when the response has been read to its end, each View Transition
 * has made its change, and no timer of the window is left. Timers are not waited for either: when nothing else is
 * pending, the next one fires at once, so that a settle time of half a second takes no time.
 *
 * @module
 */

import type { ClientRun, ClientWindow, ReferenceClient, RunnablePage } from "./client.ts";
import { treeOf } from "./compare.ts";
import { type InstrumentedWindow, instrumentWindow } from "./instrument_window.ts";
import { type Outcome, readKept, readValues, setValues, streamPath } from "./vector.ts";

/** Options of {@linkcode runClient}. */
interface ClientOptions {
  /** The dialect's client. */
  client: ReferenceClient;
  /** A module script of this origin that is run in its place. */
  script?: string;
  /** The URL that the client requests. Its path is {@linkcode streamPath}. */
  url: string;
  /** Answers the request. Default: the window's `fetch`. */
  answer?: typeof fetch;
}

/** Milliseconds after which a client that has made no request, while nothing is pending, never will. */
const maxIdle = 2000;

/** Additional milliseconds for a client that does not report the end of its request. */
const grace = 100;

/** Maximum number of timers that are fired, because a timer may set itself again without end. */
const maxFired = 500;

/**
 * Puts a page into an empty window and runs a client on it to the end.
 *
 * @throws {Error} If there is no result: the client could not be loaded, or made no request.
 */
export async function runClient(window: ClientWindow, page: RunnablePage, options: ClientOptions): Promise<Outcome> {
  const { client, script = client.script, url, answer = window.fetch.bind(window) } = options;
  const { document } = window;
  if (!document?.body || document.contentType !== "text/html") throw new Error("The frame could not be loaded");
  document.body.innerHTML = page.page; // scripts in it do not run
  setValues(document, page.values);
  const before = [...document.body.querySelectorAll("*")];
  const counted = Object.assign(window, { scripts: 0 });
  const run = client.start(window, page, { stream: url, store: `${streamPath}?store` });
  const instruments = instrumentWindow(window, run, answer);

  await loadScript(document, script);
  await waitForEnd(instruments, run);

  const body = document.body as HTMLElement | null; // a stream may have replaced it by something else
  const [tree, html] = [body ? treeOf(body) : "", body?.innerHTML ?? ""];
  const origins = [...body?.querySelectorAll("*") ?? []].map((element) => before.indexOf(element));
  const kept = readKept(document, before, page.expect?.kept);
  await run.requestStore();
  const { console, storeQuery, uncaught } = instruments.record;
  return {
    tree,
    html,
    origins,
    kept,
    scripts: counted.scripts,
    ...run.readErrors(uncaught),
    store: run.readStore(storeQuery),
    location: instruments.record.location ?? run.location(),
    console,
    values: readValues(document, page.expect?.values),
  };
}

/** Loads a module script into a document. */
export function loadScript(document: Document, path: string): Promise<unknown> {
  const script = document.createElement("script");
  script.type = "module";
  script.src = path;
  return new Promise((resolve, reject) => {
    script.onload = resolve;
    script.onerror = () => reject(new Error(`The client ${path} could not be loaded`));
    document.head.append(script);
  });
}

/** Waits until nothing is pending in a window, and fires its timers meanwhile. */
async function waitForEnd({ record, pending, timers }: InstrumentedWindow, run: ClientRun): Promise<void> {
  const since = performance.now();
  let graceUntil = 0;
  for (let fired = 0;;) {
    await nextTurn();
    if (record.failure) throw record.failure;
    if (pending.size > 0) await Promise.all(pending);
    else if (record.requests === 0) {
      if (timers.size === 0 && performance.now() - since > maxIdle) {
        const [why] = record.uncaught;
        throw new Error(`The client made no request${why === undefined ? "" : `: ${why}`}`);
      }
      await pause(1);
    } else if (timers.size > 0 && fired++ < maxFired) timers.fireNext();
    else if (run.hasEnded()) return;
    else {
      graceUntil ||= performance.now() + grace;
      if (performance.now() > graceUntil) return;
      await pause(5);
    }
  }
}

const { port1, port2 } = new MessageChannel();
const waiting: (() => void)[] = [];
port1.onmessage = () => waiting.shift()!();

/** Waits until everything that is ready to run has run. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    port2.postMessage(null);
  });
}

/** The original, because the instrumented window may be the current one. */
const { setTimeout } = globalThis;
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
