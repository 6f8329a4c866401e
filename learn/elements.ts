/**
 * Finds, makes and fills elements of the page.
 *
 * @module
 */

import type { Html } from "../html.ts";

/** Finds an element that the page always has. */
export function byId<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

/** Makes an element of markup. */
export function makeElement(markup: Html): HTMLElement {
  const template = document.createElement("template");
  template.innerHTML = String(markup);
  return template.content.firstElementChild as HTMLElement;
}

/** Replaces the content of an element. */
export function setMarkup(element: Element, markup: Html): void {
  element.innerHTML = String(markup);
}

/** Replaces the content of an element only if its text changed, so that screen readers do not read it twice. */
export function announce(element: Element, markup: Html): void {
  const next = element.cloneNode() as Element;
  setMarkup(next, markup);
  if (element.textContent !== next.textContent) element.replaceChildren(...next.childNodes);
}

/** Scrolls a pane, and nothing else, so that an element of it can be seen. */
export function scrollWithin(pane: Element, element: Element): void {
  const [outer, inner] = [pane.getBoundingClientRect(), element.getBoundingClientRect()];
  if (inner.top < outer.top) pane.scrollTop += inner.top - outer.top - 8;
  else if (inner.bottom > outer.bottom) {
    pane.scrollTop += Math.min(inner.bottom - outer.bottom + 8, inner.top - outer.top);
  }
}
