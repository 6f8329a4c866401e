/** The requests that the actions of an application are asked by. */

import { intruder, probeNames, probes } from "../probes.ts";
import type { AppContract, Plan, PlannedRequest } from "../record/contract.ts";
import type { AppOptions, Exchange } from "../recording.ts";
import type { StreamEvidence } from "../stream_evidence.ts";
import { echoesOf, exploreApp, type Explored, feedOf, getsBadData, idOf, textSignalsOf, withText } from "./explore.ts";
import type { AppParts, FoundAction, PageAction, Store } from "./parts.ts";

/** The limits of the requests. */
const limits = {
  /** Requests that are sent at a time. */
  parallel: 4,
  /** Milliseconds that an answer which goes on is watched by a request that only probes. */
  probe: 1_000,
};

/** Methods in the order in which they are asked: what is removed comes last. */
const methodOrder = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/** Makes the contract of an application. */
export function createAppContract<Action extends PageAction, Stream extends StreamEvidence, Source extends object>(
  parts: AppParts<Action, Stream, Source>,
  address: URL,
  options: AppOptions,
): AppContract {
  type Found = FoundAction<Action, Stream>;
  const { gentle = false } = options;
  const parallel = gentle ? 1 : limits.parallel;
  const explored: Explored<Action, Stream, Source> = { answers: new Map(), pages: new Map() };
  const explore = (page: Exchange, answers: Readonly<Record<string, Exchange>>) =>
    exploreApp(parts, { page, address, answers, options }, explored);
  const send = (action: Found, id: string, data: string | undefined, detail = ""): PlannedRequest => ({
    id,
    name: `${action.name}${detail && ` (${detail})`}`,
    ...parts.requestOf(action, data, address),
    ...detail && action.answer?.endless && { leaveAfter: limits.probe },
  });
  const sendText = (action: Found, id: string, path: readonly string[], text: string, detail: string) =>
    send(action, id, parts.writeData(action, withText(action.store, path, text)), detail);
  const sendPlain = (action: Found) => send(action, idOf("plain", action), parts.writeData(action, action.store));
  return {
    id: parts.id,
    headers: parts.headers,
    async plan(page, answers) {
      const { actions } = await explore(page, answers);
      const asked = actions.filter(({ leftOut }) => leftOut === undefined)
        .toSorted((a, b) => methodOrder.indexOf(a.method) - methodOrder.indexOf(b.method));
      const first = inGroups(asked.map(sendPlain), answers, parallel);
      if (first.length > 0 || gentle) return first;
      const markers = asked.flatMap((action) =>
        textSignalsOf(action.store).map((path) =>
          sendText(action, idOf("word", action, ...path), path, intruder, path.join("."))
        )
      );
      const second = inGroups(markers, answers, parallel);
      if (second.length > 0) return second;
      const texts = asked.flatMap((action) =>
        echoesOf(action, answers).flatMap((path) =>
          [
            ...probeNames.map((name) => ({ kind: "probe", name, text: probes[name] })),
            ...Object.entries(parts.inputs).map(([name, text]) => ({ kind: "text", name, text })),
          ].map(({ kind, name, text }) =>
            sendText(action, idOf(kind, action, ...path, name), path, text, `${kind} ${name} in ${path.join(".")}`)
          )
        )
      );
      const bad = asked.filter(getsBadData).flatMap((action) =>
        Object.entries(parts.badDataOf(action)).map(([name, data]) =>
          send(action, idOf("bad", action, name), data, name)
        )
      );
      return inGroups([...texts, ...bad], answers, parallel);
    },
    async findFeed(page, answers) {
      const { actions } = await explore(page, answers);
      const feed = feedOf(actions);
      return feed && sendPlain(feed);
    },
    async announce(page) {
      const { actions } = await explore(page, {});
      const unknown = Object.keys(options.signals ?? {}).filter((name) =>
        !Object.hasOwn(explored.start?.store ?? {}, name)
      );
      const notes = unknown.map((name) => `The page has no signal ${name}: it is sent all the same.`);
      return [announce(parts, actions, gentle), ...actions.length > 0 ? notes : []].join("\n");
    },
  };
}

/** Describes what will be sent. */
function announce<Action extends PageAction, Stream extends StreamEvidence, Source extends object>(
  { inputs, badNoun, badDataOf }: AppParts<Action, Stream, Source>,
  actions: readonly FoundAction<Action, Stream>[],
  gentle: boolean,
): string {
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
  const texts = probeNames.length + Object.keys(inputs).length;
  const bad = Math.max(...asked.map((action) => Object.keys(badDataOf(action)).length));
  return [
    ...lines,
    `Each action gets 1 request, ${signals} to find out which of its signals come back, and ${bad} with wrong ${badNoun}. ` +
    `Each signal that comes back is sent with ${texts} hostile texts. So are the actions that the answers bring. At most ` +
    `${limits.parallel} requests at a time.`,
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

/** The signals, each with a value of a type that it does not have. */
export const withWrongTypes = (store: Store): string =>
  JSON.stringify(Object.fromEntries(Object.keys(store).map((name) => [name, { a: [1] }])));
