/** The checks of a stream below its instructions, in the words of v1: bytes, lines, fields, events and their names. */

import { type ByteRange, bytesInLine, v1 } from "../../harness/mod.ts";
import { fail, notApplicable, pass, type StreamCheck } from "../check.ts";
import { framing as sharedFraming } from "../checks/framing.ts";
import { quoteSource } from "../checks/quote.ts";
import { reword } from "../checks/reword.ts";
import { faultOfLine, streamChecks } from "../checks/stream_checks.ts";
import { suggest } from "../checks/words.ts";
import { forEventStreams } from "./event_streams.ts";
import type { V1Event } from "./interpret.ts";
import type { V1View } from "./view.ts";

const { checkStream, checkEach } = streamChecks<V1View>("framing");

const { events: names } = v1.dialect;

const shared = sharedFraming({
  names,
  exampleEvent: "datastar-patch-elements",
  expectedLine(name) {
    if (v1.findOldEvent(name)) return;
    const near = suggest(name, names);
    return near === undefined ? `one of ${names.join(", ")}` : `event: ${near}`;
  },
  originOf: () => "",
});

const nameOf = ({ event: { client } }: V1Event) => client?.event ?? "";

/** The events with names of other generations. */
const oldEventsIn = ({ events }: Pick<V1View, "events">) =>
  events.flatMap((seen) => {
    const name = nameOf(seen);
    const old = v1.findOldEvent(name);
    return old ? [{ seen, name, old }] : [];
  });

/** The bytes of an event's name. */
function bytesOfName({ fieldsByEvent }: Pick<V1View, "fieldsByEvent">, { event }: V1Event, name: string): ByteRange[] {
  const line = fieldsByEvent.get(event)?.findLast((field) => field.name === "event" && field.value.endsWith(name));
  return line ? [bytesInLine(line, line.text.length - name.length)] : [];
}

const lineChecks = reword(shared, {
  "sse-utf8": { rule: ["v1-sse-utf8", "MUST", "V1-SSE-3"] },
  "sse-bom": { rule: ["v1-sse-bom", "MUST", "V1-SSE-12"] },
  "sse-bom-inside": { rule: ["v1-sse-bom-inside", "MUST", "V1-SSE-13"] },
  "sse-line-ends": { rule: ["v1-sse-line-ends", "MAY", "V1-SSE-1"] },
  "sse-space": { rule: ["v1-sse-space", "SHOULD", "V1-SSE-4"] },
  "sse-field": {
    rule: ["v1-sse-field", "MUST", "V1-SSE-5"],
    fix: "Write the names in lower case, without spaces around them, and begin each line of HTML with " +
      "`data: elements `.",
  },
  "sse-junk": {
    rule: ["v1-sse-junk", "MUST", "V1-SSE-4"],
    fix: "Begin each line of HTML with `data: elements `, comments with a colon, and write blank lines without spaces.",
  },
  "sse-data-colon": {
    rule: ["v1-sse-data-colon", "MUST", "V1-SSE-10"],
    fix: "Write `data: elements ` for an empty line of HTML, or leave out the line.",
  },
  "sse-event-colon": { rule: ["v1-sse-event-colon", "MUST", "V1-SSE-10"] },
  "sse-id-colon": { rule: ["v1-sse-id-colon", "MUST", "V1-SSE-10"] },
  "sse-retry": {
    rule: ["v1-sse-retry", "SHOULD", "V1-SSE-23"],
    why: "The standard ignores any other value. The client takes what JavaScript takes for a number, so the user may " +
      "wait for a different time.",
  },
  "sse-retry-limit": {
    rule: ["v1-sse-retry-limit", "MUST", "V1-SSE-23"],
    why: "Timers cannot wait that long: the client sends the request again at once.",
    fix: "Send a shorter time; after the first time the client waits at most 30 s anyway.",
  },
  "sse-id-nul": { rule: ["v1-sse-id-nul", "MUST", "V1-SSE-22"] },
  "sse-id-letters": { rule: ["v1-sse-id-letters", "MUST", "V1-SSE-22"] },
});

const eventChecks = reword(shared, {
  "sse-final-blank": { rule: ["v1-sse-final-blank", "MUST", "V1-SSE-8"] },
  "sse-blank-between": { rule: ["v1-sse-blank-between", "MUST", "V1-SSE-8"] },
  "sse-one-name": { rule: ["v1-sse-one-name", "SHOULD", "V1-SSE-7"] },
  "sse-name": { rule: ["v1-sse-name", "MUST", "V1-SSE-14"] },
  "sse-known-name": {
    rule: ["v1-sse-known-name", "MUST", "V1-SSE-14"],
    why: "The client ignores an event with an unknown name, without a message: the page does not change.",
  },
  "sse-data": {
    rule: ["v1-sse-data", "MUST", "V1-SSE-11"],
    why: "The page does not change: without data, the client patches nothing, or reports that the signals are missing.",
  },
  "sse-leading-data": { rule: ["v1-sse-leading-data", "MAY", "V1-SSE-9"] },
});

const ownChecks: StreamCheck<V1View>[] = [
  checkEach({
    rule: ["v1-sse-retry-delay", "MUST", "V1-SSE-23"],
    title: "A retry is neither empty nor negative",
    why:
      "The client does not wait after a dropped connection: while the server restarts, its ten attempts are over at " +
      "once, and the page stays as it is.",
    fix: "Write digits, `retry: 1000`, or leave the line out.",
    noun: "`retry` line",
    items: ({ fields }) => fields.filter(({ name, colon }) => name === "retry" && colon >= 0),
    fault: (line) => !/^\d+$/.test(line.value) && Number(line.value) <= 0 && faultOfLine(line, "retry: 1000"),
  }),
  checkEach({
    rule: ["v1-sse-nul", "SHOULD", "V1-SSE-16"],
    title: "The data has no NUL",
    why: "The client passes it on: HTML loses it, and JSON with it is invalid.",
    fix: "Remove NUL from the text that you send.",
    noun: "`data` line",
    items: ({ fields }) => fields.filter(({ name }) => name === "data"),
    fault(line) {
      const at = line.text.indexOf("\0");
      return at >= 0 && faultOfLine(line, "text without NUL", at, at + 1);
    },
  }),
  checkStream({
    rule: ["v1-one-generation", "MUST", "V1-SSE-15"],
    title: "All events are of one generation of Datastar",
    why: "The client knows the events of its own generation only, and ignores the others without a message.",
    fix: "Write all events in the words of 1.0.x: datastar-patch-elements and datastar-patch-signals.",
    run(view) {
      const own = view.events.map(nameOf).find((name) => names.some((known) => known === name));
      const [other] = oldEventsIn(view);
      if (own === undefined) return notApplicable("the stream has no event of 1.0.x");
      if (!other) return pass("Datastar 1.0.x");
      const actual = `${own} is an event of Datastar 1.0.x, and ${other.name} is one of ${other.old.generation}`;
      return fail("events of Datastar 1.0.x", actual, bytesOfName(view, other.seen, other.name));
    },
  }),
  checkEach({
    rule: ["v1-sse-old-name", "MUST", "V1-SSE-15"],
    title: "No event has a name of a different generation of Datastar",
    why: "The client ignores such an event, without a message: the page does not change.",
    fix: "Use the events of 1.0.x: datastar-patch-elements and datastar-patch-signals.",
    noun: "event with a name",
    items: (view) => view.events.filter(({ event: { client } }) => client?.event),
    fault(seen, view) {
      const name = nameOf(seen);
      const old = v1.findOldEvent(name);
      if (!old) return;
      const actual = `event: ${quoteSource(name)}, which is one of Datastar ${old.generation}`;
      return { expected: old.instead, actual, at: bytesOfName(view, seen, name) };
    },
  }),
];

/** Makes a check apply to streams with more than comments: these change nothing, and lose nothing. */
const unlessComments = (check: StreamCheck<V1View>): StreamCheck<V1View> => ({
  ...check,
  run(view) {
    const { bytes, ended, events, why } = view;
    const hasComments = ended && bytes.length > 0 && events.length === 0 && why === undefined;
    return hasComments ? notApplicable("the stream has comments only") : check.run(view);
  },
});

export const framing: StreamCheck<V1View>[] = forEventStreams([
  ...lineChecks,
  ...reword(shared, { "sse-events": { rule: ["v1-sse-events", "MUST", "V1-SSE-14"] } }).map(unlessComments),
  ...eventChecks,
  ...ownChecks,
]);
