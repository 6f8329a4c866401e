/** The evidence about an application: its actions, and their answers to all requests. */

import { setImmediate } from "node:timers/promises";
import type { CrowdFacts } from "../checks/server_facts.ts";
import { type ProbeName, probeNames, probes } from "../probes.ts";
import { createBudget } from "../read_events.ts";
import { type AppRecording, eventTimes, type Exchange } from "../recording.ts";
import type { StreamEvidence } from "../stream_evidence.ts";
import {
  echoesOf,
  exploreApp,
  feedOf,
  getsBadData,
  idOf,
  isEndless,
  type KnownApp,
  textSignalsOf,
  withText,
} from "./explore.ts";
import type { AppParts, FoundAction, PageAction } from "./parts.ts";

/** An answer to a text in one signal. */
export interface TextAnswer<Stream, Name = string> {
  /** The path of the signal. */
  signal: string;
  /** The name of the text. */
  name: Name;
  text: string;
  stream: Stream;
}

/** The ids of answers that the recording of a whole run has, and this one lacks. */
export interface Missing {
  /** Those to texts in signals. */
  texts: readonly string[];
  /** Those to data that the page does not send, by its name. */
  bad: Readonly<Record<string, string>>;
}

/** All that is known of an action. */
export type ActionEvidence<Action, Stream> = FoundAction<Action, Stream> & {
  /** Its answers to texts that try to become more than text. */
  probed: TextAnswer<Stream, ProbeName>[];
  /** Its answers to texts that readers type, applied to the page. */
  texts: TextAnswer<Stream>[];
  /** Its answers to data that the page does not send. */
  bad: Readonly<Record<string, Stream | undefined>>;
  /** The answers that are missing, although the run was neither gentle nor cut short. */
  missing: Missing;
};

/** All that is known of an application. */
export interface AppEvidence<Action, Stream, Source>
  extends KnownApp<ActionEvidence<Action, Stream>, Source>, Pick<AppRecording, "page" | "why"> {
  /** The address of the page. */
  address: URL;
  /** One of its feeds, with many readers. */
  crowd?: CrowdFacts;
}

/** Interprets the recording of an application. */
export async function interpretApp<Action extends PageAction, Stream extends StreamEvidence, Source extends object>(
  parts: AppParts<Action, Stream, Source>,
  { page, answers, options, target, live, why }: AppRecording,
): Promise<AppEvidence<Action, Stream, Source>> {
  const address = new URL(target);
  const app = await exploreApp(parts, { page, address, answers, options });
  const budget = createBudget("server");
  const isWhole = !options.gentle && why === undefined;
  const actions: ActionEvidence<Action, Stream>[] = [];
  for (const action of app.actions) {
    const wordIds = textSignalsOf(action.store).map((path) => idOf("word", action, ...path));
    const missing = {
      texts: wordIds.filter((id) => isWhole && !answers[id]),
      bad: {} as Record<string, string>,
    };
    const read = async (id: string, source?: Source & { isAssumed?: boolean }): Promise<Stream | undefined> => {
      const exchange = answers[id];
      await setImmediate(); // a SIGINT is handled between two answers
      return exchange && await parts.interpret(action.name, exchange, { source, endless: isEndless(exchange), budget });
    };
    const probed: TextAnswer<Stream, ProbeName>[] = [];
    const texts: TextAnswer<Stream>[] = [];
    for (const path of echoesOf(action, answers)) {
      const signal = path.join(".");
      for (const name of probeNames) {
        const id = idOf("probe", action, ...path, name);
        const stream = await read(id);
        if (!stream && isWhole) missing.texts.push(id);
        if (stream) probed.push({ signal, name, text: probes[name], stream });
      }
      for (const [name, text] of Object.entries(parts.inputs)) {
        const source = parts.pageOf(action, withText(action.store, path, text));
        const id = idOf("text", action, ...path, name);
        const stream = await read(id, { ...source, isAssumed: false });
        if (!stream && isWhole) missing.texts.push(id);
        if (stream) texts.push({ signal, name, text, stream });
      }
    }
    const bad: Record<string, Stream | undefined> = {};
    for (const name of Object.keys(parts.badDataOf(action))) {
      const id = idOf("bad", action, name);
      bad[name] = await read(id);
      if (!bad[name] && isWhole && getsBadData(action)) missing.bad[name] = id;
    }
    actions.push({ ...action, probed, texts, bad, missing });
  }
  const feed = feedOf<ActionEvidence<PageAction, StreamEvidence>>(actions);
  const crowd = live && feed ? crowdOf(page, feed.name, feed.answer!, live, why) : undefined;
  return { ...app, address, page, why, actions, crowd };
}

/** The streams of an application: the answers to its actions as the page makes them, and all others. */
export function streamsOf<Action extends PageAction, Stream extends StreamEvidence, Source>(
  { actions }: Pick<AppEvidence<Action, Stream, Source>, "actions">,
): { streams: Stream[]; otherStreams: Stream[] } {
  return {
    streams: actions.flatMap(({ answer }) => answer ?? []),
    otherStreams: actions.flatMap(({ probed, texts, bad }) => [
      ...[...probed, ...texts].map(({ stream }) => stream),
      ...Object.values(bad).filter((stream) => stream !== undefined),
    ]),
  };
}

/** A feed of an application with many readers. Its page takes the place of other endpoints. */
function crowdOf(
  page: Exchange,
  name: string,
  feed: StreamEvidence,
  live: NonNullable<AppRecording["live"]>,
  why: string | undefined,
): CrowdFacts {
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
  return {
    routes: { page: path, get: path, target: path, feed: name },
    why,
    target: [seen, seen],
    feed,
    live: { ...live, feeds: live.feeds.map((exchange) => ({ exchange, events: eventTimes(exchange) })) },
  };
}
