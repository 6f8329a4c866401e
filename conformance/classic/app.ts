/** An application: its actions, those of its page and those that the answers bring. */

import type { Store } from "../../harness/mod.ts";
import { whyNotChosen } from "../record/routes.ts";
import { type AppOptions, eventEnds, type Exchange } from "../recording.ts";
import { type Action, findActions } from "./actions.ts";
import { createBudget } from "../read_events.ts";
import { type ClassicStream, interpretExchange, type PageSource } from "./interpret.ts";
import { isReflected } from "../intrusion.ts";
import { sourceOf, startOn } from "./page_source.ts";

/** An action, and what is known of it. */
export interface FoundAction extends Action {
  /** Where it was found: the page, or the action whose answer brought it. */
  foundIn: string;
  /** The number of answers that lead to it. */
  depth: number;
  /** Why it was not asked. */
  leftOut?: string;
  /** The answer, applied to the page. Absent if it was not asked, or not yet. */
  answer?: ClassicStream;
}

/** The application, as far as it is known by some answers. */
export interface KnownApp<Known = FoundAction> {
  /** The page. */
  source?: PageSource;
  /** Why the client does not start on it. */
  pageError?: string;
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
export const idOf = (kind: string, { name }: Action, ...more: string[]) => [`${kind}:${name}`, ...more].join(" ");

/** Results that are needed again when an application is explored with more answers. */
export interface Explored {
  /** The interpretations of answers. */
  answers: Map<Exchange, ClassicStream>;
  /** The actions of the pages after answers. */
  pages: Map<PageSource, readonly Action[]>;
  /** The page of the application. */
  start?: Start;
}

/** The page of an application, and why the client does not start on it. */
interface Start extends Pick<KnownApp, "source" | "pageError"> {
  /** The signals that the page itself gives to the client. */
  store?: Store;
  actions: readonly Action[];
}

/**
 * Finds the actions of an application: those of its page, and those that the answers bring.
 *
 * @param explored Results of earlier calls with fewer answers.
 */
export async function exploreApp(
  page: Exchange,
  address: URL,
  answers: Readonly<Record<string, Exchange>>,
  options: AppOptions,
  explored: Explored = { answers: new Map(), pages: new Map() },
): Promise<KnownApp> {
  const { source, pageError, ...start } = explored.start ??= startOf(page, address, options);
  if (!source || pageError) return { source, pageError, actions: [] };
  const actions: FoundAction[] = [];
  const budget = createBudget("server");
  const open: (Pick<FoundAction, "foundIn" | "depth"> & { candidates: readonly Action[] })[] = [
    { candidates: start.actions, foundIn: "the page", depth: 0 },
  ];
  for (const { candidates, foundIn, depth } of open) {
    for (const action of candidates) {
      if (actions.some(({ name }) => name === action.name)) continue;
      const found: FoundAction = { ...action, foundIn, depth, leftOut: whyLeftOut(action, actions, options) };
      actions.push(found);
      const exchange = answers[idOf("plain", action)];
      if (found.leftOut !== undefined || !exchange) continue;
      found.answer = explored.answers.get(exchange) ?? await interpretExchange(found.name, exchange, {
        source: { ...found.source, signals: found.store },
        endless: isEndless(exchange),
        budget,
      });
      explored.answers.set(exchange, found.answer);
      const { after } = found.answer;
      if (!after || depth >= limits.depth || !exchange.body.includes(dollar)) continue; // it can bring no action
      const next = explored.pages.get(after) ?? findActions(after, address);
      explored.pages.set(after, next);
      open.push({ candidates: next, foundIn: found.name, depth: depth + 1 });
    }
  }
  return { source, actions };
}

/** The first byte of an action in an expression. */
const dollar = "$".charCodeAt(0);

/** Starts the client on the page of an application. Its actions send the signals that were asked for. */
function startOf(page: Exchange, address: URL, { signals }: AppOptions): Start {
  const own = sourceOf(page);
  if (!own) return { actions: [] };
  const { store, pageError } = startOn(own);
  if (!store) return { source: own, pageError, actions: [] };
  const source: PageSource = { ...own, signals, isAssumed: true };
  return { source, store, actions: findActions(source, address, { ...store, ...signals }) };
}

/** Whether an answer goes on: this side left it. */
export const isEndless = ({ ending }: Exchange) => ending === "left";

/** Why an action is not asked; nothing, if it is. */
function whyLeftOut(
  action: Action,
  before: readonly FoundAction[],
  options: AppOptions,
): string | undefined {
  const { method, url, why } = action;
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
export const feedOf = <Known extends FoundAction>(actions: readonly Known[]) =>
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

/** The signals of an action whose text came back in the answer. */
export function echoesOf(action: FoundAction, answers: Readonly<Record<string, Exchange>>): SignalPath[] {
  return textSignalsOf(action.store).filter((path) => {
    const answer = answers[idOf("word", action, ...path)];
    return answer && isReflected({ bytes: answer.body });
  });
}
