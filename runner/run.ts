/**
 * Runs vectors with a real client, each in a frame of the page. The client receives the bytes from the server.
 *
 * @module
 */

import type { ClientWindow, ReferenceClient } from "../vectors/client.ts";
import { compare, parseInert } from "../vectors/compare.ts";
import { runClient } from "../vectors/run_client.ts";
import {
  bytesOf,
  type Difference,
  incompleteOutcome,
  type Outcome,
  streamUrl,
  type Vector,
} from "../vectors/vector.ts";

/** Options of {@linkcode runVector}. */
interface RunOptions {
  /** The dialect's client. */
  client: ReferenceClient;
  /** A module script of this origin that is run in its place. */
  script?: string;
  /** The parent of the frame. It has to be rendered, because otherwise there are no View Transitions. Default: the body. */
  container?: Element;
}

/** Milliseconds after which a run is incomplete. */
const timeout = 10_000;

/** Runs one vector in a new frame. Never throws: the {@linkcode Outcome} of a failed run is incomplete. */
export async function runVector(vector: Vector, options: RunOptions): Promise<Outcome> {
  const { client, script, container = document.body } = options;
  const frame = document.createElement("iframe");
  frame.title = `Page of ${vector.id}`;
  frame.tabIndex = -1;
  let giveUp: ReturnType<typeof setTimeout> | undefined;
  const outOfTime = new Promise<never>((_, reject) => {
    giveUp = setTimeout(() => reject(new Error(`It did not end within ${timeout} ms`)), timeout);
  });
  try {
    const loaded = new Promise((resolve) => frame.onload = resolve);
    frame.src = "/vectors/frame";
    container.append(frame);
    await Promise.race([loaded, outOfTime]);
    const window = frame.contentWindow as ClientWindow;
    return await Promise.race([
      runClient(window, vector, { client, script, url: streamUrl(bytesOf(vector)) }),
      outOfTime,
    ]);
  } catch (error) {
    return incompleteOutcome((error as Error).message);
  } finally {
    clearTimeout(giveUp);
    frame.remove();
  }
}

/** A vector that has been run. */
export interface Result {
  vector: Vector;
  outcome: Outcome;
  /** Empty if the vector passes. */
  differences: Difference[];
  /** Duration in milliseconds. */
  ms: number;
}

/** Number of frames at a time. */
const parallel = 6;

/**
 * Runs vectors, some of them at the same time. The results are in the order of the vectors; `onResult` receives each as
 * soon as it is known.
 */
export async function runAll(
  vectors: readonly Vector[],
  options: RunOptions & { onResult?: (result: Result) => void },
): Promise<Result[]> {
  const results: Result[] = [];
  const waiting = vectors.entries();
  const work = async () => {
    for (const [index, vector] of waiting) {
      const start = performance.now();
      const outcome = await runVector(vector, options);
      const differences = compare(vector.expect, outcome, { parseBody: parseInert, origin: location.origin });
      results[index] = { vector, outcome, differences, ms: performance.now() - start };
      options.onResult?.(results[index]);
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  return results;
}
