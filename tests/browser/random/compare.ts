/**
 * Compares what Chromium and the harness made of a case.
 *
 * @module
 */

import { compare } from "../../../vectors/compare.ts";
import type { Outcome } from "../../../vectors/vector.ts";
import { surroundings } from "../../support/dom.ts";
import type { ModelOutcome } from "../../support/model.ts";
import { ids } from "./html.ts";

/** The live values that are compared: the text of each element with an id, and which of these and their options are chosen. */
export const values = Object.fromEntries(ids.flatMap((id) => [
  [`#${id}`, ""],
  [`[id=${id}]`, true],
  ...[1, 2, 3, 4].map((at): [string, boolean] => [`#${id} > :nth-child(${at})`, true]),
]));

/** The differences, as far as the harness knows the result. `origin` is that of the browser's page. */
export function differences(browser: Outcome, harness: ModelOutcome, origin: string): unknown[] {
  const { location, error } = harness;
  if (harness.unevaluated.length > 0) return [];
  const expected = { store: asSent(harness.store), location, error, values: known(harness.values) };
  const found: unknown[] = compare(expected, { ...browser, values: known(browser.values) }, {
    ...surroundings,
    origin,
  });
  if (browser.tree !== harness.tree) found.push({ what: "tree", browser: browser.tree, harness: harness.tree });
  if (location === undefined && browser.location !== undefined) {
    found.push({ what: "location", browser: browser.location });
  }
  return found;
}

/**
 * The differences where the harness cannot start on the page: Chromium makes no request then, unless the body has made it
 * before the client came to the attribute.
 */
export function differencesAtStart(browser: Outcome, harnessError: string): unknown[] {
  if (/data-(on|class)/.test(harnessError)) return [];
  return /made no request/.test(browser.incomplete ?? "") ? [] : [{ what: "start", browser, harness: harnessError }];
}

/** The signals that a run reads from the client's request: a store that is no JSON cannot be sent. */
function asSent(store: unknown): unknown {
  try {
    const { _dsPlugins: _, ...signals } = JSON.parse(JSON.stringify(store), withoutPrototypes);
    return signals;
  } catch {
    return undefined;
  }
}

/** Leaves out `__proto__`, a name that is lost on the way from the browser to the test. */
const withoutPrototypes = (name: string, value: unknown) => name === "__proto__" ? undefined : value;

/** The values of the elements that have one. */
function known(values: Outcome["values"] = {}): Outcome["values"] {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
