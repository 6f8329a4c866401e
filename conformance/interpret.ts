/**
 * Interprets recorded streams: reads their events, and applies these to a page. The result is data for the checks.
 *
 * @module
 */

import {
  applyEvents,
  type ByteRange,
  type Changes,
  createPage,
  type Page,
  readStream,
  type Store,
  type StreamEvent,
  writePage,
} from "../harness/mod.ts";
import { Window } from "happy-dom"; // the document that events are applied to
import { attributeOf, type Markup, parseMarkup } from "./markup.ts";
import type { Exchange } from "./recording.ts";

/** The effect of an event on the page. */
export interface Effect {
  /** The error that the client raises. */
  error?: { name: string; message: string };
  /** Whether the document or the store changed. */
  changed: boolean;
  /** For each root of a fragment: how many elements its selector finds before the event. */
  targets: number[];
  /** Whether targets of one root are inside each other. */
  nested: boolean;
  /** Whether the target `self` is no longer in the page. */
  detached: boolean;
  /** Whether `<html>` is a target. */
  wholePage: boolean;
  /** Start tags of targets with `data-text`: the client writes their content. */
  ownText: string[];
  /** Start tags of targets that had content before, and are empty or gone afterwards. */
  emptied: string[];
  /** Start tags of elements that are gone although the instruction neither replaces nor removes them. */
  lost: string[];
  /** Ids that are in the page more than once, and were not before. */
  doubled: string[];
  /** Signals that are gone. */
  lostSignals: string[];
  /** Paths that are removed although an attribute of the page uses them. */
  usedPaths: { path: string; attribute: string }[];
  /** Paths that are removed although a part before the last one is missing. */
  lonePaths: string[];
  /** Changed attributes of elements that were there before: a selector for the element, the name, and both values. */
  attributes: { element: string; name: string; before: string | null; after: string | null }[];
  /** Messages that the client wrote to the console. */
  console: { mode: string; message: string }[];
  /** HTML of the body after the event. */
  html: string;
  /** The signals after the event. */
  store: Store;
}

/** An event, and its effect on the page. */
export interface SeenEvent {
  /** The event as it was read. */
  event: StreamEvent;
  /** The HTML that it brings, parsed. Absent where it brings none. */
  markup?: Markup;
  /** Its effect. Absent without a page, and after an event that raises: the client reads no further. */
  effect?: Effect;
}

/** A recorded stream, with its events. */
export interface StreamEvidence {
  /** The endpoint, such as `/get`, or the name of a file. */
  subject: string;
  /** The name of the request, such as `GET /get (quotes)`; the subject, for a stream from a file. */
  name: string;
  /** The request and its response. Absent for a stream from a file. */
  exchange?: Exchange;
  /** The bytes. */
  bytes: Uint8Array;
  /** Whether the stream has ended by itself. If not, its last event may be incomplete. */
  ended: boolean;
  /** Whether it is meant to go on for ever. */
  endless: boolean;
  /** The events, as far as they could be read. */
  events: SeenEvent[];
  /** Why they could not all be read or applied. */
  why?: string;
  /** Whether there is a page that the events were applied to. */
  hasPage: boolean;
  /** The message of the error that the client raises as it starts on the page: then nothing could be applied. */
  pageError?: string;
}

/** A page as it is when the request is made. */
export interface PageSource {
  /** The text of the whole page. */
  html: string;
  /** Signals whose values differ from those that the page gives them. */
  signals?: Store;
  /** Selector of the element whose action makes the request. */
  initiator?: string;
}

/** Limits, which only a hostile stream exceeds. */
const limits = {
  /** Milliseconds to apply one event: a machine may stall for some seconds meanwhile. */
  maxTime: 5_000,
  /** Milliseconds to apply all events. */
  maxTotalTime: 10_000,
  /** Events that are read. */
  maxEvents: 5_000,
  /** Characters of HTML in all events. */
  maxHtml: 16 * 1024 * 1024,
};

/** Creates a document of this page, in which nothing runs and for which nothing is fetched. */
export function createDocument(html: string): Document {
  const window = new Window({
    settings: { enableJavaScriptEvaluation: false, disableJavaScriptFileLoading: true, disableCSSFileLoading: true },
  });
  const document = window.document as unknown as Document;
  writePage(document, html);
  return document;
}

/**
 * Opens a page as the client does when it is loaded.
 *
 * @throws {Error} Where the client raises: then no action of the page works.
 */
export function openPage({ html, signals, initiator }: PageSource): Page {
  const document = createDocument(html);
  const found = initiator === undefined ? null : document.querySelector(initiator);
  const page = createPage(document, found ?? standIn(document), { maxTime: limits.maxTime });
  Object.assign(page.store, structuredClone(signals));
  return page;
}

/** Creates an element outside the page, for `self` where it is unknown what made the request: the page stays as it is. */
function standIn(document: Document): Element {
  const element = document.createElement("div");
  element.id = standInId;
  document.createElement("div").append(element);
  return element;
}

const standInId = "initiator";

/** Reads the events of a stream, and applies them to the page, if there is one. */
export async function interpretStream(
  recorded: Pick<StreamEvidence, "subject" | "name" | "exchange" | "bytes" | "ended" | "endless">,
  source?: PageSource,
): Promise<StreamEvidence> {
  const evidence: StreamEvidence = { ...recorded, events: [], hasPage: false };
  let apply: ((seen: SeenEvent) => Effect) | undefined;
  if (source) {
    try {
      apply = createApplier(openPage(source));
      evidence.hasPage = true;
    } catch (error) {
      evidence.pageError = (error as Error).message;
      evidence.why = `the client cannot start on the page: ${evidence.pageError}`;
    }
  }
  let left = limits.maxTotalTime;
  let html = 0;
  try {
    for await (const event of readStream(recorded.bytes)) {
      if (evidence.events.length === limits.maxEvents) {
        throw new RangeError(`only the first ${limits.maxEvents} events were looked at`);
      }
      const seen: SeenEvent = { event };
      if (event.instruction?.type === "fragment") {
        html += event.instruction.html.length;
        if (html > limits.maxHtml) throw new RangeError(`only ${limits.maxHtml} characters of HTML were looked at`);
        seen.markup = parseMarkup(event.instruction.html); // gives up on what would be too much for a document too
      }
      evidence.events.push(seen);
      if (!apply) continue;
      const began = performance.now();
      try {
        seen.effect = apply(seen);
        if (seen.effect.error) apply = undefined; // [APP-16]
      } catch (error) {
        evidence.why ??= `not all events could be applied to the page: ${(error as Error).message}`;
        apply = undefined;
      }
      left -= performance.now() - began;
      if (left < 0 && apply) {
        const { length } = evidence.events;
        evidence.why ??= `only the first ${length} events were applied to the page: it took ${limits.maxTotalTime} ms`;
        apply = undefined;
      }
    }
  } catch (error) {
    evidence.why ??= (error as Error).message;
  }
  return evidence;
}

/** Creates a function that applies one event after the other. */
function createApplier(page: Page): (seen: SeenEvent) => Effect {
  const { document } = page;
  let html = document.body?.innerHTML ?? "";
  let double = doubledIds(document);

  return function apply({ event, markup }) {
    const { instruction } = event;
    const targets = targetsOf(page, event, markup?.roots ?? []);
    const all = [...new Set(targets.flat())];
    const filled = all.filter((target) => target.childNodes.length > 0)
      .map((target) => ({ target, tag: startTag(target) }));
    const paths = instruction?.type === "delete" && "paths" in instruction ? instruction.paths : [];
    const before = {
      nested: targets.some(areNested),
      detached: all.includes(page.initiator) && page.initiator.id !== standInId && !document.contains(page.initiator),
      wholePage: all.includes(document.documentElement),
      ownText: all.filter((target) => target.hasAttribute("data-text")).map(startTag),
      lonePaths: paths.filter((path) => isLone(path, page.store)),
      usedPaths: usesOf(paths, document),
    };
    const isMeant = meantBy(event, all);
    const signals = Object.keys(page.store);
    const messagesBefore = page.console.length;
    const { changes, error } = applyEvents(page, [event]);
    if (error && !isRaise(error)) throw error;
    const changed = hasChanged(changes);
    const wasDouble = double;
    if (changed) {
      html = document.body?.innerHTML ?? "";
      double = doubledIds(document);
    }
    return {
      ...before,
      error: error && { name: error.name, message: error.message },
      changed,
      targets: targets.map(({ length }) => length),
      emptied: filled.filter(({ target }) => !document.contains(target) || target.childNodes.length === 0)
        .map(({ tag }) => tag),
      lost: changes.removed.filter((element) => !isMeant(element)).map(startTag),
      doubled: [...double].filter((id) => !wasDouble.has(id)),
      lostSignals: signals.filter((name) => !(name in page.store)),
      attributes: changes.attributes.map(({ element, ...change }) => ({ element: nameOf(element), ...change })),
      console: page.console.slice(messagesBefore),
      html,
      store: structuredClone(page.store),
    };
  };
}

/** Whether the client raised an error: its name has hyphens. All else is a fault of the document or of the harness. */
const isRaise = ({ name }: Error) => /^[a-z]+(?:-[a-z]+)+$/.test(name);

function hasChanged({ added, removed, replaced, attributes, texts, signals }: Changes): boolean {
  return [added, removed, replaced, attributes, texts, signals].some(({ length }) => length > 0);
}

/** Tells which elements an event replaces or removes: only these modes replace something. */
function meantBy({ instruction }: StreamEvent, targets: Element[]): (element: Element) => boolean {
  if (instruction?.type === "delete") return () => true;
  if (instruction?.type !== "fragment" || !["morph", "inner", "outer"].includes(instruction.merge)) return () => false;
  const meant = new Set(targets.flatMap((target) => [target, ...target.querySelectorAll("*")]));
  return (element) => meant.has(element);
}

/** The targets of each root of a fragment. */
function targetsOf({ document, initiator }: Page, { instruction }: StreamEvent, roots: Markup["roots"]): Element[][] {
  if (instruction?.type !== "fragment") return [];
  const found = new Map<string, Element[]>();
  return roots.map((root) => {
    const selector = instruction.selector || `#${attributeOf(root, "id") ?? null}`;
    const targets = found.get(selector) ?? (selector === "self" ? [initiator] : select(document, selector));
    found.set(selector, targets);
    return targets;
  });
}

function select(document: Document, selector: string): Element[] {
  try {
    return [...document.querySelectorAll(selector)];
  } catch {
    return [];
  }
}

function areNested(elements: Element[]): boolean {
  const all = new Set<Node>(elements);
  return elements.some((element) => {
    for (let node = element.parentNode; node; node = node.parentNode) if (all.has(node)) return true;
    return false;
  });
}

/** [DEL-6] */
function isLone(path: string, store: Store): boolean {
  let value: unknown = store;
  for (const name of path.split(".").slice(0, -1)) {
    if (typeof value !== "object" || value === null || !(value as Store)[name]) return true;
    value = (value as Store)[name];
  }
  return false;
}

/** [DEL-11] Attributes that read one of these signals, or a signal inside it. */
function usesOf(paths: string[], document: Document): { path: string; attribute: string }[] {
  if (paths.length === 0) return [];
  const removed = new Set(paths);
  return [...document.querySelectorAll("[data-model], [data-text]")].flatMap((element) =>
    ["data-model", "data-text"].flatMap((attribute) => {
      const value = element.getAttribute(attribute) ?? "";
      const signals = attribute === "data-model" ? [value.trim()] : value.match(/(?<=\$)[a-z_][\w.]*/gi) ?? [];
      const names = signals.flatMap((signal) => signal.split(".").map((_, i, all) => all.slice(0, i + 1).join(".")));
      return names.filter((name) => removed.has(name)).map((path) => ({ path, attribute: `${attribute}="${value}"` }));
    })
  );
}

function doubledIds(document: Document): Set<string> {
  const seen = new Set<string>();
  const doubled = new Set<string>();
  for (const { id } of document.querySelectorAll("[id]")) (seen.has(id) ? doubled : seen).add(id);
  return doubled;
}

const startTag = (element: Element) => /^<[^>]*>/.exec((element.cloneNode(false) as Element).outerHTML)?.[0] ?? "";

const nameOf = ({ id, localName }: Element) => id ? `#${id}` : localName;

/** The text of some bytes of a stream. */
export function textOf({ bytes }: Pick<StreamEvidence, "bytes">, { start, end }: ByteRange): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(start, end));
}
