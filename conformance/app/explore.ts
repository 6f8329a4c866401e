/** An application: its actions, those of its page and those that the answers bring. */

import { isReflected } from "../intrusion.ts";
import { createBudget } from "../read_events.ts";
import { whyNotChosen } from "../record/routes.ts";
import { type AppOptions, eventEnds, type Exchange } from "../recording.ts";
import type { StreamEvidence } from "../stream_evidence.ts";
import type { AppParts, FoundAction, PageAction, Start, StartPage, Store } from "./parts.ts";

/** The application, as far as it is known by some answers. */
export interface KnownApp<Known, Source> extends StartPage<Source> {
  actions: Known[];
}

/** The limits of a run. */
const limits = {
  /** Answers that lead to an action. */
  depth: 3,
  /** Actions that are asked. */
  actions: 40,
  /** Text signals of each that carry hostile texts. */
  signals: 12,
};

/** The name by which a recording has the answer of an action. */
export const idOf = (kind: string, { name }: Pick<PageAction, "name">, ...more: string[]): string =>
  [`${kind}:${name}`, ...more].join(" ");

/** Results that are needed again when an application is explored with more answers. */
export interface Explored<Action, Stream, Source> {
  /** The interpretations of answers. */
  answers: Map<Exchange, Stream>;
  /** The actions of the pages after answers. */
  pages: Map<Source, readonly Action[]>;
  /** The page of the application. */
  start?: Start<Action, Source>;
}

/** The recorded part of an application. */
export interface RecordedApp {
  page: Exchange;
  address: URL;
  answers: Readonly<Record<string, Exchange>>;
  options: AppOptions;
}

/**
 * Finds the actions of an application: those of its page, and those that the answers bring.
 *
 * @param explored Results of earlier calls with fewer answers.
 */
export async function exploreApp<Action extends PageAction, Stream extends StreamEvidence, Source extends object>(
  parts: AppParts<Action, Stream, Source>,
  { page, address, answers, options }: RecordedApp,
  explored: Explored<Action, Stream, Source> = { answers: new Map(), pages: new Map() },
): Promise<KnownApp<FoundAction<Action, Stream>, Source>> {
  const { source, pageError, ...start } = explored.start ??= parts.start(page, address, options);
  if (!source || pageError) return { source, pageError, actions: [] };
  const actions: FoundAction<Action, Stream>[] = [];
  const budget = createBudget("server");
  const sign = parts.actionSign.charCodeAt(0);
  const open: { candidates: readonly Action[]; foundIn: string; depth: number }[] = [
    { candidates: start.actions, foundIn: "the page", depth: 0 },
  ];
  for (const { candidates, foundIn, depth } of open) {
    for (const action of candidates) {
      if (actions.some(({ name }) => name === action.name)) continue;
      const found: FoundAction<Action, Stream> = {
        ...action,
        foundIn,
        depth,
        leftOut: whyLeftOut(action, actions, options),
      };
      actions.push(found);
      const exchange = answers[idOf("plain", action)];
      if (found.leftOut !== undefined || !exchange) continue;
      const answer = explored.answers.get(exchange) ?? await parts.interpret(found.name, exchange, {
        source: parts.pageOf(action, action.store),
        endless: isEndless(exchange),
        budget,
      });
      found.answer = answer;
      explored.answers.set(exchange, answer);
      const after = parts.pageAfter(answer);
      if (!after || depth >= limits.depth || !exchange.body.includes(sign)) continue; // it can bring no action
      const next = explored.pages.get(after) ?? parts.findActions(after, address);
      explored.pages.set(after, next);
      open.push({ candidates: next, foundIn: found.name, depth: depth + 1 });
    }
  }
  return { source, actions };
}

/** Whether an answer goes on: this side left it. */
export const isEndless = ({ ending }: Exchange): boolean => ending === "left";

/** Why an action is not asked; nothing, if it is. */
function whyLeftOut(
  { method, url, why }: PageAction,
  before: readonly Pick<FoundAction<PageAction, unknown>, "name" | "method" | "url" | "leftOut">[],
  options: AppOptions,
): string | undefined {
  const { allow = [] } = options;
  if (!url) return why;
  if (method !== "GET" && !allow.includes(method)) return `${method} is not allowed: give --allow ${method}`;
  const notChosen = whyNotChosen(url, method, options);
  if (notChosen !== undefined) return notChosen;
  const asked = before.filter(({ leftOut }) => leftOut === undefined);
  const alike = asked.find((other) => other.method === method && shapeOf(other.url!) === shapeOf(url));
  if (alike) return `${alike.name} is asked, which differs in a number or an id only`;
  if (asked.length >= limits.actions) return `${limits.actions} actions are asked already`;
}

/** An address without its numbers and ids. */
const shapeOf = ({ pathname, search }: URL) =>
  `${pathname}${search}`.replace(/[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{12,}|\d+/gi, "0");

/** The first action whose answer goes on with events. */
export const feedOf = <Known extends FoundAction<PageAction, StreamEvidence>>(actions: readonly Known[]) =>
  actions.find(({ method, answer }) => method === "GET" && answer?.endless && eventEnds(answer.bytes).length > 1);

/** The names that lead to a signal. */
export type SignalPath = readonly string[];

/** The paths of the signals that are texts. */
export function textSignalsOf(store: Store): SignalPath[] {
  const found: SignalPath[] = [];
  const open: { path: SignalPath; value: unknown }[] = [{ path: [], value: store }];
  for (const { path, value } of open) {
    if (typeof value === "string") found.push(path);
    else if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      open.push(...Object.entries(value).map(([name, inner]) => ({ path: [...path, name], value: inner })));
    }
  }
  return found.slice(0, limits.signals);
}

/** A store with a different text in one of its signals. */
export function withText(store: Store, [name, ...path]: SignalPath, text: string): Store {
  return { ...store, [name]: path.length > 0 ? withText(store[name] as Store, path, text) : text };
}

/** Whether an action gets data that the page does not send: what a DELETE would remove is not known. */
export const getsBadData = ({ method }: Pick<PageAction, "method">): boolean => method !== "DELETE";

/** The signals of an action whose text came back in the answer. */
export function echoesOf(action: PageAction, answers: Readonly<Record<string, Exchange>>): SignalPath[] {
  return textSignalsOf(action.store).filter((path) => {
    const answer = answers[idOf("word", action, ...path)];
    return answer && isReflected({ bytes: answer.body });
  });
}
