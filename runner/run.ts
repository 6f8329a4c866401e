/**
 * Runs vectors with a real client, each in a frame of the page. The client receives the bytes from the server.
 *
 * @module
 */

import type { ClientWindow, ReferenceClient } from "../vectors/client.ts";
import { compare, parseInert } from "../vectors/compare.ts";
import { loadScript, runClient } from "../vectors/run_client.ts";
import {
  bytesOf,
  type Difference,
  incompleteOutcome,
  type Outcome,
  streamPath,
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
  const { frame, loaded } = openFrame(`Page of ${vector.id}`, container);
  let giveUp: ReturnType<typeof setTimeout> | undefined;
  const outOfTime = new Promise<never>((_, reject) => {
    giveUp = setTimeout(() => reject(new Error(`The run did not end within ${timeout} ms`)), timeout);
  });
  try {
    await Promise.race([loaded, outOfTime]);
    const window = frame.contentWindow as ClientWindow;
    return await Promise.race([
      runClient(window, vector, { client, script, ...requestOf(vector) }),
      outOfTime,
    ]);
  } catch (error) {
    return incompleteOutcome((error as Error).message);
  } finally {
    clearTimeout(giveUp);
    frame.remove();
  }
}

/** Puts a frame with an empty page into an element. */
function openFrame(title: string, container: Element) {
  const frame = document.createElement("iframe");
  frame.title = title;
  frame.tabIndex = -1;
  const loaded = new Promise((resolve) => frame.onload = resolve);
  frame.src = "/vectors/frame";
  container.append(frame);
  return { frame, loaded };
}

/** Loads a client into an empty page. Returns why it does not load, if so: no vector can be run with it. */
export async function findLoadError(script: string, container: Element): Promise<string | undefined> {
  const { frame, loaded } = openFrame("Empty page", container);
  try {
    await loaded;
    const window = frame.contentWindow as ClientWindow;
    let syntaxError: string | undefined;
    window.addEventListener("error", (event) => {
      if (event.error instanceof window.SyntaxError) syntaxError = event.message;
      event.preventDefault(); // other errors may come from the page, which is empty
    });
    await loadScript(window.document, script);
    return syntaxError;
  } catch {
    return await describeAnswer(script);
  } finally {
    frame.remove();
  }
}

/** Says what the server answers to a request for a script that did not load. */
async function describeAnswer(script: string): Promise<string> {
  try {
    const { ok, status, headers } = await fetch(script);
    const type = headers.get("content-type") ?? "none";
    if (!ok) return `the server answers with status ${status}`;
    return /javascript/.test(type) ? "a module that it imports does not load" : `its type is ${type}`;
  } catch {
    return "the server does not answer";
  }
}

/** The URL that gives the bytes of a vector. Those in several chunks come from here, since a server's may be joined. */
function requestOf(vector: Vector): { url: string; answer?: typeof fetch } {
  const { streamChunks } = vector;
  if (!streamChunks) return { url: streamUrl(bytesOf(vector)) };
  const chunks = streamChunks.map((chunk) => new TextEncoder().encode(chunk));
  const body = new ReadableStream({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve)); // so that the client has read the one before
      const chunk = chunks.shift();
      if (chunk) controller.enqueue(chunk);
      else controller.close();
    },
  });
  const answer = () => Promise.resolve(new Response(body, { headers: { "content-type": "text/event-stream" } }));
  return { url: `${streamPath}?bytes=`, answer };
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
