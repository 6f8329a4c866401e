/**
 * Events as a whole: their names, that they have data, and the blank lines between them.
 *
 * @module
 */

import { fail, notApplicable, pass, type StreamCheck, unobserved } from "../check.ts";
import { dialect, type StreamEvent } from "../../harness/mod.ts";
import { type Fault, type Info, ofEach, ofStream, quote } from "./each.ts";
import { type Field, fieldsOf, rangeIn } from "./fields.ts";
import { expectedFor, foreignNames, originOf } from "../classic/words.ts";

/** A check of each event whose blank line has come. */
const ofEvents = (
  kind: string,
  are: (event: StreamEvent) => boolean,
  info: Info,
  faultOf: (event: StreamEvent, lines: Field[]) => Fault | undefined,
): StreamCheck =>
  ofEach(
    "framing",
    kind,
    (stream) => {
      const lines = Map.groupBy(fieldsOf(stream), ({ event }) => event);
      return stream.events.filter(({ event }) => are(event)).map(({ event }) => ({
        event,
        lines: lines.get(event) ?? [],
      }));
    },
    info,
    ({ event, lines }) => faultOf(event, lines),
  );

const hasData = (event: StreamEvent) => event.client !== undefined && event.standard !== undefined;

/** The checks. */
export const eventChecks: StreamCheck[] = [
  ofStream("framing", {
    id: "sse-events",
    level: "MUST",
    title: "There is at least one event",
    clause: "SSE-14",
    why: "Nothing happens on the page.",
    fix: "Send an event: a line `event: datastar-fragment`, its `data` lines and a blank line.",
  }, (stream) => {
    const { events, ended, bytes, exchange } = stream;
    const named = fieldsOf(stream).filter(({ name }) => name === "event" || name === "data");
    if (named.length > 0) return pass(`${events.length} event${events.length === 1 ? "" : "s"}`);
    if (!ended) return unobserved("no event has come so far");
    if (exchange && bytes.length === 0) return notApplicable("the answer has no body");
    const start = { start: 0, end: Math.min(bytes.length, 60) };
    return fail("an event", `${bytes.length} bytes, and no event in them`, bytes.length > 0 ? [start] : []);
  }),
  ofStream("framing", {
    id: "sse-final-blank",
    level: "MUST",
    title: "The last event ends with a blank line",
    clause: "SSE-8",
    why: "An event that the end of the stream cuts off is dropped.",
    fix: "Write an empty line behind the last `data` line of every event.",
  }, ({ events, ended }) => {
    if (!ended) return notApplicable("the stream has not ended");
    const last = events.at(-1);
    if (!last) return notApplicable("there is no event");
    if (!last.event.client) {
      const { end } = last.event.range;
      return fail("a blank line at the end", "the stream ends inside its last event", [{ start: end, end }]);
    }
    return pass("a blank line at the end");
  }),
  ofEvents("event", () => true, {
    id: "sse-blank-between",
    level: "MUST",
    title: "A blank line stands between two events",
    clause: "SSE-8",
    why: "Without it both become one event with the name of the second and the data of both.",
    fix: "Write an empty line, without spaces, behind the last `data` line of every event.",
  }, (_, lines) => {
    const names = lines.filter(({ name }) => name === "event");
    const second = names.slice(1).find((at) =>
      lines.some(({ name, start }) => name === "data" && start > names[0].start && start < at.start) &&
      lines.some(({ name, start }) => name === "data" && start > at.start)
    );
    if (second) {
      return { expected: "a blank line before this one", actual: quote(second.text), at: [rangeIn(second)] };
    }
  }),
  ofEvents("event with a name", (event) => Boolean(event.client?.event), {
    id: "sse-one-name",
    level: "SHOULD",
    title: "An event has one name",
    clause: "SSE-7",
    why: "Only the last name counts, and whoever reads the stream takes the first for it.",
    fix: "Write one `event` line for each event.",
  }, (_, lines) => {
    const names = lines.filter(({ name, colon }) => name === "event" && colon >= 0);
    if (names.length < 2) return;
    const said = names.map(({ value }) => quote(value)).join(", then ");
    return {
      expected: "one `event` line",
      actual: `${names.length} of them: ${said}`,
      at: names.map((n) => rangeIn(n)),
    };
  }),
  ofEvents("event with data", hasData, {
    id: "sse-name",
    level: "MUST",
    title: "Each event has a name",
    clause: "SSE-14",
    why: "The client ignores an event without a name.",
    fix: "Begin the event with a line such as `event: datastar-fragment`.",
  }, ({ client }, lines) => {
    if (client?.event) return;
    const empty = lines.find(({ name, colon }) => name === "event" && colon >= 0);
    const at = empty ?? lines.find(({ name }) => name === "data");
    return {
      expected: "event: datastar-fragment",
      actual: empty
        ? `an empty name: ${quote(empty.text)}`
        : `there is no \`event\` line, only ${quote(at?.text ?? "")}`,
      at: at ? [rangeIn(at)] : [],
    };
  }),
  ofEvents("event with a name", (event) => Boolean(event.client?.event), {
    id: "sse-known-name",
    level: "MUST",
    title: "Each name is one that the client knows",
    clause: "SSE-14",
    why: "The client ignores an event with another name, often without a word in the console.",
    fix: `Use ${dialect.events.join(", ")}, letter by letter.`,
  }, ({ client }, lines) => {
    const name = client?.event ?? "";
    if (dialect.events.some((known) => known === name)) return;
    const line = lines.findLast((line) => line.name === "event" && line.value !== "");
    return {
      expected: expectedFor(name, dialect.events, foreignNames, (word) => `event: ${word}`),
      actual: `event: ${quote(name)}${originOf(name, foreignNames)}`,
      at: line ? [rangeIn(line, line.text.length - line.value.length)] : [],
    };
  }),
  ofEvents("event that the client knows", ({ client }) => dialect.events.some((name) => name === client?.event), {
    id: "sse-data",
    level: "MUST",
    title: "Each event has data",
    clause: "SSE-15",
    why: "The standard drops an event without data. The client raises, reads no further and asks again.",
    fix: "Write a `data` line with something in it into each event.",
  }, ({ client }, lines) => {
    if (client!.data.trim() !== "") return;
    const at = lines.filter(({ name }) => name === "event" || name === "data").map((line) => rangeIn(line));
    return { expected: "a `data` line", actual: `${quote(client!.event!)} without data`, at };
  }),
  ofEvents("event with data", hasData, {
    id: "sse-leading-data",
    level: "MAY",
    title: "The data does not begin with empty lines",
    clause: "SSE-9",
    why: "The client drops them, the standard keeps them. No instruction shows the difference.",
    fix: "Leave empty `data` lines at the beginning out.",
  }, (_, lines) => {
    const data = lines.filter(({ name, colon }) => name === "data" && colon >= 0);
    const first = data.findIndex(({ value }) => value !== "");
    if (first <= 0) return;
    return {
      expected: quote(data[first].text),
      actual: `${first} empty \`data\` line${first > 1 ? "s" : ""} before it`,
      at: data.slice(0, first).map((line) => rangeIn(line)),
    };
  }),
];
