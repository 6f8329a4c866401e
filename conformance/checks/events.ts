/** The checks of events as a whole: their names, their data, and the blank lines between them. */

import { asksAgain } from "./failure.ts";
import { fail, notApplicable, pass, type StreamCheck, unobserved } from "../check.ts";
import { bytesInLine, type SseEvent } from "../../harness/mod.ts";
import type { StreamView } from "../stream_view.ts";
import { quoteSource } from "./quote.ts";
import { faultOfLine, streamChecks } from "./stream_checks.ts";

/** The words that a dialect has for its events. */
export interface EventWords {
  /** The names that the client knows. */
  names: readonly string[];
  /** The one that advice shows. */
  exampleEvent: string;
  /** The line to expect in the place of one with an unknown name. Nothing, if a check of the dialect judges this name. */
  expectedLine: (unknownName: string) => string | undefined;
  /** The origin of an unknown name, if it has one, as the end of a sentence. */
  originOf: (unknownName: string) => string;
}

const { checkStream, checkEach } = streamChecks<StreamView>("framing");

/** Each event of one kind whose blank line has come, with its fields. */
const eachEvent = (noun: string, isOne: (event: SseEvent) => boolean) => ({
  noun,
  items: ({ events, fieldsByEvent }: StreamView) =>
    events.filter(({ event }) => isOne(event)).map(({ event }) => ({ event, fields: fieldsByEvent.get(event) ?? [] })),
});

const hasData = (event: SseEvent) => event.client !== undefined && event.standard !== undefined;
const hasName = (event: SseEvent) => Boolean(event.client?.event);

export const nameAndDataChecks = (words: EventWords): StreamCheck<StreamView>[] => [
  ...blankLineChecks(words),
  ...nameChecks(words),
  ...dataChecks(words),
];

const blankLineChecks = ({ exampleEvent }: EventWords): StreamCheck<StreamView>[] => [
  checkStream({
    rule: ["sse-events", "MUST", "SSE-14"],
    title: "The stream has at least one event",
    why: "Nothing happens on the page.",
    fix: `Send an event: a line \`event: ${exampleEvent}\`, its \`data\` lines and a blank line.`,
    run({ events, fields, ended, bytes, exchange, why }) {
      if (events.length === 0 && bytes.length > 0 && why !== undefined) return unobserved(why);
      if (fields.some(({ name }) => name === "event" || name === "data")) {
        return pass(`${events.length} event${events.length === 1 ? "" : "s"}`);
      }
      if (!ended) return unobserved("no event has arrived so far");
      if (exchange && bytes.length === 0) return notApplicable("the answer has no body");
      const start = { start: 0, end: Math.min(bytes.length, 60) };
      return fail("an event", `${bytes.length} bytes without an event`, bytes.length > 0 ? [start] : []);
    },
  }),
  checkStream({
    rule: ["sse-final-blank", "MUST", "SSE-8"],
    title: "The last event ends with a blank line",
    why: "The client drops an event that has no blank line when the stream ends.",
    fix: "Write an empty line after the last `data` line of every event.",
    run({ events, ended }) {
      if (!ended) return notApplicable("the stream has not ended");
      const last = events.at(-1);
      if (!last) return notApplicable("the stream has no event");
      if (!last.event.client) {
        const { end } = last.event.range;
        return fail("a blank line at the end", "the stream ends inside its last event", [{ start: end, end }]);
      }
      return pass("a blank line at the end");
    },
  }),
  checkEach({
    rule: ["sse-blank-between", "MUST", "SSE-8"],
    title: "A blank line separates two events",
    why: "Without it, both become one event with the second name and the data of both.",
    fix: "Write an empty line, without spaces, after the last `data` line of every event.",
    ...eachEvent("event", () => true),
    fault({ fields }) {
      const names = fields.filter(({ name }) => name === "event");
      const second = names.slice(1).find((at) =>
        fields.some(({ name, start }) => name === "data" && start > names[0].start && start < at.start) &&
        fields.some(({ name, start }) => name === "data" && start > at.start)
      );
      return second && faultOfLine(second, "a blank line before this one");
    },
  }),
];

const nameChecks = (
  { names: knownNames, exampleEvent, expectedLine, originOf }: EventWords,
): StreamCheck<StreamView>[] => [
  checkEach({
    rule: ["sse-one-name", "SHOULD", "SSE-7"],
    title: "An event has one name",
    why: "Only the last name counts, but people who read the stream expect the first one.",
    fix: "Write one `event` line for each event.",
    ...eachEvent("event with a name", hasName),
    fault({ fields }) {
      const names = fields.filter(({ name, colon }) => name === "event" && colon >= 0);
      if (names.length < 2) return;
      const actual = `${names.length} of them: ${names.map(({ value }) => quoteSource(value)).join(", then ")}`;
      return { expected: "one `event` line", actual, at: names.map((name) => bytesInLine(name)) };
    },
  }),
  checkEach({
    rule: ["sse-name", "MUST", "SSE-14"],
    title: "Each event has a name",
    why: "The client ignores an event without a name.",
    fix: `Begin the event with a line such as \`event: ${exampleEvent}\`.`,
    ...eachEvent("event with data", hasData),
    fault({ event: { client }, fields }) {
      if (client?.event) return;
      const empty = fields.find(({ name, colon }) => name === "event" && colon >= 0);
      const line = empty ?? fields.find(({ name }) => name === "data");
      const words = empty ? "an empty name:" : "no `event` line, only";
      const actual = `${words} ${quoteSource(line?.text ?? "")}`;
      return { expected: `event: ${exampleEvent}`, actual, at: line ? [bytesInLine(line)] : [] };
    },
  }),
  checkEach({
    rule: ["sse-known-name", "MUST", "SSE-14"],
    title: "The client knows each event name",
    why: "The client ignores an event with an unknown name, often without a message in the console.",
    fix: `Use ${knownNames.join(", ")}, spelled exactly so.`,
    ...eachEvent("event with a name", hasName),
    fault({ event: { client }, fields }) {
      const name = client?.event ?? "";
      if (knownNames.includes(name)) return;
      const expected = expectedLine(name);
      if (expected === undefined) return;
      const line = fields.findLast((field) => field.name === "event" && field.value !== "");
      const at = line ? [bytesInLine(line, line.text.length - line.value.length)] : [];
      return { expected, actual: `event: ${quoteSource(name)}${originOf(name)}`, at };
    },
  }),
];

const dataChecks = ({ names: knownNames }: EventWords): StreamCheck<StreamView>[] => [
  checkEach({
    rule: ["sse-data", "MUST", "SSE-15"],
    title: "Each event has data",
    why: `The standard drops an event without data. The client throws, stops reading and ${asksAgain}.`,
    fix: "Write at least one `data` line that is not empty in each event.",
    ...eachEvent("event that the client knows", ({ client }) => knownNames.includes(client?.event ?? "")),
    fault({ event: { client }, fields }) {
      if (client!.data.trim() !== "") return;
      const at = fields.filter(({ name }) => name === "event" || name === "data").map((field) => bytesInLine(field));
      return { expected: "a `data` line", actual: `${quoteSource(client!.event!)} without data`, at };
    },
  }),
  checkEach({
    rule: ["sse-leading-data", "MAY", "SSE-9"],
    title: "The data does not begin with empty lines",
    why: "The client drops them and the standard keeps them, but they do not change any instruction.",
    fix: "Leave out empty `data` lines at the beginning.",
    ...eachEvent("event with data", hasData),
    fault({ fields }) {
      const data = fields.filter(({ name, colon }) => name === "data" && colon >= 0);
      const first = data.findIndex(({ value }) => value !== "");
      if (first <= 0) return;
      const actual = `${first} empty \`data\` line${first > 1 ? "s" : ""} before it`;
      const at = data.slice(0, first).map((field) => bytesInLine(field));
      return { expected: quoteSource(data[first].text), actual, at };
    },
  }),
];
