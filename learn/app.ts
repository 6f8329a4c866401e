/**
 * Makes the page `/learn/<vector>` work: its panes show the bytes, the events and the page, and change together. Streams
 * and pages come from outside: they are shown only by render.ts and tree.ts, which escape them, or as text.
 *
 * @module
 */

import { startChoosing } from "./choice.ts";
import type { Dialect } from "./dialect.ts";
import { setScene, startEditing, update } from "./edit.ts";
import { byId } from "./elements.ts";
import { decodeState } from "./link.ts";
import { startLive } from "./live_view.ts";
import { renderReal } from "./outcome_view.ts";
import { readProgress, showProgress } from "./progress.ts";
import { setPlace, startStepping } from "./steps.ts";
import { createState, type State } from "./state.ts";
import { startRoving } from "./roving.ts";
import { startCopying } from "./take_along.ts";

/** Shows the state that the address has in it, if there is one. */
async function openLink(state: State): Promise<void> {
  try {
    const link = await decodeState(location.hash);
    if (!link) return;
    if (link.chunk) byId<HTMLInputElement>("chunk").value = String(link.chunk);
    await setScene(state, link.scene);
    if (link.at !== undefined) setPlace(state, link.at);
  } catch (error) {
    byId("why").textContent = (error as Error).message;
  }
}

/** Starts the page. */
export async function startApp(dialect: Dialect): Promise<void> {
  const main = byId("main");
  const lesson = main.dataset.lesson && JSON.parse(main.dataset.lesson);
  const state = createState({ dialect, vector: JSON.parse(main.dataset.vector!), lesson, done: readProgress() });
  showProgress(state.done);
  for (const group of document.querySelectorAll<HTMLElement>("[data-roving]")) startRoving(group);
  startChoosing(state);
  startEditing(state);
  startStepping(state);
  startCopying(state);
  byId("real").addEventListener("change", () => renderReal(state));

  byId("events").replaceChildren(); // the server's, which have no state
  byId("lines").replaceChildren();
  await update(state);
  startLive(({ bytes, chunks, url }, page) => {
    const received = chunks.slice(0, -1).map(({ end }) => end);
    const scene = page === undefined ? { ...state.scene, bytes } : { page, bytes };
    return setScene(state, scene, { received, endpoint: url });
  });
  await openLink(state);
  addEventListener("hashchange", () => openLink(state));
  main.dataset.ready = "";
  performance.mark("ready");
}
