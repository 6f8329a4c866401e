/** Selectors: the texts that a browser accepts. */

import { isSelector as readsAsSelector } from "../../harness/mod.ts";
import { holdsOrIsTooMuch } from "../too_much.ts";

/** Whether a browser accepts a selector. A text that is too long to read counts as one, so that no check blames it. */
export function isSelector(text: string): boolean {
  return holdsOrIsTooMuch(() => readsAsSelector(text));
}

/** Whether `#` and an id are a selector for that id: the client escapes nothing [FRG-21]. */
export function isIdentifier(id: string): boolean {
  return /^(?:--|-?[a-z_\u0080-\u{10ffff}])[\w\u0080-\u{10ffff}-]*$/iu.test(id);
}
