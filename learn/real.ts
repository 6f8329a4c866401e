/**
 * Runs the real client on a scene, in a frame that can do nothing to the page around it, and says whether the model
 * made the same of it.
 *
 * @module
 */

import { compare } from "../vectors/compare.ts";
import type { Difference, Expectation, Outcome } from "../vectors/vector.ts";
import type { FrameMessage } from "./frame_app.ts";
import type { Scene } from "./scene.ts";

/** How a scene is run. */
export interface RealOptions {
  /** Where the frame is put. It has to be rendered, or there are no View Transitions. */
  container: Element;
  /** Milliseconds after which there is no outcome. Default: 10,000. */
  timeout?: number;
  /**
   * Whether the frame stays and shows what became of the page, until the next one that is kept in this container.
   * Default: false.
   */
  keep?: boolean;
  /** Inputs whose values are to be told, by selector, as a vector expects them. */
  values?: Expectation["values"];
}

/** Characters of an answer that are read at most, and values inside each other. */
const maxAnswer = 4 * 1024 * 1024;
const maxDepth = 1000;

/** The newest run with `keep`, and the frame that is shown, by container. */
const kept = new WeakMap<Element, { newest: HTMLIFrameElement; shown?: HTMLIFrameElement }>();

/**
 * Runs the real client on a scene. Never throws: an {@linkcode Outcome} says if it came to nothing.
 *
 * The page's code runs in an origin of its own. It reaches neither this page nor a server, and where the browser gives
 * such a frame a process of its own, as Chromium does, not even an endless loop in it disturbs this page. But the next
 * frame gets the same process, and does not begin before the browser has ended it, which takes Chromium some seconds.
 */
export async function runReal(scene: Scene, options: RealOptions): Promise<Outcome> {
  const { container, timeout = 10_000, keep = false, values } = options;
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-scripts");
  frame.title = "The page, with the real client";
  frame.tabIndex = -1;
  frame.inert = true; // or its code could take the focus
  // Browsers do not render a frame of another origin that is out of sight, and without that no View Transition goes on.
  frame.style.cssText = "position: fixed; inset: 0 auto auto 0; width: 800px; height: 600px; max-width: none; " +
    "opacity: 0; pointer-events: none; border: 0";
  const own = kept.get(container) ?? { newest: frame };
  if (keep) kept.set(container, own).get(container)!.newest = frame;

  const outcome = await ask(frame, { scene, values }, container, timeout);
  if (!keep || own.newest !== frame) frame.remove();
  else {
    own.shown?.remove();
    own.shown = frame;
    frame.removeAttribute("style");
    frame.removeAttribute("tabindex");
    frame.inert = false;
    if (outcome.incomplete !== undefined) frame.remove();
  }
  return outcome;
}

/** Puts a frame into the page, sends it a message, and waits for an answer. */
async function ask(
  frame: HTMLIFrameElement,
  message: FrameMessage,
  container: Element,
  timeout: number,
): Promise<Outcome> {
  const { port1, port2 } = new MessageChannel();
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await new Promise<Outcome>((resolve, reject) => {
      const giveUp = (why: string) => reject(new Error(why));
      let loaded = false;
      timer = setTimeout(() => giveUp(`It did not ${loaded ? "end" : "begin"} within ${timeout} ms`), timeout);
      port1.onmessage = ({ data }) => {
        const outcome = readOutcome(data);
        if (outcome) resolve(outcome);
        else giveUp("The frame's answer is no outcome");
      };
      frame.onload = () => {
        loaded = true;
        frame.onload = () => giveUp("The page has left its frame");
        // Its origin has no name. The frame is this page's own: what it may be sent is no secret.
        frame.contentWindow!.postMessage(message, "*", [port2]);
      };
      frame.src = "/learn/frame";
      container.append(frame);
    });
  } catch (error) {
    return { tree: "", html: "", console: [], incomplete: (error as Error).message };
  } finally {
    clearTimeout(timer);
    frame.onload = null;
    port1.close(); // whatever else comes, nobody hears it
  }
}

const isText = (value: unknown): value is string => typeof value === "string";
const isOptional = (value: unknown) => value === undefined || isText(value);
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** An outcome out of an answer, if it is one: code of the page can answer too, so it may be anything. */
function readOutcome(answer: unknown): Outcome | undefined {
  if (!isText(answer) || answer.length > maxAnswer || depthOf(answer) > maxDepth) return;
  let value: unknown;
  try {
    value = JSON.parse(answer);
  } catch {
    return;
  }
  if (!isRecord(value) || !isText(value.tree) || !isText(value.html)) return;
  if (![value.error, value.message, value.location, value.incomplete].every(isOptional)) return;
  const isMessage = (pair: unknown) => Array.isArray(pair) && pair.length === 2 && pair.every(isText);
  if (!Array.isArray(value.console) || !value.console.every(isMessage)) return;
  const isValue = (one: unknown) => isText(one) || typeof one === "boolean";
  if (value.values !== undefined && !(isRecord(value.values) && Object.values(value.values).every(isValue))) return;
  const { tree, html, error, message, store, location, console, values, incomplete } = value as unknown as Outcome;
  return { tree, html, error, message, store, location, console, values, incomplete };
}

/** How deep JSON lies inside itself: to parse it first takes seconds, if it is deep. */
function depthOf(json: string): number {
  let depth = 0;
  let deepest = 0;
  let inText = false;
  for (let i = 0; i < json.length; i++) {
    const character = json[i];
    if (inText) {
      if (character === "\\") i++;
      else if (character === '"') inText = false;
    } else if (character === '"') inText = true;
    else if (character === "[" || character === "{") deepest = Math.max(deepest, ++depth);
    else if (character === "]" || character === "}") depth--;
  }
  return deepest;
}

/** Whether model and real client have made the same of a page. */
export interface Agreement {
  agrees: boolean;
  /** Where they differ: `expected` is the model's. */
  differences: Difference[];
  /** Why there is nothing to compare, or why they differ, as a sentence, if that is known. */
  reason?: string;
}

/**
 * Compares what the model and the real client made of the same scene: all that both tell. An error that the client gave
 * no name to is any error.
 *
 * @param notRun Expressions that the model did not run: see the harness's `Page`.
 */
export function compareWithModel(model: Outcome, real: Outcome, notRun: readonly string[] = []): Agreement {
  for (const [who, { incomplete }] of [["The real client", real], ["The model", model]] as const) {
    if (incomplete === undefined) continue;
    return {
      agrees: false,
      differences: [{ what: "run", expected: "an end", actual: incomplete }],
      reason: `${who} came to no end: ${incomplete}`,
    };
  }
  const { error, location, values } = model;
  const expected: Expectation = { error, values };
  if (real.store !== undefined && model.store !== undefined) expected.store = model.store;
  if (location !== undefined) expected.location = location;
  const differences = compare(expected, real, { parseBody: () => document.body, origin: globalThis.location.origin });
  const add = (what: Difference["what"], expected: string, actual: string) => {
    if (expected !== actual) differences.push({ what, expected, actual });
  };
  add("page", model.tree, real.tree);
  add("console", linesOf(model), linesOf(real));
  if (location === undefined) add("location", "none", real.location ?? "none");
  if (differences.length === 0) return { agrees: true, differences };
  const more = notRun.length > 1 ? ` and ${notRun.length - 1} more` : "";
  const reason = notRun.length > 0 ? `The model does not run ${notRun[0]}${more}, which the client does` : undefined;
  return { agrees: false, differences, reason };
}

const linesOf = ({ console }: Outcome) => console.map(([mode, text]) => `${mode}: ${text}`).join("\n") || "nothing";
