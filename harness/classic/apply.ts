/**
 * Applies instructions to a document, as client 0.19.9 does.
 *
 * @module
 */

import { ClientError } from "../client_error.ts";
import { type Changes, observeChanges } from "../dom/changes.ts";
import { isHtml, parseHtml, separateTemplates } from "../dom/html.ts";
import { writeHtml } from "../dom/serializer.ts";
import type { Found } from "../dom/selector.ts";
import { createBudget, elementSize, type PageLimits, quoteText, toLimitError } from "../limits.ts";
import { applyPlugins, mergePatch, selectElements, undoPlugins } from "./attributes.ts";
import { errorClauses, raise } from "./errors.ts";
import type { InstructionOf, MergeMode } from "./instruction.ts";
import { morphElement, setAttribute } from "./morph.ts";
import type { StreamEvent } from "./reading.ts";
import { deletePaths, readSignalText } from "./signals.ts";
import {
  type ClientState,
  type ConsoleMessage,
  doLater,
  failStore,
  recordUnevaluated,
  signalsForOthers,
  signalsOf,
} from "./state.ts";

/** The effect of one event, or of several that arrived at once. */
export interface Effect {
  /** The net changes of the document and of the signals. */
  changes: Changes;
  /** For each root of a fragment, and for each selector of a delete, the elements that it met. */
  targets: Element[][];
  /** Whether the client may have met more elements, by the state of a window, as for `:focus`. */
  mayBeMore: boolean;
  /** Whether the signals are not known: only running a text of this or of an earlier event would tell them. */
  isStoreUnknown: boolean;
  /** The errors that the client threw. What was done before stays done [APP-16]. */
  errors: ClientError[];
  /** The messages that were written to the console. */
  console: ConsoleMessage[];
  /** The URL to which the event sent the browser. */
  location?: string;
  /** Whether the client reads no further in this stream [APP-16]. */
  ended: boolean;
}

/** The state of events that arrived at once, until all are applied. */
interface Progress {
  onTargets: (targets: Element[]) => void;
  /** Merges that wait for their view transition; undefined where the browser has no transitions. */
  transitions?: (() => void)[];
  /** Elements whose classes go once the time to settle is over. */
  settling: Element[];
  replaced: Changes["replaced"];
  targets: Element[][];
  mayBeMore: boolean;
}

/** Starts the client on a document: applies all `data-*` attributes [APP-1]. */
export function startClient(document: Document, initiator?: Element, limits?: Partial<PageLimits>): ClientState {
  const state: ClientState = {
    document,
    store: { _dsPlugins: {} },
    isStoreUnknown: false,
    initiator: initiator ?? document.body,
    console: [],
    unevaluated: [],
    removals: new Map(),
    plainParts: new Set(),
    later: [],
    sharedChanges: new Map(),
    nextId: 0,
    budget: createBudget(limits),
  };
  // The element that makes a request has an attribute for it, and so an id [APP-2].
  if (initiator && initiator.id === "") initiator.id = `ds--${state.nextId++}`;
  try {
    separateTemplates(document);
    applyPlugins(state);
  } catch (error) {
    throw toClientError(error);
  }
  doLater(state);
  return state;
}

/** Options for applying events. */
export interface ApplyOptions {
  /** Whether the browser has view transitions [APP-13 to APP-15]. Default: false. */
  viewTransitions?: boolean;
  /** Called with the elements that a root or a selector meets, before anything happens to them. */
  onTargets?: (targets: Element[]) => void;
}

/**
 * Applies events that arrive at once, as in one chunk: classes and view transitions of the first are still there when
 * the last comes. Stops at the first error, as the client does.
 *
 * @throws {RangeError} If an event exceeds a limit.
 */
export function applyToClient(
  state: ClientState,
  events: Iterable<StreamEvent>,
  { viewTransitions = false, onTargets = () => {} }: ApplyOptions = {},
): Effect {
  const progress: Progress = {
    onTargets,
    transitions: viewTransitions ? [] : undefined,
    settling: [],
    replaced: [],
    targets: [],
    mayBeMore: false,
  };
  const written = state.console.length;
  const { location } = state;
  state.location = undefined;
  const endObserving = observeChanges(state.document, signalsForOthers(state));
  let error: ClientError | undefined;
  let fault: unknown; // a limit that is exceeded, or a fault of the document
  try {
    error = catchClientError(() => {
      for (const event of events) applyInstruction(state, event, progress);
    });
    doLater(state);
    for (const transition of progress.transitions ?? []) {
      const failure = catchClientError(transition);
      doLater(state);
      if (failure) state.console.push({ mode: "error", message: failure.message, own: true }); // [APP-15]
    }
  } catch (thrown) {
    fault = thrown;
  }
  for (const element of progress.settling) element.classList.remove("datastar-swapping");
  let changes: Changes;
  try {
    changes = endObserving(signalsForOthers(state), progress.replaced); // in any case, since it ends the observation
  } catch (thrown) {
    throw fault ?? toClientError(thrown);
  }
  if (fault) throw fault;
  const moved = state.location;
  state.location ??= location;
  return {
    changes,
    targets: progress.targets,
    mayBeMore: progress.mayBeMore,
    isStoreUnknown: state.isStoreUnknown,
    errors: error ? [error] : [],
    console: state.console.slice(written),
    location: moved,
    ended: error !== undefined,
  };
}

/** Does some work. Returns the error that the client would throw. */
function catchClientError(work: () => void): ClientError | undefined {
  try {
    work();
  } catch (thrown) {
    const error = toClientError(thrown);
    if (error instanceof ClientError) return error;
    throw error;
  }
}

/** Errors of a DOM that are the client's too, as such. All others are faults of the document or of the harness. */
function toClientError(error: unknown): Error {
  const { name, message } = error as Error;
  if (name === "InvalidCharacterError") return new ClientError("bad-html", errorClauses["bad-html"], message);
  if (name === "HierarchyRequestError") return new ClientError("no-parent", errorClauses["no-parent"], message);
  return toLimitError(error as Error, "elements or values are");
}

function applyInstruction(state: ClientState, { instruction, error }: StreamEvent, progress: Progress): void {
  if (error) throw error;
  state.budget = createBudget(state.budget);
  switch (instruction?.type) {
    case "fragment":
      return applyFragment(state, instruction, progress);
    case "signal":
      return applySignal(state, instruction);
    case "delete":
      if ("selector" in instruction) {
        const found = selectElements(state, instruction.selector);
        meetTargets(progress, found);
        for (const element of found.elements) element.remove();
      } else {
        applyDelete(state, instruction.paths);
      }
      return;
    case "redirect":
      state.location = resolveUrl(instruction.url);
      return;
    case "console":
      state.console.push({ mode: instruction.mode, message: instruction.message });
  }
}

/** [DEL-4 to DEL-8, DEL-10] */
function applyDelete(state: ClientState, paths: string[]): void {
  try {
    state.store = deletePaths(state.store, paths, state.sharedChanges, state.budget);
    state.plainParts.clear();
  } catch (error) {
    if (!(error instanceof ClientError && state.isStoreUnknown)) throw error;
    recordUnevaluated(state, "datastar-delete", paths.join(" ")); // in the client's store there may be such a path
  }
  applyPlugins(state);
}

/** [RED-1] The address that `location.href` has after the assignment. One that is relative stays so. */
function resolveUrl(url: string): string {
  if (!URL.canParse(url, "http://localhost/")) {
    // Chromium takes spaces in the name of a host, which the standard forbids.
    const spaceless = url.replace(/^\s*https?:\/\/[^/?#]*/i, (start) => start.replaceAll(" ", "-space-"));
    const resolved = URL.parse(spaceless)?.href.replaceAll("-space-", "%20");
    return resolved ?? raise("bad-url", `${quoteText(url)} is not an address`);
  }
  if (/^\s*https?:[^/\\]/i.test(url)) return url; // `http:x` is relative to a page of the same scheme
  return URL.parse(url)?.href ?? url;
}

/** [SIG-5, SIG-9] The client catches every error here, and writes it to the console. */
function applySignal(state: ClientState, { store, onlyIfMissing }: InstructionOf<"signal">): void {
  try {
    const read = readSignalText(store, signalsOf(state), state.budget);
    if ("message" in read) return failStore(state, "datastar-signal", store, read);
    mergePatch(state, read.patch, onlyIfMissing);
    applyPlugins(state);
  } catch (error) {
    if (error instanceof RangeError) throw error;
    state.console.push({ mode: "error", message: (error as Error).message, own: true });
  }
}

function applyFragment(state: ClientState, fragment: InstructionOf<"fragment">, progress: Progress): void {
  const { budget, document } = state;
  let elements = document.getElementsByTagName("*").length;
  const addElements = (more: number) => budget.checkSize("a page with this fragment", (elements += more) * elementSize);
  // Parsing it may be too much already. Most elements have two tags.
  const tags = countTags(fragment.html) / 2;
  addElements(tags);
  const content = parseHtml(fragment.html, document.createElement("template"));
  addElements(countElements(content, state) - tags);
  // [FRG-17, FRG-18] Text beside the roots is lost. Each root finds its targets when its turn comes.
  for (const root of [...content.children]) {
    const selector = fragment.selector || `#${root.getAttribute("id")}`;
    const found = selector === "self"
      ? { elements: [state.initiator], mayBeMore: false }
      : selectElements(state, selector);
    const targets = found.elements;
    meetTargets(progress, found);
    if (targets.length === 0 && !found.mayBeMore) raise("no-target", `Nothing matches ${quoteText(selector)}`);
    const apply = () => {
      state.budget = budget;
      // [MRG-22] Every target gets the same root: where it is put into the page, it moves on from target to target.
      for (const target of targets) {
        budget.checkTime();
        if (fragment.merge === "inner") addElements(root.getElementsByTagName("*").length);
        target.classList.add("datastar-swapping"); // [APP-11]
        const merged = merge(fragment.merge, target, root, state);
        undoPlugins(state, merged);
        merged.classList.add("datastar-swapping");
        const placed = fragment.merge === "outer" ? root : merged;
        if (placed !== target) progress.replaced.push({ old: target, new: placed });
        applyPlugins(state);
        progress.settling.push(target, merged);
      }
    };
    if (progress.transitions && fragment.viewTransition) progress.transitions.push(() => budget.run(apply));
    else apply();
  }
}

function meetTargets(progress: Progress, { elements, mayBeMore }: Found): void {
  progress.targets.push(elements);
  progress.mayBeMore ||= mayBeMore;
  progress.onTargets(elements);
}

/** Merges a root into a target. Returns the element that the client then treats as the target. */
function merge(mode: MergeMode, target: Element, root: Element, state: ClientState): Element {
  const { budget } = state;
  switch (mode) {
    case "morph":
      return morphElement(target, root, budget, (removed) => undoPlugins(state, removed));
    case "inner":
      // The root is in a document without scripting.
      contentOf(target).replaceChildren(parseHtml(writeHtml(root, false), target));
      return target;
    case "outer":
      if (target === target.ownerDocument.documentElement) {
        target.remove(); // first: happy-dom never allows two, not even for a moment
        target.ownerDocument.append(root);
      } else {
        target.replaceWith(root);
      }
      return target;
    case "before":
    case "after":
      if (target === target.ownerDocument.documentElement) {
        raise("no-parent", `The client cannot insert anything ${mode} <html>`); // [MRG-26]
      }
      target[mode](root);
      return target;
    case "prepend":
    case "append":
      target[mode](root);
      return target;
    case "upsert_attributes":
      for (const { name, value } of [...root.attributes]) {
        budget.checkTime();
        setAttribute(target, name, value);
      }
      return target;
  }
}

function contentOf(element: Element): ParentNode {
  return isHtml(element, "template") ? (element as HTMLTemplateElement).content : element;
}

function countTags(html: string): number {
  let tags = 0;
  for (let i = html.indexOf("<"); i >= 0; i = html.indexOf("<", i + 1)) tags++;
  return tags;
}

/** Counts the elements of a fragment and checks their depth, without recursion. */
function countElements(top: Node, { budget }: ClientState): number {
  let elements = 0;
  const open: [Node, number][] = [[top, 0]];
  while (open.length > 0) {
    const [node, depth] = open.pop()!;
    budget.checkTime();
    budget.checkSize("a fragment", 0, depth);
    for (const child of node.childNodes) {
      if (child.nodeType !== 1) continue;
      elements++;
      open.push([child, depth + 1]);
    }
  }
  return elements;
}
