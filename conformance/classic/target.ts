/** The checks of the example's other two endpoints: an element that is fetched, and one that keeps changing. */

import { type Finding, notApplicable, pass, type ServerCheck } from "../check.ts";
import { asksAgain } from "../checks/failure.ts";
import { describeAnswer } from "../checks/http.ts";
import { quoteText } from "../checks/quote.ts";
import { failIn, serverChecks, unanswered } from "../checks/server_checks.ts";
import type { Definition } from "../checks/stream_checks.ts";
import type { ClassicStream } from "./interpret.ts";
import { tooBusy } from "../pace.ts";
import { eventTimes } from "../recording.ts";
import type { ServerEvidence } from "./evidence.ts";
import {
  failInFragment,
  htmlRange,
  judgeFirst,
  judgeFragment,
  judgeOneEvent,
  type Merge,
  mergesIn,
  otherTarget,
  textIn,
  withoutFragment,
} from "./answer.ts";

const checkTarget = serverChecks<ServerEvidence>("example", "target");
const checkFeed = serverChecks<ServerEvidence>("example", "feed");

/** The text that each event merges: `upsert_attributes` merges none [MRG-17]. */
const textsIn = (stream: ClassicStream) =>
  mergesIn(stream).map(({ instruction: { merge }, markup: { roots } }) =>
    merge === "upsert_attributes" ? "" : roots.map(textIn).join("").trim()
  );

const withoutSecond = (route: string) => notApplicable(`${route} has no second event`);

/** A check of the first answer of `/target`. */
function checkFirstAnswer(
  { run, ...info }: Definition<{ run: (first: Merge, server: ServerEvidence) => Finding }>,
) {
  return checkTarget({
    ...info,
    run: (server) => judgeFirst(server.target[0], server.routes.target, (first) => run(first, server)),
  });
}

/** A check of a feed that has at least one fragment. */
function checkFeedEvents(
  { run, ...info }: Definition<{ run: (feed: ClassicStream, times: number[], server: ServerEvidence) => Finding }>,
) {
  return checkFeed({
    ...info,
    run(server) {
      if (mergesIn(server.feed).length === 0) return withoutFragment(server.routes.feed);
      return run(server.feed, eventTimes(server.feed.exchange!), server);
    },
  });
}

/** The numbers in a text, in digits of any script. */
function numbersIn(text: string): number[] {
  return (text.match(/\p{Nd}+/gu) ?? []).map((digits) => Number([...digits].map(digitOf).join("")));
}

/** The value of a digit: each script has its ten digits in a row. */
function digitOf(digit: string): number {
  let zero = digit.codePointAt(0)!;
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--;
  return (digit.codePointAt(0)! - zero) % 10;
}

/** Numbers with the signs between hours and minutes: `7:08`, `3時59分`, `12h05`. */
const clock = /\p{Nd}{1,2}\s?(?:[:٫∶：.hHuU时時点點시]|Uhr)\s?\p{Nd}{2}/u;

/** Seconds: zones differ from UTC by quarters of an hour. */
const quarterHour = 900;

/**
 * Whether a text is a time of day, in any form: with the signs of a clock, as three numbers that say now, as the time since 1970
 * or since midnight, or in several words, which have changed a second later.
 */
function isTime(text: string, later: string, now: Date): boolean {
  if (clock.test(text)) return true;
  const numbers = numbersIn(text);
  const day = 86_400_000;
  if (numbers.some((number) => [1, 1_000].some((unit) => Math.abs(number * unit - now.getTime()) < day))) return true;
  const isNow = (second: number) => {
    const passed = (second - Math.floor(now.getTime() / 1_000)) % quarterHour;
    return (passed + quarterHour) % quarterHour < 60;
  };
  const isClock = (hour: number, minute = 60, second = 60) =>
    hour < 24 && minute < 60 && second < 60 && isNow(minute * 60 + second);
  if (numbers.some((hour, i) => isClock(hour, numbers[i + 1], numbers[i + 2]))) return true;
  const [sinceMidnight] = numbers;
  // A smaller number is more often that of a counter.
  if (numbers.length === 1 && sinceMidnight >= 1_000 && sinceMidnight < 86_400 && isNow(sinceMidnight)) return true;
  return numbers.length === 0 && text !== later && /\S\s+\S|\P{ASCII}{4}/u.test(text);
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

const targetChecks: ServerCheck<ServerEvidence>[] = [
  checkTarget({
    rule: ["target-event", "MUST", "EXA-6"],
    title: "The target is answered with a fragment",
    why: "The button does nothing.",
    fix: 'Answer with `event: datastar-fragment`, `data: fragment <div id="target">…</div>` and an empty line.',
    run: (server) => judgeFragment(server.target[0], server),
  }),
  checkTarget({
    rule: ["target-one-event", "SHOULD", "EXA-6"],
    title: "The target is answered with one event",
    why: "More than one event changes more of the page than the example does.",
    fix: "Send the whole answer in one event.",
    run: ({ target: [first], routes }) => judgeOneEvent(first, routes.target),
  }),
  checkFirstAnswer({
    rule: ["target-merge", "SHOULD", "EXA-6"],
    title: "The target uses morph, the default",
    why: "Other modes create a new element, nest the elements, or do not change the content at all.",
    fix: "Leave out the `merge` line.",
    run(first, { target }) {
      const { merge } = first.instruction;
      if (merge === "morph") return pass("morph");
      return failIn(target[0], "morph", `merge ${merge}`, [first.event.range]);
    },
  }),
  checkFirstAnswer({
    rule: ["target-element", "MUST", "EXA-6"],
    title: "The fragment is for the element with the id target",
    why: `The time appears in the wrong place, or not at all: then the client throws, and ${asksAgain}.`,
    fix: 'Send one element with that id: `<div id="target"><b>…</b></div>`.',
    run(first, { target }) {
      const other = otherTarget(first, "target");
      if (other === undefined) return pass("#target");
      return failInFragment(target[0], 'one element with the id "target"', other);
    },
  }),
  checkFirstAnswer({
    rule: ["target-time", "MUST", "EXA-6"],
    title: "The target shows a time",
    why: "The user does not see the time.",
    fix: "Put the server's time of day into the element, with its seconds.",
    run(_, { target, recordedAt }) {
      const [text] = textsIn(target[0]);
      const [later = text] = textsIn(target[1]);
      if (isTime(text, later, recordedAt)) return pass(`${quoteText(text)}, then ${quoteText(later)}`);
      return failInFragment(target[0], "a time of day, as in 2024-05-06 07:08:09", quoteText(text));
    },
  }),
  checkFirstAnswer({
    rule: ["target-moves", "MUST", "EXA-6"],
    title: "The time changes from answer to answer",
    why: "A user who clicks again sees the same time: the answer was cached, or created only once.",
    fix: "Read the clock in the handler, show seconds, and send `cache-control: no-cache`.",
    run(_, server) {
      const [first, second] = server.target;
      const [before] = textsIn(first);
      const [after] = textsIn(second);
      if (after === undefined) {
        if (!second.exchange?.head) return unanswered(server, second.exchange!, "a different time");
        return failIn(second, "a different time", describeAnswer(second.exchange));
      }
      if (after !== before) return pass(`${quoteText(before)}, then ${quoteText(after)}`);
      return failInFragment(second, "a different time, more than a second later", `${quoteText(after)} both times`);
    },
  }),
];

/** Milliseconds without an event after which a feed stands still, if that is also much longer than between others. */
const silence = 1_500;

/** Judges whether a feed that has events still has them at the end of the run. */
function judgeDuration(feed: ClassicStream, _: number[], { wholeFeed, routes, why, live }: ServerEvidence): Finding {
  const exchange = wholeFeed ?? feed.exchange!;
  const times = eventTimes(exchange);
  if (times.length < 2) return withoutSecond(routes.feed);
  if (feed.exchange!.ending !== "left") return notApplicable("it ends at once: see feed-open");
  if (why !== undefined || live && !live.targetAfter.head) return notApplicable("the server itself is gone");
  if (live?.feeds.some(({ events }) => events.length < 2)) {
    return notApplicable("many feeds do not go on: see live-many");
  }
  const last = times[times.length - 1];
  const after = `after ${times.length} events and ${seconds(last)}`;
  if (exchange.ending !== "left" && !exchange.tooLong) {
    return failIn(feed, "still open", `${exchange.why ?? "it ended"}, ${after}`);
  }
  const longest = Math.max(...times.slice(1).map((time, i) => time - times[i]));
  const waited = exchange.endedAt - last;
  if (waited < Math.max(silence, 3 * longest)) return pass(`an event ${seconds(last)} after its beginning`);
  return failIn(feed, "more events", `none ${after}, in the ${seconds(waited)} that it was watched then`);
}

const feedChecks: ServerCheck<ServerEvidence>[] = [
  checkFeed({
    rule: ["feed-goes-on", "MUST", "EXA-7"],
    title: "The feed has more than one event within 5 s",
    why: "The number should change every second, but does not.",
    fix: "Send one event at once and one every second after it, each with its blank line, and flush each.",
    run(server) {
      const { feed } = server;
      if (!feed.exchange?.head) return unanswered(server, feed.exchange!, "an endless stream");
      const { length } = mergesIn(feed);
      if (length >= 2) return pass(`${length} events`);
      const after = seconds(feed.exchange.endedAt);
      const actual = feed.bytes.length > 0 && length === 0
        ? describeAnswer(feed.exchange)
        : `${length} within ${after}`;
      return failIn(feed, "2 events or more within 5 s", actual);
    },
  }),
  checkFeedEvents({
    rule: ["feed-open", "MUST", "EXA-7"],
    title: "The feed has no end",
    why: "After a clean end, the client never repeats the request: the number stops changing.",
    fix: "Do not return from the handler or end the response until the client disconnects.",
    run(feed) {
      const { ending, endedAt, why } = feed.exchange!;
      if (ending === "left" || ending === "gave up") return pass(`still open after ${seconds(endedAt)}`);
      return failIn(feed, "still open", `${why ?? "it ended"}, after ${seconds(endedAt)}`);
    },
  }),
  checkFeedEvents({
    rule: ["feed-lasts", "MUST", "EXA-7"],
    title: "The feed goes on during the whole run",
    why: "After a few events the number stops changing: the feed has ended, or sends nothing more.",
    fix: "Send events in an endless loop, without a limit of time or number.",
    run: judgeDuration,
  }),
  checkFeedEvents({
    rule: ["feed-first", "SHOULD", "EXA-7"],
    title: "The first event comes at once",
    why: "The user sees an empty place.",
    fix: "Send an event before the first wait.",
    run(feed, [first]) {
      if (first <= 1_500) return pass(seconds(first));
      if (feed.exchange!.stalled) return notApplicable(tooBusy);
      return failIn(feed, "an event within 1.5 s", `it came after ${seconds(first)}`);
    },
  }),
  checkFeedEvents({
    rule: ["feed-pace", "SHOULD", "EXA-7"],
    title: "The feed sends an event about every one to two seconds",
    why: "Users cannot read faster updates, and each event makes the client go over the whole page again.",
    fix: "Wait a second between two events.",
    run(feed, times, { routes }) {
      if (times.length < 2) return withoutSecond(routes.feed);
      const gaps = times.slice(1).map((time, i) => time - times[i]).sort((a, b) => a - b);
      const middle = gaps[Math.floor(gaps.length / 2)];
      if (middle >= 400 && middle <= 3_000) return pass(`about every ${seconds(middle)}`);
      if (feed.exchange!.stalled) return notApplicable(tooBusy);
      const actual = middle < 400
        ? `${times.length} in ${seconds(times[times.length - 1])}`
        : `every ${seconds(middle)}`;
      return failIn(feed, "an event every 1 to 2 s", actual);
    },
  }),
  checkFeedEvents({
    rule: ["feed-varies", "MUST", "EXA-7"],
    title: "Each event of the feed has a different value",
    why: "The user cannot see that the feed is alive.",
    fix: "Create a new random value for each event, not one for the stream.",
    run(feed, _, { routes }) {
      const events = mergesIn(feed);
      if (events.length < 2) return withoutSecond(routes.feed);
      const texts = textsIn(feed);
      if (new Set(texts).size > 1) return pass(texts.slice(0, 3).map((text) => quoteText(text, 24)).join(", "));
      const at = events.slice(0, 2).map(htmlRange);
      return failIn(feed, "a different value in each event", `${quoteText(texts[0])} ${texts.length} times`, at);
    },
  }),
  checkFeedEvents({
    rule: ["feed-element", "MUST", "EXA-7"],
    title: "The events are for the element with the id feed",
    why: `The value appears in the wrong place, or not at all: then the client throws, and ${asksAgain}.`,
    fix: 'Send one element with that id: `<span id="feed">…</span>`.',
    run(feed) {
      for (const event of mergesIn(feed)) {
        const other = otherTarget(event, "feed");
        if (other !== undefined) return failIn(feed, 'one element with the id "feed"', other, [htmlRange(event)]);
      }
      return pass("#feed");
    },
  }),
];

export const target: ServerCheck<ServerEvidence>[] = [...targetChecks, ...feedChecks];
