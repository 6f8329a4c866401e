/**
 * Applies instructions to a document, as the clients 1.0.x do.
 *
 * @module
 */

import { ClientError } from "../client_error.ts";
import { type Changes, observeChanges } from "../dom/changes.ts";
import { createScript, isHtml, separateTemplates } from "../dom/html.ts";
import { findInDocument, type Found } from "../dom/selector.ts";
import { createBudget, type PageLimits, quoteText, toLimitError } from "../limits.ts";
import { Attributes } from "./attributes.ts";
import { pagePartsOf, parseElements } from "./content.ts";
import { clientError, type ErrorCode, raise } from "./errors.ts";
import { readSignals } from "./expression.ts";
import type { ElementsInstruction, PatchMode, SignalsInstruction } from "./instruction.ts";
import { morph } from "./morph.ts";
import { AttributeObserver } from "./observer.ts";
import type { StreamEvent } from "./reading.ts";
import { mergePatch, Signals, toRequest } from "./signals.ts";
import { type ClientState, recordUnevaluated } from "./state.ts";

/** The effect of one event, or of several that arrived at once. */
export interface Effect {
  /** The net changes of the document and of the signals that a request carries. */
  changes: Changes;
  /** For each root without a selector, and for each selector, the elements that it met. */
  targets: Element[][];
  /** Whether the client may have met more elements, by the state of a window, as for `:focus`. */
  mayBeMore: boolean;
  /** Whether the signals are not known: only running a text of this or of an earlier event would tell them. */
  isStoreUnknown: boolean;
  /** The errors that the client reported. Each takes away one event, or the attributes that come after it [V1-APP-5]. */
  errors: ClientError<ErrorCode>[];
  /** The warnings that the client wrote: each root or selector without a target [PEL-12]. */
  warnings: ClientError<ErrorCode>[];
  /** The number of script runs [PEL-24]. */
  scriptRuns: number;
  /** Whether the client stops reading and sends the request again [V1-SSE-21]. */
  ended: boolean;
}

/** Options for applying events. */
export interface ApplyOptions {
  /** Whether the browser has view transitions [PEL-25]. Default: false. */
  viewTransitions?: boolean;
  /** Called with the elements that a root or a selector meets, before anything happens to them. */
  onTargets?: (targets: Element[]) => void;
}

/** The state of events that arrived at once, until all are applied. */
interface Progress {
  onTargets: (targets: Element[]) => void;
  /** Patches that wait for their view transition; undefined where the browser has no transitions. */
  transitions?: (() => void)[];
  targets: Element[][];
  mayBeMore: boolean;
}

/** Starts the client on a document: applies all `data-*` attributes [V1-APP-1]. */
export function startClient(document: Document, limits?: Partial<PageLimits>): ClientState {
  separateTemplates(document);
  const state: ClientState = {
    document,
    signals: new Signals(),
    isStoreUnknown: false,
    errors: [],
    warnings: [],
    unevaluated: [],
    observer: new AttributeObserver(document),
    knownScripts: new WeakSet(document.querySelectorAll("script")),
    scriptRuns: 0,
    budget: createBudget(limits),
  };
  guard(state, () => new Attributes(state).start());
  settle(state);
  return state;
}

/** Does some work. Keeps the error that the client reports. */
function guard(state: ClientState, work: () => void): void {
  try {
    work();
  } catch (thrown) {
    const error = toClientError(thrown);
    if (!(error instanceof ClientError)) throw error;
    state.errors.push(error);
    if (error.code === "failed-expression" && state.signals.hasFailedEffect) {
      recordUnevaluated(state, "effects", error.message);
    }
  }
}

/** Errors of a DOM that are the client's too, as such. All others are faults of the document or of the harness. */
function toClientError(error: unknown): Error {
  const { name, message } = error as Error;
  if (name === "InvalidCharacterError") return clientError("bad-html", message);
  // happy-dom throws a plain error for an element or a text beside <html>.
  if (
    name === "HierarchyRequestError" || /Only one element on document|inside nodes of type '#document'/.test(message)
  ) {
    return clientError("no-parent", message);
  }
  return toLimitError(error as Error, "elements or values are");
}

/** Applies the attributes of what has come, and ends those of what has gone. */
function settle(state: ClientState): void {
  state.observer.deliver((work) => {
    state.budget.checkTime();
    guard(state, work);
  });
}

/**
 * Applies events that arrive at once, as in one chunk. An error takes away one event; the next ones are applied.
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
    targets: [],
    mayBeMore: false,
  };
  const [errors, warnings, scripts] = [state.errors.length, state.warnings.length, state.scriptRuns];
  const endObserving = observeChanges(state.document, toRequest(state.signals));
  let ended = false;
  let fault: unknown; // a limit that is exceeded, or a fault of the document
  try {
    for (const event of events) {
      guard(state, () => applyEvent(state, event, progress));
      ended = event.error?.code === "reserved-key"; // [V1-SSE-21] the rest of the chunk is lost
      if (ended) break;
    }
    settle(state);
    for (const transition of progress.transitions ?? []) {
      guard(state, transition);
      settle(state);
    }
  } catch (thrown) {
    fault = thrown;
  }
  const changes = endObserving(toRequest(state.signals), []); // in any case, since it ends the observation
  if (fault) throw fault;
  return {
    changes,
    targets: progress.targets,
    mayBeMore: progress.mayBeMore,
    isStoreUnknown: state.isStoreUnknown,
    errors: state.errors.slice(errors),
    warnings: state.warnings.slice(warnings),
    scriptRuns: state.scriptRuns - scripts,
    ended,
  };
}

function applyEvent(state: ClientState, { instruction, error }: StreamEvent, progress: Progress): void {
  if (error) throw error;
  state.budget = createBudget(state.budget);
  if (instruction?.type === "signals") return applySignals(state, instruction);
  if (instruction?.type !== "elements") return;
  if (!progress.transitions || !instruction.useViewTransition) return applyElements(state, instruction, progress);
  const { viewTransitionSelector } = instruction;
  if (viewTransitionSelector !== "") find(state, viewTransitionSelector); // [PEL-26] an invalid one throws
  const { budget } = state;
  progress.transitions.push(() => {
    state.budget = budget;
    budget.run(() => applyElements(state, instruction, progress));
  });
}

/** [PSG-2, PSG-3] */
function applySignals(state: ClientState, { signals, onlyIfMissing }: SignalsInstruction): void {
  mergePatch(state.signals, readPatch(state, signals), onlyIfMissing, state.budget);
}

function readPatch(state: ClientState, text: string): unknown {
  const { kind, value } = readSignals(text, state.budget);
  if (kind !== "unknown") return value;
  state.isStoreUnknown = true;
  recordUnevaluated(state, "datastar-patch-signals", text);
  return {};
}

function applyElements(state: ClientState, instruction: ElementsInstruction, progress: Progress): void {
  const { document, budget } = state;
  const { selector, mode, elements = "" } = instruction;
  budget.checkSize("a patch", elements.length);
  const content = parseElements(instruction, document);
  const patch: Patch = { mode, isPage: pagePartsOf(elements).length > 0 };
  if (selector === "" && (mode === "outer" || mode === "replace")) {
    // [PEL-10] Text beside the roots is lost.
    for (const root of [...content.children]) {
      const target = findTarget(state, root);
      meetTargets(progress, target ? [target] : []);
      if (target) applyPatch(state, patch, target, root);
      else warn(state, `Nothing has the id ${quoteText(root.id)}`);
    }
    return;
  }
  const found = find(state, selector);
  meetTargets(progress, found.elements);
  progress.mayBeMore ||= found.mayBeMore;
  if (found.elements.length === 0 && !found.mayBeMore) warn(state, `Nothing matches ${quoteText(selector)}`);
  for (const [i, target] of found.elements.entries()) {
    budget.checkTime();
    applyPatch(state, patch, target, i === 0 ? content : parseElements(instruction, document)); // [PEL-13]
  }
}

/** [PEL-12] */
function warn(state: ClientState, message: string): void {
  state.warnings.push(clientError("no-target", message));
}

function meetTargets(progress: Progress, targets: Element[]): void {
  progress.targets.push(targets);
  progress.onTargets(targets);
}

/** Finds the target of a root without a selector [PEL-10, PEL-11]. */
function findTarget({ document }: ClientState, root: Element): Element | undefined {
  if (!isHtml(root, "html", "head", "body")) return findById(document, root.id);
  const part = root.localName === "html"
    ? document.documentElement
    : root.localName === "head"
    ? document.head
    : document.body;
  return part ?? raise("no-parent", `The page has no <${root.localName}> any more`);
}

/** Finds the first element of a document with an id. */
function findById(document: Document, id: string): Element | undefined {
  if (id === "" || !document.getElementById(id)) return undefined;
  // happy-dom keeps elements of the same id in the order in which they came.
  return [...document.getElementsByTagName("*")].find((element) => element.id === id);
}

function find({ document, budget }: ClientState, selector: string): Found {
  return findInDocument(document, selector, budget) ??
    raise("bad-selector", `${quoteText(selector)} is not a selector`);
}

/** The way in which targets are patched. */
interface Patch {
  mode: PatchMode;
  /** Whether the elements are parsed as a page. The parser marks scripts as run then: only the client's copies run. */
  isPage: boolean;
}

/** Patches one target [PEL-15 to PEL-21]. */
function applyPatch(
  state: ClientState,
  { mode, isPage }: Patch,
  target: Element,
  content: DocumentFragment | Element,
): void {
  switch (mode) {
    case "remove":
      return target.remove();
    case "outer":
    case "inner":
      morph(target, content, mode, {
        budget: state.budget,
        findById: (id) => findById(state.document, id),
        onInsert: (node) => {
          if (!isPage) runScripts(state, node);
        },
      });
      return remakeScripts(state, target, true);
    case "replace":
      remakeScripts(state, content, false);
      return insert(state, content, (nodes) => target.replaceWith(...nodes));
    default:
      remakeScripts(state, content, false);
      return insert(state, content, (nodes) => target[mode](...nodes));
  }
}

function insert(state: ClientState, content: DocumentFragment | Element, place: (nodes: Node[]) => void): void {
  const nodes = content.nodeType === 11 ? [...content.childNodes] : [content];
  place(nodes);
  for (const node of nodes) runScripts(state, node);
}

/** The text that the client gives to a script when it recreates one of SVG, which has no property `text`. */
const textOfSvgScript = "undefined";

/** [PEL-24] Replaces scripts that the client has not seen by new ones, which run where they are in the page. */
function remakeScripts(state: ClientState, top: DocumentFragment | Element, isInPage: boolean): void {
  const scripts = isHtml(top as Element, "script") ? [top as Element] : [...top.querySelectorAll("script")];
  for (const old of scripts) {
    if (state.knownScripts.has(old)) continue;
    const script = createScript(state.document);
    for (const { name, value } of [...old.attributes]) script.setAttribute(name, value);
    script.textContent = isHtml(old) ? old.textContent : textOfSvgScript;
    old.replaceWith(script);
    state.knownScripts.add(script);
    if (isInPage) runScripts(state, script);
  }
}

/** Counts the scripts that a browser runs when a node comes into the page. */
function runScripts(state: ClientState, node: Node): void {
  if (node.nodeType !== 1 || !node.isConnected) return;
  const top = node as Element;
  const scripts = top.localName === "script" ? [top] : [...top.querySelectorAll("script")];
  state.scriptRuns += scripts.filter(isRunnable).length;
}

const scriptType =
  /^(|module|(text|application)\/(x-)?(java|ecma)script|text\/(javascript1\.[0-5]|jscript|livescript))$/i;

function isRunnable(script: Element): boolean {
  const type = script.getAttribute("type") ?? "";
  const hasCode = !["", textOfSvgScript].includes(script.textContent ?? "") || script.hasAttribute("src");
  return hasCode && scriptType.test(type.trim());
}
