/** Whether the client can compile an expression. */

import { compilesExpression, compilesStore, type PluginRules } from "../../harness/mod.ts";

/** The time is longer than a machine stalls. */
const limits = { maxTime: 5_000, maxSize: 1_000_000 };

/** Whether the client can make a function of an expression. One that is too long to try counts as one. */
export function canCompile(expression: string, after?: PluginRules["after"]): boolean {
  return holdsOrIsTooMuch(() => compilesExpression(expression, limits, after));
}

/** Whether the client can make a function of a `data-store`. */
export function canCompileStore(expression: string): boolean {
  return holdsOrIsTooMuch(() => compilesStore(expression, limits));
}

/** Whether something holds, or is too much work to find out. */
export function holdsOrIsTooMuch(test: () => boolean): boolean {
  try {
    return test();
  } catch (error) {
    if (error instanceof RangeError) return true;
    throw error;
  }
}
