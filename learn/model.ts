/**
 * What the harness makes of a scene, event by event, with what each has changed; and what it makes of all events at once,
 * as they arrive in one piece. Nothing of a scene runs here, and nothing is fetched.
 *
 * @module
 */

import { applyEvents, type Changes, createPage, type Page, type StreamEvent } from "../harness/mod.ts";
import { treeOf } from "../vectors/compare.ts";
import { type Outcome, readValues, setValues, type Vector } from "../vectors/vector.ts";
import { find } from "../harness/classic/attributes.ts";
import { describeChanges } from "./explain.ts";
import type { Scene } from "./scene.ts";

/** What happened to an element. Events are named by their index. */
export interface Mark {
  /** Whether it has come or gone as a whole. */
  kind?: "added" | "removed";
  /** The event that did so. */
  event?: number;
  /** Attributes that are another now: the value before, and the event. */
  attributes: Map<string, { before: string | null; event: number }>;
  /** The event that changed text in it. */
  text?: number;
}

/** A page with what happened to its elements. */
export interface MarkedPage {
  /** Its body, if there is one. */
  body: Element | null;
  /** What happened, by element. */
  marks: Map<Element, Mark>;
}

/** What one event has done. */
export interface Step {
  /** What has changed, a sentence each. */
  effects: string[];
  /** What was raised, or why the model gave up. */
  error?: Error;
}

/** What became of a scene. */
export interface ModelRun {
  /** The page before, with what will be gone. */
  before: MarkedPage;
  /** The page after the events, one after the other. */
  after: MarkedPage;
  /** One for each event that was applied. */
  steps: Step[];
  /** What all events make of the page when they come in one piece. */
  outcome: Outcome;
  /** The page that they make of it then, if it is another than one after the other. */
  atOnce?: MarkedPage;
  /** Expressions that were not run: see {@linkcode Page}. */
  notRun: readonly string[];
}

/** How a scene is run. */
export interface RunOptions {
  /** Is waited for after some milliseconds of work, so that a page stays responsive. */
  pause?: () => Promise<void>;
  /** Ends the run, which then throws. */
  signal?: AbortSignal;
  /** What of the values is to be told, see {@linkcode readValues}. */
  expect?: Vector["expect"];
}

/** A page on a screen is small: what asks for more than this is an attack, or no lesson. */
const limits = { maxTime: 500, maxElements: 20_000, maxSteps: 2_000_000, maxMerges: 2_000 };

/** More events than this are not applied once more at once, nor what has cost more milliseconds one after the other. */
const maxAtOnce = 200;
const maxTimeAtOnce = 500;

/** Changes of an event that are told. */
const maxEffects = 50;

/** Values that a scene may set: each has a selector to be looked up. */
const maxValues = 100;

/** Milliseconds of work between two pauses. */
const slice = 8;

function open({ page: body, initiator, values }: Scene): Page {
  const inert = document.implementation.createHTMLDocument("");
  checkFormatting(body);
  inert.body.innerHTML = body;
  const elements = inert.getElementsByTagName("*").length;
  if (elements > limits.maxElements) {
    throw new RangeError(`Cannot go on: the page is over ${limits.maxElements} elements`);
  }
  checkSelectors(inert, [...Object.keys(values ?? {}), ...initiator === undefined ? [] : [initiator]]);
  setValues(inert, values);
  const found = initiator === undefined ? undefined : inert.querySelector(initiator);
  if (found === null) throw new Error(`No element of the page matches the initiator ${initiator}`);
  return createPage(inert, found, limits);
}

/** Tags of what a parser opens again in each paragraph, for as long as nobody closes it. */
const formatting = /<(\/?)(?:a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?![a-z\d-])|<[a-z]/gi;

/** Gives up on HTML of which a parser would make many times as many elements as there are tags. */
function checkFormatting(html: string): void {
  let open = 0;
  let elements = 0;
  for (const [tag, slash] of html.matchAll(formatting)) {
    elements += open;
    if (slash === "/") open = Math.max(0, open - 1);
    else if (slash === "" && tag.length > 1) open++;
    if (elements > 100 * limits.maxElements) throw new RangeError("Cannot go on: too many formats are never closed");
  }
}

/** Gives up on selectors that are too much work together: a link can bring any. */
function checkSelectors(document: Document, selectors: string[]): void {
  if (selectors.length === 0) return;
  if (selectors.length > maxValues) throw new RangeError(`Cannot go on: there are over ${maxValues} values`);
  const page = createPage(document.implementation.createHTMLDocument(""), undefined, limits); // with limits, and a budget
  for (const selector of selectors) find({ ...page, document }, selector);
}

/**
 * Applies events to a scene's page.
 *
 * @throws {Error} If the page cannot be made: the client raises on it, or nothing matches what the scene names.
 */
export async function runModel(
  scene: Scene,
  events: readonly StreamEvent[],
  options: RunOptions = {},
): Promise<ModelRun> {
  const { pause, signal, expect } = options;
  const page = open(scene);
  const before = copy(page);
  const after: MarkedPage = { body: null, marks: new Map() };
  const steps: Step[] = [];
  let until = performance.now() + slice;
  let began = performance.now();
  let spent = 0; // on the events, one after the other
  for (const [index, event] of events.entries()) {
    if (pause && performance.now() > until) {
      spent += performance.now() - began;
      await pause();
      began = performance.now();
      until = performance.now() + slice;
    }
    signal?.throwIfAborted();
    const step: Step = { effects: [] };
    steps.push(step);
    try {
      if (event.instruction?.type === "fragment") checkFormatting(event.instruction.html);
      const { changes, error } = applyEvents(page, [event]);
      step.effects = cutShort(describeChanges(changes));
      step.error = error;
      mark(after.marks, changes, index);
      before.changed(changes, index);
      for (const element of [...changes.removed, ...changes.replaced.map(({ old }) => old)]) {
        before.gone(element, index);
      }
    } catch (error) {
      step.error = error as Error; // over a limit
    }
    if (step.error) break; // the client reads no further, and asks again [APP-16]
  }
  spent += performance.now() - began;
  after.body = page.document.body;
  const stepwise = outcomeOf(page, steps.at(-1)?.error, expect);
  const isCostly = spent > maxTimeAtOnce || steps.at(-1)?.error instanceof RangeError;
  if (events.length === 0 || events.length > maxAtOnce || isCostly) {
    return { before, after, steps, outcome: stepwise, notRun: page.notRun };
  }
  const together = open(scene);
  let error: Error | undefined;
  try {
    ({ error } = applyEvents(together, events, { viewTransitions: true }));
  } catch (raised) {
    error = raised as Error;
  }
  const outcome = outcomeOf(together, error, expect);
  const isOther = outcome.tree !== stepwise.tree || outcome.error !== stepwise.error;
  const atOnce = isOther ? { body: together.document.body, marks: new Map<Element, Mark>() } : undefined;
  return { before, after, steps, outcome, atOnce, notRun: together.notRun };
}

function cutShort(effects: string[]): string[] {
  if (effects.length <= maxEffects) return effects;
  return [...effects.slice(0, maxEffects), `And ${effects.length - maxEffects} more.`];
}

function outcomeOf(page: Page, error: Error | undefined, expect: RunOptions["expect"]): Outcome {
  const body = page.document.body as HTMLElement | null; // a stream may have replaced it by something else
  return {
    tree: body ? treeOf(body) : "",
    html: body?.innerHTML ?? "",
    error: error?.name,
    message: error?.message,
    store: page.store,
    location: page.location,
    console: page.console.filter(({ own }) => !own).map(({ mode, message }) => [mode, message]),
    values: readValues(page.document, expect?.values),
  };
}

const noMark = (): Mark => ({ attributes: new Map() });

function markOf(marks: Map<Element, Mark>, element: Element): Mark {
  let mark = marks.get(element);
  if (!mark) marks.set(element, mark = noMark());
  return mark;
}

/** [APP-11] What is left of a class of the client's. */
const isLeftover = (name: string, before: string | null, after: string | null) => name === "class" && !before && !after;

function mark(marks: Map<Element, Mark>, changes: Changes, event: number): void {
  const added = [...changes.added, ...changes.replaced.map(({ new: element }) => element)];
  for (const element of added) Object.assign(markOf(marks, element), { kind: "added", event });
  for (const { element, name, before, after } of changes.attributes) {
    if (isLeftover(name, before, after)) continue;
    const { attributes } = markOf(marks, element);
    attributes.set(name, { before: attributes.get(name)?.before ?? before, event });
  }
  for (const element of changes.texts) markOf(marks, element).text = event;
}

/** A copy of a page as it is before anything happens to it, which can still be told what does. */
function copy({ document: { body } }: Page) {
  const clone = body.cloneNode(true) as Element;
  const copies = body.getElementsByTagName("*").length === clone.getElementsByTagName("*").length
    ? new Map<Element, Element>([[body, clone], ...pairs(body, clone)])
    : new Map<Element, Element>();
  const marks = new Map<Element, Mark>();
  return {
    body: clone,
    marks,
    gone(element: Element, event: number) {
      const copied = copies.get(element);
      if (copied) Object.assign(markOf(marks, copied), { kind: "removed", event });
    },
    changed({ attributes }: Changes, event: number) {
      for (const { element, name, before, after } of attributes) {
        const copied = copies.get(element);
        if (!copied?.hasAttribute(name) || isLeftover(name, before, after)) continue; // what comes later is not there yet
        markOf(marks, copied).attributes.set(name, { before, event });
      }
    },
  };
}

function* pairs(original: Element, clone: Element): Generator<[Element, Element]> {
  const clones = clone.getElementsByTagName("*");
  let index = 0;
  for (const element of original.getElementsByTagName("*")) yield [element, clones[index++]];
}
