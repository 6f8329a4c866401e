/** An application: its actions, the requests that each is asked by, and what the answers do to its page. */

import type { Store } from "../../harness/mod.ts";
import type { AppContract, Plan, PlannedRequest } from "../record/contract.ts";
import type { CrowdFacts } from "../checks/server_facts.ts";
import { type AppOptions, type AppRecording, eventEnds, eventTimes, type Exchange } from "../recording.ts";
import type { StreamEvidence } from "../stream_evidence.ts";
import { type Action, findActions, requestOf } from "./actions.ts";
import { clientHeaders, type InputName, inputNames, inputs } from "./contract.ts";
import { type ClassicStream, createBudget, interpretExchange, type PageSource } from "./interpret.ts";
import { isReflected } from "./intrusion.ts";
import { sourceOf, startOn } from "./page_source.ts";
import { intruder, type ProbeName, probeNames, probes } from "./probes.ts";

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
  /** Requests that are sent at a time. */
  parallel: 4,
  /** Milliseconds that an answer which goes on is watched by a request that only probes. */
  probe: 1_000,
};

/** The name by which a recording has the answer of an action. */
const idOf = (kind: string, { name }: Action, ...more: string[]) => [`${kind}:${name}`, ...more].join(" ");

/** Finds the actions of an application: those of its page, and those that the answers bring. */
export async function exploreApp(
  page: Exchange,
  address: URL,
  answers: Readonly<Record<string, Exchange>>,
  options: AppOptions,
): Promise<KnownApp> {
  const source = sourceOf(page);
  if (!source) return { actions: [] };
  const { pageError } = startOn(source);
  if (pageError) return { source, pageError, actions: [] };
  const actions: FoundAction[] = [];
  const budget = createBudget("server");
  const open: (Pick<FoundAction, "foundIn" | "depth"> & { source: PageSource })[] = [
    { source: { ...source, signals: options.signals, isAssumed: true }, foundIn: "the page", depth: 0 },
  ];
  for (const { source, foundIn, depth } of open) {
    for (const action of findActions(source, address)) {
      if (actions.some(({ name }) => name === action.name)) continue;
      const found: FoundAction = { ...action, foundIn, depth, leftOut: whyLeftOut(action, actions, options) };
      actions.push(found);
      const exchange = answers[idOf("plain", action)];
      if (found.leftOut !== undefined || !exchange) continue;
      found.answer = await interpretExchange(found.name, exchange, {
        source: { ...found.source, signals: found.store },
        endless: isEndless(exchange),
        budget,
      });
      const { after } = found.answer;
      if (after && depth < limits.depth && !startOn(after).pageError) {
        open.push({ source: after, foundIn: found.name, depth: depth + 1 });
      }
    }
  }
  return { source, actions };
}

/** Whether an answer goes on: this side left it. */
const isEndless = ({ ending }: Exchange) => ending === "left";

/** Why an action is not asked; nothing, if it is. */
function whyLeftOut(
  action: Action,
  before: readonly FoundAction[],
  { allow = [], onlyRoutes, skipRoutes = [] }: AppOptions,
): string | undefined {
  const { method, url, why } = action;
  if (!url) return why;
  if (method !== "GET" && !allow.includes(method)) return `${method} is not allowed: give --allow ${method}`;
  const matches = (pattern: string) => toPattern(pattern).test(url.pathname);
  if (onlyRoutes && !onlyRoutes.some(matches)) return "no --only-route matches it";
  if (skipRoutes.some(matches)) return "a --skip-route matches it";
  const asked = before.filter(({ leftOut }) => leftOut === undefined);
  const alike = asked.find((other) => other.method === method && shapeOf(other.url!) === shapeOf(url));
  if (alike) return `${alike.name} is asked, which differs in a number or an id only`;
  if (asked.length >= limits.actions) return `${limits.actions} actions are asked already`;
}

/** A pattern of paths: `*` stands for any characters. */
const toPattern = (pattern: string) =>
  new RegExp(`^${pattern.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".*")}$`);

/** An address without its numbers and ids. */
const shapeOf = ({ pathname, search }: URL) =>
  `${pathname}${search}`.replace(/[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{12,}|\d+/gi, "0");

/** The first action whose answer goes on with events. */
const feedOf = <Known extends FoundAction>(actions: readonly Known[]) =>
  actions.find(({ method, answer }) => method === "GET" && answer?.endless && eventEnds(answer.bytes).length > 1);

/** The request that the client makes for an action. */
function plainRequest(action: FoundAction, address: URL): PlannedRequest {
  const datastar = JSON.stringify(action.store);
  return { id: idOf("plain", action), name: action.name, ...requestOf(action, action.url!, { datastar, address }) };
}

/** Methods in the order in which they are asked: what is removed comes last. */
const methodOrder: Action["method"][] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/** The contract of an application. */
export function createAppContract(address: URL, options: AppOptions): AppContract {
  const { gentle = false } = options;
  const parallel = gentle ? 1 : limits.parallel;
  return {
    id: "classic",
    headers: clientHeaders,
    async plan(page, answers) {
      const { actions } = await exploreApp(page, address, answers, options);
      const asked = actions.filter(({ leftOut }) => leftOut === undefined)
        .toSorted((a, b) => methodOrder.indexOf(a.method) - methodOrder.indexOf(b.method));
      const send = (action: FoundAction, id: string, store: string | undefined, detail = ""): PlannedRequest => ({
        id,
        name: `${action.name}${detail && ` (${detail})`}`,
        ...requestOf(action, action.url!, { datastar: store, address }),
        ...detail && action.answer?.endless && { leaveAfter: limits.probe },
      });
      const plain = asked.map((action) => plainRequest(action, address));
      const first = inGroups(plain, answers, parallel);
      if (first.length > 0 || gentle) return first;
      const markers = asked.flatMap((action) =>
        textSignalsOf(action.store).map((path) =>
          send(action, idOf("word", action, path), JSON.stringify(withText(action.store, path, intruder)), path)
        )
      );
      const second = inGroups(markers, answers, parallel);
      if (second.length > 0) return second;
      const texts = asked.flatMap((action) =>
        echoesOf(action, answers).flatMap((path) =>
          [
            ...probeNames.map((name) => ({ kind: "probe", name, text: probes[name] })),
            ...inputNames.map((name) => ({ kind: "text", name, text: inputs[name] })),
          ].map(({ kind, name, text }) => {
            const store = JSON.stringify(withText(action.store, path, text));
            return send(action, idOf(kind, action, path, name), store, `${kind} ${name} in ${path}`);
          })
        )
      );
      const bad = asked.filter(({ method }) => method !== "DELETE").flatMap((action) =>
        badStoreNames.map((name) => send(action, idOf("bad", action, name), badStores[name](action.store), name))
      );
      return inGroups([...texts, ...bad], answers, parallel);
    },
    async findFeed(page, answers) {
      const { actions } = await exploreApp(page, address, answers, options);
      const feed = feedOf(actions);
      return feed && plainRequest(feed, address);
    },
    async announce(page) {
      const { actions } = await exploreApp(page, address, {}, options);
      return announce(actions, gentle);
    },
  };
}

/** Describes what will be sent. */
function announce(actions: readonly FoundAction[], gentle: boolean): string {
  const asked = actions.filter(({ leftOut }) => leftOut === undefined);
  const others = actions.filter(({ leftOut }) => leftOut !== undefined);
  const signals = new Set(asked.flatMap(({ store }) => textSignalsOf(store))).size;
  const lines = [
    `Actions of the page: ${actions.length}, of which ${asked.length} will be asked${
      asked.length > 0 ? `: ${asked.map(({ name }) => name).join(", ")}` : ""
    }.`,
    ...others.map(({ name, leftOut }) => `Not asked: ${name} (${leftOut}).`),
  ];
  if (asked.length > 0) {
    lines.push(
      gentle
        ? "Each gets one request, one at a time; so do the actions that their answers bring."
        : `Each gets 1 request, ${signals} to find out which of its signals come back, ${
          probeNames.length + inputNames.length
        } hostile ` +
          `texts for each that does, and ${badStoreNames.length} wrong stores; so do the actions that their answers ` +
          `bring. At most ${limits.parallel} requests at a time. If an answer goes on, it is opened 64 times at once, and then 200 ` +
          "times by readers that leave.",
    );
  }
  return lines.join("\n");
}

/**
 * Groups requests that have no answer yet. Those that may change something on the server wait for all others, and are
 * sent one by one.
 */
function inGroups(
  requests: PlannedRequest[],
  answers: Readonly<Record<string, Exchange>>,
  parallel: number,
): Plan["groups"] {
  const open = requests.filter(({ id }) => !answers[id]);
  const reads = open.filter(({ method }) => method === "GET");
  if (reads.length > 0) return [{ parallel, requests: reads }];
  return open.length > 0 ? [{ parallel: 1, requests: open }] : [];
}

/** Paths of the signals that are texts. */
function textSignalsOf(store: Store): string[] {
  const paths = Object.entries(store).flatMap(([name, value]): string[] => {
    if (typeof value === "string") return [name];
    if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
    return textSignalsOf(value as Store).map((path) => `${name}.${path}`);
  });
  return paths.slice(0, limits.signals);
}

/** A store with a different text in one of its signals. */
function withText(store: Store, path: string, text: string): Store {
  const [name, ...more] = path.split(".");
  return { ...store, [name]: more.length > 0 ? withText(store[name] as Store, more.join("."), text) : text };
}

/** The signals of an action whose text came back in the answer. */
export function echoesOf(action: FoundAction, answers: Readonly<Record<string, Exchange>>): string[] {
  return textSignalsOf(action.store).filter((path) => {
    const answer = answers[idOf("word", action, path)];
    return answer && isReflected({ bytes: answer.body });
  });
}

/** Stores that the page does not send, but others do. */
export const badStores = {
  "empty-store": (_: Store) => "{}",
  missing: (_: Store) => undefined,
  malformed: (_: Store) => "{oops",
  list: (_: Store) => "[1,2]",
  "wrong-type": (store: Store) => JSON.stringify(mapValues(store, () => ({ a: [1] }))),
} satisfies Record<string, (store: Store) => string | undefined>;

/** The name of such a store. */
export type BadStoreName = keyof typeof badStores;

export const badStoreNames = Object.keys(badStores) as BadStoreName[];

const mapValues = (store: Store, change: (value: unknown) => unknown): Store =>
  Object.fromEntries(Object.entries(store).map(([name, value]) => [name, change(value)]));

/** An answer to a hostile text in one signal. */
export interface TextAnswer<Name> {
  /** The path of the signal. */
  signal: string;
  /** The name of the text. */
  name: Name;
  stream: ClassicStream;
}

/** All that is known of an action. */
export interface ActionEvidence extends FoundAction {
  /** Its answers to texts that try to become more than text. */
  probed: TextAnswer<ProbeName>[];
  /** Its answers to texts that readers type, applied to the page. */
  texts: TextAnswer<InputName>[];
  /** Its answers to stores that the page does not send. */
  bad: Partial<Record<BadStoreName, ClassicStream>>;
}

/** All that is known of an application. */
export interface AppEvidence extends KnownApp<ActionEvidence>, Pick<AppRecording, "page" | "why"> {
  /** One of its feeds, with many readers. */
  crowd?: CrowdFacts;
}

/** Interprets the recording of an application. */
export async function interpretApp(
  { page, answers, options, target, live, why }: AppRecording,
): Promise<AppEvidence> {
  const app = await exploreApp(page, new URL(target), answers, options);
  const budget = createBudget("server");
  const actions: ActionEvidence[] = [];
  for (const action of app.actions) {
    const read = (id: string, source?: PageSource) => {
      const exchange = answers[id];
      return exchange && interpretExchange(action.name, exchange, { source, endless: isEndless(exchange), budget });
    };
    const probed: ActionEvidence["probed"] = [];
    const texts: ActionEvidence["texts"] = [];
    for (const signal of echoesOf(action, answers)) {
      for (const name of probeNames) {
        const stream = await read(idOf("probe", action, signal, name));
        if (stream) probed.push({ signal, name, stream });
      }
      for (const name of inputNames) {
        const signals = withText(action.store, signal, inputs[name]);
        const stream = await read(idOf("text", action, signal, name), { ...action.source, signals });
        if (stream) texts.push({ signal, name, stream });
      }
    }
    const bad: ActionEvidence["bad"] = {};
    for (const name of badStoreNames) {
      const stream = await read(idOf("bad", action, name));
      if (stream) bad[name] = stream;
    }
    actions.push({ ...action, probed, texts, bad });
  }
  const feed = feedOf(actions);
  if (!live || !feed) return { ...app, page, why, actions };
  const path = page.request.path;
  const seen: StreamEvidence = {
    subject: path,
    name: page.name,
    exchange: page,
    bytes: page.body,
    ended: true,
    endless: false,
    events: [],
    hasPage: false,
  };
  const crowd: CrowdFacts = {
    routes: { page: path, get: path, target: path, feed: feed.name },
    why,
    target: [seen, seen],
    feed: feed.answer!,
    live: { ...live, feeds: live.feeds.map((exchange) => ({ exchange, events: eventTimes(exchange) })) },
  };
  return { ...app, page, why, actions, crowd };
}
