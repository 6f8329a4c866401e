/** Reads the answers of a server of the example out of a recording. */

import { setImmediate } from "node:timers/promises";
import { MissingAnswer } from "../check.ts";
import type { ServerFacts } from "../checks/server_facts.ts";
import { type ProbeName, probeNames } from "../probes.ts";
import { eventTimes, type Exchange, type ServerRecording } from "../recording.ts";
import type { StreamEvidence } from "../stream_evidence.ts";
import { type Routes, type Signals, signalsWith } from "./plan.ts";
import { type QueryName, queryNames } from "./queries.ts";

/** The answers of a server of the example. */
export interface ExampleFacts<Stream extends StreamEvidence, InputName extends string>
  extends Omit<ServerFacts, "get"> {
  /** The answer to each text. */
  get: Record<InputName | "plain", Stream>;
  /** The answer to a query with the parameter twice: first with the text `first`, then with the text `second`. */
  twice: Stream;
  /** Two answers, more than a second apart. */
  target: [Stream, Stream];
  /** All answers, by the id of each request: those for the scripts of the page too. */
  answers: Readonly<Record<string, Exchange>>;
  /** The address of the page. */
  address: URL;
  /** When the run began. */
  recordedAt: Date;
  /** A feed of some seconds. */
  feed: Stream;
  /** The same feed as long as it was open, if that was longer. */
  wholeFeed?: Exchange;
  /** The answer to each text that tries to become more than text. */
  probes: Record<ProbeName, Stream>;
  /** The answer to each query that the page does not send. */
  bad: Record<QueryName, Stream>;
}

/** The way in which a dialect reads an answer. */
export interface ExampleReader<Stream, InputName extends string> {
  /** The texts that were sent through `/get`. */
  inputs: Readonly<Record<InputName | "plain", string>>;
  read: (
    subject: string,
    exchange: Exchange,
    options: {
      /** Signals with other values than the page gives them. */
      signals?: Signals;
      /** Whether the answer is meant to go on for ever. */
      endless?: boolean;
      /** Whether the events are applied to the page. */
      hasPage: boolean;
    },
  ) => Promise<Stream>;
}

/** The streams of a server. */
export interface ReadExample<Stream extends StreamEvidence, InputName extends string> {
  server: ExampleFacts<Stream, InputName>;
  /** The streams that the checks of streams judge. */
  streams: Stream[];
  /** Other streams: each is for checks of its own. */
  otherStreams: Stream[];
}

/** The address of the page of a recorded server. */
export const addressOf = ({ routes, target }: ServerRecording): URL => new URL(routes.page, target);

/**
 * Reads all answers. The same recording gives the same evidence.
 *
 * @throws {SyntaxError} If the recording lacks a route of the contract.
 */
export async function readExample<Stream extends StreamEvidence, InputName extends string>(
  recording: ServerRecording,
  { inputs, read }: ExampleReader<Stream, InputName>,
): Promise<ReadExample<Stream, InputName>> {
  const { page, answers, live, why, endedBy } = recording;
  const routes = recording.routes as unknown as Routes;
  for (const name of ["page", "get", "target", "feed"]) {
    if (!Object.hasOwn(routes, name)) throw new SyntaxError(`Cannot judge the recording: it has no route "${name}"`);
  }
  type Facts = ExampleFacts<Stream, InputName>;
  const streams: Stream[] = [];
  const otherStreams: Stream[] = [];

  async function readAnswer(
    list: Stream[],
    subject: string,
    id: string,
    { signals, endless, hasPage = true }: { signals?: Signals; endless?: boolean; hasPage?: boolean } = {},
  ): Promise<Stream | undefined> {
    if (!Object.hasOwn(answers, id)) return;
    await setImmediate(); // a page takes a while to be opened, and this process may be recording other servers
    const { ending } = answers[id];
    // The feed was open when another request ended the server: it is not the feed that broke off.
    const hasEndedWithServer = endless && endedBy && ending === "cut off";
    const exchange = hasEndedWithServer ? { ...answers[id], ending: "left" as const, why: undefined } : answers[id];
    const stream = await read(subject, exchange, { signals, endless, hasPage });
    list.push(stream);
    return stream;
  }

  const get = {} as Facts["get"];
  for (const name of Object.keys(inputs) as (InputName | "plain")[]) {
    // The page has the signals that were sent.
    const stream = await readAnswer(streams, routes.get, `get:${name}`, { signals: signalsWith(inputs[name]) });
    addPart(get, name, stream, `get:${name}`);
  }
  const probes = {} as Facts["probes"];
  // Without the page: only the text of these answers is judged.
  for (const name of probeNames) {
    const id = `probe:${name}`;
    addPart(probes, name, await readAnswer(otherStreams, routes.get, id, { hasPage: false }), id);
  }
  const bad = {} as Facts["bad"];
  for (const name of queryNames) {
    addPart(bad, name, await readAnswer(otherStreams, routes.get, `bad:${name}`), `bad:${name}`);
  }
  const target = [] as unknown as Facts["target"];
  addPart(target, 0, await readAnswer(streams, routes.target, "target"), "target");
  addPart(target, 1, await readAnswer(streams, routes.target, "target-later"), "target-later");
  const heads = {} as Facts["heads"];
  for (const name of ["page", "get", "target"] as const) addPart(heads, name, answers[`head:${name}`], `head:${name}`);
  const wholeFeed = answers["feed:whole"];
  const feeds = live?.feeds ?? [];
  // The first reader is one of those that are there at once.
  const readers = wholeFeed && feeds.length > 0 ? [wholeFeed, ...feeds] : feeds;
  const server = {
    routes,
    answers,
    address: addressOf(recording),
    recordedAt: new Date(recording.recordedAt),
    page,
    get,
    target,
    wholeFeed,
    probes,
    bad,
    heads,
    live: live && { ...live, feeds: readers.map((exchange) => ({ exchange, events: eventTimes(exchange) })) },
    why,
    endedBy,
  } as Facts;
  addPart(server, "twice", await readAnswer(otherStreams, routes.get, "twice"), "twice");
  addPart(server, "feed", await readAnswer(streams, routes.feed, "feed", { endless: true }), "feed");
  addPart(server, "otherMethod", answers.delete, "delete");
  addPart(server, "foreignHost", answers["foreign-host"], "foreign-host");
  addPart(server, "foreignOrigin", answers["foreign-origin"], "foreign-origin");
  return { server, streams, otherStreams };
}

/**
 * Adds a part to the evidence. If the recording lacks it, as one of an earlier version may, the checks that read it are
 * untested.
 */
export function addPart<Whole extends object, Name extends keyof Whole>(
  whole: Whole,
  name: Name,
  part: Whole[Name] | undefined,
  id: string,
): void {
  if (part !== undefined) whole[name] = part;
  else {
    Object.defineProperty(whole, name, {
      get() {
        throw new MissingAnswer(`the recording has no answer to "${id}"`);
      },
    });
  }
}
