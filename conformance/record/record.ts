/**
 * The recorder: makes the requests of a run, and keeps what came back. It judges nothing.
 *
 * @module
 */

import { whileAwake } from "./clock.ts";
import { type Exchange, exchange, headerValues, type RequestOptions } from "./exchange.ts";
import { openPage, type PageSource, readEvidence, type StreamEvidence } from "../interpret.ts";
import type { Store } from "../../harness/mod.ts";

/** Where the endpoints of the example contract are. */
export interface Routes {
  /** The page. */
  page: string;
  /** The round trip of the input. */
  get: string;
  /** The element with the time. */
  target: string;
  /** The stream without an end. */
  feed: string;
}

/** The routes of the example. */
export const defaultRoutes: Routes = { page: "/", get: "/get", target: "/target", feed: "/feed" };

/** How a server is recorded. */
export interface RecordOptions {
  /** Where its endpoints are, if not where the example has them. */
  routes?: Partial<Routes>;
  /** Headers for every request, such as a cookie. */
  headers?: Record<string, string>;
  /** Milliseconds that an answer may take. Default: 10,000. */
  timeout?: number;
  /** Whether it is looked at what many readers do to the server. Default: true. */
  live?: boolean;
  /** Hears what is being done. */
  onProgress?: (what: string) => void;
}

/** Texts that are sent through `/get` and have to come back as they were, by the name that checks use. */
export const inputs = {
  plain: "hello",
  quotes: `He said "it's"`,
  "single-quote": `x' onclick='alert(1)`,
  "angle-brackets": "</main><script>alert(1)</script><b>",
  ampersand: "a & b &amp c &",
  references: "&quot;+alert(1)+&quot; &#39; &lt;",
  semicolon: "a;b",
  dollar: "cost $money $show $& $$ ${x}",
  tilde: "~ref",
  backtick: "a`b`",
  backslash: "a\\b\\u0041\\",
  cr: "a\rdata: merge outer\rb",
  lf: "a\n\nevent: datastar-console\ndata: error x\n\nb",
  tab: "a\tb",
  nul: "a\0b",
  "line-separator": "a\u2028b\u2029c",
  "lone-surrogate": "a\ud800b",
  emoji: "👨‍👩‍👧 é",
  "right-to-left": "שלום \u202eabc\u202c",
  spaces: "  a + b%20c  ",
  empty: "",
  "8-kb": "0123456789abcdef".repeat(512),
} as const;

/** The name of a text that is sent through `/get`. */
export type InputName = keyof typeof inputs;

/** Queries that no page of the example sends, but others do, by the name that checks use. */
export const badQueries = {
  missing: "",
  empty: "?datastar=",
  malformed: "?datastar=%7Boops",
  list: `?datastar=${encodeURIComponent("[1,2]")}`,
  text: `?datastar=${encodeURIComponent('"hello"')}`,
  null: "?datastar=null",
  "wrong-type": `?datastar=${encodeURIComponent('{"input":{"a":[1]},"show":"x"}')}`,
  "null-input": `?datastar=${encodeURIComponent('{"input":null}')}`,
  "no-input": `?datastar=${encodeURIComponent('{"other":1}')}`,
  encoding: "?datastar=%ff%fe%zz",
  huge: `?datastar=${encodeURIComponent(JSON.stringify({ input: "x".repeat(14_000) }))}`,
  proto: `?datastar=${encodeURIComponent('{"input":"a","__proto__":{"show":false},"constructor":{"prototype":1}}')}`,
} as const;

/** The name of such a query. */
export type QueryName = keyof typeof badQueries;

/** What was seen while many readers were there. */
export interface LiveEvidence {
  /** Feeds that were opened at once, and when the events of each came. */
  feeds: { exchange: Exchange; events: number[] }[];
  /** Answers of `/target` meanwhile, one after the other. */
  meanwhile: Exchange[];
  /** Readers that came and vanished, and how many of them had an event before. */
  vanished: { readers: number; answered: number };
  /** What `/target` said afterwards. */
  targetAfter: Exchange;
  /** A feed that was opened afterwards. */
  feedAfter: Exchange;
}

/** All that is known of a server. */
export interface ServerEvidence {
  /** Where it is. */
  url: string;
  /** Its endpoints. */
  routes: Routes;
  /** The page. */
  page: Exchange;
  /** The page, if it is one. */
  source?: PageSource;
  /** The signals that the page begins with, if the client starts on it. */
  store?: Store;
  /** What the client raises as it starts on the page. */
  pageError?: string;
  /** All streams that the checks of streams look at. */
  streams: StreamEvidence[];
  /** What came of each text. */
  get: Record<InputName, StreamEvidence>;
  /** The answer to a query with the parameter twice: first with the text `first`, then with the text `second`. */
  twice: StreamEvidence;
  /** Two answers, more than a second apart. */
  target: [StreamEvidence, StreamEvidence];
  /** A feed of some seconds. */
  feed: StreamEvidence;
  /** What came of each query that the page does not send. */
  bad: Record<QueryName, StreamEvidence>;
  /** HEAD of each endpoint that ends. */
  heads: Record<"page" | "get" | "target", Exchange>;
  /** DELETE of `/target`. */
  otherMethod: Exchange;
  /** `/target`, asked under the name of a host that is not this server's. */
  foreignHost: Exchange;
  /** `/target`, asked from a page of another origin. */
  foreignOrigin: Exchange;
  /** What was seen while many readers were there. Absent if nobody looked, or the server was not there any more. */
  live?: LiveEvidence;
  /** Why not all could be recorded: the server went away. */
  why?: string;
}

/** Readers that are there at once, and readers that vanish. */
export const readersAtOnce = 64;
export const readersThatVanish = 200;

/** What is seen of a feed: so many events, and milliseconds from the first on, and no more than these in any case. */
const watch = { events: 3, shortest: 900, mostEvents: 200, longest: 5_000 };

/** Bytes that a page, and that an answer which ends may have: one of the example has a hundred times less. */
const maxPageBytes = 1024 * 1024;
const maxAnswerBytes = 512 * 1024;

/** Bytes that a feed may have: one of the example has less than a hundred a second. */
const maxFeedBytes = 256 * 1024;

/**
 * Answers that an endpoint may leave out, and milliseconds that are left for each further one then; and how often a feed
 * is watched again because this side was too busy.
 */
const patience = { silent: 3, afterwards: 1_000, stalls: 4 };

/** Cannot be checked, for a reason that is told: nothing was recorded. */
export class NotRecorded extends Error {}

/**
 * Records a server of the example contract. An endpoint that does not answer cannot make it last for ever: it is asked
 * all the same, but not waited for as long.
 *
 * @throws {NotRecorded} If its page cannot be had.
 */
export async function recordServer(url: URL, options: RecordOptions = {}): Promise<ServerEvidence> {
  const { timeout = 10_000, live = true, onProgress = () => {} } = options;
  const routes = { ...defaultRoutes, ...options.routes };
  // The client writes its headers in lower case: one that is given takes the place of its own.
  const headers = Object.fromEntries(
    Object.entries(options.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const ask: Ask = (name, path, more = {}) =>
    exchange(name, new URL(path, url), { timeout, ...more, headers: { ...headers, ...more.headers } });

  onProgress("Reading the page");
  const asBrowser = { headers: { accept: "text/html" }, maxBytes: maxPageBytes };
  const page = await ask(`GET ${routes.page}`, routes.page, asBrowser);
  if (page.ending === "no answer") throw new NotRecorded(`Cannot check ${url.href}: ${page.why}`);
  const source = sourceOf(page);
  const { store, pageError } = source ? startOn(source) : {};
  // Where the client does not start there is nothing that events could be applied to.
  const usable = store && source;

  onProgress("Asking each endpoint, and watching a feed");
  const silent = new Map<string, number>();
  const askPatiently: Ask = async (name, path, more) => {
    const [endpoint] = path.split("?");
    const isSilent = (silent.get(endpoint) ?? 0) >= patience.silent;
    const made = await ask(name, path, isSilent ? { timeout: Math.min(timeout, patience.afterwards), ...more } : more);
    if (made.ending === "no answer") silent.set(endpoint, (silent.get(endpoint) ?? 0) + 1);
    return made;
  };
  const evidence: ServerEvidence = {
    url: url.href,
    routes,
    page,
    source,
    store,
    pageError,
    ...await recordAnswers(routes, askPatiently, usable, store),
  };
  return { ...evidence, ...await recordLive(routes, ask, { timeout, live, onProgress }) };
}

type Ask = (name: string, path: string, more?: Partial<RequestOptions>) => Promise<Exchange>;

type Answers = Pick<
  ServerEvidence,
  | "streams"
  | "get"
  | "twice"
  | "target"
  | "feed"
  | "bad"
  | "heads"
  | "otherMethod"
  | "foreignHost"
  | "foreignOrigin"
>;

/** What the endpoints say when they are asked one by one. None of these disturbs another, so they are made side by side. */
async function recordAnswers(routes: Routes, ask: Ask, source?: PageSource, store: Store = {}): Promise<Answers> {
  // What the client sends is the whole store, so all that the page has goes along.
  const sent = (signals: Store) => ({ input: "", output: "", show: true, ...remoteOf(store), ...signals });

  // A page takes a while to be opened: what arrives meanwhile has to be noted in between, with its time.
  let reading: Promise<unknown> = Promise.resolve();
  function read(...answer: Parameters<typeof readAnswer>): Promise<StreamEvidence> {
    const result = reading.then(() => pause(0)).then(() => readAnswer(...answer));
    reading = result;
    return result;
  }

  /** Records an answer that ends. */
  const record = async (subject: string, name: string, path: string, signals?: Store) =>
    await read(subject, await ask(name, path, { maxBytes: maxAnswerBytes }), source && { ...source, signals });

  const names = Object.keys(inputs) as InputName[];
  const get = {} as Answers["get"];
  const roundTrips = inTurns(names, async (name) => {
    const signals = sent({ input: inputs[name], output: "old", show: false });
    get[name] = await record(routes.get, `GET ${routes.get} (${name})`, queryOf(routes.get, signals), signals);
  });
  const twice = record(
    routes.get,
    `GET ${routes.get} (parameter twice)`,
    queryOf(queryOf(routes.get, sent({ input: "first" })), sent({ input: "second" })),
  );
  const firstTarget = record(routes.target, `GET ${routes.target}`, queryOf(routes.target, sent({})));
  const secondTarget = firstTarget.then(() => pause(1_100)).then(() =>
    record(routes.target, `GET ${routes.target} (a second later)`, routes.target)
  );
  const watchFeed = () =>
    whileAwake(() =>
      ask(`GET ${routes.feed}`, queryOf(routes.feed, sent({})), {
        leave: watch.longest,
        enough: (seen) => {
          const [first, ...others] = blockTimes(seen);
          // What comes all at once may come with the end: that is worth waiting for.
          const isLong = seen.chunks[seen.chunks.length - 1].at - first >= watch.shortest;
          return isLong && others.length >= watch.events - 1 || others.length >= watch.mostEvents;
        },
        maxBytes: maxFeedBytes,
      })
    );
  const firstWatch = watchFeed();
  const bad = {} as Answers["bad"];
  const refusals = inTurns(Object.keys(badQueries) as QueryName[], async (name) => {
    bad[name] = await record(routes.get, `GET ${routes.get} (${name})`, withQuery(routes.get, badQueries[name]));
  });
  const head = (path: string, query: string, headers?: Record<string, string>) =>
    ask(`HEAD ${path}`, query, { method: "HEAD", headers });
  const heads = {
    page: head(routes.page, routes.page, { accept: "text/html" }),
    get: head(routes.get, queryOf(routes.get, sent({ input: inputs.plain }))),
    target: head(routes.target, queryOf(routes.target, sent({}))),
  };
  const otherMethod = ask(`DELETE ${routes.target}`, routes.target, {
    method: "DELETE",
    body: JSON.stringify(sent({})),
  });
  const foreignHost = ask(`GET ${routes.target} (foreign host)`, routes.target, { headers: { host: "evil.example" } });
  const foreignOrigin = ask(`GET ${routes.target} (foreign origin)`, routes.target, {
    headers: { origin: "http://evil.example" },
  });

  await Promise.all([roundTrips, refusals, secondTarget, twice]);
  // If this side was too busy to see when events came, it looks again, now that there is nothing else to do.
  let { result: watched, stalled } = await firstWatch;
  for (let again = 0; stalled && again < patience.stalls; again++) {
    ({ result: watched, stalled } = await watchFeed());
    if (blockEnds(watched.body).length === 0) break; // there are no times to be wrong about
  }
  const feed = await read(routes.feed, cutBehind(watched, watch.mostEvents), source, true);
  const answers: Answers = {
    streams: [],
    get,
    twice: await twice,
    target: [await firstTarget, await secondTarget],
    feed,
    bad,
    heads: { page: await heads.page, get: await heads.get, target: await heads.target },
    otherMethod: await otherMethod,
    foreignHost: await foreignHost,
    foreignOrigin: await foreignOrigin,
  };
  answers.streams.push(...names.map((name) => get[name]), answers.twice, ...answers.target, answers.feed);
  return answers;
}

/**
 * Many readers at once, and many that vanish. After all else: it may disturb what is measured.
 *
 * @returns What was seen, or why nothing could be: the server went away before, or meanwhile.
 */
async function recordLive(
  routes: Routes,
  ask: Ask,
  { timeout, live, onProgress }: Required<Pick<RecordOptions, "timeout" | "live" | "onProgress">>,
): Promise<Pick<ServerEvidence, "live" | "why">> {
  // A page that was there a moment ago: who does not answer any more is gone.
  const isThere = (more?: Partial<RequestOptions>) =>
    ask(`GET ${routes.page} (again)`, routes.page, {
      headers: { accept: "text/html" },
      maxBytes: maxPageBytes,
      ...more,
    });
  const before = await isThere();
  if (before.ending === "no answer") return { why: `the server went away during the run: ${before.why}` };
  if (!live) return {};

  onProgress(`Opening ${readersAtOnce} feeds at once`);
  const longest = Math.min(timeout, watch.longest);
  // All stay until each has two events or has ended, and others ask only when all have begun: else a machine that is
  // slow to open them would have too few open at a time.
  const begun = new Set<number>();
  const known = new Set<number>();
  const feeds = Promise.all(
    Array.from({ length: readersAtOnce }, async (_, i) => {
      const feed = await ask(`GET ${routes.feed} (reader ${i + 1})`, routes.feed, {
        timeout: longest,
        leave: watch.longest,
        enough({ body }) {
          begun.add(i);
          if (!known.has(i) && blockEnds(body).length >= 2) known.add(i);
          return known.size === readersAtOnce;
        },
        maxBytes: maxFeedBytes,
      });
      begun.add(i);
      known.add(i);
      return feed;
    }),
  );
  for (let waited = 0; begun.size < readersAtOnce && waited < patience.afterwards; waited += 50) await pause(50);
  const meanwhile: Exchange[] = [];
  let open = true;
  feeds.then(() => open = false);
  while (open && meanwhile.length < 20) {
    meanwhile.push(
      await ask(`GET ${routes.target} (beside ${readersAtOnce} feeds)`, routes.target, { timeout: watch.longest }),
    );
    await pause(50);
  }
  const opened = await feeds;

  onProgress(`Leaving ${readersThatVanish} feeds`);
  const vanishing = await inTurns(
    Array.from({ length: readersThatVanish }, (_, i) => i),
    (i) =>
      ask(`GET ${routes.feed} (vanishing ${i + 1})`, routes.feed, {
        timeout: Math.min(timeout, 1_000),
        leave: 1_000,
        enough: () => true,
        maxBytes: maxFeedBytes,
      }),
    50,
  );
  const targetAfter = ask(`GET ${routes.target} (afterwards)`, routes.target, { timeout: longest });
  const feedAfter = ask(`GET ${routes.feed} (afterwards)`, routes.feed, {
    timeout: longest,
    leave: watch.longest,
    enough: ({ body }) => blockEnds(body).length >= 1,
    maxBytes: maxFeedBytes,
  });
  const seen: LiveEvidence = {
    feeds: opened.map((exchange) => ({ exchange, events: blockTimes(exchange) })),
    meanwhile,
    vanished: { readers: readersThatVanish, answered: vanishing.filter(({ chunks }) => chunks.length > 0).length },
    targetAfter: await targetAfter,
    feedAfter: await feedAfter,
  };
  // A server that is only stuck has been seen so: that is a finding. Where nothing listens any more there is none.
  const after = await isThere({ timeout: longest });
  const gone = after.ending === "no answer" && after.endedAt < longest;
  return { live: seen, why: gone ? `the server went away during the run: ${after.why}` : undefined };
}

/**
 * Records one endpoint that answers with an event stream.
 *
 * @param pageHtml The page that the events are for.
 * @throws {NotRecorded} If there is no answer.
 */
export async function recordStream(
  url: URL,
  pageHtml?: string,
  { timeout = 10_000, headers, onProgress }: RecordOptions = {},
): Promise<StreamEvidence> {
  onProgress?.("Reading the stream");
  const subject = url.pathname;
  // A feed has no end: it is left when it is known well enough.
  const seen = await exchange(`GET ${subject}`, url, { timeout, headers, leave: Math.min(watch.longest, timeout) });
  if (seen.ending === "no answer") throw new NotRecorded(`Cannot check ${url.href}: ${seen.why}`);
  return await readAnswer(
    subject,
    seen,
    pageHtml === undefined ? undefined : { html: pageHtml },
    seen.ending === "left",
  );
}

function readAnswer(subject: string, seen: Exchange, source?: PageSource, endless = false): Promise<StreamEvidence> {
  const { name, body: bytes, ending } = seen;
  return readEvidence({ subject, name, exchange: seen, bytes, ended: ending === "complete", endless }, source);
}

function sourceOf(page: Exchange): PageSource | undefined {
  const [type = ""] = headerValues(page, "content-type");
  if (!/^text\/html/i.test(type) || page.ending !== "complete") return undefined;
  return { html: new TextDecoder().decode(page.body) };
}

/** What the client makes of the page as it is loaded. */
function startOn(source: PageSource): { store?: Store; pageError?: string } {
  try {
    return { store: structuredClone(openPage(source).store) };
  } catch (error) {
    return { pageError: (error as Error).message };
  }
}

/** The signals that the client sends: it keeps those whose name begins with `_` to itself, in objects too [REQ-3]. */
function remoteOf(store: Store): Store {
  const isInner = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);
  return Object.fromEntries(
    Object.entries(store).filter(([name]) => !name.startsWith("_")).map(([name, value]) => [
      name,
      isInner(value) ? remoteOf(value as Store) : value,
    ]),
  );
}

/** Offsets behind the blank line of each event: of each block that has another line than comments. */
export function blockEnds(body: Uint8Array): number[] {
  const [LF, CR, colon] = [10, 13, 58];
  const ends: number[] = [];
  let start = 0;
  let isEvent = false;
  for (let i = 0; i < body.length; i++) {
    if (body[i] !== LF && body[i] !== CR) continue;
    if (i > start) isEvent ||= body[start] !== colon;
    if (body[i] === CR && body[i + 1] === LF) i++;
    if (isEvent && (body[start] === LF || body[start] === CR)) {
      ends.push(i + 1);
      isEvent = false;
    }
    start = i + 1;
  }
  return ends;
}

/** An answer without what comes behind so many events: who has seen these has seen enough. */
function cutBehind(seen: Exchange, events: number): Exchange {
  const length = blockEnds(seen.body)[events - 1] ?? seen.body.length;
  const chunks = seen.chunks.filter(({ start }) => start < length);
  return {
    ...seen,
    body: seen.body.subarray(0, length),
    chunks: chunks.map((chunk) => ({ ...chunk, end: Math.min(chunk.end, length) })),
  };
}

/** When each event was complete, in milliseconds after the request was sent. */
export function blockTimes({ body, chunks }: Pick<Exchange, "body" | "chunks">): number[] {
  let i = 0;
  return blockEnds(body).map((offset) => {
    while (i < chunks.length - 1 && chunks[i].end < offset) i++;
    return chunks[i].at;
  });
}

/** A path with one store more in its query, as the client writes it [REQ-1]. */
function queryOf(path: string, signals: Store): string {
  return withQuery(path, `?${new URLSearchParams({ datastar: JSON.stringify(signals) })}`);
}

/** A path that may have a query of its own, with one more. */
function withQuery(path: string, query: string): string {
  return path.includes("?") ? path + query.replace(/^\?/, "&") : path + query;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Does something for each, some at a time: a server need not take all at once. */
async function inTurns<T, R>(all: readonly T[], work: (one: T) => Promise<R>, atOnce = 6): Promise<R[]> {
  const results: R[] = [];
  const waiting = all.entries();
  const worker = async () => {
    for (const [i, one] of waiting) results[i] = await work(one);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}
