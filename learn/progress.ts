/**
 * Keeps which lessons the reader has done, in the browser alone, and shows it in the list of lessons.
 *
 * @module
 */

import { html } from "../html.ts";
import { byId, makeElement } from "./elements.ts";

const key = "fragstar.lessons-done";

/** Reads the ids of the vectors whose lessons were done. There are none if the browser blocks its storage. */
export function readProgress(): Set<string> {
  try {
    return new Set<string>(JSON.parse(localStorage.getItem(key) ?? "[]"));
  } catch {
    return new Set();
  }
}

/** Keeps the ids for the next visit, if the browser allows it. */
export function keepProgress(done: ReadonlySet<string>): void {
  try {
    localStorage.setItem(key, JSON.stringify([...done]));
  } catch {
    // The storage is blocked or full: the ticks last as long as this page.
  }
}

/** Ticks the lessons in the list, and counts them. */
export function showProgress(done: ReadonlySet<string>): void {
  const items = [...document.querySelectorAll<HTMLElement>("[data-lesson-id]")];
  const ticked = items.filter((item) => done.has(item.dataset.lessonId!));
  for (const item of ticked) {
    if (item.querySelector(".tick-mark")) continue;
    item.append(
      makeElement(
        html`<span class="tick-mark"><span aria-hidden="true"> ✓</span><span class="spoken"> (done)</span></span>`,
      ),
    );
  }
  byId("progress").textContent = ticked.length > 0 ? `(${ticked.length} of ${items.length} done)` : "";
}
