/** The checks of the example's element with the time, and of its feed, as far as they need no dialect. */

import type { ByteRange } from "../../harness/mod.ts";
import { type Finding, notApplicable, pass, type ServerCheck, unobserved } from "../check.ts";
import type { ExampleFacts } from "../example/evidence.ts";
import { isTime } from "../example/clock.ts";
import { tooBusy } from "../pace.ts";
import { eventTimes } from "../recording.ts";
import type { SeenEvent, StreamEvidence } from "../stream_evidence.ts";
import { asksAgain } from "./failure.ts";
import { describeAnswer } from "./http.ts";
import { quoteText } from "./quote.ts";
import { failIn, serverChecks, unanswered } from "./server_checks.ts";
import type { Definition } from "./stream_checks.ts";

/** The way in which a dialect reads an answer with HTML. */
export interface HtmlReading<Stream extends StreamEvidence, Update extends SeenEvent> {
  /** The word for an event with HTML. */
  noun: string;
  /** Finds the events that bring HTML into the page. */
  findUpdates: (stream: Stream) => Update[];
  /** The text that such an event brings. */
  textOf: (update: Update) => string;
  /** The bytes of its HTML. */
  rangeOf: (update: Update) => ByteRange;
  /** The target of such an event in words, if it is not the one element with this id. */
  otherTarget: (update: Update, id: string) => string | undefined;
}

/**
 * Describes the targets of an event, if these are not the one element with an id.
 *
 * @param met The ids of the elements that it met on the page, if there is one.
 * @param named The targets that it names, as selectors.
 */
export function describeOtherTarget(met: readonly string[], named: readonly string[], id: string): string | undefined {
  // Any selector may lead to the element, if there is a page to try it on.
  if (met.length > 0 && met.every((other) => other === id)) return undefined;
  if (named.length === 1 && named[0] === `#${id}`) return undefined;
  return named.length === 0 ? "it has no element" : `it is for ${named.map((target) => quoteText(target)).join(", ")}`;
}

type Facts<Stream extends StreamEvidence> = ExampleFacts<Stream, "plain">;

/** Milliseconds without an event after which a feed has stopped, if that is also much longer than between others. */
const silence = 1_500;

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

const withoutSecond = (route: string) => notApplicable(`${route} has no second event`);

/** Makes the checks of `/target`. */
export function targetChecks<Stream extends StreamEvidence, Update extends SeenEvent>(
  { noun, findUpdates, textOf, rangeOf, otherTarget }: HtmlReading<Stream, Update>,
): ServerCheck<Facts<Stream>>[] {
  /** A check of the first answer. */
  function checkFirstAnswer(
    { run, ...info }: Definition<{ run: (first: Update, server: Facts<Stream>) => Finding }>,
  ) {
    return serverChecks<Facts<Stream>>("example", "target")({
      ...info,
      run(server) {
        const [first] = findUpdates(server.target[0]);
        return first ? run(first, server) : notApplicable(`${server.routes.target} answers with no ${noun}`);
      },
    });
  }

  const failInUpdate = (stream: Stream, expected: string, actual: string) =>
    failIn(stream, expected, actual, findUpdates(stream).slice(0, 1).map(rangeOf));

  return [
    checkFirstAnswer({
      rule: ["target-element", "MUST", "EXA-6"],
      title: "The fragment is for the element with the id target",
      why: `The time appears in the wrong place, or not at all: then the client throws, and ${asksAgain}.`,
      fix: 'Send one element with that id: `<div id="target"><b>…</b></div>`.',
      run(first, { target }) {
        const other = otherTarget(first, "target");
        if (other === undefined) return pass("#target");
        return failInUpdate(target[0], 'one element with the id "target"', other);
      },
    }),
    checkFirstAnswer({
      rule: ["target-time", "MUST", "EXA-6"],
      title: "The target shows a time",
      why: "The user does not see the time.",
      fix: "Put the server's time of day into the element, with its seconds.",
      run(first, { target, recordedAt }) {
        const text = textOf(first);
        const later = findUpdates(target[1]).map(textOf)[0] ?? text;
        if (isTime(text, later, recordedAt)) return pass(`${quoteText(text)}, then ${quoteText(later)}`);
        return failInUpdate(target[0], "a time of day, as in 2024-05-06 07:08:09", quoteText(text));
      },
    }),
    checkFirstAnswer({
      rule: ["target-moves", "MUST", "EXA-6"],
      title: "The time changes from answer to answer",
      why: "A user who clicks again sees the same time: the answer was cached, or created only once.",
      fix: "Read the clock in the handler, show seconds, and send `cache-control: no-cache`.",
      run(first, server) {
        const second = server.target[1];
        const before = textOf(first);
        const after = findUpdates(second).map(textOf)[0];
        if (after === undefined) {
          if (!second.exchange?.head) return unanswered(server, second.exchange!, "a different time");
          return failIn(second, "a different time", describeAnswer(second.exchange));
        }
        if (after !== before) return pass(`${quoteText(before)}, then ${quoteText(after)}`);
        return failInUpdate(second, "a different time, more than a second later", `${quoteText(after)} both times`);
      },
    }),
  ];
}

/** Makes the checks of `/feed`. */
export function feedChecks<Stream extends StreamEvidence, Update extends SeenEvent>(
  { noun, findUpdates, textOf, rangeOf, otherTarget }: HtmlReading<Stream, Update>,
): ServerCheck<Facts<Stream>>[] {
  const checkFeed = serverChecks<Facts<Stream>>("example", "feed");

  /** A check of a feed that has at least one event with HTML. */
  function checkUpdates(
    { run, ...info }: Definition<{
      run: (server: Facts<Stream>, updates: Update[], times: number[]) => Finding;
    }>,
  ) {
    return checkFeed({
      ...info,
      run(server) {
        const updates = findUpdates(server.feed);
        if (updates.length === 0) return notApplicable(`${server.routes.feed} answers with no ${noun}`);
        return run(server, updates, eventTimes(server.feed.exchange!));
      },
    });
  }

  return [
    checkFeed({
      rule: ["feed-goes-on", "MUST", "EXA-7"],
      title: "The feed has more than one event within 5 s",
      why: "The number should change every second, but does not.",
      fix: "Send one event at once and one every second after it, each with its blank line, and flush each.",
      run(server) {
        const { feed } = server;
        if (!feed.exchange?.head) return unanswered(server, feed.exchange!, "an endless stream");
        const { length } = findUpdates(feed);
        if (length >= 2) return pass(`${length} events`);
        if (server.endedBy) return unobserved(`${feed.name}: ${server.why}`);
        const after = seconds(feed.exchange.endedAt);
        const actual = feed.bytes.length > 0 && length === 0
          ? describeAnswer(feed.exchange)
          : `${length} within ${after}`;
        return failIn(feed, "2 events or more within 5 s", actual);
      },
    }),
    checkUpdates({
      rule: ["feed-open", "MUST", "EXA-7"],
      title: "The feed has no end",
      why: "After a clean end, the client never repeats the request: the number stops changing.",
      fix: "Do not return from the handler or end the response until the client disconnects.",
      run({ feed }) {
        const { ending, endedAt, why } = feed.exchange!;
        if (ending === "left" || ending === "gave up") return pass(`still open after ${seconds(endedAt)}`);
        return failIn(feed, "still open", `${why ?? "it ended"}, after ${seconds(endedAt)}`);
      },
    }),
    checkUpdates({
      rule: ["feed-lasts", "MUST", "EXA-7"],
      title: "The feed goes on during the whole run",
      why: "After a few events the number stops changing: the feed has ended, or sends nothing more.",
      fix: "Send events in an endless loop, without a limit of time or number.",
      run: judgeDuration,
    }),
    checkUpdates({
      rule: ["feed-first", "SHOULD", "EXA-7"],
      title: "The first event comes at once",
      why: "The user sees an empty place.",
      fix: "Send an event before the first wait.",
      run({ feed }, _, [first]) {
        if (first <= 1_500) return pass(seconds(first));
        if (feed.exchange!.stalled) return notApplicable(tooBusy);
        return failIn(feed, "an event within 1.5 s", `it came after ${seconds(first)}`);
      },
    }),
    checkUpdates({
      rule: ["feed-pace", "SHOULD", "EXA-7"],
      title: "The feed sends an event about every one to two seconds",
      why: "Users cannot read faster updates, and each event makes the client go over the whole page again.",
      fix: "Wait a second between two events.",
      run({ feed, routes }, _, times) {
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
    checkUpdates({
      rule: ["feed-varies", "MUST", "EXA-7"],
      title: "Each event of the feed has a different value",
      why: "The user cannot see that the feed is alive.",
      fix: "Create a new random value for each event, not one for the stream.",
      run({ feed, routes }, updates) {
        if (updates.length < 2) return withoutSecond(routes.feed);
        const texts = updates.map(textOf);
        if (new Set(texts).size > 1) return pass(texts.slice(0, 3).map((text) => quoteText(text, 24)).join(", "));
        const at = updates.slice(0, 2).map(rangeOf);
        return failIn(feed, "a different value in each event", `${quoteText(texts[0])} ${texts.length} times`, at);
      },
    }),
    checkUpdates({
      rule: ["feed-element", "MUST", "EXA-7"],
      title: "The events are for the element with the id feed",
      why: `The value appears in the wrong place, or not at all: then the client throws, and ${asksAgain}.`,
      fix: 'Send one element with that id: `<span id="feed">…</span>`.',
      run({ feed }, updates) {
        for (const update of updates) {
          const other = otherTarget(update, "feed");
          if (other !== undefined) return failIn(feed, 'one element with the id "feed"', other, [rangeOf(update)]);
        }
        return pass("#feed");
      },
    }),
  ];
}

/** Judges whether a feed that has events still has them at the end of the run. */
function judgeDuration({ feed, wholeFeed, routes, why, live }: Facts<StreamEvidence>): Finding {
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
