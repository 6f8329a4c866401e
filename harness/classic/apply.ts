/**
 * Instructions to a document, as client 0.19.9 applies them.
 *
 * @module
 */

import { type Changes, watch } from "../dom/changes.ts";
import { type Budget, createBudget, exceed, fail, isStackOverflow, quote } from "./failure.ts";
import { parseHtml } from "../dom/html.ts";
import type { Instruction, MergeMode } from "./instruction.ts";
import { morphElement, setAttribute } from "./morph.ts";
import type { StreamEvent } from "../sse/parse.ts";
import { applyPlugins, find, mergePatch, note } from "./attributes.ts";
import { deletePaths, readSignalText, type Store } from "./signals.ts";

/** A page as the client has it. */
export interface Page {
  /** The document that fragments are merged into. */
  document: Document;
  /** The signals by name. */
  store: Store;
  /** The element whose action made the request: the target of the selector `self`. By default the body. */
  initiator: Element;
  /** Where the last redirect pointed to. */
  location?: string;
  /** What was written to the console. `own` is what the client says by itself, in other words than the harness. */
  console: { mode: string; message: string; own?: true }[];
  /**
   * What the client does and the harness does not, since code of the page would have to run for it: attributes such as
   * `data-text="document.title"`, and the text of a signal, each once. If there is none, the client makes the same of
   * the page.
   */
  notRun: string[];
  /** What the client keeps in the store for itself. */
  own: {
    /** Elements whose `data-ref` was applied. */
    references: Set<Element>;
    /** Whether a server has removed `_dsPlugins` [STO-19]. */
    lost: boolean;
  };
  /** The number in the next id that the client gives to an element. */
  nextId: number;
  /** When to give up on an event. */
  limits: PageLimits;
  /** What the event that is being applied may still cost. */
  budget: Budget;
}

/** When to give up on an event. */
export interface PageLimits {
  /** Elements inside each other in a fragment, as well as values in the store. Default: 512, as Chromium's elements. */
  maxDepth: number;
  /** Times that a root of one event meets a target. Default: 10,000. */
  maxMerges: number;
  /** Milliseconds that one event may take. What a DOM does at once is not broken off. Default: 10,000. */
  maxTime: number;
  /** Elements that the page and a fragment for it may have together. Default: 100,000. */
  maxElements: number;
  /** Characters that an expression may have, and what the client makes of it. Default: 1 Mi. */
  maxExpression: number;
  /** Characters and values that the store may have, or a value on its way to it. Default: 4 Mi. */
  maxStore: number;
  /** Steps that it may take a DOM to find what a selector matches, by a careful estimate. Default: 10,000,000. */
  maxSteps: number;
  /** Expressions that are noted because they were not run. Default: 100. */
  maxNotRun: number;
}

const defaultLimits: PageLimits = {
  maxDepth: 512,
  maxMerges: 10_000,
  maxTime: 10_000,
  maxElements: 100_000,
  maxExpression: 1024 * 1024,
  maxStore: 4 * 1024 * 1024,
  maxSteps: 10_000_000,
  maxNotRun: 100,
};

/**
 * Takes a document in as the client does when it is loaded: all `data-*` attributes are applied.
 *
 * @throws {Error} Where the client raises, with a `FailureName` for a name.
 * @throws {RangeError} If the document goes over a limit.
 */
export function createPage(document: Document, initiator?: Element, options: Partial<PageLimits> = {}): Page {
  const limits = { ...defaultLimits, ...options };
  const page: Page = {
    document,
    store: {},
    initiator: initiator ?? document.body,
    console: [],
    notRun: [],
    own: { references: new Set(), lost: false },
    nextId: 0,
    limits,
    budget: createBudget(limits),
  };
  // What makes a request has an attribute for it, and with it an id [APP-2].
  if (initiator && initiator.id === "") initiator.id = `ds--${page.nextId++}`;
  try {
    applyPlugins(page);
  } catch (raised) {
    throw named(raised);
  }
  return page;
}

/** What one event, or several that came at once, have done. */
export interface Outcome {
  /** What is another now. */
  changes: Changes;
  /** What the client has raised. Its name is a `FailureName`. What was done before stays done [APP-16]. */
  error?: Error;
}

/** What is done later than an event: once its view transition lets it, and once the time to settle is over. */
interface Later {
  transitions?: (() => void)[];
  settling: Element[];
  replaced: Changes["replaced"];
}

/**
 * Applies one event to a page, as if nothing came after it until all has settled. Ignores what the client ignores.
 *
 * @returns What has changed.
 * @throws {Error} Where the client raises, with a `FailureName` for a name.
 * @throws {RangeError} If the event goes over a limit of the page.
 */
export function applyEvent(page: Page, event: StreamEvent): Changes {
  const { changes, error } = applyEvents(page, [event]);
  if (error) throw error;
  return changes;
}

/**
 * Applies events that arrive at once, as in one chunk: classes and view transitions of the first are still there when
 * the last comes. Ends at the first that raises, as the client does.
 *
 * @param viewTransitions Whether the browser has them [APP-13 to APP-15]. Default: false.
 */
export function applyEvents(
  page: Page,
  events: Iterable<StreamEvent>,
  { viewTransitions = false }: { viewTransitions?: boolean } = {},
): Outcome {
  const later: Later = { transitions: viewTransitions ? [] : undefined, settling: [], replaced: [] };
  const tell = watch(page.document, page.store);
  let error: Error | undefined;
  try {
    for (const event of events) begin(page, event, later);
  } catch (raised) {
    error = named(raised);
  }
  for (const transition of later.transitions ?? []) {
    if (error instanceof RangeError) break;
    try {
      transition();
    } catch (raised) {
      const { message } = named(raised);
      if (named(raised) instanceof RangeError) error = named(raised);
      else page.console.push({ mode: "error", message, own: true }); // [APP-15]
    }
  }
  for (const element of later.settling) element.classList.remove("datastar-swapping");
  try {
    const changes = tell(page.store, later.replaced); // in any case: it ends the watch
    if (!(error instanceof RangeError)) return { changes, error };
  } catch (raised) {
    throw named(error ?? raised);
  }
  throw error;
}

/** What a DOM throws, by the names of this harness. */
function named(error: unknown): Error {
  const { name, message } = error as Error;
  if (name === "InvalidCharacterError") return Object.assign(new Error(message), { name: "bad-html" });
  if (name === "HierarchyRequestError") return Object.assign(new Error(message), { name: "no-parent" });
  if (isStackOverflow(error as Error)) {
    return new RangeError("Cannot go on: elements or values lie too deep inside each other");
  }
  return error as Error;
}

function begin(page: Page, { instruction, error }: StreamEvent, later: Later): void {
  if (error) throw error;
  page.budget = createBudget(page.limits);
  switch (instruction?.type) {
    case "fragment":
      return applyFragment(page, instruction, later);
    case "signal":
      return applySignal(page, instruction);
    case "delete":
      if ("selector" in instruction) {
        for (const element of select(page, instruction.selector)) element.remove();
      } else {
        page.store = deletePaths(page.store, instruction.paths, page.budget);
        if (instruction.paths.includes("_dsPlugins")) page.own.lost = true;
        applyPlugins(page);
      }
      return;
    case "redirect":
      page.location = instruction.url;
      return;
    case "console":
      page.console.push({ mode: instruction.mode, message: instruction.message });
  }
}

/** [SIG-5, SIG-9] Whatever is wrong here the client catches, and writes to the console. */
function applySignal(page: Page, { store, onlyIfMissing }: Extract<Instruction, { type: "signal" }>): void {
  try {
    const read = readSignalText(store, page.store, page.budget);
    if ("message" in read) {
      if (read.unknown) note(page, "datastar-signal", store);
      throw new Error(read.message);
    }
    mergePatch(page, read.patch, onlyIfMissing);
    applyPlugins(page);
  } catch (error) {
    if (error instanceof RangeError) throw error;
    page.console.push({ mode: "error", message: (error as Error).message, own: true });
  }
}

function applyFragment(page: Page, fragment: Extract<Instruction, { type: "fragment" }>, later: Later): void {
  const { maxMerges, maxElements } = page.limits;
  const { budget } = page;
  let merges = 0;
  let elements = countElements(page.document);
  const add = (more: number) => {
    elements += more;
    if (elements > maxElements) exceed("a page with this fragment", `${maxElements} elements`, "maxElements");
  };
  // To parse it may be too much already. Most elements have two tags.
  const tags = countTags(fragment.html) / 2;
  add(tags);
  const content = parseHtml(fragment.html, page.document.createElement("template"));
  add(checkDepth(content, page.limits.maxDepth, budget) - tags);
  // [FRG-17, FRG-18] Text beside the roots is lost. Each root is applied for itself, and looks its targets up anew.
  for (const root of [...content.children]) {
    const selector = fragment.selector || `#${root.getAttribute("id")}`;
    const targets = selector === "self" ? [page.initiator] : select(page, selector);
    if (targets.length === 0) fail("no-target", `Nothing matches ${quote(selector)}`);
    const apply = () => {
      page.budget = budget;
      // [MRG-22] Every target gets the same root: where it is put into the page, it moves on from target to target.
      for (const target of targets) {
        if (++merges > maxMerges) exceed("the number of merges in an event", String(maxMerges), "maxMerges");
        budget.tick();
        if (fragment.merge === "inner") add(countElements(root));
        target.classList.add("datastar-swapping"); // [APP-11]
        const merged = merge(fragment.merge, target, root, budget);
        merged.classList.add("datastar-swapping");
        const placed = fragment.merge === "outer" ? root : merged;
        if (placed !== target) later.replaced.push({ old: target, new: placed });
        applyPlugins(page);
        later.settling.push(target, merged);
      }
    };
    if (later.transitions && fragment.viewTransition) later.transitions.push(() => budget.run(apply));
    else apply();
  }
}

/** Applies a mode. Gives the element that the client then takes for the target. */
function merge(mode: MergeMode, target: Element, root: Element, budget: Budget): Element {
  switch (mode) {
    case "morph":
      return morphElement(target, root, budget);
    case "inner":
      contentOf(target).replaceChildren(parseHtml(root.innerHTML, target));
      return target;
    case "outer":
      if (target === target.ownerDocument.documentElement) {
        target.remove(); // first: happy-dom takes no second one, not even for a moment
        target.ownerDocument.append(root);
      } else {
        target.replaceWith(root);
      }
      return target;
    case "before":
    case "after":
      if (target === target.ownerDocument.documentElement) fail("no-parent", `Nothing can stand ${mode} <html>`); // [MRG-26]
      target[mode](root);
      return target;
    case "prepend":
    case "append":
      target[mode](root);
      return target;
    case "upsert_attributes":
      for (const { name, value } of [...root.attributes]) {
        budget.tick();
        setAttribute(target, name, value);
      }
      return target;
  }
}

function contentOf(element: Element): ParentNode {
  return element.localName === "template" ? (element as HTMLTemplateElement).content : element;
}

function select(page: Page, selector: string): Element[] {
  return find(page, selector) ?? fail("bad-selector", `${quote(selector)} is no CSS selector`);
}

function countElements(parent: Document | Element): number {
  return parent.getElementsByTagName("*").length;
}

function countTags(html: string): number {
  let tags = 0;
  for (let i = html.indexOf("<"); i >= 0; i = html.indexOf("<", i + 1)) tags++;
  return tags;
}

/** Counts elements. Without recursion: it is what keeps others from too much of it. */
function checkDepth(top: Node, maxDepth: number, { tick }: Budget): number {
  let elements = 0;
  const open: [Node, number][] = [[top, 0]];
  while (open.length > 0) {
    const [node, depth] = open.pop()!;
    tick();
    if (depth > maxDepth) exceed("the depth of a fragment", `${maxDepth} elements`, "maxDepth");
    for (const child of node.childNodes) {
      if (child.nodeType !== 1) continue;
      elements++;
      open.push([child, depth + 1]);
    }
  }
  return elements;
}
