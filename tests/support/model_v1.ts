/**
 * Runs vectors of the dialect v1 with the harness on happy-dom.
 *
 * @module
 */

import { v1 } from "../../harness/mod.ts";
import type { StreamEvent } from "../../harness/v1/mod.ts";
import { treeOf } from "../../vectors/compare.ts";
import { bytesOf, readKept, readValues, setValues, type Vector } from "../../vectors/vector.ts";
import { createBody } from "./dom.ts";
import type { ModelOutcome } from "./model.ts";

/** Applies a vector's events to its page, those of a chunk at once. */
export async function runInHarness(
  vector: Pick<Vector, "page" | "stream" | "streamBase64" | "streamChunks" | "values"> & { expect?: Vector["expect"] },
  viewTransitions: boolean,
): Promise<ModelOutcome> {
  const document = createBody(vector.page);
  setValues(document, vector.values);
  const before = [...document.body.querySelectorAll("*")];
  const page = v1.openPage(document);
  const errors = page.errors.map(({ code }) => code);
  const warnings: string[] = [];
  for (const events of await readChunks(vector)) {
    const effect = page.apply(events, { viewTransitions });
    errors.push(...effect.errors.map(({ code }) => code));
    warnings.push(...effect.warnings.map(({ code }) => code));
    if (effect.ended) break;
  }
  const body = document.body as HTMLElement | null; // a stream may have taken it away
  // Not by happy-dom, which may find another element first.
  const finder = { querySelector: (selector: string) => page.find(selector)?.[0] ?? null } as Pick<
    ParentNode,
    "querySelector"
  >;
  return {
    tree: body ? treeOf(body) : "",
    html: page.html,
    errors,
    warnings,
    origins: [...body?.querySelectorAll("*") ?? []].map((element) => before.indexOf(element)),
    kept: readKept(finder, before, vector.expect?.kept),
    store: page.isStoreUnknown ? undefined : page.signals,
    console: [],
    scripts: page.scriptRuns,
    values: readValues(finder, vector.expect?.values),
    unevaluated: page.unevaluated,
  };
}

/** Reads the events of a vector, those that end in the same chunk together. */
async function readChunks(vector: Pick<Vector, "stream" | "streamBase64" | "streamChunks">): Promise<StreamEvent[][]> {
  const events = await Array.fromAsync(v1.readStream(bytesOf(vector)));
  let end = 0;
  return (vector.streamChunks ?? [""]).map((chunk, i, chunks) => {
    end += new TextEncoder().encode(chunk).length;
    const isLast = i === chunks.length - 1;
    return events.splice(0, isLast ? events.length : events.filter(({ range }) => range.end <= end).length);
  });
}
