/** Selectors: the texts that a browser accepts. */

import { isSelector as readsAsSelector } from "../../harness/mod.ts";

/** Whether a browser accepts a selector. What is too much to read counts as one: no fault is found in it. */
export function isSelector(text: string): boolean {
  try {
    return readsAsSelector(text);
  } catch (error) {
    if (error instanceof RangeError) return true;
    throw error;
  }
}

/** Whether `#` and an id are a selector for that id: the client escapes nothing [FRG-21]. */
export function isIdentifier(id: string): boolean {
  return /^(?:--|-?[a-z_\u0080-\u{10ffff}])[\w\u0080-\u{10ffff}-]*$/iu.test(id);
}
