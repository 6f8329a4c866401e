/** The limits of a run: what is enough to know a server by, and what is too much. */

/** Times are in milliseconds. */
export const limits = {
  /** Time that an answer may take, unless the user says otherwise. */
  timeout: 10_000,
  /** Answers that an endpoint may leave out, and the time that each further answer may take then. */
  unanswered: 3,
  timeoutIfSilent: 1_000,
  /** Bytes of the page: that of the example has a hundred times less. */
  pageBytes: 1024 * 1024,
  /** Bytes of an answer that ends. */
  answerBytes: 512 * 1024,
  /** Bytes of a feed: that of the example has less than a hundred a second. */
  feedBytes: 256 * 1024,
  /** A feed is watched until it has that many events, for no shorter and no longer time than these. */
  watchedEvents: 3,
  shortestWatch: 900,
  longestWatch: 5_000,
  /** Events that are kept of a feed. */
  feedEvents: 200,
  /** The number of times that a feed is watched again because this process was too busy. */
  watchesAgain: 4,
  /** Feeds that are open at the same time. */
  concurrentReaders: 64,
  /** Time without a feed that has begun, after which the others are not waited for. */
  slowestBeginning: 1_000,
  /** Requests beside these feeds, and the time between two of them. */
  requestsBesideFeeds: 20,
  betweenRequests: 50,
  /** Readers that leave, those of them that are there at the same time, and the time after which each leaves. */
  leavingReaders: 200,
  leavingTogether: 50,
  leaveAfter: 1_000,
  /** Times that a server has to notice that readers have left, before it is asked once more. */
  toNotice: [250, 500, 1_000, 2_000],
};

/** Does something for each item, for some at a time: a server need not take all at once. */
export async function runInTurns<T, R>(
  items: readonly T[],
  parallel: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const waiting = items.entries();
  const worker = async () => {
    for (const [i, item] of waiting) results[i] = await work(item);
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return results;
}
