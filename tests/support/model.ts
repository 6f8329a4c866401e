/**
 * Runs vectors with the harness on happy-dom.
 *
 * @module
 */

import { openPage, readStream } from "../../harness/mod.ts";
import { treeOf } from "../../vectors/compare.ts";
import { bytesOf, type Expectation, type Outcome, readValues, setValues, type Vector } from "../../vectors/vector.ts";
import { createBody } from "./dom.ts";

/** The result of the harness, and the expressions that it did not run: where there are some, it may differ from a client's. */
export interface ModelOutcome extends Outcome {
  unevaluated: readonly string[];
}

/** Applies a vector's events, which arrive all at once, to its page. */
export async function runInHarness(
  vector: Pick<Vector, "page" | "stream" | "streamBase64" | "initiator" | "values"> & { expect?: Expectation },
  viewTransitions: boolean,
): Promise<ModelOutcome> {
  const document = createBody(vector.page);
  setValues(document, vector.values);
  const page = openPage(document, { initiator: vector.initiator });
  const events = await Array.fromAsync(readStream(bytesOf(vector)));
  const { errors: [error] } = page.apply(events, { viewTransitions });
  const body = document.body as HTMLElement | null; // a stream may have replaced it by something else
  return {
    tree: body ? treeOf(body) : "",
    html: page.html,
    error: error?.code,
    store: page.signals,
    location: page.location,
    console: page.console.map(({ mode, message }) => [mode, message]),
    // Not by happy-dom, which may find another element first.
    values: readValues(
      { querySelector: (selector: string) => page.find(selector)?.[0] ?? null },
      vector.expect?.values,
    ),
    unevaluated: page.unevaluated,
  };
}
