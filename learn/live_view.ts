/**
 * The part of the learn page that listens to an endpoint: a timeline of events and their gaps, and captures.
 *
 * @module
 */

import { html } from "../html.ts";
import { readStream, type StreamEvent } from "../harness/mod.ts";
import { type Capture, checkEndpoint, fromFile, record, type Replay, replay, timelineOf, toFile } from "./live.ts";
import { visibleText } from "./render.ts";

/** What the view may do with the page that it is on. */
export interface LiveOptions {
  /** Shows what has come in the panes, and a page that it is for, if it is another than before. */
  show: (capture: Capture, page?: string) => Promise<void>;
}

const byId = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;

/** Events that the timeline shows at most: the newest. */
const maxShown = 200;

/** Endpoints that are made for the example's page. */
const examples = new Set(["/feed", "/get", "/target"]);

/** The body of the example's page, as the server wrote it. */
async function readExample(signal: AbortSignal): Promise<string> {
  const text = await (await fetch("/", { signal })).text();
  return text.slice(text.indexOf("<body>") + "<body>".length, text.lastIndexOf("</body>"));
}

const chunksOf = ({ chunks, bytes }: Capture) =>
  `${chunks.length} ${chunks.length === 1 ? "chunk" : "chunks"}, ${bytes.length} bytes`;

/** Makes the controls work. */
export function startLive({ show: showBytes }: LiveOptions): void {
  const endpoint = byId<HTMLInputElement>("endpoint");
  const start = byId<HTMLButtonElement>("start");
  const pauseButton = byId<HTMLButtonElement>("pause");
  let capture: Capture | undefined;
  let running: AbortController | undefined;
  let replaying: Replay | undefined;
  /** All of what is being replayed: a replay of it begins with that, and not with the part that is shown. */
  let replayed: Capture | undefined;
  let opened = 0;
  let paused = false;
  let showing: Promise<unknown> | undefined;
  let stale = false;
  /** HTML of a page that was not shown so far. */
  let page: string | undefined;

  const tell = (text: string) => byId("live").textContent = text;

  /** Shows a capture. What comes while it is shown is shown next, all at once. */
  function show(): void {
    stale = true;
    if (showing || paused) return;
    showing = (async () => {
      while (stale && !paused && capture) {
        stale = false;
        const began = performance.now();
        const shown = capture;
        await showBytes(shown, page);
        page = undefined;
        const events: StreamEvent[] = [];
        for await (const event of readStream(shown.bytes)) events.push(event);
        showTimeline(shown, events);
        await new Promise(requestAnimationFrame);
        // What takes long is shown less often, or nothing else would get its turn.
        await new Promise((resolve) => setTimeout(resolve, Math.min(performance.now() - began, 2000)));
      }
    })().finally(() => showing = undefined);
  }

  function setRunning(next: AbortController | undefined): void {
    running = next;
    replayed = undefined;
    start.textContent = next ? "Disconnect" : "Connect";
    setPaused(false);
  }

  function setPaused(next: boolean): void {
    paused = next;
    pauseButton.setAttribute("aria-pressed", String(next));
    if (next) replaying?.pause();
    else replaying?.resume();
    if (!next) show();
  }

  byId("connect").addEventListener("submit", async (event) => {
    event.preventDefault();
    if (running) {
      running.abort();
      return;
    }
    let url: URL;
    try {
      url = checkEndpoint(endpoint.value, location.origin);
    } catch (error) {
      tell((error as Error).message);
      return;
    }
    const own = new AbortController();
    const isNewest = () => running === own;
    setRunning(own);
    tell(`Connecting to ${url.pathname}`);
    try {
      const response = await fetch(url, { signal: own.signal, headers: { accept: "text/event-stream" } });
      const onChunk = (received: Capture) => {
        if (!isNewest()) return;
        capture = received;
        tell(`Connected to ${url.pathname}: ${chunksOf(received)}`);
        show();
      };
      if (examples.has(url.pathname)) page = await readExample(own.signal);
      const { capture: received, why } = await record(response, { signal: own.signal, onChunk });
      if (!isNewest()) return; // something else is shown by now
      capture = received;
      show();
      tell(`${why}: ${chunksOf(received)}`);
    } catch (error) {
      if (isNewest()) tell(own.signal.aborted ? "Disconnected" : (error as Error).message);
    } finally {
      if (isNewest()) setRunning(undefined);
    }
  });

  pauseButton.addEventListener("click", () => setPaused(!paused));

  byId("replay").addEventListener("click", async () => {
    const whole = replayed ?? capture;
    if (!whole) return tell("There is nothing to replay yet: connect, or open a capture");
    running?.abort();
    const own = new AbortController();
    replaying = undefined; // that one has ended, and is not to be told to go on
    setRunning(own);
    replayed = whole;
    tell("Replaying");
    replaying = replay(whole, {
      signal: own.signal,
      onChunk(part) {
        if (running !== own) return;
        capture = part;
        show();
      },
    });
    const ending = await replaying;
    if (running !== own) return; // something else is shown by now
    replaying = undefined;
    capture = whole;
    setRunning(undefined);
    tell(ending === "end" ? `Replayed ${chunksOf(whole)}` : "Replay stopped");
  });

  byId("save").addEventListener("click", () => {
    if (!capture) return tell("There is nothing to save yet: connect, or open a capture");
    const file = toFile(replayed ?? capture);
    const url = URL.createObjectURL(file);
    const link = document.createElement("a");
    link.href = url;
    link.download = file.name;
    link.click();
    URL.revokeObjectURL(url);
    tell(`Saved the bytes as ${file.name}, which conform --file reads; chunks and times are not in it`);
  });

  byId<HTMLInputElement>("open").addEventListener("change", async (event) => {
    const input = event.target as HTMLInputElement;
    const [file] = input.files ?? [];
    if (!file) return;
    running?.abort();
    replaying = undefined;
    setRunning(undefined); // whatever comes of it yet, nobody shows it
    const own = ++opened;
    try {
      const read = await fromFile(file);
      if (own !== opened || running) return;
      capture = read;
      show();
      tell(`Opened ${file.name}: ${capture.bytes.length} bytes`);
    } catch (error) {
      tell((error as Error).message);
    }
    input.value = ""; // the same file can be opened again
  });
}

function showTimeline(capture: Capture, events: StreamEvent[]): void {
  const entries = timelineOf(capture, events).slice(-maxShown);
  byId("timeline").innerHTML = String(html`${
    entries.map(({ at, gap, long, label }) =>
      html`
        <li
          class="${long ? "long" : ""}"><span class="number">${Math.round(at)} ms</span> <span class="number">+${Math
            .round(gap)} ms</span> ${visibleText(label)}</li>
      `
    )
  }`);
}
