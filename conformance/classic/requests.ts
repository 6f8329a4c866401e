/**
 * The checks of requests that the page does not make: their queries come from a typed address, a program, or an attacker.
 */

import { type CheckInfo, type Level, notApplicable, pass, type ServerCheck } from "../check.ts";
import { asksAgain } from "../checks/failure.ts";
import { describeAnswer, isStream, typeOf } from "../checks/http.ts";
import { failIn, serverChecks, unanswered } from "../checks/server_checks.ts";
import { type QueryName, queryNames } from "./contract.ts";
import type { ServerEvidence } from "./evidence.ts";
import { errorIn, mergesIn } from "./answer.ts";

const checkGet = serverChecks<ServerEvidence>("requests", "get");

const refuse =
  "Refuse with an event stream: status 400, `content-type: text/event-stream`, and a `datastar-console` event with " +
  "`data: error …`.";

/** The parts of a check that differ from query to query. The level is MUST if there is none. */
const queries: Record<QueryName, Pick<CheckInfo, "title" | "clause" | "fix"> & { level?: Level }> = {
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

/** The answer that is expected to each. */
const expected = "an event stream, and no status of 500 or more";
const whole = "an answer that comes to its end";

/** The consequence of any other answer. */
const asksOn = `the client ${asksAgain}`;

/** One check for each query. */
const badQueryChecks = queryNames.map((name) => {
  const { level = "MUST", clause, title, fix } = queries[name];
  return checkGet({
    rule: [`bad-${name}`, level, clause],
    title,
    fix,
    why:
      `The client looks at the type and not at the status: after anything but an event stream it ${asksAgain}, and ` +
      "each request fails again.",
    run(server) {
      const stream = server.bad[name];
      const exchange = stream.exchange!;
      if (!exchange.head) return unanswered(server, exchange, expected);
      if (exchange.ending === "gave up") return failIn(stream, whole, describeAnswer(exchange));
      if (exchange.ending === "cut off") return failIn(stream, whole, `${describeAnswer(exchange)}: ${asksOn}`);
      const isError = exchange.head.status >= 500;
      if (!isStream(exchange)) {
        const usual = server.get.plain.exchange!;
        const isCommon = !isError && !isStream(usual) && typeOf(exchange) === typeOf(usual);
        if (isCommon) return notApplicable(`all answers of ${server.routes.get} have this type: see http-type`);
        return failIn(stream, expected, `${describeAnswer(exchange)}: ${asksOn}`);
      }
      if (isError) return failIn(stream, expected, describeAnswer(exchange));
      const error = errorIn(stream);
      if (error) {
        if (errorIn(server.get.plain)) return notApplicable("the answer to a usual query raises too: see get-output");
        const actual = error.isHidden ? error.actual : `${error.actual}: ${asksOn}`;
        return failIn(stream, "events that do not raise", actual, error.at);
      }
      return pass(`${exchange.head.status}, an event stream`);
    },
  });
});

export const queryChecks: ServerCheck<ServerEvidence>[] = [
  ...badQueryChecks,
  checkGet({
    rule: ["bad-proto-echo", "SHOULD", "STO-17"],
    title: "Names that are parts of every object are not sent back",
    why: "A store that is written as it came brings names into the page that the client loses, or stumbles over later.",
    fix: "Build the answer's store from the signals that you know, instead of sending the request's store back.",
    run({ bad: { proto } }) {
      const events = mergesIn(proto);
      if (events.length === 0) return notApplicable("the request is refused");
      for (const { event: { lines } } of events) {
        const line = lines.find(({ text }) => /__proto__|constructor/.test(text));
        if (line) {
          const [name] = /__proto__|constructor/.exec(line.text)!;
          return failIn(proto, "neither __proto__ nor constructor", `${name} is sent back`, [line]);
        }
      }
      return pass("neither __proto__ nor constructor");
    },
  }),
];
