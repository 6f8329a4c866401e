/** The evidence about an application: its actions, and their answers to all requests. */

import type { CrowdFacts } from "../checks/server_facts.ts";
import { type AppRecording, eventTimes } from "../recording.ts";
import type { StreamEvidence } from "../stream_evidence.ts";
import { echoesOf, exploreApp, feedOf, type FoundAction, idOf, isEndless, type KnownApp, withText } from "./app.ts";
import { type BadStoreName, badStoreNames } from "./app_contract.ts";
import { type InputName, inputNames, inputs } from "./contract.ts";
import { createBudget } from "../read_events.ts";
import { type ClassicStream, interpretExchange, type PageSource } from "./interpret.ts";
import { type ProbeName, probeNames } from "../probes.ts";

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
  /** The address of the page. */
  address: URL;
  /** One of its feeds, with many readers. */
  crowd?: CrowdFacts;
}

/** Interprets the recording of an application. */
export async function interpretApp(
  { page, answers, options, target, live, why }: AppRecording,
): Promise<AppEvidence> {
  const address = new URL(target);
  const app = await exploreApp(page, address, answers, options);
  const budget = createBudget("server");
  const actions: ActionEvidence[] = [];
  for (const action of app.actions) {
    const read = (id: string, source?: PageSource) => {
      const exchange = answers[id];
      return exchange && interpretExchange(action.name, exchange, { source, endless: isEndless(exchange), budget });
    };
    const probed: ActionEvidence["probed"] = [];
    const texts: ActionEvidence["texts"] = [];
    for (const path of echoesOf(action, answers)) {
      const signal = path.join(".");
      for (const name of probeNames) {
        const stream = await read(idOf("probe", action, ...path, name));
        if (stream) probed.push({ signal, name, stream });
      }
      for (const name of inputNames) {
        const signals = withText(action.store, path, inputs[name]);
        const stream = await read(idOf("text", action, ...path, name), { ...action.source, signals, isAssumed: false });
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
  if (!live || !feed) return { ...app, address, page, why, actions };
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
  return { ...app, address, page, why, actions, crowd };
}
