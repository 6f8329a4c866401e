/**
 * Instructions to a document, as client 0.19.9 applies them.
 *
 * @module
 */

import { type Changes, watch } from "./changes.ts";
import { exceed, fail } from "./failure.ts";
import { parseHtml } from "./html.ts";
import type { Instruction, MergeMode } from "./instruction.ts";
import { morphElement, setAttribute } from "./morph.ts";
import type { StreamEvent } from "./parse.ts";
import { applyPlugins } from "./plugins.ts";
import { deletePaths, mergeStore, readSignalText, type Store } from "./store.ts";

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
  /** What was written to the console. */
  console: { mode: string; message: string }[];
  /** The number in the next id that the client gives to an element. */
  nextId: number;
  /** When to give up on an event. */
  limits: PageLimits;
}

/** When to give up on an event. */
export interface PageLimits {
  /** Elements inside each other in a fragment. Default: 512, as in Chromium. */
  maxDepth: number;
  /** Times that a root of one event meets a target. Default: 10,000. */
  maxMerges: number;
  /** Milliseconds that one event may take. Default: 10,000. */
  maxTime: number;
}

/** Takes a document in as the client does when it is loaded: all `data-*` attributes are applied. */
export function createPage(document: Document, initiator?: Element, limits: Partial<PageLimits> = {}): Page {
  const page: Page = {
    document,
    store: {},
    initiator: initiator ?? document.body,
    console: [],
    nextId: 0,
    limits: { maxDepth: 512, maxMerges: 10_000, maxTime: 10_000, ...limits },
  };
  // What makes a request has an attribute for it, and with it an id [APP-2].
  if (initiator && initiator.id === "") initiator.id = `ds--${page.nextId++}`;
  applyPlugins(page);
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
    try {
      transition();
    } catch (raised) {
      if (named(raised) instanceof RangeError) throw named(raised);
      page.console.push({ mode: "error", message: (raised as Error).message }); // [APP-15]
    }
  }
  for (const element of later.settling) element.classList.remove("datastar-swapping");
  const changes = tell(page.store, later.replaced);
  if (error instanceof RangeError) throw error;
  return { changes, error };
}

/** What a DOM throws, by the names of this harness. */
function named(error: unknown): Error {
  const { name, message } = error as Error;
  if (name === "InvalidCharacterError") return Object.assign(new Error(message), { name: "bad-html" });
  if (name === "HierarchyRequestError") return Object.assign(new Error(message), { name: "no-parent" });
  if (/call stack|too much recursion/i.test(message)) {
    return new RangeError("Cannot go on: elements or values lie too deep inside each other");
  }
  return error as Error;
}

function begin(page: Page, { instruction, error }: StreamEvent, later: Later): void {
  if (error) throw error;
  switch (instruction?.type) {
    case "fragment":
      return applyFragment(page, instruction, later);
    case "signal":
      return applySignal(page, instruction);
    case "delete":
      if ("selector" in instruction) {
        for (const element of select(page, instruction.selector)) element.remove();
      } else {
        page.store = deletePaths(page.store, instruction.paths);
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
    const read = readSignalText(store, page.store);
    if ("message" in read) throw new Error(read.message);
    page.store = mergeStore(page.store, read.patch, onlyIfMissing);
    applyPlugins(page);
  } catch (error) {
    if (error instanceof RangeError) throw error;
    page.console.push({ mode: "error", message: (error as Error).message });
  }
}

function applyFragment(page: Page, fragment: Extract<Instruction, { type: "fragment" }>, later: Later): void {
  const { maxMerges, maxTime } = page.limits;
  const deadline = performance.now() + maxTime;
  let merges = 0;
  const content = parseHtml(fragment.html, page.document.createElement("template"));
  checkDepth(content, page.limits.maxDepth);
  // [FRG-17, FRG-18] Text beside the roots is lost. Each root is applied for itself, and looks its targets up anew.
  for (const root of [...content.children]) {
    const selector = fragment.selector || `#${root.getAttribute("id")}`;
    const targets = selector === "self" ? [page.initiator] : select(page, selector);
    if (targets.length === 0) fail("no-target", `Nothing matches ${JSON.stringify(selector)}`);
    const apply = () => {
      // [MRG-22] Every target gets the same root: where it is put into the page, it moves on from target to target.
      for (const target of targets) {
        if (++merges > maxMerges) exceed("the number of merges in an event", String(maxMerges), "maxMerges");
        if (performance.now() > deadline) exceed("the time for an event", `${maxTime} ms`, "maxTime");
        target.classList.add("datastar-swapping"); // [APP-11]
        const merged = merge(fragment.merge, target, root);
        merged.classList.add("datastar-swapping");
        const placed = fragment.merge === "outer" ? root : merged;
        if (placed !== target) later.replaced.push({ old: target, new: placed });
        applyPlugins(page);
        later.settling.push(target, merged);
      }
    };
    if (later.transitions && fragment.viewTransition) later.transitions.push(apply);
    else apply();
  }
}

/** Applies a mode. Gives the element that the client then takes for the target. */
function merge(mode: MergeMode, target: Element, root: Element): Element {
  switch (mode) {
    case "morph":
      return morphElement(target, root);
    case "inner":
      contentOf(target).replaceChildren(parseHtml(root.innerHTML, target));
      return target;
    case "outer":
      target.replaceWith(root);
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
      for (const { name, value } of [...root.attributes]) setAttribute(target, name, value);
      return target;
  }
}

function contentOf(element: Element): ParentNode {
  return element.localName === "template" ? (element as HTMLTemplateElement).content : element;
}

function select(page: Page, selector: string): Element[] {
  try {
    return [...page.document.querySelectorAll(selector)];
  } catch {
    return fail("bad-selector", `${JSON.stringify(selector)} is no CSS selector`);
  }
}

/** Without recursion: it is what keeps others from too much of it. */
function checkDepth(top: Node, maxDepth: number): void {
  const open: [Node, number][] = [[top, 0]];
  while (open.length > 0) {
    const [node, depth] = open.pop()!;
    if (depth > maxDepth) exceed("the depth of a fragment", `${maxDepth} elements`, "maxDepth");
    for (const child of node.childNodes) if (child.nodeType === 1) open.push([child, depth + 1]);
  }
}
