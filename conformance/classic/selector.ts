/** Selectors: the texts that a browser accepts. */

import { createDocument } from "../../harness/mod.ts";

/** Pseudo-classes that only jQuery knows. happy-dom accepts any. */
const jquery =
  "animated button checkbox contains eq even file first gt has-text header hidden image last lt odd parent " +
  "password radio reset selected submit text visible";
const jqueryOnly = new RegExp(`(?<!:):(?:${jquery.replaceAll(" ", "|")})(?![\\w-])`, "i");

/** Makes the function that says whether a browser accepts a selector. It tries them in a document of its own. */
export function createSelectorTest(): (selector: string) => boolean {
  let document: Document | undefined;
  return (selector) => {
    if (isIdentifier(selector.replace(/^[#.]/, ""))) return true; // most are, and a document takes milliseconds to make
    if (jqueryOnly.test(selector.replace(/"[^"]*"|'[^']*'/g, '""'))) return false;
    document ??= createDocument("");
    try {
      document.querySelector(selector.replace(/(?<=^|[\s,>+~(])\*\|/g, "")); // happy-dom knows no namespaces
      return true;
    } catch {
      return false;
    }
  };
}

/** Whether `#` and an id are a selector for that id: the client escapes nothing [FRG-21]. */
export function isIdentifier(id: string): boolean {
  return /^(?:--|-?[a-z_\u0080-\u{10ffff}])[\w\u0080-\u{10ffff}-]*$/iu.test(id);
}
