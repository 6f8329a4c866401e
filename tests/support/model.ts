/**
 * Runs vectors with the harness on happy-dom.
 *
 * @module
 */

import { applyEvents, createPage, readStream, type StreamEvent } from "../../harness/mod.ts";
import { treeOf } from "../../vectors/compare.ts";
import { bytesOf, type Expectation, type Outcome, readValues, setValues, type Vector } from "../../vectors/vector.ts";
import { createDocument } from "./dom.ts";

/** Applies a vector's events, which arrive all at once, to its page. */
export async function runInHarness(
  vector: Pick<Vector, "page" | "stream" | "streamBase64" | "initiator" | "values"> & { expect?: Expectation },
  viewTransitions: boolean,
): Promise<Outcome> {
  const document = createDocument(vector.page);
  setValues(document, vector.values);
  const page = createPage(document, vector.initiator ? document.querySelector(vector.initiator)! : undefined);
  const events: StreamEvent[] = [];
  for await (const event of readStream(bytesOf(vector))) events.push(event);
  const { error } = applyEvents(page, events, { viewTransitions });
  const body = document.body as HTMLElement | null; // a stream may have replaced it by something else
  return {
    tree: body ? treeOf(body) : "",
    html: body?.innerHTML ?? "",
    error: error?.name,
    store: page.store,
    location: page.location,
    console: page.console.map(({ mode, message }) => [mode, message]),
    values: readValues(document, vector.expect?.values),
  };
}
