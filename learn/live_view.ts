/**
 * Listens to an endpoint, or opens or replays a capture: it is shown in the panes and as a timeline.
 *
 * @module
 */

import { html } from "../html.ts";
import { type Capture, checkEndpoint, fromFile, record, toFile } from "./capture.ts";
import { byId, setMarkup } from "./elements.ts";
import { showText } from "./render.ts";
import { type Replay, replay } from "./replay.ts";
import { timelineOf } from "./timeline.ts";

/** The most entries of the timeline that are shown: the newest. */
const maxEntries = 200;

/** Endpoints that are made for the example's page. */
const examples = new Set(["/feed", "/get", "/target"]);

/** The state of this part of the page. */
interface LiveState {
  /** Shows a capture in the panes; and a page that it is for, if that is not the page that is shown. */
  showInPanes: (capture: Capture, page?: string) => Promise<void>;
  /** The capture to show. */
  capture?: Capture;
  /** The page that the capture is for, as long as it has not been shown. */
  page?: string;
  /** Ends the connection or the replay that is going on. */
  running?: AbortController;
  replaying?: Replay;
  /** The whole of the capture that is being replayed, while only a part of it is shown. */
  replayed?: Capture;
  paused: boolean;
  /** Whether captures are being shown, and whether there is a newer one. */
  showing: boolean;
  stale: boolean;
  /** Counts the files that were opened, so that only the newest is shown. */
  opened: number;
}

/** Makes the controls work. */
export function startLive(showInPanes: LiveState["showInPanes"]): void {
  const state: LiveState = { showInPanes, paused: false, showing: false, stale: false, opened: 0 };
  byId("connect").addEventListener("submit", (event) => {
    event.preventDefault();
    if (state.running) state.running.abort();
    else connect(state, byId<HTMLInputElement>("endpoint").value);
  });
  byId("pause").addEventListener("click", () => setPaused(state, !state.paused));
  byId("replay").addEventListener("click", () => replayCapture(state));
  byId("save").addEventListener("click", () => saveCapture(state));
  const open = byId<HTMLInputElement>("open");
  open.addEventListener("change", async () => {
    const [file] = open.files ?? [];
    if (!file) return;
    await openFile(state, file);
    open.value = ""; // the same file can be opened again
  });
}

function report(text: string): void {
  byId("live").textContent = text;
}

function describeSize({ chunks, bytes }: Capture): string {
  return `${chunks.length} ${chunks.length === 1 ? "chunk" : "chunks"}, ${bytes.length} bytes`;
}

/** Shows a capture. Captures that arrive meanwhile are skipped, but for the newest. */
async function showCapture(state: LiveState, capture = state.capture): Promise<void> {
  state.capture = capture;
  state.stale = true;
  if (state.showing) return;
  state.showing = true;
  try {
    while (state.stale && !state.paused && state.capture) {
      state.stale = false;
      const began = performance.now();
      const shown = state.capture;
      await state.showInPanes(shown, state.page);
      state.page = undefined;
      renderTimeline(shown);
      await new Promise(requestAnimationFrame);
      // The longer this takes, the less often it is done: the page has other work too.
      await new Promise((resolve) => setTimeout(resolve, Math.min(performance.now() - began, 2000)));
    }
  } finally {
    state.showing = false;
  }
}

function renderTimeline(capture: Capture): void {
  const entries = timelineOf(capture).slice(-maxEntries).map(({ at, gap, long, label }) => {
    const times = [`${Math.round(at)} ms`, `+${Math.round(gap)} ms`];
    const numbers = times.map((time) => html`<span class="number">${time}</span>`);
    return html`<li class="${long ? "long" : ""}">${numbers}${showText(label)}</li>`;
  });
  setMarkup(byId("timeline"), html`${entries}`);
}

function setRunning(state: LiveState, running: AbortController | undefined): void {
  state.running = running;
  state.replaying = state.replayed = undefined;
  byId("start").textContent = running ? "Disconnect" : "Connect";
  setPaused(state, false);
}

function setPaused(state: LiveState, paused: boolean): void {
  state.paused = paused;
  byId("pause").setAttribute("aria-pressed", String(paused));
  if (paused) state.replaying?.pause();
  else {
    state.replaying?.resume();
    showCapture(state);
  }
}

/** Records an endpoint, and shows the chunks as they arrive. */
async function connect(state: LiveState, endpoint: string): Promise<void> {
  let url: URL;
  try {
    url = checkEndpoint(endpoint, location.origin);
  } catch (error) {
    return report((error as Error).message);
  }
  const own = new AbortController();
  const { signal } = own;
  const isNewest = () => state.running === own;
  setRunning(state, own);
  report(`Connecting to ${url.pathname}`);
  try {
    const response = await fetch(url, { signal, headers: { accept: "text/event-stream" } });
    if (examples.has(url.pathname)) state.page = await readExample(signal);
    const { capture, why } = await record(response, {
      signal,
      onChunk(received) {
        if (!isNewest()) return;
        report(`Connected to ${url.pathname}: ${describeSize(received)}`);
        showCapture(state, received);
      },
    });
    if (!isNewest()) return;
    showCapture(state, capture);
    report(`${why}: ${describeSize(capture)}`);
  } catch (error) {
    if (isNewest()) report(signal.aborted ? "Disconnected" : (error as Error).message);
  } finally {
    if (isNewest()) setRunning(state, undefined);
  }
}

/** Reads the body of the example's page, as the server writes it. */
async function readExample(signal: AbortSignal): Promise<string> {
  const text = await (await fetch("/", { signal })).text();
  return text.slice(text.indexOf("<body>") + "<body>".length, text.lastIndexOf("</body>"));
}

async function replayCapture(state: LiveState): Promise<void> {
  const whole = state.replayed ?? state.capture;
  if (!whole) return report("There is nothing to replay yet: connect, or open a capture file");
  state.running?.abort();
  const own = new AbortController();
  const isNewest = () => state.running === own;
  setRunning(state, own);
  state.replayed = whole;
  report("Replaying");
  state.replaying = replay(whole, {
    signal: own.signal,
    onChunk: (part) => {
      if (isNewest()) showCapture(state, part);
    },
  });
  const ending = await state.replaying;
  if (!isNewest()) return;
  state.capture = whole;
  setRunning(state, undefined);
  report(ending === "end" ? `Replayed ${describeSize(whole)}` : "Replay stopped");
}

function saveCapture({ capture, replayed = capture }: LiveState): void {
  if (!replayed) return report("There is nothing to save yet: connect, or open a capture file");
  const file = toFile(replayed);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  URL.revokeObjectURL(link.href);
  report(
    `Saved the bytes as ${file.name}. The file does not contain the chunks and their times. conform --file can read it`,
  );
}

async function openFile(state: LiveState, file: File): Promise<void> {
  state.running?.abort();
  setRunning(state, undefined); // so that its remaining chunks are not shown
  const own = ++state.opened;
  try {
    const capture = await fromFile(file);
    if (own !== state.opened || state.running) return;
    showCapture(state, capture);
    report(`Opened ${file.name}: ${capture.bytes.length} bytes`);
  } catch (error) {
    report((error as Error).message);
  }
}
