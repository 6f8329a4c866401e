/** The checks of an answer as a whole: its status, its headers and its end. */

import { fail, notApplicable, pass, type StreamCheck, unobserved } from "../check.ts";
import { headerWords, isRedirect, joinedHeader } from "../checks/http.ts";
import { quoteSource } from "../checks/quote.ts";
import { reword } from "../checks/reword.ts";
import { transport as shared } from "../checks/transport.ts";
import { type AnswerForm, holdsEvents, isInCapitals } from "./answer_form.ts";
import { headerChecks } from "./answer_headers.ts";
import { checkAnswer, checkRead, ifRead } from "./answers.ts";
import { asksForEver } from "./failure.ts";
import type { V1View } from "./view.ts";

/** The things that the client takes a body for. */
const meanings: Record<AnswerForm, string> = {
  stream: "an event stream",
  elements: "HTML",
  signals: "JSON",
  script: "a script",
};

const headerLine = (name: string, value: string) => value === "" ? `no ${name}` : `${name}: ${quoteSource(value)}`;

const statusChecks: StreamCheck<V1View>[] = [
  ...reword(shared, {
    "http-answer": {
      rule: ["v1-http-answer", "MUST", "V1-REQ-9"],
      why: "The user sees nothing happen. If the connection breaks, the client sends the request again, a POST too.",
      fix:
        "See the server's log: the handler has probably thrown, or it waits. The signals of a GET and of a DELETE are in " +
        "the query, so the URL ends with `?datastar=…`. Send the headers before the first event is ready.",
    },
    "http-redirect": {
      rule: ["v1-http-redirect", "SHOULD", "V1-REQ-6"],
      title: "The URL answers by itself, not with a redirect",
      why:
        "The client follows a redirect, but a POST can become a GET without signals. If a page of HTML is there, the " +
        "client patches it into the user's page.",
      fix: "Answer this URL by itself. To lead the user to a different page, send a script that sets `location`.",
    },
  }),
  checkAnswer({
    rule: ["v1-http-status", "MUST", "V1-REQ-6"],
    title: "The status is 200",
    why:
      "The client ignores the body of an answer with a different status, without a message: the page does not change.",
    fix:
      "Send status 200 with all that the page should show, even if that is an error message. Some frameworks answer " +
      "a POST with 201 by themselves.",
    run(answer) {
      const { head: { status, reason }, body } = answer;
      if (status === 200) return pass("200");
      if (isRedirect(answer)) return unobserved(`status ${status}: the redirect was not followed`);
      if (status < 300 && status !== 205 && body.length === 0) {
        return notApplicable(`an answer with status ${status} and without a body changes nothing`);
      }
      const lost = holdsEvents(answer) ? ", with events that are lost" : "";
      return fail("status 200", `status ${status} ${reason}`.trim() + lost);
    },
  }),
  checkRead({
    rule: ["v1-http-body", "SHOULD", "V1-REQ-6"],
    title: "An answer with status 200 has a body",
    why: "The page does not change, and nothing shows whether that is meant.",
    fix: "Send at least one event. If the page should not change, send status 204.",
    run(answer, { endless, form }) {
      if (answer.body.length > 0) return pass(`${answer.body.length} bytes`);
      if (form === "signals") return notApplicable("the client reads an empty body as JSON");
      if (form === "elements" && joinedHeader(answer, "datastar-selector") !== "") {
        return notApplicable("an empty body is put into the target, or in its place");
      }
      if (answer.ending === "complete") return fail("a body", "an empty body");
      return unobserved(endless ? "nothing has arrived so far" : `no byte of the body has arrived: ${answer.why}`);
    },
  }),
];

const typeChecks: StreamCheck<V1View>[] = [
  checkRead({
    rule: ["v1-http-type-events", "MUST", "V1-REQ-7"],
    title: "An event stream does not have the type of HTML, JSON or JavaScript",
    why:
      "The client takes the whole text for HTML, signals or a script: it loses all options, and JSON or a script fails.",
    fix: "Send the header `content-type: text/event-stream`.",
    run(answer, { form }) {
      if (form === "stream") return notApplicable("the client reads the answer as an event stream");
      if (!holdsEvents(answer)) return pass(`the body is not an event stream, and is read as ${meanings[form]}`);
      const type = headerLine("content-type", joinedHeader(answer, "content-type"));
      return fail("content-type: text/event-stream", `${type}, so the client reads the events as ${meanings[form]}`);
    },
  }),
  checkRead({
    rule: ["v1-http-type-case", "MUST", "V1-REQ-7"],
    title: "The type of HTML, JSON or JavaScript is in lower case",
    why: "The client compares letter by letter: it reads the body as an event stream, and finds no event in it.",
    fix: "Write the type in lower case, such as `text/html`.",
    run(answer, { form }) {
      const given = joinedHeader(answer, "content-type");
      if (form !== "stream") return pass(given);
      if (!isInCapitals(answer) || holdsEvents(answer)) return notApplicable("the body is to be an event stream");
      return fail(`content-type: ${given.toLowerCase()}`, headerLine("content-type", given));
    },
  }),
  checkRead({
    rule: ["v1-http-type", "SHOULD", "V1-REQ-7"],
    title: "The type of an event stream is text/event-stream",
    why: "The client reads other types too, but proxies may hold such an answer back, compress it or keep it.",
    fix: "Send the header `content-type: text/event-stream`.",
    run(answer, { form }) {
      const type = joinedHeader(answer, "content-type");
      if (form !== "stream") return notApplicable(`the client reads the answer as ${meanings[form]}`);
      if (answer.body.length === 0 && answer.ending === "complete") return notApplicable("the answer has no body");
      if (isInCapitals(answer) && !holdsEvents(answer)) return notApplicable("the body is not an event stream");
      if (/^text\/event-stream/i.test(type)) return pass(type);
      return fail("content-type: text/event-stream", headerLine("content-type", type));
    },
  }),
  checkRead({
    rule: ["v1-http-script", "SHOULD", "V1-REQ-7"],
    title: "The answer is not a script",
    why: "The client never reports the end of the request: an indicator of the element stays on for ever. The script " +
      "also stays in the head of the page.",
    fix: "Send an event `datastar-patch-elements` with `selector body`, `mode append` and a `<script>`.",
    run: (answer, { form }) =>
      form === "script"
        ? fail("an event stream, HTML or JSON", headerLine("content-type", joinedHeader(answer, "content-type")))
        : pass(`the client reads the answer as ${meanings[form]}`),
  }),
];

const bodyChecks: StreamCheck<V1View>[] = [
  checkRead({
    rule: ["v1-http-whole", "SHOULD", "V1-REQ-7"],
    title: "HTML, JSON and JavaScript come to an end",
    why: "The client waits for the end before it uses such an answer: the user sees nothing until then.",
    fix: "End the response, or send an event stream.",
    run(answer, { form, endless }) {
      if (form === "stream") return notApplicable("the answer is an event stream");
      return endless ? fail("the end of the answer", `no end within ${Math.round(answer.endedAt)} ms`) : pass("an end");
    },
  }),
  ...reword(shared, {
    "http-type-once": {
      rule: ["v1-http-type-once", "SHOULD", "V1-REQ-7"],
      why: "The client looks for a known type in all of them together, and proxies use one of them.",
    },
    "http-charset": { rule: ["v1-http-charset", "SHOULD", "V1-SSE-3"] },
    "http-encoding": { rule: ["v1-http-encoding", "MUST", "V1-REQ-15"] },
    "http-encoding-whole": {
      rule: ["v1-http-encoding-whole", "MUST", "V1-REQ-15"],
      why: "The user does not see the rest, and the client takes the first part for the whole answer.",
    },
  }).map(ifRead),
  checkRead({
    rule: ["v1-http-cache", "SHOULD", "V1-REQ-13"],
    title: "The answer to a GET is not stored",
    why:
      "If the user repeats an action while its request runs, Chromium makes two new requests and keeps one of them " +
      "open. Only `no-store` prevents that; `no-cache` does not.",
    fix: "Send the header `cache-control: no-store`.",
    run(answer) {
      if (answer.request.method !== "GET") return notApplicable(`the request is a ${answer.request.method}`);
      const given = joinedHeader(answer, "cache-control");
      if (headerWords(answer, "cache-control").includes("no-store")) return pass(given);
      return fail("cache-control: no-store", headerLine("cache-control", given));
    },
  }),
  ...reword(shared, {
    "http-buffering": {
      rule: ["v1-http-buffering", "SHOULD", "V1-REQ-15"],
      fix: "Send the header `x-accel-buffering: no`, or `cache-control: no-store, no-transform`.",
    },
    "http-compression": { rule: ["v1-http-compression", "SHOULD", "V1-REQ-15"] },
    "http-length": {
      rule: ["v1-http-length", "MUST", "V1-REQ-9"],
      why: `If the length is too small, the last event is cut off; if it is too large, the client ${asksForEver}.`,
    },
    "http-length-once": { rule: ["v1-http-length-once", "MUST", "V1-REQ-9"] },
    "http-end": {
      rule: ["v1-http-end", "MUST", "V1-REQ-9"],
      why: `The client takes a dropped connection for a failure: it ${asksForEver}, and applies everything again.`,
    },
    "http-delimited": { rule: ["v1-http-delimited", "SHOULD", "V1-REQ-9"] },
    "http-version": { rule: ["v1-http-version", "MAY", "V1-REQ-9"] },
  }).map(ifRead),
];

export const transport: StreamCheck<V1View>[] = [...statusChecks, ...typeChecks, ...bodyChecks, ...headerChecks];
