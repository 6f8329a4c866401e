/** The checks of a server in use: whether events come when they are made, and what happens with many readers. */

import { fail, type Finding, notApplicable, pass, type ServerCheck } from "../check.ts";
import type { SeenEvent, StreamEvidence } from "../stream_evidence.ts";
import { paceOf, tooBusy } from "../pace.ts";
import { type Exchange, headerValues } from "../recording.ts";
import { describeAnswer, isStream } from "./http.ts";
import { quoteText } from "./quote.ts";
import { failIn, serverChecks, unanswered } from "./server_checks.ts";
import type { CrowdFacts, LiveFacts, ServerFacts } from "./server_facts.ts";
import type { Definition } from "./stream_checks.ts";

/** Finds the events of a feed that change the page. */
type FindUpdates = (feed: StreamEvidence) => SeenEvent[];

const checkFeed = serverChecks<ServerFacts>("live", "feed");
const checkTarget = serverChecks<ServerFacts>("live", "target");

/** The time that `/target` should take beside many feeds, and the most that it may take, in milliseconds. */
const prompt = 1_000;
const patience = 5_000;

/** Such a time for a server that may be slow without any feed. */
const relativeTo = ({ target }: CrowdFacts, time: number) =>
  Math.max(time, 2 * Math.round(Math.min(...target.map(({ exchange }) => exchange!.endedAt))));

/** A check of what many readers do to a server. */
function checkWithReaders(
  { route, run, ...info }: Definition<{
    route: "feed" | "target";
    run: (live: LiveFacts, server: CrowdFacts) => Finding;
  }>,
) {
  return serverChecks<CrowdFacts>("live", route)({
    ...info,
    run: (server) => server.live ? run(server.live, server) : notApplicable(server.why ?? "the load test did not run"),
  });
}

/** A check of many feeds that are open at the same time. */
function checkWithCrowd({ run, ...info }: Parameters<typeof checkWithReaders>[0]) {
  return checkWithReaders({
    ...info,
    run: (live, server) =>
      live.feeds.length > 0 ? run(live, server) : notApplicable("the server was gone before many feeds were opened"),
  });
}

/** Whether a server has refused a feed, as one that has enough of them should. */
export function isRefusal(exchange: Exchange): boolean {
  const status = exchange.head?.status ?? 0;
  return (status >= 400 && status < 500 || status === 503) && exchange.ending === "complete";
}

/** Whether it was refused with an event stream, where the client asks again after any other answer. */
const isStreamRefusal = (exchange: Exchange): boolean => isRefusal(exchange) && isStream(exchange);

/** Compares an answer after many readers have left with the one before. */
function compareAfter(server: CrowdFacts, before: Exchange, after: Exchange, { vanished }: LiveFacts): Finding {
  if (vanished.answered === 0) return notApplicable("no feed had begun before its client disconnected");
  if (!before.head || before.head.status >= 400) return notApplicable(`${before.name} was not answered before either`);
  const expected = `${before.head.status}, as before`;
  const actual = `after ${vanished.readers === 1 ? "a client has" : `${vanished.readers} clients have`} disconnected, ${
    after.name.replace(/ \(.*/, "")
  } has ${describeAnswer(after)}`;
  if (!after.head) return server.why ? unanswered(server, after, expected) : fail(expected, actual);
  if (after.head.status !== before.head.status || after.body.length === 0 && before.body.length > 0) {
    return fail(expected, actual);
  }
  return pass(`${after.head.status}, as before`);
}

/**
 * Makes all checks of a server in use.
 *
 * @param isRefused Whether an answer is a refusal that the client of the dialect takes for one.
 */
export const live = (findUpdates: FindUpdates, isRefused = isStreamRefusal): ServerCheck<ServerFacts>[] => [
  survivalCheck,
  ...paceChecks(findUpdates),
  endCheck,
  ...readerChecks(findUpdates, isRefused),
  ...foreignChecks,
];

/** The checks with many readers. */
export const readerChecks = (findUpdates: FindUpdates, isRefused = isStreamRefusal): ServerCheck<CrowdFacts>[] => [
  ...crowdChecks(findUpdates, isRefused),
  ...vanishedChecks,
];

const survivalCheck = serverChecks<ServerFacts>("live", "page")({
  rule: ["live-survives", "MUST", "EXA-12"],
  title: "The server survives each request",
  why: "A single unusual request stops the server for all users, and an attacker can repeat it.",
  fix: "Catch the errors of handlers, also those thrown later and in the background, and answer with a refusal.",
  run({ why, endedBy }) {
    if (endedBy) {
      const [first, ...others] = endedBy.slice(0, 4);
      const more = endedBy.length > 4 ? ` and ${endedBy.length - 4} more` : "";
      const after = others.length > 0 ? `one of ${[first, ...others].join(", ")}${more}` : first;
      return fail("a server that goes on", `after ${after} ${why?.replace(" during the run", "")}`);
    }
    return why === undefined ? pass("the server answers after all requests") : notApplicable(why);
  },
});

const paceChecks = (findUpdates: FindUpdates): ServerCheck<ServerFacts>[] => [
  checkFeed({
    rule: ["live-first-event", "MUST", "REQ-14"],
    title: "The first event arrives while the stream is still open",
    why: "Something holds back the events until the stream ends, but a feed never ends: the user sees nothing.",
    fix: "Flush each event. Turn off compression and buffering for event streams, also in the proxy " +
      "(`x-accel-buffering: no`), and do not build the body before it is sent.",
    run(server) {
      const { feed } = server;
      const exchange = feed.exchange!;
      if (!exchange.head) return unanswered(server, exchange, "an event while the stream is open");
      if (exchange.head.status >= 400) return notApplicable(`${server.routes.feed} is refused`);
      const { times: [first], isAllAtEnd } = paceOf(exchange);
      const { endedAt } = exchange;
      if (first === undefined) {
        // Lines that have come are not held back: what is missing is the end of their event.
        if (feed.events.length > 0) return notApplicable("events begin in time, but none is complete");
        return failIn(feed, "an event while the stream is open", `no event within ${Math.round(endedAt)} ms`);
      }
      if (isAllAtEnd && exchange.stalled) return notApplicable(tooBusy);
      if (isAllAtEnd) {
        return failIn(feed, "an event before the end", `all came with the end, after ${Math.round(endedAt)} ms`);
      }
      return pass(`after ${Math.round(first)} ms`);
    },
  }),
  checkFeed({
    rule: ["live-one-by-one", "MUST", "REQ-14"],
    title: "Events come one by one",
    why: "A buffer holds back events until it is full: the page does not change for a while, and then jumps.",
    fix: "Flush each event; turn off compression and buffering for event streams, also in the proxy before the server.",
    run(server) {
      const { feed } = server;
      const { times, moments, isHeldBack } = paceOf(feed.exchange!);
      if (times.length < 2) return notApplicable(`${server.routes.feed} has no second event`);
      if (!isHeldBack) return pass(`${times.length} events at ${moments.length} times`);
      if (feed.exchange!.stalled) return notApplicable(tooBusy);
      const at = findUpdates(feed).slice(0, 2).map(({ event }) => event.range);
      const when = moments.slice(0, 3).map((time) => `${(time / 1000).toFixed(1)} s`).join(", ");
      return failIn(
        feed,
        "each event by itself",
        `${times.length} events came at ${moments.length} times: ${when}`,
        at,
      );
    },
  }),
];

/** Whether the blank line of an event comes with the event. */
const endCheck = checkFeed({
  rule: ["live-blank-line", "MUST", "REQ-14"],
  title: "The blank line of an event comes with the event",
  why: "The client reads an event when its blank line arrives, so each value appears only with the next event.",
  fix: "Write each event together with the blank line at its end, instead of a blank line before each event.",
  run({ feed, routes }) {
    const { waits, isEndedLate } = paceOf(feed.exchange!);
    if (waits.length < 2) return notApplicable(`${routes.feed} has no second event`);
    const longest = `${Math.round(Math.max(...waits))} ms`;
    if (!isEndedLate) return pass(`after ${longest} at most`);
    const at = feed.events.slice(0, 2).map(({ event }) => event.range);
    return failIn(feed, "the blank line at once", `it comes up to ${longest} after the line before it`, at);
  },
});

const crowdChecks = (
  findUpdates: FindUpdates,
  isRefused: (exchange: Exchange) => boolean,
): ServerCheck<CrowdFacts>[] => [
  checkWithCrowd({
    rule: ["live-many", "MUST", "EXA-8"],
    title: "64 feeds that are open at once all go on",
    why: "With many users, some see nothing: each feed holds a thread, a process or a connection that others wait for.",
    fix: "Write the feed without a blocking wait: an asynchronous sleep, or one timer for all readers.",
    route: "feed",
    run({ feeds }, server) {
      const taken = feeds.filter(({ exchange }) => !isRefused(exchange));
      if (findUpdates(server.feed).length < 2) return notApplicable("even a single feed does not go on");
      if (taken.length === 0) return notApplicable("all are refused");
      const silent = taken.filter(({ events }) => events.length < 2);
      if (silent.length === 0) return pass(`${taken.length} feeds have two events or more`);
      const none = silent.filter(({ events }) => events.length === 0);
      const [{ exchange }] = none.length > 0 ? none : silent;
      const actual = `${silent.length} of ${taken.length} have fewer, ${none.length} have none: ${exchange.name} has ${
        describeAnswer(exchange)
      }`;
      return fail("two events or more in each", actual);
    },
  }),
  checkWithCrowd({
    rule: ["live-limit", "SHOULD", "EXA-8"],
    title: "The server accepts 64 feeds at once",
    why: "The server refuses a class of 32 pupils who each open the page in two tabs.",
    fix: "Allow more streams at a time: an idle stream costs little.",
    route: "feed",
    run({ feeds }) {
      const refused = feeds.filter(({ exchange }) => isRefused(exchange));
      if (refused.length === 0) return pass("none is refused");
      return fail(`${feeds.length} feeds`, `${refused.length} are refused: ${describeAnswer(refused[0].exchange)}`);
    },
  }),
  checkWithCrowd({
    rule: ["live-prompt", "SHOULD", "EXA-8"],
    title: "With 64 feeds open, other requests are answered within a second",
    why: "While other users watch the feed, each click is noticeably slow.",
    fix: "Do not let open streams hold the threads that answer requests.",
    route: "target",
    run({ meanwhile }, server) {
      if (!server.target[0].exchange?.head) return notApplicable(`${server.routes.target} does not answer at all`);
      const times = meanwhile.map(({ endedAt }) => endedAt).sort((a, b) => a - b);
      const middle = times[Math.floor(times.length / 2)];
      const most = relativeTo(server, prompt);
      if (middle <= most) return pass(`${Math.round(middle)} ms`);
      return fail(`${most} ms at most`, `${Math.round(middle)} ms, in the middle of ${times.length} requests`);
    },
  }),
  checkWithCrowd({
    rule: ["live-starved", "MUST", "EXA-8"],
    title: "With 64 feeds open, other requests are still answered",
    why: "Anyone who opens enough feeds blocks the server for all other users.",
    fix:
      "Do not let open streams hold the threads that answer requests; limit the number of streams, and refuse any more.",
    route: "target",
    run({ meanwhile }, server) {
      if (!server.target[0].exchange?.head) return notApplicable(`${server.routes.target} does not answer at all`);
      const most = relativeTo(server, patience);
      const late = meanwhile.find(({ head, endedAt }) => !head || endedAt > most);
      if (!late) return pass(`${meanwhile.length} of ${meanwhile.length} requests`);
      if (late.head) return fail(`an answer within ${most} ms`, `it took ${Math.round(late.endedAt)} ms`);
      return unanswered(server, late, `an answer within ${most} ms`);
    },
  }),
];

const vanishedChecks: ServerCheck<CrowdFacts>[] = [
  checkWithReaders({
    rule: ["live-vanished-target", "MUST", "REQ-13"],
    title: "After 200 clients have disconnected, requests are answered as before",
    why: "Clients disconnect all the time, for example when a tab is hidden. The server no longer answers as before.",
    fix: "Detect that the connection is closed (an abort signal, a failing write), and leave the loop then.",
    route: "target",
    run: (live, server) => compareAfter(server, server.target[0].exchange!, live.targetAfter, live),
  }),
  checkWithReaders({
    rule: ["live-vanished-feed", "MUST", "REQ-13"],
    title: "After 200 clients have disconnected, a new feed begins as before",
    why: "Feeds of disconnected clients still take up slots, so users cannot open a new feed.",
    fix: "Detect that the connection is closed (an abort signal, a failing write), and free the slot of that client.",
    route: "feed",
    run: (live, server) => compareAfter(server, server.feed.exchange!, live.feedAfter, live),
  }),
];

/** Requests from other sites. */
const foreignChecks: ServerCheck<ServerFacts>[] = [
  checkTarget({
    rule: ["live-host", "SHOULD", "EXA-9"],
    title: "A request with a foreign Host header is refused",
    why: "A foreign page can point its own host name at this machine (DNS rebinding), and then read all answers.",
    fix: "Compare the header `host` with the server's own names, and refuse all others with 403 or 421.",
    run(server) {
      const { foreignHost } = server;
      const { head, request } = foreignHost;
      if (!server.target[0].exchange?.head) return notApplicable(`${server.routes.target} does not answer at all`);
      // A closed connection is a refusal too.
      if (!head && server.why) return unanswered(server, foreignHost, "a refusal");
      if (!head || head.status >= 400) return pass(head ? `${head.status}` : "the connection is closed");
      if (head.status >= 300) return pass(`${head.status}, which leads elsewhere`);
      return fail("a refusal, such as 403", `host: ${quoteText(request.headers.host)} is answered with ${head.status}`);
    },
  }),
  checkTarget({
    rule: ["live-origin", "SHOULD", "REQ-5"],
    title: "No CORS header lets another origin read the answer",
    why: "Every page that the user visits can make requests to this server, and read its answers.",
    fix: "Leave out `access-control-allow-origin`, or list only origins that you trust.",
    run(server) {
      const { foreignOrigin } = server;
      if (!foreignOrigin.head) return notApplicable(`the server did not answer: ${foreignOrigin.why}`);
      const [allowed] = headerValues(foreignOrigin, "access-control-allow-origin");
      if (allowed === undefined || allowed !== "*" && allowed !== foreignOrigin.request.headers.origin) {
        return pass(allowed ?? "no access-control-allow-origin");
      }
      return fail("no access-control-allow-origin for http://evil.example", `access-control-allow-origin: ${allowed}`);
    },
  }),
];
