/**
 * The load tests: many readers at the same time, and many that leave. They run after all else, since they may disturb
 * what is measured.
 */

import { setTimeout as pause } from "node:timers/promises";
import { eventEnds, eventTimes, type Exchange, type LiveRecording } from "../recording.ts";
import type { Contract, RecordOptions } from "./contract.ts";
import type { Ask } from "./exchange.ts";
import { limits, runInTurns } from "./limits.ts";

/** Options of the load tests. */
interface LiveOptions extends Required<Pick<RecordOptions, "timeout" | "onProgress">> {
  /** The paths of the feed and of the target, which may have a query. */
  routes: Pick<Contract["routes"], "feed" | "target">;
  ask: Ask;
  /** The number of feeds to open at once, beside those that are open. */
  readers: number;
  /** The answers of the target and of the feed before there were many readers. */
  before: Record<string, Exchange>;
}

/** Records many feeds at once, and many that are left. */
export async function recordLive(options: LiveOptions): Promise<LiveRecording> {
  const { timeout, before, onProgress } = options;
  // A server may be slow without readers: what it does beside them, or after them, may take twice that time.
  const longest = Math.min(timeout, Math.max(limits.longestWatch, 2 * firstByteOf(before.feed)));
  const leaveAfter = Math.min(longest, Math.max(limits.leaveAfter, 2 * (before.feed.head?.at ?? 0)));
  onProgress(`Opening ${options.readers} feeds at once`);
  const concurrent = await recordConcurrentReaders(options, longest);
  onProgress(`Leaving ${limits.leavingReaders} feeds`);
  return { ...concurrent, ...await recordLeavingReaders(options, leaveAfter, longest) };
}

const pathOf = (route: string) => route.split("?")[0];

/** The time at which the body of an answer began, in milliseconds after the request. */
const firstByteOf = ({ chunks }: Exchange) => chunks[0]?.at ?? 0;

/** Opens many feeds, and asks for the target meanwhile. */
async function recordConcurrentReaders(
  { routes, ask, before, readers: count }: LiveOptions,
  longest: number,
): Promise<Pick<LiveRecording, "feeds" | "meanwhile">> {
  const [, second = 0] = eventTimes(before.feed);
  const slowestBeginning = Math.max(limits.slowestBeginning, 2 * firstByteOf(before.feed));
  const timeout = Math.max(limits.longestWatch, 2 * before.target.endedAt);
  // All feeds stay until each has two events or has ended, and the target is asked only when all have begun: otherwise
  // a machine that is slow to open them would have too few open at a time.
  const begun = new Set<number>();
  const known = new Set<number>();
  const readers = Array.from({ length: count }, (_, i) => i);
  const feeds = Promise.all(readers.map(async (i) => {
    const feed = await ask(`GET ${pathOf(routes.feed)} (reader ${i + 1})`, routes.feed, {
      timeout: longest,
      leaveAfter: Math.max(longest, 2 * second),
      hasEnough({ body }) {
        begun.add(i);
        if (!known.has(i) && eventEnds(body).length >= 2) known.add(i);
        return known.size === readers.length;
      },
      maxBytes: limits.feedBytes,
    });
    begun.add(i);
    known.add(i);
    return cutAfter(feed, limits.liveEvents);
  }));
  let areOpen = true;
  feeds.then(() => areOpen = false);

  for (let waited = 0, before = 0; waited < slowestBeginning; waited += limits.betweenRequests) {
    if (begun.size === readers.length) break;
    if (begun.size > before) waited = 0;
    before = begun.size;
    await pause(limits.betweenRequests);
  }
  const meanwhile: Exchange[] = [];
  do {
    const name = `GET ${pathOf(routes.target)} (beside ${readers.length} feeds)`;
    meanwhile.push(await ask(name, routes.target, { timeout }));
    await pause(limits.betweenRequests);
  } while (areOpen && meanwhile.length < limits.requestsBesideFeeds);
  return { feeds: await feeds, meanwhile };
}

/** Opens many feeds, a few at a time, leaves each once it has begun, and asks for the target and a feed afterwards. */
async function recordLeavingReaders(
  { routes, ask, before }: LiveOptions,
  leaveAfter: number,
  longest: number,
): Promise<Pick<LiveRecording, "vanished" | "targetAfter" | "feedAfter">> {
  const readers = Array.from({ length: limits.leavingReaders }, (_, i) => i);
  const left = await runInTurns(
    readers,
    limits.leavingTogether,
    (i) =>
      ask(`GET ${pathOf(routes.feed)} (vanishing ${i + 1})`, routes.feed, {
        timeout: leaveAfter,
        leaveAfter,
        hasEnough: () => true,
        maxBytes: limits.feedBytes,
      }),
  );
  const target = askUntilAsBefore(
    before.target,
    (timeout) => ask(`GET ${pathOf(routes.target)} (afterwards)`, routes.target, { timeout }),
    longest,
  );
  const feed = askUntilAsBefore(before.feed, (timeout) =>
    ask(`GET ${pathOf(routes.feed)} (afterwards)`, routes.feed, {
      timeout,
      leaveAfter: timeout,
      hasEnough: ({ body }) => eventEnds(body).length >= 1,
      maxBytes: limits.feedBytes,
    }), longest);
  return {
    vanished: { readers: readers.length, answered: left.filter(({ head }) => head).length },
    targetAfter: await target,
    feedAfter: await feed,
  };
}

/**
 * Asks several times, with growing patience, until the answer is as it was before. A server notices only after a while
 * that readers have left, and a request that arrives before then may hang.
 */
async function askUntilAsBefore(
  before: Exchange,
  ask: (timeout: number) => Promise<Exchange>,
  longest: number,
): Promise<Exchange> {
  const usual = 2 * firstByteOf(before);
  const allTime = limits.toNotice.reduce((sum, time) => sum + time, 0);
  const began = performance.now();
  for (const time of limits.toNotice) {
    if (performance.now() - began > allTime) break;
    const timeIsOver = pause(time);
    const answer = await ask(Math.min(Math.max(time, usual), longest));
    if (isAsBefore(answer, before)) return answer;
    await timeIsOver;
  }
  return await ask(longest);
}

const isAsBefore = (answer: Exchange, before: Exchange) =>
  answer.head?.status === before.head?.status && (answer.body.length > 0 || before.body.length === 0);

/** An exchange without what comes after that many events. */
export function cutAfter(exchange: Exchange, events: number): Exchange {
  const length = eventEnds(exchange.body)[events - 1] ?? exchange.body.length;
  const chunks = exchange.chunks.filter(({ start }) => start < length);
  return {
    ...exchange,
    body: exchange.body.slice(0, length),
    chunks: chunks.map((chunk) => ({ ...chunk, end: Math.min(chunk.end, length) })),
  };
}
