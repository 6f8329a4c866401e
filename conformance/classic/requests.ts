/**
 * Requests that the page does not make, but others do: whoever types an address, a program, or somebody with bad intent.
 *
 * @module
 */

import { type Check, type CheckInfo, fail, type Finding, notApplicable, pass } from "../check.ts";
import { type Exchange, headerValues } from "../record/exchange.ts";
import type { QueryName, ServerEvidence } from "../record/record.ts";
import { checksOf, describe, failIn, fragmentsOf, isStream, raiseOf, unanswered } from "./answer.ts";

const ofGet = checksOf("requests", "get");
const ofTarget = checksOf("requests", "target");
const ofPage = checksOf("requests", "page");

/** What is asked with a query, and what a server may not do with it. */
interface BadQuery extends Pick<CheckInfo, "title" | "clause" | "fix"> {
  /** Default: `MUST`. */
  level?: CheckInfo["level"];
}

const refuse =
  "Refuse with an event stream: status 400, `content-type: text/event-stream`, and a `datastar-console` event with " +
  "`data: error …`.";

const queries: Record<QueryName, BadQuery> = {
  "missing": {
    title: "A request without the parameter is answered with an event stream",
    clause: "REQ-3",
    fix: `Look whether there is a parameter before its JSON is read. ${refuse}`,
  },
  "empty": {
    title: "An empty parameter is answered with an event stream",
    clause: "REQ-3",
    fix: `The empty text is no JSON: catch that. ${refuse}`,
  },
  "malformed": {
    title: "A parameter that is no JSON is answered with an event stream",
    clause: "REQ-7",
    fix: `Catch what the JSON parser throws. ${refuse}`,
  },
  "list": {
    title: "A list in place of the store is answered with an event stream",
    clause: "REQ-7",
    fix: `Look whether the value is an object before a signal is taken from it. ${refuse}`,
  },
  "text": {
    title: "A text in place of the store is answered with an event stream",
    clause: "REQ-7",
    fix: `Look whether the value is an object before a signal is taken from it. ${refuse}`,
  },
  "null": {
    title: "null in place of the store is answered with an event stream",
    clause: "REQ-7",
    fix: `Look whether the value is an object before a signal is taken from it; null is none. ${refuse}`,
  },
  "wrong-type": {
    title: "Signals of another type are answered with an event stream",
    clause: "REQ-3",
    fix: `Look whether \`input\` is a text before it is used as one. ${refuse}`,
  },
  "null-input": {
    title: "A signal that is null is answered with an event stream",
    clause: "REQ-3",
    fix: `Look whether \`input\` is a text before it is used as one. ${refuse}`,
  },
  "no-input": {
    title: "A store without the signal input is answered with an event stream",
    clause: "REQ-3",
    fix: `Take the empty text for a signal that is not there, or refuse. ${refuse}`,
  },
  "encoding": {
    title: "A parameter that is no UTF-8, with broken percent signs, is answered with an event stream",
    clause: "REQ-7",
    fix: `Catch what the decoder of the query throws. ${refuse}`,
  },
  "huge": {
    level: "SHOULD",
    title: "A parameter of 14 KB is answered with an event stream",
    clause: "REQ-3",
    fix: "Raise the limit for the request line in the server and the proxy before it, or give the input a `maxlength`.",
  },
  "proto": {
    title: "Signals that are named as parts of every object are answered with an event stream",
    clause: "STO-17",
    fix: `Take the signals by name that you need, and leave the others alone. ${refuse}`,
  },
};

/** What is expected of each. */
const expected = "an event stream, and no status of 500 or more";

/** What the client does about an answer that is none. */
const tenTimes = "the client sends the request ten times";

/** One check for each query. */
const bad = (Object.keys(queries) as QueryName[]).map((name) => {
  const { level = "MUST", ...rest } = queries[name];
  return ofGet({
    ...rest,
    id: `bad-${name}`,
    level,
    why:
      "The client looks at the type and not at the status: to anything but an event stream it sends the same request " +
      "nine times more, and each of them fails again.",
  }, (server) => {
    const stream = server.bad[name];
    const exchange = stream.exchange!;
    if (!exchange.head) return unanswered(server, exchange, expected);
    if (exchange.ending === "cut off" || exchange.ending === "gave up") {
      return failIn(stream, "an answer that comes to its end", `${describe(exchange)}: ${tenTimes}`);
    }
    if (!isStream(exchange)) return failIn(stream, expected, `${describe(exchange)}: ${tenTimes}`);
    if (exchange.head.status >= 500) return failIn(stream, expected, describe(exchange));
    const raised = raiseOf(stream);
    if (raised) {
      const actual = `the client raises ${raised.name}: ${raised.message}: ${tenTimes}`;
      return failIn(stream, "events that do not raise", actual, [raised.at]);
    }
    return pass(`${exchange.head.status}, an event stream`);
  });
});

/** What HEAD says, next to what GET says. */
function compareHead(server: ServerEvidence, head: Exchange, get: Exchange): Finding {
  if (!get.head) return notApplicable(`${get.name} has no answer`);
  if (!head.head) return unanswered(server, head, "an answer without a body");
  const typeOf = (exchange: Exchange) => headerValues(exchange, "content-type")[0]?.toLowerCase().replace(/\s/g, "");
  const tell = (exchange: Exchange) => `${exchange.head?.status}, ${typeOf(exchange) ?? "no content-type"}`;
  if (tell(head) === tell(get)) return pass(tell(head));
  return fail(`as ${get.name}: ${tell(get)}`, `${head.name}: ${tell(head)}`);
}

const headWhy = "Programs that ask with HEAD whether an address is right, such as monitors, are told that it is not.";
const headFix = "Let HEAD take the way of GET: most frameworks do so if the route is registered for both.";

/** The checks. */
export const requests: Check[] = [
  ...bad,
  ofGet({
    id: "bad-proto-echo",
    level: "SHOULD",
    title: "Names that are parts of every object are not sent back",
    clause: "STO-17",
    why: "A store that is written as it came brings names into the page that the client loses, or stumbles over later.",
    fix: "Build the answer's store from the signals that you know, instead of sending the request's store back.",
  }, ({ bad: { proto } }) => {
    const events = fragmentsOf(proto);
    if (events.length === 0) return notApplicable("the request is refused");
    for (const { event: { lines } } of events) {
      const line = lines.find(({ text }) => /__proto__|constructor/.test(text));
      if (line) {
        const [name] = /__proto__|constructor/.exec(line.text)!;
        return failIn(proto, "neither __proto__ nor constructor", `${name} is sent back`, [line]);
      }
    }
    return pass("neither __proto__ nor constructor");
  }),
  ofPage({
    id: "req-head-page",
    level: "SHOULD",
    title: "HEAD of the page is answered as GET, without a body",
    clause: "EXA-1",
    why: headWhy,
    fix: headFix,
  }, (server) => compareHead(server, server.heads.page, server.page)),
  ofGet({
    id: "req-head",
    level: "SHOULD",
    title: "HEAD of an endpoint that ends is answered as GET, without a body",
    clause: "REQ-6",
    why: headWhy,
    fix: headFix,
  }, (server) => {
    const found = [
      compareHead(server, server.heads.get, server.get.plain.exchange!),
      compareHead(server, server.heads.target, server.target[0].exchange!),
    ];
    return found.find(({ outcome }) => outcome === "fail") ?? found[0];
  }),
  ofTarget({
    id: "req-method",
    level: "SHOULD",
    title: "A method that nobody expects is handled, or refused with a 4xx",
    clause: "REQ-7",
    why: "An unexpected request is answered with an error of the server, or never.",
    fix: "Refuse other methods with 405, the header `allow: GET, HEAD`, and an event stream as body.",
  }, (server) => {
    const { otherMethod } = server;
    if (!otherMethod.head) return unanswered(server, otherMethod, "a status below 500");
    const { status } = otherMethod.head;
    if (status < 500 && otherMethod.ending === "complete") return pass(`DELETE is answered with ${status}`);
    return fail("a status below 500, and an end", `DELETE: ${describe(otherMethod)}`);
  }),
];
