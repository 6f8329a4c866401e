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
    run: (server) => server.live ? run(server.live, server) : notApplicable(server.why ?? "it was not looked at"),
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

/** A feed that this server has refused, as one that has enough of them should. */
function isRefusal(exchange: Exchange): boolean {
  const status = exchange.head?.status ?? 0;
  return (status >= 400 && status < 500 || status === 503) && isStream(exchange) && exchange.ending === "complete";
}

/** Compares an answer after many readers have left with the one before. */
function compareAfter(server: CrowdFacts, before: Exchange, after: Exchange, { vanished }: LiveFacts): Finding {
  if (vanished.answered === 0) return notApplicable("no feed had begun before its reader left");
  if (!before.head || before.head.status >= 400) return notApplicable(`${before.name} was not answered before either`);
  const expected = `${before.head.status}, as before`;
  const actual = `after ${vanished.readers === 1 ? "a reader has" : `${vanished.readers} readers have`} left, ${
    after.name.replace(/ \(.*/, "")
  } has ${describeAnswer(after)}`;
  if (!after.head) return server.why ? unanswered(server, after, expected) : fail(expected, actual);
  if (after.head.status !== before.head.status || after.body.length === 0 && before.body.length > 0) {
    return fail(expected, actual);
  }
  return pass(`${after.head.status}, as before`);
}

export const live = (findUpdates: FindUpdates): ServerCheck<ServerFacts>[] => [
  survivalCheck,
  ...paceChecks(findUpdates),
  endCheck,
  ...readerChecks(findUpdates),
  ...foreignChecks,
];

/** The checks with many readers. */
export const readerChecks = (findUpdates: FindUpdates): ServerCheck<CrowdFacts>[] => [
  ...crowdChecks(findUpdates),
  ...vanishedChecks,
];

const survivalCheck = serverChecks<ServerFacts>("live", "page")({
  rule: ["live-survives", "MUST", "EXA-12"],
  title: "No request ends the server",
  why: "One reader with a strange input takes the server away from all others, and whoever wants to can do so again.",
  fix: "Catch what a handler throws, also later and in the background, and answer with a refusal.",
  run({ why, endedBy }) {
    if (endedBy) {
      const [first, ...others] = endedBy.slice(0, 4);
      const more = endedBy.length > 4 ? ` and ${endedBy.length - 4} more` : "";
      const after = others.length > 0 ? `one of ${[first, ...others].join(", ")}${more}` : first;
      return fail("a server that goes on", `after ${after} ${why?.replace(" during the run", "")}`);
    }
    return why === undefined ? pass("it answers after all of them") : notApplicable(why);
  },
});

const paceChecks = (findUpdates: FindUpdates): ServerCheck<ServerFacts>[] => [
  checkFeed({
    rule: ["live-first-event", "MUST", "REQ-14"],
    title: "The first event arrives while the stream is still open",
    why: "Something keeps the events until the stream ends, which a feed never does: the reader sees nothing.",
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
        if (feed.events.length > 0) return notApplicable("events begin in time, and none has ended");
        return failIn(feed, "an event while the stream is open", `there was none within ${Math.round(endedAt)} ms`);
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
    why: "A buffer keeps events until it is full: the page stands still, and then jumps.",
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
  why: "The client reads an event once its blank line is there: each value is shown when the next one is made.",
  fix: "Write each event with the blank line at its end in one piece, and not the blank line before each event.",
  run({ feed, routes }) {
    const { waits, isEndedLate } = paceOf(feed.exchange!);
    if (waits.length < 2) return notApplicable(`${routes.feed} has no second event`);
    const longest = `${Math.round(Math.max(...waits))} ms`;
    if (!isEndedLate) return pass(`after ${longest} at most`);
    const at = feed.events.slice(0, 2).map(({ event }) => event.range);
    return failIn(feed, "the blank line at once", `it comes up to ${longest} after the line before it`, at);
  },
});

const crowdChecks = (findUpdates: FindUpdates): ServerCheck<CrowdFacts>[] => [
  checkWithCrowd({
    rule: ["live-many", "MUST", "EXA-8"],
    title: "All of 64 feeds that are open at once go on",
    why:
      "With many readers some see nothing: each feed holds a thread, a process or a connection that others wait for.",
    fix: "Write the feed without a blocking wait: an asynchronous sleep, or one timer for all readers.",
    route: "feed",
    run({ feeds }, server) {
      const taken = feeds.filter(({ exchange }) => !isRefusal(exchange));
      if (findUpdates(server.feed).length < 2) return notApplicable("not even one feed alone goes on");
      if (taken.length === 0) return notApplicable("all are refused");
      const silent = taken.filter(({ events }) => events.length < 2);
      if (silent.length === 0) return pass(`${taken.length} feeds have two events or more`);
      const none = silent.filter(({ events }) => events.length === 0);
      const [{ exchange }] = none.length > 0 ? none : silent;
      const actual = `${silent.length} of ${taken.length} have not, ${none.length} have none: ${exchange.name} has ${
        describeAnswer(exchange)
      }`;
      return fail("two events or more in each", actual);
    },
  }),
  checkWithCrowd({
    rule: ["live-limit", "SHOULD", "EXA-8"],
    title: "64 feeds at once are not too many",
    why: "A class of pupils, each with the page in two tabs, is more than the server takes.",
    fix: "Allow more streams at a time: one that waits costs little.",
    route: "feed",
    run({ feeds }) {
      const refused = feeds.filter(({ exchange }) => isRefusal(exchange));
      if (refused.length === 0) return pass("none is refused");
      return fail(`${feeds.length} feeds`, `${refused.length} are refused: ${describeAnswer(refused[0].exchange)}`);
    },
  }),
  checkWithCrowd({
    rule: ["live-prompt", "SHOULD", "EXA-8"],
    title: "Another request is answered within a second beside 64 feeds",
    why: "While others watch the feed, each click takes noticeably long.",
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
    title: "Other requests are still answered beside 64 feeds",
    why: "Anyone who opens enough feeds takes the server away from everyone else.",
    fix:
      "Do not let open streams hold the threads that answer requests; limit them, and refuse those that are too many.",
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
    title: "After 200 readers have vanished, requests are answered as before",
    why: "Readers leave all the time: each hidden tab does. The server does not survive its visitors.",
    fix: "Notice that the connection is closed (an abort signal, a failing write), and leave the loop then.",
    route: "target",
    run: (live, server) => compareAfter(server, server.target[0].exchange!, live.targetAfter, live),
  }),
  checkWithReaders({
    rule: ["live-vanished-feed", "MUST", "REQ-13"],
    title: "After 200 readers have vanished, a new feed begins as before",
    why: "Feeds of readers that have left still take a place: no one can open a new one.",
    fix: "Notice that the connection is closed (an abort signal, a failing write), and free the place of that reader.",
    route: "feed",
    run: (live, server) => compareAfter(server, server.feed.exchange!, live.feedAfter, live),
  }),
];

/** Requests from other sites. */
const foreignChecks: ServerCheck<ServerFacts>[] = [
  checkTarget({
    rule: ["live-host", "SHOULD", "EXA-9"],
    title: "A request under the name of another host is refused",
    why: "A page from elsewhere can make its name lead to this machine, and then read all that the server answers.",
    fix: "Compare the header `host` with the names that the server is reached by, and refuse others with 403 or 421.",
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
    title: "A page of another origin is given no leave to read the answer",
    why: "Every page that the reader visits can ask this server, and read what it says.",
    fix: "Leave `access-control-allow-origin` out, or name in it only the origins that you know.",
    run(server) {
      const { foreignOrigin } = server;
      if (!foreignOrigin.head) return notApplicable(`there is no answer: ${foreignOrigin.why}`);
      const [allowed] = headerValues(foreignOrigin, "access-control-allow-origin");
      if (allowed === undefined || allowed !== "*" && allowed !== foreignOrigin.request.headers.origin) {
        return pass(allowed ?? "no leave");
      }
      return fail("no access-control-allow-origin for http://evil.example", `access-control-allow-origin: ${allowed}`);
    },
  }),
];
