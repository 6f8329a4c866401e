/**
 * The checks of the test endpoint of an SDK: the cases of vectors/v1/sdk, judged by what the client makes of the answers,
 * and rules about their bytes.
 */

import { type Line, readField, v1 } from "../../harness/mod.ts";
import type { InputEvent } from "../../vectors/v1/sdk/mod.ts";
import { type Finding, notApplicable, pass, type SdkCheck, unobserved } from "../check.ts";
import { describeAnswer, headerWords, joinedHeader } from "../checks/http.ts";
import { quoteSource } from "../checks/quote.ts";
import type { Definition } from "../checks/stream_checks.ts";
import type { V1Event } from "./interpret.ts";
import { differenceIn, type SdkFault, whyUnread } from "./sdk_difference.ts";
import { isPlain, type SdkAnswer, type SdkEvidence } from "./sdk_evidence.ts";

const define = (
  { rule: [id, level, clause], ...rest }: Definition<Pick<SdkCheck<SdkEvidence>, "run">>,
): SdkCheck<SdkEvidence> => ({ id, level, clause, ...rest, of: "sdk", family: "sdk" });

/** The judgement of one answer: a fault, or why it cannot be judged, or nothing where it is right. */
type Judgement = SdkFault | string | undefined;

/** Makes one finding of all answers: the first fault, with its bytes and the names of the other cases. */
function toFinding(answers: readonly SdkAnswer[], judge: (answer: SdkAnswer) => Judgement, why?: string): Finding {
  const judged = answers.map((answer) => ({ answer, judgement: judge(answer) }));
  const faults = judged.flatMap(({ answer, judgement }) =>
    typeof judgement === "object" ? [{ answer, ...judgement }] : []
  );
  if (faults.length > 0) {
    const [{ answer, expected, actual, at = [] }, ...others] = faults;
    const rest = others.length > 0 ? ` (also in ${listFew(others.map(({ answer }) => answer.case.id))})` : "";
    return { outcome: "fail", expected, actual: actual + rest, at: at.slice(0, 10), where: answer.stream.name };
  }
  const right = judged.filter(({ judgement }) => judgement === undefined);
  if (right.length > 0) return pass(`${right.length} of ${answers.length} cases`);
  if (judged.length === 0) return why === undefined ? notApplicable("there is no case for it") : unobserved(why);
  return notApplicable(String(judged[0].judgement));
}

const listFew = (names: string[]) =>
  names.length > 5 ? `${names.slice(0, 4).join(", ")} and ${names.length - 4} more` : names.join(", ");

/** A rule about the bytes of each answer that has events. */
const checkAnswers = ({ judge, ...info }: Definition<{ judge: (answer: SdkAnswer) => SdkFault | undefined }>) =>
  define({
    ...info,
    run: ({ answers, why }) => toFinding(answers.filter(isPlain), (one) => whyUnread(one) ?? judge(one), why),
  });

/** A rule about the bytes of each event. */
const checkEvents = (
  { judge, ...info }: Definition<{
    /** @param input The event that was asked for, where the answer has as many. */
    judge: (event: V1Event, input: InputEvent | undefined, answer: SdkAnswer) => SdkFault | undefined | false;
  }>,
) =>
  checkAnswers({
    ...info,
    judge(answer) {
      const { stream: { events }, case: { input } } = answer;
      const inputs = input?.events.length === events.length ? input.events : [];
      for (const [i, event] of events.entries()) {
        const fault = judge(event, inputs[i], answer);
        if (fault) return { at: [event.event.range], ...fault };
      }
    },
  });

/** A check of the cases that name it, by their results. */
const checkCases = (
  { judge = () => undefined, ...info }: Definition<{
    /** Judges what a page does not show. */
    judge?: (answer: SdkAnswer) => SdkFault | undefined;
  }>,
) =>
  define({
    ...info,
    run({ answers, why }) {
      const own = answers.filter(({ case: { check } }) => check === info.rule[0]);
      return toFinding(own, (one) => whyUndecided(one) ?? differenceIn(one) ?? judge(one), why);
    },
  });

/** The status of a server that reads no more of a body: a setting of the endpoint, and no fault of the SDK. */
const tooLarge = 413;

/** Statuses of a server that has no such route. */
const unrouted = [404, 405, 501];

/** Why the result of a case is not judged, if so: a different check has the fault, or the endpoint lacks what it needs. */
function whyUndecided(answer: SdkAnswer): string | undefined {
  const { case: { page, capability, mayRefuse, method = "GET" }, stream: { exchange, why: whyCut }, outcome } = answer;
  const why = whyUnread(answer);
  if (why !== undefined) {
    const isUnrouted = unrouted.includes(exchange?.head?.status ?? 0);
    if (capability === "method") return isUnrouted ? `the endpoint takes no ${method}: ${why}` : undefined;
    if (capability !== undefined) return `the endpoint does not take ${capability}: ${why}`;
    return mayRefuse && exchange?.head && !isUnrouted ? undefined : why;
  }
  if (page !== undefined && !outcome) return "the answer is too much for the harness";
  if (whyCut !== undefined) return whyCut;
  if (capability === undefined || capability === "method") return undefined;
  const rows = answer.stream.events.flatMap(({ event }) => event.reading.rows);
  const isPassedOn = rows.some(({ key, effect }) => key === capability || effect === "ignored");
  return isPassedOn ? undefined : `the endpoint does not pass on ${capability}`;
}

/** The lines of an event that have a field, by its name. */
const linesWith = ({ event: { lines } }: V1Event, ...names: string[]): { line: Line; field: string; value: string }[] =>
  lines.flatMap((line) => {
    const read = readField(line, "client");
    return read && names.includes(read.field) ? [{ line, ...read }] : [];
  });

const answerChecks: SdkCheck<SdkEvidence>[] = [
  define({
    rule: ["v1-sdk-answer", "MUST", "V1-SDK-19"],
    title: "Each case is answered with an event stream that has an event",
    why: "The client reads nothing of an answer with a different status or type: the user sees no change.",
    fix:
      "Answer `/test` with status 200 and `text/event-stream`, and write each event of the input with the SDK. See " +
      "the server's log for the request that is named.",
    run({ answers, why }) {
      const all = answers.filter(({ case: { expect } }) => !expect.refused);
      return toFinding(all, (answer) => {
        const { case: { mayRefuse, capability }, stream: { exchange } } = answer;
        if (exchange?.head && (mayRefuse || capability || exchange.head.status === tooLarge)) return;
        const actual = whyUnread(answer);
        return actual === undefined ? undefined : { expected: "200, text/event-stream, and an event", actual };
      }, why);
    },
  }),
  checkAnswers({
    rule: ["v1-sdk-type", "SHOULD", "V1-SDK-1"],
    title: "The type is text/event-stream",
    why: "The client works without it; proxies may then compress the stream or hold it back.",
    fix: "Send the header `content-type: text/event-stream`.",
    judge({ stream: { exchange } }) {
      const type = joinedHeader(exchange!, "content-type");
      if (/^text\/event-stream\s*(;|$)/i.test(type)) return;
      return { expected: "content-type: text/event-stream", actual: quoteSource(type) };
    },
  }),
  checkAnswers({
    rule: ["v1-sdk-cache", "SHOULD", "V1-SDK-2"],
    title: "The answer is not cached",
    why: "A browser or a proxy may show an old answer.",
    fix: "Send the header `cache-control: no-cache`, or better `no-store`.",
    judge({ stream: { exchange } }) {
      const words = headerWords(exchange!, "cache-control");
      if (words.includes("no-cache") || words.includes("no-store")) return;
      return { expected: "cache-control: no-cache", actual: quoteSource(words.join(", ")) };
    },
  }),
  checkAnswers({
    rule: ["v1-sdk-connection", "MAY", "V1-SDK-3"],
    title: "The connection header is keep-alive, on HTTP/1.1 only",
    why:
      "The client does not read it. `close` opens a new connection for each request; on HTTP/2 the header is invalid.",
    fix: "Send `connection: keep-alive` where the request is HTTP/1.1, or leave it to the server.",
    judge({ stream: { exchange } }) {
      const words = headerWords(exchange!, "connection");
      const isOld = exchange!.head!.version === "1.0"; // where `close` is the rule
      const isWrong = words.includes(isOld ? "keep-alive" : "close");
      if (!isWrong) return;
      const expected = isOld ? "no connection: keep-alive" : "connection: keep-alive";
      return { expected, actual: `connection: ${quoteSource(words.join(", "))}` };
    },
  }),
  checkCases({
    rule: ["v1-sdk-events", "MUST", "V1-SDK-5"],
    title: "Each event of the input is an event of the answer, in the same order",
    why: "The client applies events as they come: what is lost is not shown, and an older content can win.",
    fix: "Write the events one after the other, each with its blank line, and end the answer after the last one.",
    judge({ stream: { events }, case: { input } }) {
      const expected = input!.events.length;
      return expected === events.length ? undefined : {
        expected: `${expected} events`,
        actual: `there are ${events.length}`,
        at: events.slice(0, 1).map(({ event }) => event.range),
      };
    },
  }),
];

const order = ["event", "id", "retry", "data"];

const eventChecks: SdkCheck<SdkEvidence>[] = [
  checkEvents({
    rule: ["v1-sdk-event-names", "MUST", "V1-SDK-8"],
    title: "Events are named datastar-patch-elements or datastar-patch-signals",
    why: "The client ignores every other event without a message.",
    fix: "Write one of the two names, in lower case, in the line `event:`; scripts are patched elements.",
    judge(event, input) {
      const name = event.event.client?.event ?? "";
      // A blank line too many makes a block without a name: a different check has that.
      const isKnown = v1.dialect.events.some((known) => known === name) || name === "" && !input;
      const expected = input?.type === "patchSignals" ? "datastar-patch-signals" : "datastar-patch-elements";
      const lines = linesWith(event, "event").map(({ line }) => line);
      return !isKnown &&
        { expected: `event: ${expected}`, actual: quoteSource(name), ...lines.length > 0 && { at: lines } };
    },
  }),
  checkEvents({
    rule: ["v1-sdk-field-order", "SHOULD", "V1-SDK-6"],
    title: "The fields of an event are in the order event, id, retry, data",
    why: "The client takes any order; other readers and tests of SDKs compare the lines.",
    fix: "Write `event:`, then `id:` and `retry:` if there are any, then the lines of data.",
    judge(event) {
      const lines = linesWith(event, ...order);
      const wrong = lines.find(({ field }, i) => i > 0 && order.indexOf(field) < order.indexOf(lines[i - 1].field));
      return wrong &&
        { expected: order.join(", "), actual: `\`${wrong.field}\` comes too late`, at: [wrong.line] };
    },
  }),
  checkEvents({
    rule: ["v1-sdk-id", "MUST", "V1-SDK-7"],
    title: "An event has the id that is given, and none otherwise",
    why:
      "The client sends the id back when it repeats a request: with a wrong one, a server sends the wrong part again.",
    fix: "Write `id: ` and the value of eventId where it is given, and no such line otherwise.",
    judge: (event, input) => input && wrongField(event, "id", input.eventId),
  }),
  checkEvents({
    rule: ["v1-sdk-retry", "MUST", "V1-SDK-7"],
    title: "An event has the retry time that is given, and none otherwise",
    why: "The client waits for the wrong time before it repeats a request.",
    fix: "Write `retry: ` and retryDuration in whole milliseconds where it is given and not 1000.",
    judge: (event, input) =>
      input && input.retryDuration !== 1000 && wrongField(event, "retry", input.retryDuration?.toString()),
  }),
  checkEvents({
    rule: ["v1-sdk-default-retry", "SHOULD", "V1-SDK-7"],
    title: "A retry time of 1000 is left out",
    why: "It is the client's own: the line says nothing.",
    fix: "Leave out the line `retry:` where the time is 1000.",
    judge(event, input) {
      const [found] = input?.retryDuration === 1000 ? linesWith(event, "retry") : [];
      return found && { expected: "no retry", actual: quoteSource(found.line.text), at: [found.line] };
    },
  }),
  checkEvents({
    rule: ["v1-sdk-defaults", "SHOULD", "V1-SDK-9"],
    title: "Options at their defaults are left out",
    why: "The client takes them, so nothing breaks; each event is longer than it has to be.",
    fix: "Leave out `mode outer`, `namespace html`, `useViewTransition false` and `onlyIfMissing false`.",
    judge(event) {
      const row = event.event.reading.rows.find(({ key, line, valueFrom }) =>
        Object.hasOwn(defaults, key) && defaults[key] === line.text.slice(valueFrom)
      );
      return row && { expected: `no ${row.key}`, actual: quoteSource(row.line.text), at: [row.line] };
    },
  }),
];

const defaults: Record<string, string> = {
  mode: "outer",
  namespace: "html",
  useViewTransition: "false",
  onlyIfMissing: "false",
};

/** Whether a field has a different value than it should, or none. */
function wrongField(event: V1Event, name: string, value: string | undefined): SdkFault | undefined {
  const found = linesWith(event, name);
  if (found.length === (value === undefined ? 0 : 1) && found.every((one) => one.value === value)) return;
  return {
    expected: value === undefined ? `no ${name}` : quoteSource(`${name}: ${value}`),
    actual: found.length === 0 ? `there is no ${name}` : found.map(({ line }) => quoteSource(line.text)).join(", "),
    ...found.length > 0 && { at: found.map(({ line }) => line) },
  };
}

const elementChecks: SdkCheck<SdkEvidence>[] = [
  checkCases({
    rule: ["v1-sdk-elements", "MUST", "V1-SDK-9"],
    title: "Elements, selector and mode arrive as they are given",
    why: "The client patches a different place, or nothing.",
    fix: "Write each option as its key, one space and the value as it is, then the elements with their key.",
  }),
  checkCases({
    rule: ["v1-sdk-modes", "MUST", "V1-SDK-9"],
    title: "Each of the eight modes arrives",
    why: "The client reports an unknown mode and patches nothing, or puts the elements into a different place.",
    fix: "Write the mode in lower case: outer, inner, replace, prepend, append, before, after or remove.",
  }),
  checkCases({
    rule: ["v1-sdk-remove", "MUST", "V1-SDK-13"],
    title: "Elements are removed by a selector",
    why: "The user sees elements that should be gone.",
    fix: "Write `mode remove` and the selector; leave `elements` out.",
  }),
  checkCases({
    rule: ["v1-sdk-view-transition", "MUST", "V1-SDK-9"],
    title: "A view transition arrives",
    why: "The page changes without its transition.",
    fix: "Write `useViewTransition true`.",
    judge: ({ stream: { events } }) =>
      events.some(({ event: { instruction } }) => instruction?.type === "elements" && instruction.useViewTransition)
        ? undefined
        : { expected: "useViewTransition true", actual: "there is no such line", at: [events[0].event.range] },
  }),
  checkCases({
    rule: ["v1-sdk-view-transition-selector", "MUST", "V1-SDK-14"],
    title: "The selector of a view transition arrives",
    why: "The whole page takes part in the transition, and the user cannot use it meanwhile.",
    fix: "Write `viewTransitionSelector` and the selector after `useViewTransition true`.",
    judge({ stream: { events: [{ event }] }, case: { input } }) {
      const { instruction } = event;
      const { viewTransitionSelector = "" } = instruction?.type === "elements" ? instruction : {};
      const expected = input!.events[0].viewTransitionSelector!;
      if (viewTransitionSelector === expected) return;
      return { expected: quoteSource(expected), actual: quoteSource(viewTransitionSelector), at: [event.range] };
    },
  }),
  checkCases({
    rule: ["v1-sdk-transition-pair", "SHOULD", "V1-SDK-14"],
    title: "The selector of a view transition is left out where there is no transition",
    why: "The client ignores it; the caller does not see that a part of the call is missing.",
    fix: "Write the selector only with `useViewTransition true`, or refuse the call.",
    judge({ stream: { events } }) {
      const row = events.flatMap(({ event }) => event.reading.rows)
        .find(({ key }) => key === "viewTransitionSelector");
      return row && { expected: "no viewTransitionSelector", actual: quoteSource(row.line.text), at: [row.line] };
    },
  }),
  checkCases({
    rule: ["v1-sdk-namespace", "MUST", "V1-SDK-9"],
    title: "A namespace arrives",
    why: "Parts of an image become HTML elements that draw nothing.",
    fix: "Write `namespace svg` or `namespace mathml`.",
  }),
];

const contentChecks: SdkCheck<SdkEvidence>[] = [
  checkCases({
    rule: ["v1-sdk-line-ends", "MUST", "V1-SDK-10"],
    title: "Each line of content is a line of data with its key, at LF and CRLF",
    why: "The client ignores lines without a key: a part of the content is lost, without a message.",
    fix: "Split content at CRLF, CR and LF, and write `data: elements ` before each line.",
  }),
  checkCases({
    rule: ["v1-sdk-blank-lines", "MUST", "V1-SDK-10"],
    title: "Blank lines of content arrive",
    why: "A blank line in the stream ends the event: the rest of the content is lost. Without its space, the line is.",
    fix: "Write a blank line of content as `data: elements ` with the space, and trim nothing.",
  }),
  checkCases({
    rule: ["v1-sdk-cr-content", "MUST", "V1-SDK-10"],
    title: "A CR alone in content cannot begin a line of the stream",
    why: "A user who writes a CR can write lines of the stream, and whole events that run scripts.",
    fix: "Split content at CR too, as at LF and CRLF.",
  }),
  checkCases({
    rule: ["v1-sdk-separators", "MUST", "V1-SDK-21"],
    title: "Content is split at LF, CR and CRLF only",
    why: "Other separators, such as U+2028, become line feeds: texts change, and JSON breaks.",
    fix:
      "Split with /\\r\\n|\\r|\\n/, and not with a function that knows more separators, such as Python's splitlines().",
  }),
  checkCases({
    rule: ["v1-sdk-lf-options", "MUST", "V1-SDK-20"],
    title: "LF and CRLF in an option cannot begin a line of the stream",
    why: "A user whose text becomes a part of an option can write whole events that run scripts.",
    fix: "Refuse line breaks in selectors, ids, modes and the like, or remove them.",
  }),
  checkCases({
    rule: ["v1-sdk-cr-options", "MUST", "V1-SDK-20"],
    title: "A CR alone in an option cannot begin a line of the stream",
    why: "A user whose text becomes a part of an option can write whole events that run scripts.",
    fix: "Refuse CR in selectors, ids, modes, attributes and the like, or remove it.",
  }),
  checkCases({
    rule: ["v1-sdk-nul", "SHOULD", "V1-SDK-22"],
    title: "NUL harms nothing else",
    why: "The text after it is lost, or a different part of the page changes.",
    fix: "Remove NUL from texts, or refuse it.",
  }),
  checkCases({
    rule: ["v1-sdk-text", "MUST", "V1-SDK-22"],
    title: "Letters, spaces and words of the protocol arrive as they are",
    why: "The user sees wrong letters, or other spaces.",
    fix: "Write UTF-8; trim and escape nothing.",
  }),
  checkCases({
    rule: ["v1-sdk-long", "MUST", "V1-SDK-17"],
    title: "200 KB arrive whole",
    why: "A long list or table is cut off.",
    fix: "Read bodies of that length, and flush what a buffer holds back.",
  }),
];

const signalChecks: SdkCheck<SdkEvidence>[] = [
  checkCases({
    rule: ["v1-sdk-signals", "MUST", "V1-SDK-15"],
    title: "Signals arrive with their types and texts, and null removes them",
    why: "Expressions of the page work with wrong values.",
    fix: "Write `signals ` and the JSON of the values on one line.",
  }),
  checkCases({
    rule: ["v1-sdk-only-if-missing", "MUST", "V1-SDK-9"],
    title: "onlyIfMissing keeps signals that exist",
    why: "What the user has typed is overwritten.",
    fix: "Write `onlyIfMissing true`.",
  }),
  checkCases({
    rule: ["v1-sdk-raw-signals", "MUST", "V1-SDK-15"],
    title: "Signals that are given as JSON text arrive",
    why: "The client ignores lines without a key: the JSON is cut, and the client reports an error.",
    fix: "Write the text as it is, with `data: signals ` before each of its lines.",
  }),
];

const scriptChecks: SdkCheck<SdkEvidence>[] = [
  checkCases({
    rule: ["v1-sdk-script", "MUST", "V1-SDK-16"],
    title: "A script arrives as it is, and runs once",
    why: "The script does not run, runs twice, or does something else.",
    fix: "Write `mode append`, `selector body` and a `<script>` with the text; escape nothing in it.",
  }),
  checkCases({
    rule: ["v1-sdk-script-place", "SHOULD", "V1-SDK-16"],
    title: "A script is appended to the body",
    why: "It may run in other places too, but some run it twice or not at all.",
    fix: "Write `mode append` and `selector body`.",
  }),
  checkCases({
    rule: ["v1-sdk-script-attributes", "MUST", "V1-SDK-16"],
    title: "The attributes of a script arrive",
    why: "A module runs as a classic script, or a policy without its nonce stops it.",
    fix: "Write each attribute into the start tag of the `<script>`.",
  }),
  checkCases({
    rule: ["v1-sdk-attribute-quotes", "SHOULD", "V1-SDK-16"],
    title: "The value of an attribute is escaped",
    why: "A quotation mark ends the value: the rest becomes other attributes, or code.",
    fix: 'Write `"` as `&quot;` and `&` as `&amp;` in values of attributes, or refuse them.',
  }),
  checkCases({
    rule: ["v1-sdk-script-removal", "MUST", "V1-SDK-16"],
    title: "A script removes itself unless autoRemove is false",
    why: "The page collects elements of scripts, or an element is gone that the page needs.",
    fix: 'Write `data-effect="el.remove()"` into the tag, unless autoRemove is false.',
  }),
  checkCases({
    rule: ["v1-sdk-script-end", "SHOULD", "V1-SDK-16"],
    title: "The text of a script cannot end its element",
    why: "The script is cut off at `</script>`, also inside a string, and the rest becomes text of the page.",
    fix: "Refuse a script that has `</script` in it, or write `<\\/script`.",
  }),
];

/** The check of requests that an endpoint has to refuse. */
const checkRefusals = (info: Omit<Definition<Pick<SdkCheck<SdkEvidence>, "run">>, "run">) =>
  define({
    ...info,
    run({ answers, why }) {
      const own = answers.filter(({ case: { check } }) => check === info.rule[0]);
      return toFinding(own, ({ stream: { exchange } }) => {
        const { head, ending } = exchange!;
        const isOver = ending === "complete" || ending === "cut off";
        if (head && unrouted.includes(head.status)) return describeAnswer(exchange!);
        if (head && head.status >= 400 && isOver) return;
        return { expected: "a status of 400 or more", actual: describeAnswer(exchange!) };
      }, why);
    },
  });

const requestChecks: SdkCheck<SdkEvidence>[] = [
  checkCases({
    rule: ["v1-sdk-query", "MUST", "V1-SDK-17"],
    title: "The signals of a GET are read from the query",
    why: "Texts of the user arrive at the server with other characters.",
    fix: "Decode the parameter `datastar` as a form field, in which a plus is a space, and parse it as JSON.",
  }),
  checkCases({
    rule: ["v1-sdk-body", "MUST", "V1-SDK-17"],
    title: "The signals of other methods are read from the body",
    why: "The server works with empty signals.",
    fix: "Parse the body as JSON in UTF-8.",
  }),
  checkCases({
    rule: ["v1-sdk-delete", "MUST", "V1-SDK-17"],
    title: "The signals of a DELETE are read from the query",
    why: "The client sends no body with a DELETE: the server works with empty signals, or fails.",
    fix: "Read the parameter `datastar` for GET and DELETE.",
  }),
  checkRefusals({
    rule: ["v1-sdk-bad-json", "MUST", "V1-SDK-18"],
    title: "Signals that are not JSON are an error",
    why: "The server works with empty or wrong signals, and the caller does not notice.",
    fix: "Return or throw an error where the JSON cannot be parsed, and answer with 400.",
  }),
  checkRefusals({
    rule: ["v1-sdk-no-json", "SHOULD", "V1-SDK-18"],
    title: "A request without signals is an error",
    why: "The server works with empty signals, and the caller does not notice.",
    fix: "Return or throw an error where the parameter or the body is missing or empty.",
  }),
];

/** All checks of an endpoint. */
export const sdk: SdkCheck<SdkEvidence>[] = [
  ...answerChecks,
  ...eventChecks,
  ...elementChecks,
  ...contentChecks,
  ...signalChecks,
  ...scriptChecks,
  ...requestChecks,
];
