/** The recorder: makes the requests of a run, and keeps what came back. It interprets nothing. */

import { setTimeout as wait } from "node:timers/promises";
import { paceOf } from "../pace.ts";
import { eventEnds, eventTimes, type Exchange, type ServerRecording, type StreamRecording } from "../recording.ts";
import type { Contract, Plan, PlannedRequest, RecordOptions } from "./contract.ts";
import { startClock } from "./clock.ts";
import { findCause } from "./connect.ts";
import { createCookies } from "./cookies.ts";
import { type Ask, performExchange, type RequestOptions } from "./exchange.ts";
import { limits, runInTurns } from "./limits.ts";
import { followRedirects } from "./redirects.ts";
import { cutAfter, recordLive } from "./live.ts";

/** The error if nothing could be recorded. */
export class NotRecorded extends Error {}

/**
 * Records a server. An endpoint that does not answer cannot hold it up for ever: it is asked each time, with less
 * patience.
 *
 * @throws {NotRecorded} If there is no answer from its page.
 */
export async function record(
  target: string | URL,
  contract: Contract,
  options: RecordOptions = {},
): Promise<ServerRecording> {
  const { timeout = limits.timeout, live = true, onProgress = () => {} } = options;
  const { routes } = contract;
  const url = new URL(target);
  const began = new Date();
  let late: string | undefined;
  const ask = createAsk(url, contract, options, (why) => late = why);

  onProgress("Reading the page");
  const page = await askForPage(ask, `GET ${routes.page}`, routes.page);
  await assertAnswered(url, page);
  assertMatch(contract, url, page);
  const plan = contract.plan(page);

  const observed = observeEnd(ask, page, plan.feed.name);
  const scripts: Record<string, Exchange> = {};
  for (;;) {
    const requests = contract.planScripts(page, url, scripts);
    if (requests.length === 0) break;
    await runInTurns(requests, limits.scripts, async ({ id, name, path, headers }) => {
      scripts[id] = await observed.ask(name, path, { headers, maxBytes: limits.pageBytes });
    });
  }

  onProgress("Asking each endpoint, and watching a feed");
  const { answers: rest, openFeed } = await recordAnswers(plan, withLessPatience(observed.ask, options));
  const answers = { ...scripts, ...rest };
  assertMatch(contract, url, page, answers);
  const end = async (more: Pick<ServerRecording, "live" | "why" | "endedBy"> = {}): Promise<ServerRecording> => {
    const wholeFeed = await openFeed?.leave();
    return {
      kind: "server",
      target: String(target),
      recordedAt: began.toISOString(),
      durationMs: Date.now() - began.getTime(),
      contract: contract.id,
      routes,
      page,
      answers: live && wholeFeed ? { ...answers, [`${plan.feed.id}:whole`]: wholeFeed } : answers,
      ...more,
    };
  };
  // A reader of the feed leaves: then it shows whether the server dies of that.
  if (!live) await openFeed?.leave();
  else if (openFeed) {
    await ask(`${plan.feed.name} (left)`, routes.feed, {
      leaveAfter: limits.leaveAfter,
      hasEnough: () => true,
    });
    await wait(limits.toNotice[0]); // a busy server notices later that the reader has left
  }
  // The page was there a moment ago: if there is no answer now, the server is gone.
  const askAgain = (more?: Partial<RequestOptions>) => askForPage(ask, `GET ${routes.page} (again)`, routes.page, more);
  const before = await askAgain();
  if (late !== undefined) return end({ why: late });
  if (before.ending === "no answer") {
    if (!live || !hasDiedOfLeaving(answers, plan.feed.id)) {
      return end({ why: explainGone(before), endedBy: observed.suspects() });
    }
    const [targetAfter, feedAfter] = await Promise.all(
      [routes.target, routes.feed].map((path) => ask(`GET ${path} (afterwards)`, path)),
    );
    return end({ live: { feeds: [], meanwhile: [], vanished: { readers: 1, answered: 1 }, targetAfter, feedAfter } });
  }
  if (!live) return end();

  const readers = limits.concurrentReaders - (openFeed ? 1 : 0);
  const tested = await recordLive({ routes, ask, before: answers, timeout, readers, onProgress });
  // A server that is only stuck, or whose end the load tests show, was recorded as such.
  const { targetAfter, feedAfter } = tested;
  if (!targetAfter.head || !feedAfter.head) return end({ live: tested });
  const patience = Math.min(timeout, limits.longestWatch);
  const after = await askAgain({ timeout: patience });
  const isGone = after.ending === "no answer" && after.endedAt < patience;
  if (late !== undefined) return end({ why: late });
  return end({ live: tested, why: isGone ? explainGone(after) : undefined });
}

function assertMatch(contract: Contract, url: URL, page: Exchange, answers?: Record<string, Exchange>): void {
  const mismatch = contract.findMismatch(url, page, answers);
  if (mismatch !== undefined) throw new NotRecorded(mismatch);
}

/** Options of the recorder of one endpoint. */
export interface RecordStreamOptions extends Omit<RecordOptions, "live"> {
  /** The request that the client would make. Default: GET of the URL. */
  request?: Pick<PlannedRequest, "method" | "path" | "headers" | "body">;
  /** HTML of the page that the events are for. */
  page?: string;
  /** Milliseconds that a stream which goes on is watched. Default: `timeout` if it is given, else 5,000. */
  wait?: number;
}

/**
 * Records one endpoint that answers with an event stream.
 *
 * @throws {NotRecorded} If there is no answer.
 */
export async function recordStream(
  url: URL,
  contract: Pick<Contract, "headers">,
  options: RecordStreamOptions = {},
): Promise<StreamRecording> {
  const { wait = options.timeout ?? limits.longestWatch, onProgress = () => {} } = options;
  const { request: { path = url.pathname + url.search, method = "GET", ...request } = {}, page } = options;
  onProgress("Reading the stream");
  const began = new Date();
  const subject = url.pathname;
  const ask = createAsk(url, contract, options);
  const exchange = await ask(`${method} ${subject}`, path, {
    method,
    ...request,
    leaveAfter: wait,
    waitsForBody: true,
  });
  await assertAnswered(url, exchange);
  const durationMs = Date.now() - began.getTime();
  return { kind: "stream", target: url.href, recordedAt: began.toISOString(), durationMs, subject, exchange, page };
}

/** Records a page: the answer to one request, after the redirects on its origin. */
export async function recordPage(url: URL, options: Omit<RecordOptions, "live"> = {}): Promise<Exchange> {
  const path = url.pathname + url.search;
  return await askForPage(followRedirects(createAsk(url, { headers: {} }, options), url), `GET ${path}`, path);
}

/** Throws if there is no answer, or one that says that it wants a different version of HTTP: 426, 505. */
export async function assertAnswered(url: URL, { head, why }: Exchange): Promise<void> {
  if (head && head.status !== 426 && head.status !== 505) return;
  const cause = await findCause(url) ?? (head ? undefined : why);
  if (cause !== undefined) throw new NotRecorded(`Cannot check ${url.href}: ${cause}`);
}

/** Whether all was answered until the reader of the feed left, and nothing afterwards. */
function hasDiedOfLeaving(answers: Record<string, Exchange>, feed: string): boolean {
  return Object.entries(answers).every(([id, { ending }]) => ending === (id === feed ? "left" : "complete"));
}

/**
 * Observes which requests may have ended the server: those that were open when the answers stopped, and the last that was
 * answered, unless one of them was made after that. Requests that found no server to connect to are not among them.
 *
 * @param feed Names the feed, which is open all the time.
 */
export function observeEnd(
  ask: Ask,
  page: Exchange,
  feed?: string,
): { ask: Ask; suspects: () => string[] | undefined } {
  const open = new Set<string>();
  let lastAnswered = page.name;
  let openThen = new Set<string>();
  let suspects: string[] | undefined;
  return {
    suspects: () => suspects?.every((name) => openThen.has(name)) ? [...suspects, lastAnswered] : suspects,
    async ask(name, ...request) {
      if (name === feed) return await ask(name, ...request);
      open.add(name);
      const exchange = await ask(name, ...request);
      const { head, ending, unconnected } = exchange;
      if (head && ending !== "cut off") [lastAnswered, openThen, suspects] = [name, new Set(open), undefined];
      else suspects = (suspects ?? [...open]).filter((one) => one !== name || !unconnected);
      open.delete(name);
      return exchange;
    },
  };
}

/** Why a server that no longer answers has no more answers. */
export const explainGone = ({ why }: Exchange) => `the server went away during the run: ${why}`;

/** The headers of the client, with those that are given in their place. */
function mergeHeaders(contract: Pick<Contract, "headers">, { headers = {} }: RecordOptions): Record<string, string> {
  const given = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return { ...contract.headers, ...Object.fromEntries(given) };
}

/**
 * Creates the function that makes the requests of a run, which together may take some time. It keeps the cookies that
 * answers set, and sends them, as a browser does for a page and its requests. It opens one connection after the other:
 * many at once are more than the queue of some servers holds, and those that do not fit wait for seconds.
 *
 * @param onLate Is told why an answer is missing that was not there in time. One that is cut short counts as missing, since
 * it may have been right.
 */
export function createAsk(
  url: URL,
  contract: Pick<Contract, "headers">,
  options: RecordOptions & { runTime?: number } = {},
  onLate: (why: string) => void = () => {},
): Ask {
  const headers = mergeHeaders(contract, options);
  const cookies = createCookies(headers.cookie);
  const time = Math.max(options.timeout ?? limits.timeout, options.runTime ?? limits.run);
  const end = performance.now() + time;
  const takeTurn = createTurns();
  return async (name, path, more = {}) => {
    const onConnection = await takeTurn();
    const { timeout = options.timeout ?? limits.timeout, leaveAfter } = more;
    const left = Math.max(1, end - performance.now());
    const address = new URL(url.origin + path);
    const sent = { ...headers, ...more.headers };
    // A page of another origin, or under the name of another host, has cookies of its own.
    const isForeign = "host" in sent || "origin" in sent && sent.origin !== url.origin;
    const exchange = await performExchange(name, address, {
      maxBytes: limits.answerBytes,
      ...more,
      onConnection,
      timeout: Math.min(timeout, left),
      leaveAfter: leaveAfter && Math.min(leaveAfter, left),
      headers: isForeign ? sent : { ...sent, ...cookies.headerFor(address) },
    });
    if (!isForeign) cookies.keep(address, exchange);
    if (performance.now() < end || exchange.ending === "complete" || exchange.ending === "cut off") return exchange;
    const why =
      `the requests of the run took over ${time} ms, so the rest was not read; a longer --timeout gives it more`;
    onLate(why);
    const { head: _, ...rest } = exchange;
    return { ...rest, body: new Uint8Array(), chunks: [], ending: "no answer", why };
  };
}

/**
 * Creates the function that waits until a request may open its connection. It resolves to a function to be called once
 * the connection is there. A full queue makes connections slow: then the server gets more time for each.
 */
function createTurns(): () => Promise<() => void> {
  let between = limits.betweenConnections;
  let last = Promise.resolve();
  /** Connections that are slow and not there yet. If there are two, the server takes none, and no time would help. */
  let missing = 0;
  return async () => {
    const before = last;
    const { promise: isConnected, resolve } = Promise.withResolvers<void>();
    last = before.then(async () => {
      if (missing > 1) return await wait(limits.betweenConnections);
      const clock = startClock();
      const { promise: isSlow, resolve: beSlow } = Promise.withResolvers<true>();
      const cancel = clock.at(limits.slowConnection, () => beSlow(true));
      if (await Promise.race([isConnected, isSlow])) {
        between = Math.min(4 * between, limits.betweenIfFull);
        missing++;
        isConnected.then(() => missing--);
      }
      cancel();
      clock.stop();
      await wait(between);
    });
    await before;
    return resolve;
  };
}

/** Asks for a page, as a browser does. */
export function askForPage(ask: Ask, name: string, path: string, more?: Partial<RequestOptions>): Promise<Exchange> {
  return ask(name, path, { headers: { accept: "text/html" }, maxBytes: limits.pageBytes, ...more });
}

/** Waits less for the answers of an endpoint that has left out some of them, or has not ended them in time. */
export function withLessPatience(ask: Ask, { timeout = limits.timeout }: RecordOptions): Ask {
  const unanswered = new Map<string, number>();
  return async (name, path, more) => {
    const [endpoint] = path.split("?");
    const isSilent = (unanswered.get(endpoint) ?? 0) >= limits.unanswered;
    const patience = isSilent ? { timeout: Math.min(timeout, limits.timeoutIfSilent) } : {};
    const exchange = await ask(name, path, { ...patience, ...more });
    const isLate = exchange.ending === "gave up" && !exchange.tooLong;
    if (exchange.ending === "no answer" || isLate) unanswered.set(endpoint, (unanswered.get(endpoint) ?? 0) + 1);
    return exchange;
  };
}

/** A feed that stays open, to see whether it goes on. */
interface OpenFeed {
  /** Leaves it. Resolves to all that has come. */
  leave: () => Promise<Exchange>;
}

async function recordAnswers(
  { groups, risky, feed }: Plan,
  ask: Ask,
): Promise<{ answers: Record<string, Exchange>; openFeed?: OpenFeed }> {
  const answers: Record<string, Exchange> = {};
  let areAnswered = false;
  const leaving = new AbortController();
  const enough = Promise.withResolvers<Exchange>();
  const whole = watchFeed(feed, ask, {
    mayLeave: () => areAnswered,
    onEnough: enough.resolve,
    signal: leaving.signal,
  });
  const openFeed = enough.promise.then(() => ({
    leave() {
      leaving.abort();
      return whole;
    },
  }));
  async function keepAnswer({ id, name, path, pause, ...request }: PlannedRequest) {
    if (pause !== undefined) await wait(pause);
    answers[id] = await ask(name, path, request);
  }
  await Promise.all(groups.map(({ parallel, requests }) => runInTurns(requests, parallel, keepAnswer)));
  const begun: Promise<void>[] = [];
  for (const request of risky) {
    const isAnswered = keepAnswer(request);
    begun.push(isAnswered);
    await Promise.race([isAnswered, wait(limits.risk)]);
  }
  await Promise.all(begun);
  areAnswered = true;
  let watched = await Promise.race([enough.promise, whole]);
  // This process may have been too busy to see when events came, or the server too busy to send them: watch again, now
  // that there is nothing else to do. A server that holds events back does so each time.
  for (let again = 0; again < watchesAgain(watched); again++) {
    watched = await watchFeed(feed, ask);
    if (eventEnds(watched.body).length === 0) break; // there are no times to be wrong about
  }
  answers[feed.id] = cutAfter(watched, limits.feedEvents);
  return { answers, openFeed: await Promise.race([openFeed, whole.then(() => undefined)]) };
}

/** The number of times that a feed with this pace is watched again. */
export function watchesAgain(feed: Exchange): number {
  if (feed.stalled) return limits.watchesAgain;
  const { isAllAtEnd, isHeldBack, isEndedLate } = paceOf(feed);
  return isAllAtEnd || isHeldBack || isEndedLate ? limits.watchesAgainIfLate : 0;
}

/** Watches a feed until it is known well enough, and may be left. */
function watchFeed(
  { name, path }: PlannedRequest,
  ask: Ask,
  { mayLeave = () => true, ...options }: { mayLeave?: () => boolean } & Pick<RequestOptions, "onEnough" | "signal"> =
    {},
): Promise<Exchange> {
  return ask(name, path, {
    ...options,
    leaveAfter: limits.longestWatch,
    hasEnough(exchange) {
      const [first, ...others] = eventTimes(exchange);
      // Events that come all at once may come with the end, which is worth waiting for.
      const isLong = exchange.chunks[exchange.chunks.length - 1].at - first >= limits.shortestWatch;
      return isLong && others.length >= limits.watchedEvents - 1 && mayLeave() || others.length >= limits.feedEvents;
    },
    maxBytes: limits.feedBytes,
  });
}
