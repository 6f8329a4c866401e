/**
 * The checks of requests that the page does not make: their queries come from a typed address, a program, or an attacker.
 */

import { type CheckInfo, type Level, notApplicable, pass, type ServerCheck } from "../check.ts";
import { asksAgain } from "../checks/failure.ts";
import { describeAnswer, isStream, typeOf } from "../checks/http.ts";
import { failIn, serverChecks, unanswered } from "../checks/server_checks.ts";
import { type QueryName, queryNames } from "../example/queries.ts";
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
    fix: `Check that the parameter exists before you parse its JSON. ${refuse}`,
  },
  "empty": {
    title: "An empty parameter is answered with an event stream",
    clause: "REQ-3",
    fix: `The empty string is not JSON: catch the error. ${refuse}`,
  },
  "malformed": {
    title: "A parameter that is not JSON is answered with an event stream",
    clause: "REQ-7",
    fix: `Catch the error of the JSON parser. ${refuse}`,
  },
  "list": {
    title: "A list instead of the store is answered with an event stream",
    clause: "REQ-7",
    fix: `Check that the value is an object before you read a signal. ${refuse}`,
  },
  "text": {
    title: "A string instead of the store is answered with an event stream",
    clause: "REQ-7",
    fix: `Check that the value is an object before you read a signal. ${refuse}`,
  },
  "null": {
    title: "null instead of the store is answered with an event stream",
    clause: "REQ-7",
    fix: `Check that the value is an object, and not null, before you read a signal. ${refuse}`,
  },
  "wrong-type": {
    title: "Signals of an unexpected type are answered with an event stream",
    clause: "REQ-3",
    fix: `Check that \`input\` is a string before you use it. ${refuse}`,
  },
  "null-input": {
    title: "A signal that is null is answered with an event stream",
    clause: "REQ-3",
    fix: `Check that \`input\` is a string before you use it. ${refuse}`,
  },
  "no-input": {
    title: "A store without the signal input is answered with an event stream",
    clause: "REQ-3",
    fix: `Treat a missing signal as an empty string, or refuse. ${refuse}`,
  },
  "encoding": {
    title: "A parameter with broken percent-encoding and invalid UTF-8 is answered with an event stream",
    clause: "REQ-7",
    fix: `Catch the error of the query decoder. ${refuse}`,
  },
  "huge": {
    level: "SHOULD",
    title: "A parameter of 14 KB is answered with an event stream",
    clause: "REQ-3",
    fix: "Raise the limit for the request line in the server and the proxy before it, or give the input a `maxlength`.",
  },
  "proto": {
    title: "Signals named like inherited properties are answered with an event stream",
    clause: "STO-17",
    fix: `Read only the signals that you need by name, and ignore the others. ${refuse}`,
  },
};

/** The answer that is expected to each. */
const expected = "an event stream with a status below 500";
const whole = "a complete answer";

/** The consequence of any other answer. */
const asksOn = `the client ${asksAgain}`;

/** One check for each query. */
const badQueryChecks = queryNames.map((name) => {
  const { level = "MUST", clause, title, fix } = queries[name];
  return checkGet({
    rule: [`bad-${name}`, level, clause],
    title,
    fix,
    why: `The client checks the type and not the status: if the answer is not an event stream it ${asksAgain}, and ` +
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
        if (errorIn(server.get.plain)) return notApplicable("the answer to a normal query throws too: see get-output");
        const actual = error.isHidden ? error.actual : `${error.actual}: ${asksOn}`;
        return failIn(stream, "events that do not throw", actual, error.at);
      }
      return pass(`${exchange.head.status}, an event stream`);
    },
  });
});

export const queryChecks: ServerCheck<ServerEvidence>[] = [
  ...badQueryChecks,
  checkGet({
    rule: ["bad-proto-echo", "SHOULD", "STO-17"],
    title: "Names of inherited properties are not sent back",
    why: "A store that is sent back unchanged puts names into the page that the client loses, or fails on later.",
    fix: "Build the answer's store from the signals that you know, instead of sending back the request's store.",
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
