/** The limits of a run: what is enough to know a server by, and what is too much. */

/** Times are in milliseconds. */
export const limits = {
  /** Time that an answer may take, unless the user says otherwise. */
  timeout: 10_000,
  /** Time between two connections. It grows each time that the queue of the server is full, up to the second time. */
  betweenConnections: 5,
  betweenIfFull: 100,
  /** Time after which a connection shows that the queue is full: the system tries again after a second. */
  slowConnection: 900,
  /** Time that the requests of a run may take, unless an answer alone may take longer. */
  run: 60_000,
  /** The same, for an application. */
  appRun: 120_000,
  /** Answers that an endpoint may leave out, and the time that each further answer may take then. */
  unanswered: 3,
  timeoutIfSilent: 1_000,
  /** Bytes of the page: that of the example has a hundred times less. */
  pageBytes: 1024 * 1024,
  /** Time after which a request that may end the server is not waited for before the next. */
  risk: 500,
  /** Scripts of the page that are asked for at a time. */
  scripts: 4,
  /** Bytes of an answer that ends. */
  answerBytes: 256 * 1024,
  /** Requests to the test endpoint of an SDK at a time, and bytes of an answer: the longest case has 200 KB. */
  sdkRequests: 4,
  sdkBytes: 1024 * 1024,
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
  /** The number of times that a feed is watched again because its events came together. */
  watchesAgainIfLate: 1,
  /** Feeds that are open at the same time. */
  concurrentReaders: 64,
  /** Events that are kept of each. */
  liveEvents: 10,
  /** Time without a feed that has begun, after which the others are not waited for. */
  slowestBeginning: 1_000,
  /** Requests beside these feeds, and the time between two of them. */
  requestsBesideFeeds: 20,
  betweenRequests: 50,
  /** Number of readers that leave. */
  leavingReaders: 200,
  /** Number of them that read at the same time. */
  leavingTogether: 50,
  /** Time after which each leaves at the latest, unless it takes longer until an answer begins. */
  leaveAfter: 1_000,
  /** Times that a server gets to notice that readers have left, each before it is asked again. */
  toNotice: [250, 500, 1_000, 2_000],
};

/** Runs a task for each item, only some at a time, to spare the server. */
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
