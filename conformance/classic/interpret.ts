/** Interprets recorded streams: reads their events, and applies these to a page. The result is data for the checks. */

import {
  type Changes,
  type ClientError,
  closeDocument,
  type ConsoleMessage,
  createDocument,
  openPage,
  type Page,
  readStream,
  type Store,
  type StreamEvent,
} from "../../harness/mod.ts";
import type { Exchange } from "../recording.ts";
import type { StreamEvidence } from "../stream_evidence.ts";
import { type Markup, parseMarkup } from "../markup.ts";
import { areNested, findDoubledIds, hasChanged, startTag } from "../observe_page.ts";
import { type Budget, maxTimeOfEvent, readEvents } from "../read_events.ts";

/** The effect of an event on the page. */
export interface Effect {
  /** The error that the client raises. */
  error?: ClientError;
  /** Whether the document or the store changed. */
  changed: boolean;
  /** For each root of a fragment: how many elements it met. */
  targets: number[];
  /** The id of each of these elements, as it was before. */
  targetIds: string[];
  /** Whether a selector may meet more elements, by the state of a window. */
  mayBeMore: boolean;
  /** Whether only running code would tell the signals. */
  isStoreUnknown: boolean;
  /** Whether targets of one root are inside each other. */
  nested: boolean;
  /** Whether the target `self` was no longer in the page. */
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
  console: ConsoleMessage[];
}

/** An event, and its effect on the page. */
export interface ClassicEvent {
  /** The event as it was read. */
  event: StreamEvent;
  /** The HTML that it brings, parsed. Absent where it brings none. */
  markup?: Markup;
  /** Its effect. Absent without a page, and after an event that raises: the client reads no further. */
  effect?: Effect;
}

/** A recorded stream, with its events. */
export interface ClassicStream extends StreamEvidence<ClassicEvent> {
  /** The page after the last event that was applied to it. Absent without a page. */
  after?: PageSource;
  /** Whether its page may differ: then it is not known whether an event without effect has one for readers. */
  isPageAssumed?: boolean;
  /** The signals after the last event that was applied to a page. */
  store?: Store;
}

/** A page as it is when the request is made. */
export interface PageSource {
  /** The text of the whole page. */
  html: string;
  /** Signals whose values differ from those that the page gives them. */
  signals?: Store;
  /** Selector of the element whose action makes the request. */
  initiator?: string;
  /** Whether the page and its signals may differ, since readers do something to them before. */
  isAssumed?: boolean;
}

/**
 * Opens a page as the client does when it is loaded.
 *
 * The caller closes its document.
 *
 * @throws {ClientError} If the client raises: then no action of the page works.
 */
export function openSource({ html, signals, initiator }: PageSource): Page {
  const document = createDocument(html);
  try {
    return openPage(document, {
      initiator: initiator === undefined ? null : document.querySelector(initiator),
      signals,
      limits: { maxTime: maxTimeOfEvent },
    });
  } catch (error) {
    closeDocument(document);
    throw error;
  }
}

/**
 * Reads the events of a stream, and applies them to the page, if there is one.
 *
 * @param budget The budget of the run that the stream belongs to. Default: the stream is alone.
 */
export async function interpretStream(
  recorded: Pick<ClassicStream, "subject" | "name" | "exchange" | "bytes" | "ended" | "endless" | "why">,
  source?: PageSource,
  budget?: Budget,
): Promise<ClassicStream> {
  const evidence: ClassicStream = { ...recorded, events: [], hasPage: false, isPageAssumed: source?.isAssumed };
  let page: Page | undefined;
  let apply: ((event: StreamEvent) => Effect) | undefined;
  if (source) {
    try {
      page = openSource(source);
      apply = createApplier(page);
      evidence.hasPage = true;
    } catch (error) {
      evidence.pageError = (error as Error).message;
      evidence.why ??= `the client cannot start on the page: ${evidence.pageError}`;
    }
  }
  await readEvents<StreamEvent, ClassicEvent>(evidence, {
    read: readStream,
    htmlOf: ({ instruction }) => instruction?.type === "fragment" ? instruction.html : undefined,
    see: (event) => ({
      event,
      ...event.instruction?.type === "fragment" && { markup: parseMarkup(event.instruction.html) },
    }),
    apply(seen) {
      seen.effect = apply?.(seen.event);
      return seen.effect?.error === undefined; // [APP-16]
    },
  }, budget);
  if (page && evidence.events.some(({ effect }) => effect)) evidence.store = structuredClone(page.signals);
  if (page && source?.isAssumed) {
    evidence.after = {
      ...source,
      html: page.document.documentElement.outerHTML,
      signals: structuredClone(page.signals),
    };
  }
  if (page) closeDocument(page.document);
  return evidence;
}

/** Reads the events of an answer, and applies them to the page, if there is one. */
export function interpretExchange(
  subject: string,
  exchange: Exchange,
  { source, endless = false, budget }: { source?: PageSource; endless?: boolean; budget?: Budget } = {},
): Promise<ClassicStream> {
  const { name, body: bytes, ending } = exchange;
  // Of a stream without an end, a part is enough.
  const why = exchange.tooLong && !endless ? exchange.why : undefined;
  return interpretStream(
    { subject, name, exchange, bytes, ended: ending === "complete", endless, why },
    source,
    budget,
  );
}

/** Creates a function that applies one event after the other. */
function createApplier(page: Page): (event: StreamEvent) => Effect {
  const { document } = page;
  const isKnown = document.contains(page.initiator); // else it is an element outside the page
  let double = findDoubledIds(document);

  return function apply(event) {
    const { instruction } = event;
    const paths = instruction?.type === "delete" && "paths" in instruction ? instruction.paths : [];
    const lonePaths = paths.filter((path) => isLone(path, page.signals));
    const usedPaths = findUses(paths, document);
    const signals = Object.keys(page.signals);
    const met = createTargetObserver(page, event, isKnown);
    const effect = page.apply([event], { onTargets: met.observe });
    const { changes, targets, mayBeMore, isStoreUnknown, errors: [error], console } = effect;
    const changed = hasChanged(changes);
    const wasDouble = double;
    if (changed) double = findDoubledIds(document);
    return {
      error,
      changed,
      targets: targets.map(({ length }) => length),
      mayBeMore,
      isStoreUnknown,
      ...met.finish(changes),
      doubled: [...double].filter((id) => !wasDouble.has(id)),
      lostSignals: signals.filter((name) => !(name in page.signals)),
      usedPaths,
      lonePaths: isStoreUnknown ? [] : lonePaths,
      attributes: changes.attributes.map(({ element, ...change }) => ({ element: nameElement(element), ...change })),
      console,
    };
  };
}

/** Observes the targets of an event: how they are when it meets them, and what becomes of them. */
function createTargetObserver(page: Page, { instruction }: StreamEvent, isKnown: boolean) {
  const { document, initiator } = page;
  const seen = { nested: false, detached: false, wholePage: false, ownText: [] as string[], targetIds: [] as string[] };
  const filled = new Map<Element, string>(); // start tags
  // Only these modes and a delete replace or remove something on purpose.
  const replaces = instruction?.type === "fragment" && ["morph", "inner", "outer"].includes(instruction.merge);
  const replaced = new Set<Element>();
  return {
    observe(targets: Element[]): void {
      seen.nested ||= areNested(targets);
      for (const target of targets) {
        seen.targetIds.push(target.id);
        seen.detached ||= target === initiator && isKnown && !document.contains(initiator);
        seen.wholePage ||= target === document.documentElement;
        if (target.hasAttribute("data-text")) seen.ownText.push(startTag(target));
        if (target.childNodes.length > 0) filled.set(target, startTag(target));
        if (replaces) { for (const element of [target, ...target.querySelectorAll("*")]) replaced.add(element); }
      }
    },
    finish({ removed }: Changes): typeof seen & Pick<Effect, "emptied" | "lost"> {
      const isGone = (target: Element) => !document.contains(target) || target.childNodes.length === 0;
      const lost = instruction?.type === "delete" ? [] : removed.filter((element) => !replaced.has(element));
      return {
        ...seen,
        emptied: [...filled].filter(([target]) => isGone(target)).map(([, tag]) => tag),
        lost: lost.map(startTag),
      };
    },
  };
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
function findUses(paths: string[], document: Document): { path: string; attribute: string }[] {
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

const nameElement = ({ id, localName }: Element) => id ? `#${id}` : localName;
