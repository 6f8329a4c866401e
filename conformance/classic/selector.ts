/**
 * Selectors: which a browser takes.
 *
 * @module
 */

import { createDocument } from "../interpret.ts";

let scratch: Document | undefined;
const known = new Map<string, boolean>();

/** Pseudo-classes that only jQuery knows. happy-dom takes any. */
const jquery =
  "animated button checkbox contains eq even file first gt has-text header hidden image last lt odd parent " +
  "password radio reset selected submit text visible";
const foreign = new RegExp(`(?<!:):(?:${jquery.replaceAll(" ", "|")})(?![\\w-])`, "i");

/** Whether a browser takes a selector. */
export function isSelector(text: string): boolean {
  let valid = known.get(text);
  if (valid === undefined) {
    valid = !foreign.test(text.replace(/"[^"]*"|'[^']*'/g, '""')) && canSelect(text);
    if (known.size > 1_000) known.clear();
    known.set(text, valid);
  }
  return valid;
}

function canSelect(text: string): boolean {
  scratch ??= createDocument("");
  try {
    scratch.querySelector(text.replace(/(?<=^|[\s,>+~(])\*\|/g, "")); // happy-dom knows no namespaces
    return true;
  } catch {
    return false;
  }
}

/** Whether `#` with an id behind it is a selector for that id: the client escapes nothing [FRG-21]. */
export function isIdentifier(id: string): boolean {
  return /^(?:--|-?[a-z_\u0080-\u{10ffff}])[\w\u0080-\u{10ffff}-]*$/iu.test(id);
}
