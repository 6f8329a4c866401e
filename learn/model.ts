/**
 * Applies the events of a scene to its page with the client model: one by one, with the changes of each, and then all at
 * once, as when they arrive in one piece. No code of a scene runs here, and nothing is fetched.
 *
 * @module
 */

import { type Changes, ClientError, type Page, type StreamEvent } from "../harness/core.ts";
import { treeOf } from "../vectors/compare.ts";
import { type Outcome, readValues, setValues, type Vector } from "../vectors/vector.ts";
import type { Dialect } from "./dialect.ts";
import type { Scene } from "./scene.ts";

/** The changes of an element. Events are named by their index. */
export interface Mark {
  /** Whether the whole element was added or removed. */
  kind?: "added" | "removed";
  /** The event that added or removed it. */
  event?: number;
  /** Attributes that changed: the value before, and the event. */
  attributes: Map<string, { before: string | null; event: number }>;
  /** The event that changed its text. */
  text?: number;
}

/** A page with the changes of its elements. */
export interface MarkedPage {
  /** The body, if there is one. */
  body: Element | null;
  /** The changes, by element. */
  marks: Map<Element, Mark>;
}

/** The effect of one event. */
interface Step {
  /** The changes, one sentence each. */
  effects: string[];
  /** The client's error, or the reason why the model gave up. */
  error?: Error;
}

/** The result of a run. */
export interface ModelRun {
  /** The page before, with marks for the changes to come. */
  before: MarkedPage;
  /** The page after the events, applied one by one. */
  after: MarkedPage;
  /** One for each event that was applied. */
  steps: Step[];
  /** The outcome of all events when they arrive in one piece. */
  outcome: Outcome;
  /** The page that results then, if it differs from the page after the events, applied one by one. */
  atOnce?: MarkedPage;
  /** Expressions that were not run: see {@linkcode Page}. */
  notRun: readonly string[];
}

/** Options of {@linkcode runModel}. */
interface RunOptions {
  /** The dialect of the events. */
  dialect: Pick<Dialect, "openDocument" | "describeChanges" | "fragmentOf">;
  /** Is awaited after some milliseconds of work, so that a page stays responsive. */
  pause?: () => Promise<void>;
  /** Ends the run, which then throws. */
  signal?: AbortSignal;
  /** The expectation that names the values to read, see {@linkcode readValues}. */
  expect?: Vector["expect"];
}

/** A page on a screen is small: a scene that needs more than this is an attack, or no lesson. */
const maxElements = 20_000;
const limits = { maxTime: 500, maxSize: 40 * maxElements };

/** The most events that are applied once more, all at once, and the most milliseconds that they may take one by one. */
const maxAtOnce = 200;
const maxTimeAtOnce = 500;

/** The most changes of an event that are described. */
const maxEffects = 50;

/** The most values that a scene may set: each has a selector. */
const maxValues = 100;

/** Milliseconds of work between two pauses. */
const slice = 8;

function openScene({ page: body, initiator, values }: Scene, { openDocument }: Pick<Dialect, "openDocument">): Page {
  const inert = document.implementation.createHTMLDocument("");
  checkFormatting(body);
  inert.body.innerHTML = body;
  const elements = inert.getElementsByTagName("*").length;
  if (elements > maxElements) {
    throw new RangeError(`Cannot continue: the page has more than ${maxElements} elements`);
  }
  const selectors = Object.keys(values ?? {});
  if (initiator !== undefined) selectors.push(initiator);
  checkSelectors(selectors, openDocument(document.implementation.createHTMLDocument(""), { limits }));
  setValues(inert, values);
  const found = initiator === undefined ? undefined : inert.querySelector(initiator);
  if (found === null) throw new Error(`No element in the page matches the initiator ${initiator}`);
  return openDocument(inert, { initiator: found, limits });
}

/** Tags of elements that a parser opens again in each paragraph until they are closed, and all other start tags. */
const formatting = /<(\/?)(?:a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?![a-z\d-])|<[a-z]/gi;

/** Gives up on HTML from which a parser would make many more elements than there are tags. */
function checkFormatting(html: string): void {
  let open = 0;
  let elements = 0;
  for (const [tag, slash] of html.matchAll(formatting)) {
    elements += open;
    if (slash === "/") open = Math.max(0, open - 1);
    else if (slash === "" && tag.length > 1) open++;
    if (elements > 100 * maxElements) {
      throw new RangeError("Cannot continue: too many formatting elements are never closed");
    }
  }
}

/** Gives up on selectors that are too much work together: a link can bring any. */
function checkSelectors(selectors: string[], page: Page): void {
  if (selectors.length > maxValues) throw new RangeError(`Cannot continue: there are more than ${maxValues} values`);
  for (const selector of selectors) page.find(selector);
}

/**
 * Applies events to a scene's page.
 *
 * @throws {Error} If the page cannot be made: the client throws, or a selector of the scene matches nothing.
 */
export async function runModel(scene: Scene, events: readonly StreamEvent[], options: RunOptions): Promise<ModelRun> {
  const { expect } = options;
  const page = openScene(scene, options.dialect);
  const before = copyPage(page);
  const marks = new Map<Element, Mark>();
  const { steps, spent } = await applyStepwise(page, events, options, (changes, index) => {
    markChanges(marks, changes, index);
    before.markChanges(changes, index);
  });
  const after = { body: page.document.body, marks };
  const outcome = outcomeOf(page, steps.at(-1)?.error, expect);
  const isCostly = spent > maxTimeAtOnce || steps.at(-1)?.error instanceof RangeError;
  if (events.length === 0 || events.length > maxAtOnce || isCostly) {
    return { before, after, steps, outcome, notRun: page.unevaluated };
  }
  const together = openScene(scene, options.dialect);
  const outcomeAtOnce = applyAtOnce(together, events, expect);
  const differs = outcomeAtOnce.tree !== outcome.tree || outcomeAtOnce.error !== outcome.error;
  const atOnce = differs ? { body: together.document.body, marks: new Map() } : undefined;
  return { before, after, steps, outcome: outcomeAtOnce, atOnce, notRun: together.unevaluated };
}

/** Applies events one by one, and measures the milliseconds that they take together. */
async function applyStepwise(
  page: Page,
  events: readonly StreamEvent[],
  { dialect, pause, signal }: RunOptions,
  onChanges: (changes: Changes, index: number) => void,
): Promise<{ steps: Step[]; spent: number }> {
  const steps: Step[] = [];
  let began = performance.now();
  let spent = 0;
  for (const [index, event] of events.entries()) {
    if (pause && performance.now() > began + slice) {
      spent += performance.now() - began;
      await pause();
      began = performance.now();
    }
    signal?.throwIfAborted();
    const step: Step = { effects: [] };
    steps.push(step);
    try {
      checkFormatting(dialect.fragmentOf(event) ?? "");
      const { changes, errors, ended } = page.apply([event]);
      step.effects = cutShort(dialect.describeChanges(changes));
      [step.error] = errors;
      onChanges(changes, index);
      if (ended) break;
    } catch (error) {
      step.error = error as Error; // a limit was exceeded
      break;
    }
  }
  return { steps, spent: spent + performance.now() - began };
}

/** Applies events that arrive in one piece. */
function applyAtOnce(page: Page, events: readonly StreamEvent[], expect: RunOptions["expect"]): Outcome {
  try {
    return outcomeOf(page, page.apply(events, { viewTransitions: true }).errors[0], expect);
  } catch (error) {
    return outcomeOf(page, error as Error, expect);
  }
}

/** The code of a client's error, or the name of any other error. */
export function errorCode(error: Error): string {
  return error instanceof ClientError ? error.code : error.name;
}

function cutShort(effects: string[]): string[] {
  if (effects.length <= maxEffects) return effects;
  return [...effects.slice(0, maxEffects), `And ${effects.length - maxEffects} more changes.`];
}

function outcomeOf(page: Page, error: Error | undefined, expect: RunOptions["expect"]): Outcome {
  const body = page.document.body as HTMLElement | null; // a stream may have replaced it
  return {
    tree: body ? treeOf(body) : "",
    html: page.html,
    error: error && errorCode(error),
    message: error?.message,
    store: page.signals,
    location: page.location,
    console: page.console.filter(({ own }) => !own).map(({ mode, message }) => [mode, message]),
    values: readValues(page.document, expect?.values),
  };
}

function markOf(marks: Map<Element, Mark>, element: Element): Mark {
  let mark = marks.get(element);
  if (!mark) marks.set(element, mark = { attributes: new Map() });
  return mark;
}

/** Whether only an empty class attribute came or went: a client leaves one when it removes a class of its own. */
const isLeftover = (name: string, before: string | null, after: string | null) => name === "class" && !before && !after;

function markChanges(marks: Map<Element, Mark>, changes: Changes, event: number): void {
  const added = [...changes.added, ...changes.replaced.map(({ new: element }) => element)];
  for (const element of added) Object.assign(markOf(marks, element), { kind: "added", event });
  for (const { element, name, before, after } of changes.attributes) {
    if (isLeftover(name, before, after)) continue;
    const { attributes } = markOf(marks, element);
    attributes.set(name, { before: attributes.get(name)?.before ?? before, event });
  }
  for (const element of changes.texts) markOf(marks, element).text = event;
}

/** Copies a page before events change it. The changes can be marked in the copy. */
function copyPage({ document: { body } }: Page) {
  const clone = body.cloneNode(true) as Element;
  const copies = body.getElementsByTagName("*").length === clone.getElementsByTagName("*").length
    ? new Map<Element, Element>([[body, clone], ...pairs(body, clone)])
    : new Map<Element, Element>();
  const marks = new Map<Element, Mark>();
  return {
    body: clone,
    marks,
    /** Marks elements that an event removes, and attributes that it changes. */
    markChanges({ attributes, removed, replaced }: Changes, event: number): void {
      for (const { element, name, before, after } of attributes) {
        const copied = copies.get(element);
        if (!copied?.hasAttribute(name) || isLeftover(name, before, after)) continue; // it was added later
        markOf(marks, copied).attributes.set(name, { before, event });
      }
      for (const element of [...removed, ...replaced.map(({ old }) => old)]) {
        const copied = copies.get(element);
        if (copied) Object.assign(markOf(marks, copied), { kind: "removed", event });
      }
    },
  };
}

/** Pairs each element below one element with its copy below the other. */
function* pairs(original: Element, clone: Element): Generator<[Element, Element]> {
  const clones = clone.getElementsByTagName("*");
  let index = 0;
  for (const element of original.getElementsByTagName("*")) yield [element, clones[index++]];
}
