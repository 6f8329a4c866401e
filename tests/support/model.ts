/**
 * Vectors, run by the harness on happy-dom.
 *
 * @module
 */

import { openPage, readStream } from "../../harness/mod.ts";
import {
  bytesOf,
  type Expectation,
  type Outcome,
  readValues,
  setValues,
  treeOf,
  type Vector,
} from "../../vectors/compare.ts";
import { createDocument } from "./dom.ts";

/** What the harness makes of a page, of which all events arrive at once. */
export async function runInHarness(
  vector: Pick<Vector, "page" | "stream" | "streamBase64" | "initiator" | "values"> & { expect?: Expectation },
  viewTransitions: boolean,
): Promise<Outcome> {
  const document = createDocument(vector.page);
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
    values: readValues(document, vector.expect?.values),
  };
}
