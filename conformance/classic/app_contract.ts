/** The requests that the actions of an application are asked by. */

import type { Store } from "../../harness/mod.ts";
import type { AppContract, Plan, PlannedRequest } from "../record/contract.ts";
import type { AppOptions, Exchange } from "../recording.ts";
import { type Action, requestOf } from "./actions.ts";
import { echoesOf, exploreApp, type Explored, feedOf, type FoundAction, idOf, textSignalsOf, withText } from "./app.ts";
import { clientHeaders, inputNames, inputs } from "./contract.ts";
import { intruder, probeNames, probes } from "../probes.ts";

/** The request that the client makes for an action. */
function plainRequest(action: FoundAction, address: URL): PlannedRequest {
  const datastar = JSON.stringify(action.store);
  return { id: idOf("plain", action), name: action.name, ...requestOf(action, action.url!, { datastar, address }) };
}

/** The limits of the requests. */
const limits = {
  /** Requests that are sent at a time. */
  parallel: 4,
  /** Milliseconds that an answer which goes on is watched by a request that only probes. */
  probe: 1_000,
};

/** Methods in the order in which they are asked: what is removed comes last. */
const methodOrder: Action["method"][] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/** The contract of an application. */
export function createAppContract(address: URL, options: AppOptions): AppContract {
  const { gentle = false } = options;
  const parallel = gentle ? 1 : limits.parallel;
  const explored: Explored = { answers: new Map(), pages: new Map() };
  return {
    id: "classic",
    headers: clientHeaders,
    async plan(page, answers) {
      const { actions } = await exploreApp(page, address, answers, options, explored);
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
          send(
            action,
            idOf("word", action, ...path),
            JSON.stringify(withText(action.store, path, intruder)),
            path.join("."),
          )
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
            return send(action, idOf(kind, action, ...path, name), store, `${kind} ${name} in ${path.join(".")}`);
          })
        )
      );
      const bad = asked.filter(({ method }) => method !== "DELETE").flatMap((action) =>
        badStoreNames.map((name) => send(action, idOf("bad", action, name), badStores[name](action.store), name))
      );
      return inGroups([...texts, ...bad], answers, parallel);
    },
    async findFeed(page, answers) {
      const { actions } = await exploreApp(page, address, answers, options, explored);
      const feed = feedOf(actions);
      return feed && plainRequest(feed, address);
    },
    async announce(page) {
      const { actions } = await exploreApp(page, address, {}, options, explored);
      const unknown = Object.keys(options.signals ?? {}).filter((name) =>
        !Object.hasOwn(explored.start?.store ?? {}, name)
      );
      const notes = unknown.map((name) => `The page has no signal ${name}: it is sent all the same.`);
      return [announce(actions, gentle), ...actions.length > 0 ? notes : []].join("\n");
    },
  };
}

/** Describes what will be sent. */
function announce(actions: readonly FoundAction[], gentle: boolean): string {
  const asked = actions.filter(({ leftOut }) => leftOut === undefined);
  const others = actions.filter(({ leftOut }) => leftOut !== undefined);
  const names = asked.length > 0 ? `: ${asked.map(({ name }) => name).join(", ")}` : "";
  const lines = [
    `Actions of the page: ${actions.length}, of which ${asked.length} will be asked${names}.`,
    ...others.map(({ name, leftOut }) => `Not asked: ${name} (${leftOut}).`),
  ];
  if (asked.length === 0) return lines.join("\n");
  if (gentle) {
    return [...lines, "Each gets one request, one at a time, and so do those that the answers bring."].join("\n");
  }
  const signals = new Set(asked.flatMap(({ store }) => textSignalsOf(store)).map(String)).size;
  const texts = probeNames.length + inputNames.length;
  return [
    ...lines,
    `Each gets 1 request, ${signals} to find out which of its signals come back, ${texts} hostile texts for each that ` +
    `does, and ${badStoreNames.length} wrong stores; so do those that the answers bring. At most ${limits.parallel} ` +
    "requests at a time.",
    "If an answer goes on, it is opened 64 times at once, and then 200 times by clients that disconnect.",
  ].join("\n");
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
