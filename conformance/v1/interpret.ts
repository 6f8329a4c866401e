/** Interprets recorded streams of v1: reads their events, and applies these to a page. The result is data for the checks. */

import { type ClientError, closeDocument, createDocument, v1 } from "../../harness/mod.ts";
import { pageOf } from "../checks/http.ts";
import { type Markup, parseMarkup } from "../markup.ts";
import { areNested, findDoubledIds, hasChanged, startTag } from "../observe_page.ts";
import { type Budget, maxTimeOfEvent, readEvents } from "../read_events.ts";
import type { Exchange } from "../recording.ts";
import type { SeenEvent, StreamEvidence } from "../stream_evidence.ts";
import { type AnswerForm, formOf, toStream } from "./answer_form.ts";
import { compareSignals, findMissing, findShownSignals, type MetSignal, type MissingTarget } from "./observe_effect.ts";

type V1Error = ClientError<v1.ErrorCode>;

/** The effect of an event on the page. */
export interface Effect {
  /** The errors that the client reports. */
  errors: V1Error[];
  /** The warnings that it writes: roots and selectors without a target [PEL-12]. */
  warnings: V1Error[];
  /** Whether the document or the signals changed. */
  changed: boolean;
  /** For each root without a selector, or for the selector: how many elements it met. */
  targets: number[];
  /** The id of each of these elements, as it was before. */
  targetIds: string[];
  /** Whether a selector may meet more elements, by the state of a window. */
  mayBeMore: boolean;
  /** Whether only running code of this or of an earlier event would tell the signals: code of the page brings new ones. */
  isStoreUnknown: boolean;
  /** Whether targets are inside each other. */
  nested: boolean;
  /** Start tags of targets inside an element with `data-ignore-morph` [PEL-21]. */
  ignored: string[];
  /** Start tags of targets with `data-text`: the client writes their content [V1-APP-10]. */
  ownText: string[];
  /** Ids that are in the page more than once, and were not before. */
  doubled: string[];
  /** Names of signals at the top whose values changed. */
  signals: string[];
  /** The number of script runs. */
  scriptRuns: number;
  /** The number of scripts whose text changed: they do not run again [PEL-24]. */
  changedScripts: number;
  /** Whether the client stops reading and sends the request again [V1-SSE-21]. */
  ended: boolean;
  /** The targets that are not in the page. */
  missing: MissingTarget[];
  /** Start tags of targets that are a `<template>` [MPH-17]. */
  templates: string[];
  /** The signals that meet a different value. */
  metSignals: MetSignal[];
}

/** An event, and its effect on the page. */
export interface V1Event extends SeenEvent {
  /** The event as it was read. */
  event: v1.StreamEvent;
  /** The HTML that it brings, parsed. Absent where it brings none, or parts of an image or a formula. */
  markup?: Markup;
  /** Its effect. Absent without a page, and after an event that ends the reading. */
  effect?: Effect;
}

/** A recorded answer, with its events. */
export interface V1Stream extends StreamEvidence<V1Event> {
  /** The form of the answer: an event stream, or one that the client takes for a single event [V1-REQ-7]. */
  form: AnswerForm;
  /** The page after the last event that was applied to it. Absent without a page. */
  after?: PageSource;
  /** Whether its page may differ: then it is not known whether an event without effect has one for readers. */
  isPageAssumed?: boolean;
  /** The signals after the last event that was applied to a page. */
  store?: v1.Store;
}

/** A page as it is when the request is made. */
export interface PageSource {
  /** The text of the whole page. */
  html: string;
  /** Signals whose values differ from those that the page gives them. */
  signals?: v1.Store;
  /** Whether the page and its signals may differ, since readers do something to them before. */
  isAssumed?: boolean;
}

/** The page of a server, if its answer is a whole one. */
export function sourceOf(page: Exchange): PageSource | undefined {
  const html = pageOf(page);
  return html === undefined ? undefined : { html };
}

/**
 * Opens a page as the client does when it is loaded. The caller closes its document.
 *
 * @throws {RangeError} If it is too much for the harness.
 */
export function openSource({ html, signals }: PageSource): v1.Page {
  const document = createDocument(html);
  try {
    return v1.openPage(document, { signals, limits: { maxTime: maxTimeOfEvent } });
  } catch (error) {
    closeDocument(document);
    throw error;
  }
}

/** The client on a page, once it has started. */
export interface Started {
  /** The signals that a request carries. Absent if the page is too much for the harness. */
  store?: v1.Store;
  /** Whether only running code would tell all of them. */
  isStoreUnknown?: boolean;
  /** The errors that the client reports: the page is dead from the first one on [V1-APP-5]. */
  errors: readonly V1Error[];
  /** Why the page cannot be opened. */
  why?: string;
}

/** Starts the client on a page. */
export function startOn(source: PageSource): Started {
  try {
    const page = openSource(source);
    const { document, signals, errors, isStoreUnknown } = page;
    const started = { store: structuredClone(signals), errors: [...errors], isStoreUnknown };
    closeDocument(document);
    return started;
  } catch (error) {
    return { errors: [], why: (error as Error).message };
  }
}

/**
 * Reads the events of a stream, and applies them to the page, if there is one.
 *
 * @param budget The budget of the run that the stream belongs to. Default: the stream is alone.
 */
export async function interpretStream(
  recorded:
    & Pick<V1Stream, "subject" | "name" | "exchange" | "bytes" | "ended" | "endless" | "why">
    & Partial<Pick<V1Stream, "form">>,
  source?: PageSource,
  budget?: Budget,
): Promise<V1Stream> {
  const evidence: V1Stream = {
    form: "stream",
    ...recorded,
    events: [],
    hasPage: false,
    isPageAssumed: source?.isAssumed,
  };
  let page: v1.Page | undefined;
  let apply: ((seen: V1Event) => Effect) | undefined;
  if (source) {
    try {
      page = openSource(source);
      apply = createApplier(page);
      evidence.hasPage = true;
    } catch (error) {
      evidence.pageError = (error as Error).message;
      evidence.why ??= `the page cannot be opened: ${evidence.pageError}`;
    }
  }
  await readEvents<v1.StreamEvent, V1Event>(evidence, {
    read: v1.readStream,
    htmlOf: ({ instruction }) => instruction?.type === "elements" ? instruction.elements : undefined,
    see: (event) => ({ event, markup: markupOf(event) }),
    apply(seen) {
      seen.effect = apply?.(seen);
      return !seen.effect?.ended;
    },
  }, budget);
  if (page && evidence.events.some(({ effect }) => effect)) evidence.store = structuredClone(page.signals);
  if (page && source) {
    evidence.after = {
      ...source,
      html: page.document.documentElement?.outerHTML ?? "",
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
): Promise<V1Stream> {
  const { name, body, ending } = exchange;
  const form = formOf(exchange);
  // Of a stream without an end, a part is enough.
  const why = exchange.tooLong && !endless ? exchange.why : undefined;
  const bytes = form === "stream" ? body : toStream(form, exchange);
  return interpretStream(
    { subject, name, exchange, bytes, form, ended: ending === "complete", endless, why },
    source,
    budget,
  );
}

function markupOf({ instruction }: v1.StreamEvent): Markup | undefined {
  if (instruction?.type !== "elements" || instruction.elements === undefined) return undefined;
  const { namespace, elements } = instruction;
  const isHtml = namespace === "html" || v1.pagePartsOf(elements).length > 0; // [PEL-7]
  return isHtml ? parseMarkup(elements, true) : undefined; // the client parses it in a document without a doctype
}

/** Creates a function that applies one event after the other. */
function createApplier(page: v1.Page): (seen: V1Event) => Effect {
  const { document, isStoreUnknown: hasUnknownSignals } = page;
  let double = findDoubledIds(document);

  return function apply({ event, markup }) {
    const { instruction } = event;
    const seen = {
      nested: false,
      ignored: [] as string[],
      ownText: [] as string[],
      targetIds: [] as string[],
      templates: [] as string[],
    };
    const signals = instruction?.type === "signals" ? page.signals : {};
    const effect = page.apply([event], {
      onTargets(targets) {
        seen.nested ||= areNested(targets);
        for (const target of targets) {
          seen.targetIds.push(target.id);
          if (target.parentElement?.closest("[data-ignore-morph]")) seen.ignored.push(startTag(target));
          if (target.hasAttribute("data-text")) seen.ownText.push(startTag(target));
          if (target.localName === "template") seen.templates.push(startTag(target));
        }
      },
    });
    const { changes, targets, ...rest } = effect;
    const changed = hasChanged(changes);
    const wasDouble = double;
    if (changed) double = findDoubledIds(document);
    const counts = targets.map(({ length }) => length);
    return {
      ...rest,
      ...seen,
      isStoreUnknown: rest.isStoreUnknown && !hasUnknownSignals,
      changed,
      targets: counts,
      missing: instruction?.type === "elements" ? findMissing(instruction, markup, counts, document) : [],
      metSignals: instruction?.type === "signals"
        ? compareSignals(instruction, signals, () => findShownSignals(document))
        : [],
      doubled: [...double].filter((id) => !wasDouble.has(id)),
      signals: changes.signals,
      changedScripts: changes.texts.filter(({ localName }) => localName === "script").length,
    };
  };
}
