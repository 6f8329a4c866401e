/**
 * Runs vectors with a real client, each in a frame of the page, for which the server gives the bytes.
 *
 * @module
 */

import { bytesOf, compare, type Difference, type Outcome, parseInert, type Vector } from "../vectors/compare.ts";
import { type FrameWindow, runClient, streamPath } from "../vectors/classic/watch.ts";

/** How a vector is run. */
export interface RunOptions {
  /** The client: a module script of this origin. Default: `/datastar.js`. */
  client?: string;
  /** Milliseconds after which there is no outcome. Default: 10,000. */
  timeout?: number;
  /** Where the frame is put. It has to be rendered, or there are no View Transitions. Default: the body. */
  container?: Element;
}

/** Runs one vector in a fresh frame. Never throws: an {@linkcode Outcome} says if it came to nothing. */
export async function runVector(vector: Vector, options: RunOptions = {}): Promise<Outcome> {
  const { client = "/datastar.js", timeout = 10_000, container = document.body } = options;
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
    const window = frame.contentWindow as FrameWindow;
    return await Promise.race([runClient(window, vector, { client, url: streamUrl(vector) }), outOfTime]);
  } catch (error) {
    return { tree: "", html: "", console: [], incomplete: (error as Error).message };
  } finally {
    clearTimeout(giveUp);
    frame.remove();
  }
}

/** A vector that has been run. */
export interface Result {
  /** The vector. */
  vector: Vector;
  /** What became of its page. */
  outcome: Outcome;
  /** What is not as expected: nothing, if the vector passes. */
  differences: Difference[];
  /** How long it took. */
  ms: number;
}

/** How vectors are run side by side. */
export interface RunAllOptions extends RunOptions {
  /** How many frames there are at a time. Default: 6. */
  parallel?: number;
  /** Hears of each result as soon as it is there. */
  onResult?: (result: Result) => void;
}

/** Runs vectors, some at a time. The results are in the order of the vectors. */
export async function runAll(vectors: readonly Vector[], options: RunAllOptions = {}): Promise<Result[]> {
  const { parallel = 6, onResult } = options;
  const results: Result[] = [];
  const waiting = vectors.entries();
  const work = async () => {
    for (const [index, vector] of waiting) {
      const start = performance.now();
      const outcome = await runVector(vector, options);
      const differences = compare(vector.expect, outcome, { parseBody: parseInert, origin: location.origin });
      results[index] = { vector, outcome, differences, ms: performance.now() - start };
      onResult?.(results[index]);
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  return results;
}

/** Where the server gives these bytes as an event stream. */
function streamUrl(vector: Vector): string {
  let binary = "";
  for (const byte of bytesOf(vector)) binary += String.fromCharCode(byte);
  const text = btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return `${streamPath}?bytes=${text}`;
}
