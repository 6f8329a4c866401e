/** Observations of a page before and after an event, for any dialect. */

import type { Changes } from "../harness/mod.ts";

/** Whether the document or the signals changed. */
export function hasChanged({ added, removed, replaced, attributes, texts, signals }: Changes): boolean {
  return [added, removed, replaced, attributes, texts, signals].some(({ length }) => length > 0);
}

/** Whether some of these elements are inside others. */
export function areNested(elements: Element[]): boolean {
  const all = new Set<Node>(elements);
  return elements.some((element) => {
    for (let node = element.parentNode; node; node = node.parentNode) if (all.has(node)) return true;
    return false;
  });
}

/** Ids that are in a document more than once. */
export function findDoubledIds(document: Document): Set<string> {
  const seen = new Set<string>();
  const doubled = new Set<string>();
  for (const { id } of document.querySelectorAll("[id]")) (seen.has(id) ? doubled : seen).add(id);
  return doubled;
}

/** The start tag of an element, with its attributes. */
export const startTag = (element: Element): string =>
  /^<[^>]*>/.exec((element.cloneNode(false) as Element).outerHTML)?.[0] ?? "";
