/**
 * Runs the real client on a scene, in a frame that cannot affect the page around it, and compares the outcome with the
 * model's.
 *
 * @module
 */

import { compare } from "../vectors/compare.ts";
import { type Difference, type Expectation, incompleteOutcome, type Outcome } from "../vectors/vector.ts";
import type { FrameMessage } from "./frame_app.ts";
import type { Scene } from "./scene.ts";

/** Options of {@linkcode runReal}. */
interface RealOptions {
  /** The parent of the frame. It has to be rendered, or there are no View Transitions. */
  container: Element;
  /** Milliseconds after which the run is given up. Default: 10,000. */
  timeout?: number;
  /** Whether the frame stays and shows the page, until the next frame that is kept in this container. Default: false. */
  keep?: boolean;
  /** Inputs whose values the outcome has to have, by selector, as a vector expects them. */
  values?: Expectation["values"];
}

/** The most characters of an answer, and the deepest nesting of its values. */
const maxAnswer = 4 * 1024 * 1024;
const maxDepth = 1000;

/** The newest run with `keep`, and the frame that is shown, by container. */
const kept = new WeakMap<Element, { newest: HTMLIFrameElement; shown?: HTMLIFrameElement }>();

/**
 * Runs the real client on a scene. Never throws: if the run fails, its {@linkcode Outcome} says so.
 *
 * The code of the page runs in an origin of its own. It reaches neither this page nor a server. Where the browser gives
 * such a frame its own process, as Chromium does, not even an endless loop in it disturbs this page. The next frame gets
 * the same process, though, and has to wait until the browser ends it, which takes Chromium some seconds.
 */
export async function runReal(scene: Scene, options: RealOptions): Promise<Outcome> {
  const { container, timeout = 10_000, keep = false, values } = options;
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-scripts");
  frame.title = "The page, with the real client";
  frame.tabIndex = -1;
  frame.inert = true; // so that its code cannot take the focus
  // Browsers do not render a frame of another origin that is out of sight, and then no View Transition proceeds.
  frame.style.cssText = "position: fixed; inset: 0 auto auto 0; width: 800px; height: 600px; max-width: none; " +
    "opacity: 0; pointer-events: none; border: 0";
  const own = kept.get(container) ?? { newest: frame };
  if (keep) kept.set(container, own).get(container)!.newest = frame;

  const outcome = await askFrame(frame, { scene, values }, { container, timeout });
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

/** Puts a frame into the page, sends it a message, and waits for the answer. */
async function askFrame(
  frame: HTMLIFrameElement,
  message: FrameMessage,
  { container, timeout }: Required<Pick<RealOptions, "container" | "timeout">>,
): Promise<Outcome> {
  const { port1, port2 } = new MessageChannel();
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await new Promise<Outcome>((resolve, reject) => {
      const giveUp = (why: string) => reject(new Error(why));
      let loaded = false;
      timer = setTimeout(() => giveUp(`It did not ${loaded ? "finish" : "start"} within ${timeout} ms`), timeout);
      port1.onmessage = ({ data }) => {
        const outcome = readOutcome(data);
        if (outcome) resolve(outcome);
        else giveUp("The frame sent an unexpected answer");
      };
      frame.onload = () => {
        loaded = true;
        frame.onload = () => giveUp("The page has navigated away");
        // The frame's origin has no name. The message is not secret.
        frame.contentWindow!.postMessage(message, "*", [port2]);
      };
      frame.src = "/learn/frame";
      container.append(frame);
    });
  } catch (error) {
    return incompleteOutcome((error as Error).message);
  } finally {
    clearTimeout(timer);
    frame.onload = null;
    port1.close(); // further messages are ignored
  }
}

const isText = (value: unknown): value is string => typeof value === "string";
const isOptional = (value: unknown) => value === undefined || isText(value);
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Reads an outcome from an answer. Code of the page can answer too, so the answer may be anything. */
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
  const isValue = (value: unknown) => isText(value) || typeof value === "boolean";
  if (value.values !== undefined && !(isRecord(value.values) && Object.values(value.values).every(isValue))) return;
  const { tree, html, error, message, store, location, console, values, incomplete } = value as unknown as Outcome;
  return { tree, html, error, message, store, location, console, values, incomplete };
}

/** The depth of nesting in a JSON text. To parse a deep one takes seconds. */
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

/** The result of a comparison of model and real client. */
export interface Agreement {
  agrees: boolean;
  /** The differences: `expected` is the model's. */
  differences: Difference[];
  /** The reason why they differ or cannot be compared, as a sentence, if it is known. */
  reason?: string;
}

/**
 * Compares the outcomes of model and real client for the same scene, in all fields that both have. An error without a
 * name matches any error.
 *
 * @param notRun Expressions that the model did not run: see the harness's `Page`.
 */
export function compareWithModel(model: Outcome, real: Outcome, notRun: readonly string[] = []): Agreement {
  for (const [name, { incomplete }] of [["The real client", real], ["The model", model]] as const) {
    if (incomplete === undefined) continue;
    return {
      agrees: false,
      differences: [{ what: "run", expected: "an end", actual: incomplete }],
      reason: `${name} did not finish: ${incomplete}`,
    };
  }
  const { error, location, values } = model;
  const expected: Expectation = { error, values };
  if (real.store !== undefined && model.store !== undefined) expected.store = model.store;
  if (location !== undefined) expected.location = location;
  const differences = compare(expected, real, { parseBody: () => document.body, origin: globalThis.location.origin });
  const compareText = (what: Difference["what"], expected: string, actual: string) => {
    if (expected !== actual) differences.push({ what, expected, actual });
  };
  compareText("page", model.tree, real.tree);
  compareText("console", writeConsole(model), writeConsole(real));
  if (location === undefined) compareText("location", "none", real.location ?? "none");
  if (differences.length === 0) return { agrees: true, differences };
  const more = notRun.length > 1 ? ` and ${notRun.length - 1} more` : "";
  const reason = notRun.length > 0 ? `The client runs ${notRun[0]}${more}; the model does not` : undefined;
  return { agrees: false, differences, reason };
}

function writeConsole({ console }: Outcome): string {
  return console.map(([mode, text]) => `${mode}: ${text}`).join("\n") || "nothing";
}
