/** Describes a page on which the clients 1.0.x find no action, and what to do. */

import { v1 } from "../../harness/mod.ts";
import { parsePage } from "../markup.ts";
import { findAttribute } from "../page_kind.ts";
import { limits } from "./actions.ts";

const example = "such as data-on:click=\"@get('/path')\"";

export function describeIdlePage(html: string): string {
  const page = parsePage(html);
  const older = findAttribute(
    page,
    (name, value) => v1.findOldAttribute(name) !== undefined || /\$\$\w+\(/.test(value),
  );
  if (older) {
    return `the page is written for another Datastar, as ${older} shows, and not for 1.0.x; its actions cannot be found`;
  }
  const other = findAttribute(page, (name) => /^(?:data-)?hx-/.test(name));
  if (other) return `the page is written for htmx, as ${other} shows, and not for Datastar; it has nothing to check`;
  const own = findAttribute(page, (name) => name.startsWith("data-"));
  if (page.elements.length > limits.elements) {
    return `the first ${
      limits.elements.toLocaleString("en")
    } elements of the page have no action; the others are not searched`;
  }
  return own
    ? `no attribute of the page has an action, ${example}; give the address of a page that has one`
    : `the page has no attribute of Datastar at all; give the address of a page that has an action, ${example}`;
}
