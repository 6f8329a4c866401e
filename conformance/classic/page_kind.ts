/** Describes a page on which client 0.19.9 finds no action, and what to do. */

import { parsePage } from "../markup.ts";
import { findAttribute } from "../page_kind.ts";

export function describeIdlePage(html: string): string {
  const page = parsePage(html);
  const newer = findAttribute(
    page,
    (name, value) => /^data-[a-z-]+:/.test(name) || /(?:^|[^\w@])@[a-z]+\(/.test(value),
  );
  if (newer) {
    return `the page is written for a later Datastar, as ${newer} shows, but this program speaks Datastar 0.19.9; ` +
      "its actions cannot be found";
  }
  const other = findAttribute(page, (name) => /^(?:data-)?hx-/.test(name));
  if (other) return `the page is written for htmx, as ${other} shows, and not for Datastar; it has nothing to check`;
  const own = findAttribute(page, (name) => name.startsWith("data-"));
  return own
    ? "no attribute of the page has an action, such as data-on-click=\"$$get('/path')\"; give the address of a page " +
      "that has one"
    : "the page has no attribute of Datastar at all; give the address of a page that has an action, such as " +
      "data-on-click=\"$$get('/path')\"";
}
