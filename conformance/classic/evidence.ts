/** The evidence about a server of the example contract: a recording, with its streams read and applied to the page. */

import { setImmediate } from "node:timers/promises";
import type { Store } from "../../harness/mod.ts";
import type { ServerFacts } from "../checks/server_facts.ts";
import { MissingAnswer } from "../check.ts";
import type { Evidence } from "../dialect.ts";
import { type Action, findActions } from "./actions.ts";
import { interpretApp } from "./app_evidence.ts";
import { createBudget } from "../read_events.ts";
import { type ClassicStream, interpretExchange, interpretStream, type PageSource } from "./interpret.ts";
import { eventTimes, type Exchange, type Recording, type ServerRecording } from "../recording.ts";
import { type InputName, inputNames, type QueryName, queryNames, type Routes, signalsWith } from "./contract.ts";
import { sourceOf, startOn } from "./page_source.ts";
import { type ProbeName, probeNames } from "./probes.ts";

/** All that is known of a server. */
export interface ServerEvidence extends ServerFacts {
  /** The page, if the answer is one. */
  source?: PageSource;
  /** The signals that the page begins with, if the client starts on it. */
  store?: Store;
  /** The actions of the page, if the client starts on it. */
  actions: Action[];
  /** The message of the error that the client raises as it starts on the page. */
  pageError?: string;
  /** The answer to each text. */
  get: Record<InputName, ClassicStream>;
  /** The answer to a query with the parameter twice: first with the text `first`, then with the text `second`. */
  twice: ClassicStream;
  /** Two answers, more than a second apart. */
  target: [ClassicStream, ClassicStream];
  /** The answers for the scripts of the page, among others, by the id of each request. */
  answers: Readonly<Record<string, Exchange>>;
  /** The address of the page. */
  address: URL;
  /** When the run began. */
  recordedAt: Date;
  /** A feed of some seconds. */
  feed: ClassicStream;
  /** The same feed as long as it was open, if that was longer. */
  wholeFeed?: Exchange;
  /** The answer to each text that tries to become more than text. */
  probes: Record<ProbeName, ClassicStream>;
  /** The answer to each query that the page does not send. */
  bad: Record<QueryName, ClassicStream>;
}

/**
 * Interprets a recording. The same recording gives the same evidence.
 *
 * @throws {SyntaxError} If the recording lacks a route of the contract.
 */
export async function interpret(recording: Recording): Promise<Evidence> {
  if (recording.kind === "server") return await interpretServer(recording);
  if (recording.kind === "app") {
    const app = await interpretApp(recording);
    const streams = app.actions.flatMap(({ answer }) => answer ?? []);
    const otherStreams = app.actions.flatMap(({ probed, texts, bad }) => [
      ...[...probed, ...texts].map(({ stream }) => stream),
      ...Object.values(bad),
    ]);
    return { streams, otherStreams, app };
  }
  if (recording.kind === "sdk") throw new SyntaxError("Cannot judge the recording: classic has no endpoint of an SDK");
  const { subject, exchange, bytes = new Uint8Array(), page } = recording;
  const source = page === undefined ? undefined : { html: page };
  if (exchange) {
    return { streams: [await interpretExchange(subject, exchange, { source, endless: exchange.ending === "left" })] };
  }
  return { streams: [await interpretStream({ subject, name: subject, bytes, ended: true, endless: false }, source)] };
}

async function interpretServer(recording: ServerRecording): Promise<Evidence> {
  const { page, answers, live, why, endedBy } = recording;
  const routes = recording.routes as unknown as Routes;
  for (const name of ["page", "get", "target", "feed"]) {
    if (!Object.hasOwn(routes, name)) throw new SyntaxError(`Cannot judge the recording: it has no route "${name}"`);
  }
  const source = sourceOf(page);
  const start = source ? startOn(source) : {};
  // If the client does not start, there is no page for the events.
  const usable = start.store && source;
  const address = new URL(routes.page, recording.target);
  const actions = usable ? findActions(usable, address, start.store) : [];
  const budget = createBudget("server");
  const streams: ClassicStream[] = [];
  const otherStreams: ClassicStream[] = []; // each for checks of its own

  async function read(
    list: ClassicStream[],
    subject: string,
    id: string,
    { signals, endless, hasPage = true }: { signals?: Store; endless?: boolean; hasPage?: boolean } = {},
  ): Promise<ClassicStream | undefined> {
    if (!Object.hasOwn(answers, id)) return;
    await setImmediate(); // a page takes a while to be opened, and this process may be recording other servers
    const asker = actions.find(({ url }) => url?.pathname === subject.split("?")[0]);
    const { ending } = answers[id];
    // The feed was open when another request ended the server: it is not the feed that broke off.
    const hasEndedWithServer = endless && endedBy && ending === "cut off";
    const exchange = hasEndedWithServer ? { ...answers[id], ending: "left" as const, why: undefined } : answers[id];
    const stream = await interpretExchange(subject, exchange, {
      source: usable && hasPage ? { ...usable, signals, initiator: asker?.source.initiator } : undefined,
      endless,
      budget,
    });
    list.push(stream);
    return stream;
  }

  const get = {} as ServerEvidence["get"];
  for (const name of inputNames) {
    // The page has the signals that were sent.
    const stream = await read(streams, routes.get, `get:${name}`, { signals: signalsWith(name) });
    addPart(get, name, stream, `get:${name}`);
  }
  const probes = {} as ServerEvidence["probes"];
  // Without the page: only the text of these answers is judged.
  for (const name of probeNames) {
    addPart(probes, name, await read(otherStreams, routes.get, `probe:${name}`, { hasPage: false }), `probe:${name}`);
  }
  const bad = {} as ServerEvidence["bad"];
  for (const name of queryNames) {
    addPart(bad, name, await read(otherStreams, routes.get, `bad:${name}`), `bad:${name}`);
  }
  const target = [] as unknown as ServerEvidence["target"];
  addPart(target, 0, await read(streams, routes.target, "target"), "target");
  addPart(target, 1, await read(streams, routes.target, "target-later"), "target-later");
  const heads = {} as ServerEvidence["heads"];
  for (const name of ["page", "get", "target"] as const) addPart(heads, name, answers[`head:${name}`], `head:${name}`);
  const wholeFeed = answers["feed:whole"];
  const feeds = live?.feeds ?? [];
  // The first reader is one of those that are there at once.
  const readers = wholeFeed && feeds.length > 0 ? [wholeFeed, ...feeds] : feeds;
  const server = {
    routes,
    answers,
    address,
    actions,
    recordedAt: new Date(recording.recordedAt),
    page,
    source,
    ...start,
    get,
    target,
    wholeFeed,
    probes,
    bad,
    heads,
    live: live && { ...live, feeds: readers.map((exchange) => ({ exchange, events: eventTimes(exchange) })) },
    why,
    endedBy,
  } as ServerEvidence;
  addPart(server, "twice", await read(otherStreams, routes.get, "twice"), "twice");
  addPart(server, "feed", await read(streams, routes.feed, "feed", { endless: true }), "feed");
  addPart(server, "otherMethod", answers.delete, "delete");
  addPart(server, "foreignHost", answers["foreign-host"], "foreign-host");
  addPart(server, "foreignOrigin", answers["foreign-origin"], "foreign-origin");
  return { streams, otherStreams, server };
}

/** Adds a part to the evidence. If the recording lacks it, as one of an earlier version may, the checks that read it are untested. */
function addPart<Whole extends object, Name extends keyof Whole>(
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
