/** The checks of an answer as a whole: its status, its headers and its end. */

import { fail, type Finding, notApplicable, pass, type StreamCheck, unobserved } from "../check.ts";
import { textOf } from "../stream_evidence.ts";
import { areReadable, encodingsOf, type Exchange, type Head, headerValues, isRefusedEncoding } from "../recording.ts";
import type { StreamView } from "../stream_view.ts";
import { asksAgain } from "./failure.ts";
import { hasNoBody, headerWords, isRedirect, joinedHeader, typeOf } from "./http.ts";
import { quoteSource } from "./quote.ts";
import { defineStreamCheck, type Definition } from "./stream_checks.ts";

/** An answer whose head has come. */
export type Answer = Exchange & { head: Head };

/** A check of an answer as it is written down. */
export type AnswerCheck<View = StreamView> = Definition<{ run: (answer: Answer, view: View) => Finding }>;

/** A check that needs an answer. */
export function checkHead<View extends StreamView>({ run, ...info }: AnswerCheck<View>): StreamCheck<View> {
  return defineStreamCheck("transport", {
    ...info,
    run(view: View) {
      const { exchange } = view;
      if (!exchange) return notApplicable("a recorded stream has no headers");
      const { head } = exchange;
      if (!head) return unobserved(`the server did not answer: ${exchange.why}`);
      return run({ ...exchange, head }, view);
    },
  });
}

/** A check that needs an answer that is more than a redirect, or a status without a body. */
function checkAnswer({ run, ...info }: AnswerCheck) {
  return checkHead({
    ...info,
    run(answer, view) {
      const { status } = answer.head;
      if (isRedirect(answer)) return notApplicable(`the answer is a redirect: ${status}`);
      if (hasNoBody(answer)) return notApplicable(`an answer with status ${status} has no body`);
      return run(answer, view);
    },
  });
}

/** A check that needs a stream without an end. */
function checkEndless({ run, ...info }: AnswerCheck) {
  return checkAnswer({
    ...info,
    run: (answer, view) => view.endless ? run(answer, view) : notApplicable("the stream has an end"),
  });
}

const headerLine = (name: string, value: string) => value === "" ? `no ${name}` : `${name}: ${quoteSource(value)}`;

const answerChecks: StreamCheck<StreamView>[] = [
  defineStreamCheck("transport", {
    rule: ["http-answer", "MUST", "REQ-6"],
    title: "The server answers, and within the timeout",
    why: "The client waits, and then repeats the request with the old values; the user sees nothing happen.",
    fix:
      "See the server's log: the handler has probably thrown, or it waits. Send the headers before the first event is " +
      "ready.",
    run({ exchange }) {
      if (!exchange) return notApplicable("a recorded stream has no request");
      const { head, why } = exchange;
      if (!head) return fail("an answer that begins in time", why ?? "the server did not answer");
      return pass(`status ${head.status} after ${Math.round(head.at)} ms`);
    },
  }),
  checkHead({
    rule: ["http-redirect", "MUST", "REQ-6"],
    title: "The URL answers with the stream itself, not with a redirect",
    why: "The client follows the redirect, but a POST may become a GET without its store.",
    fix: "Answer this URL with the stream itself. If the stream has moved, change the URL in the page.",
    run(exchange) {
      const { status } = exchange.head;
      if (!isRedirect(exchange)) return pass(`status ${status}`);
      const [location] = headerValues(exchange, "location");
      const where = location === undefined ? "nowhere" : quoteSource(location);
      return fail("the stream itself", `${status}, a redirect to ${where}`);
    },
  }),
  checkHead({
    rule: ["http-body", "MUST", "REQ-7"],
    title: "The answer has a body",
    why: `The page does not change. A 204 counts as a failure too: the client ${asksAgain}.`,
    fix: "Send status 200 and at least one event. If the page should not change, send a comment: `: nothing to do`.",
    run(exchange, { endless }) {
      const { status } = exchange.head;
      if (hasNoBody(exchange)) return fail("status 200 with a body", `status ${status}, which has no body`);
      if (isRedirect(exchange)) return notApplicable(`the answer is a redirect: ${status}`);
      if (exchange.body.length > 0) return pass(`${exchange.body.length} bytes`);
      if (exchange.ending === "complete") return fail("a body with events", `status ${status} and an empty body`);
      return unobserved(endless ? "nothing has arrived so far" : `no byte of the body has arrived: ${exchange.why}`);
    },
  }),
  checkAnswer({
    rule: ["http-status", "SHOULD", "REQ-7"],
    title: "The status is 200",
    why: "The client applies the events whatever the status is, so a failure looks like a success.",
    fix:
      "Send status 200 for a request that succeeds. Use a 4xx only for a refusal, with an event that explains it, as a " +
      "fragment or a console message.",
    run({ head: { status, reason } }) {
      return status === 200 ? pass("200") : fail("status 200", `status ${status} ${reason}`.trim());
    },
  }),
];

const headerChecks: StreamCheck<StreamView>[] = [
  checkAnswer({
    rule: ["http-type", "MUST", "REQ-6"],
    title: "The type is text/event-stream",
    why: `The client refuses every other type, and ${asksAgain}.`,
    fix: "Send the header `content-type: text/event-stream`.",
    run(exchange) {
      const type = joinedHeader(exchange, "content-type");
      if (/^text\/event-stream/i.test(type)) return pass(type);
      return fail("content-type: text/event-stream", headerLine("content-type", type));
    },
  }),
  checkAnswer({
    rule: ["http-type-case", "MUST", "REQ-6"],
    title: "The type is in lower case",
    why: `The client compares letter by letter: it refuses any other spelling, and ${asksAgain}.`,
    fix: "Write `text/event-stream` in lower case.",
    run(exchange) {
      const type = typeOf(exchange);
      if (type === undefined || !/^text\/event-stream/i.test(type)) return notApplicable("the type is a different one");
      if (type.startsWith("text/event-stream")) return pass(type);
      return fail("content-type: text/event-stream", headerLine("content-type", type));
    },
  }),
  checkAnswer({
    rule: ["http-type-once", "SHOULD", "REQ-6"],
    title: "The answer has one content-type",
    why: "Proxies may use a different one than the client does, and then compress or hold back the stream.",
    fix: "Set the header once, and look for a second place, such as middleware, that adds one.",
    run(exchange) {
      const values = headerValues(exchange, "content-type");
      if (values.length === 0) return notApplicable("the answer has no content-type");
      if (values.length === 1) return pass("one content-type");
      const all = values.map((value) => quoteSource(value)).join(", ");
      return fail("one content-type", `${values.length} of them: ${all}`);
    },
  }),
  checkAnswer({
    rule: ["http-charset", "SHOULD", "SSE-3"],
    title: "The type names no charset except utf-8",
    why: "The client reads UTF-8 whatever the type says; other programs may trust the type and show wrong letters.",
    fix: "Leave out `charset`, or write `charset=utf-8`, and send UTF-8.",
    run(exchange) {
      const type = typeOf(exchange);
      if (type === undefined) return notApplicable("the answer has no content-type");
      const charset = /;\s*charset\s*=\s*"?([^";,\s]*)/i.exec(type)?.[1];
      if (charset === undefined) return pass("no charset, which means utf-8");
      if (/^utf-?8$/i.test(charset)) return pass(charset);
      return fail("charset=utf-8, or none", `charset=${charset}`);
    },
  }),
  checkAnswer({
    rule: ["http-encoding", "MUST", "REQ-15"],
    title: "The body has an encoding that the request accepts",
    why: "A browser cannot decode an encoding that it did not ask for: the client gets bytes that are not events.",
    fix: `Send no \`content-encoding\`, or one of those that the request's \`accept-encoding\` names.`,
    run(exchange, { foreignForm }) {
      const given = joinedHeader(exchange, "content-encoding");
      const encodings = encodingsOf(exchange);
      if (encodings.includes("zstd") || isRefusedEncoding(exchange)) {
        return fail("no content-encoding, or one of gzip, x-gzip, deflate, br", headerLine("content-encoding", given));
      }
      if (foreignForm) return fail("events in UTF-8", `the body is ${foreignForm.form}`);
      if (!areReadable(encodings)) return unobserved(`encoded too often: ${encodings.join(", ")}`);
      if (encodings.length > 0) return pass(encodings.join(", "));
      return pass(given === "" ? "no encoding" : `browsers ignore the encoding ${quoteSource(given)}`);
    },
  }),
  checkAnswer({
    rule: ["http-encoding-whole", "MUST", "REQ-15"],
    title: "Browsers show all of a compressed body",
    why: "The user does not see the rest, and the client takes the first part for the whole answer: it does not throw.",
    fix: "Compress the answer as one stream, flush it after each event, and end the compression before the response.",
    run(exchange) {
      const encodings = encodingsOf(exchange);
      if (encodings.length === 0) return notApplicable("the body is not compressed");
      if (!areReadable(encodings)) return notApplicable(`${encodings.join(", ")} is not read here`);
      if (exchange.lost !== undefined) return fail("one whole compressed stream", exchange.lost);
      if (exchange.ending === "complete") return pass(`${exchange.body.length} bytes`);
      return notApplicable("the compressed body is not complete");
    },
  }),
  checkAnswer({
    rule: ["http-cache", "SHOULD", "REQ-14"],
    title: "The answer is not cached",
    why: "A browser or proxy may show an old answer, especially when the same store is sent twice.",
    fix: "Send the header `cache-control: no-cache`.",
    run(exchange) {
      const given = joinedHeader(exchange, "cache-control");
      const words = headerWords(exchange, "cache-control").map((word) => word.split("=", 1)[0]);
      if (words.includes("no-cache") || words.includes("no-store")) return pass(given);
      return fail("cache-control: no-cache", headerLine("cache-control", given));
    },
  }),
  checkEndless({
    rule: ["http-buffering", "SHOULD", "REQ-14"],
    title: "An endless stream asks proxies not to buffer it",
    why: "nginx and others collect events until their buffer is full: the user sees them late, or never.",
    fix: "Send the header `x-accel-buffering: no`, or `cache-control: no-cache, no-transform`.",
    run(exchange) {
      if (headerWords(exchange, "x-accel-buffering").includes("no")) return pass("x-accel-buffering: no");
      if (headerWords(exchange, "cache-control").includes("no-transform")) return pass("cache-control: no-transform");
      return fail("x-accel-buffering: no", "neither x-accel-buffering: no nor cache-control: no-transform");
    },
  }),
  checkEndless({
    rule: ["http-compression", "SHOULD", "REQ-14"],
    title: "The compressor of an endless stream is flushed after each event",
    why: "A compressor holds back data until it has enough: the user sees events late, or several at once.",
    fix: "Do not compress `text/event-stream`, or flush the compressor after each event.",
    run(exchange, view) {
      const [encoding] = encodingsOf(exchange);
      if (encoding === undefined) return pass("no encoding");
      const { length } = exchange.body;
      if (length === 0) return fail("each event as it happens", `the ${encoding} encoding has produced no data`);
      // A flush ends at the end of an event; a full buffer that runs over ends anywhere.
      const end = { start: Math.max(0, length - 4), end: length };
      if (/(\n\n|\r\r|\r\n\r\n)$/.test(textOf(view, end))) return pass(`${encoding}, flushed after each event`);
      return fail("each event as it happens", `the ${encoding} encoding holds back a part of an event`, [end]);
    },
  }),
];

const endChecks: StreamCheck<StreamView>[] = [
  checkAnswer({
    rule: ["http-length", "MUST", "REQ-9"],
    title: "content-length matches the body, and an endless stream has none",
    why: "If the length is too small, the last event is cut off; if it is too large, the answer counts as broken.",
    fix: "Leave out `content-length`, or count bytes instead of characters.",
    run(exchange, { endless }) {
      const [given] = headerValues(exchange, "content-length").flatMap((value) => value.split(","));
      if (given === undefined) return pass("no content-length");
      if (headerValues(exchange, "transfer-encoding").length > 0) return notApplicable("the body is sent in chunks");
      const actual = `content-length: ${quoteSource(given)}`;
      if (!/^\d+$/.test(given)) return fail("a number", actual);
      if (endless) return fail("no content-length", `${actual} for a stream that has no end`);
      if (exchange.surplus) return fail(`content-length: ${Number(given) + exchange.surplus} or more`, actual);
      if (exchange.ending === "complete") return pass(actual);
      if (exchange.ending === "cut off" && encodingsOf(exchange).length === 0) {
        return fail(`content-length: ${exchange.body.length}`, actual);
      }
      return unobserved(`the body is not complete: ${exchange.why}`);
    },
  }),
  checkHead({
    rule: ["http-length-once", "MUST", "REQ-9"],
    title: "The answer declares its length only once",
    why: "Browsers refuse an answer with two lengths, and proxies may cut it at the wrong one.",
    fix: "Do not set `content-length` or `transfer-encoding` yourself: the server does it.",
    run(exchange) {
      const given = headerValues(exchange, "content-length").flatMap((value) => value.split(","));
      const lengths = new Set(given.map((value) => value.trim())); // equal ones count as one: RFC 9110, section 8.6
      const statements = [
        ...[...lengths].map((value) => `content-length: ${value}`),
        ...headerValues(exchange, "transfer-encoding").map((value) => `transfer-encoding: ${value}`),
      ];
      if (statements.length < 2) return pass(statements[0] ?? "the connection's end");
      return fail("one content-length, or one transfer-encoding", quoteSource(statements.join("; "), 200));
    },
  }),
  checkAnswer({
    rule: ["http-end", "MUST", "REQ-9"],
    title: "A complete answer ends cleanly",
    why: "The client takes a dropped connection for a failure: it repeats the request, and applies everything again.",
    fix: "End the response after the last event, and make sure that no error or timeout of the server cuts it off.",
    run({ ending, why, endedAt, tooLong }, { endless }) {
      if (tooLong && !endless) return unobserved(why!);
      if (ending === "left" || tooLong) {
        return endless ? notApplicable("the stream was left before its end") : unobserved("the answer was left");
      }
      if (ending === "complete") return pass(`complete after ${Math.round(endedAt)} ms`);
      return fail("a clean end", why ?? ending);
    },
  }),
  checkAnswer({
    rule: ["http-delimited", "SHOULD", "REQ-9"],
    title: "The client can tell a normal end from a dropped connection",
    why:
      "If only the end of the connection ends the answer, half an answer looks complete to the client, and it does " +
      "not ask for a feed again after the server has restarted.",
    fix: "Answer in HTTP/1.1 and let the server choose `transfer-encoding: chunked` or a `content-length`.",
    run(exchange, { endless }) {
      if (exchange.head.version === "1.0" && !endless) return notApplicable("HTTP/1.0 cannot do otherwise");
      if (/\bchunked\b/i.test(joinedHeader(exchange, "transfer-encoding"))) return pass("transfer-encoding: chunked");
      const length = joinedHeader(exchange, "content-length");
      if (length !== "") return pass(`content-length: ${length}`);
      return fail("transfer-encoding: chunked, or a content-length", "the body ends with the connection");
    },
  }),
  checkHead({
    rule: ["http-version", "MAY", "REQ-9"],
    title: "The answer is in HTTP/1.1",
    why: "HTTP/1.0 has no chunks, so the client cannot distinguish a dropped stream from a complete one.",
    fix: "Use a server that speaks HTTP/1.1, or turn it on in its settings.",
    run: ({ head: { version } }) => version === "1.1" ? pass("HTTP/1.1") : fail("HTTP/1.1", `HTTP/${version}`),
  }),
];

export const transport: StreamCheck<StreamView>[] = [...answerChecks, ...headerChecks, ...endChecks];
