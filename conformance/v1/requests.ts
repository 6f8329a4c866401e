/**
 * The checks of requests that the page does not make: their queries come from a typed address, a program, or an attacker.
 * A refusal is any answer with a status from 400 to 499: the client ignores its body, and does not ask again [V1-REQ-6].
 */

import { type CheckInfo, type Finding, type Level, notApplicable, pass, type ServerCheck } from "../check.ts";
import { describeAnswer, isRedirect } from "../checks/http.ts";
import { quoteText } from "../checks/quote.ts";
import { methods } from "../checks/methods.ts";
import { reword } from "../checks/reword.ts";
import { failIn, serverChecks, unanswered } from "../checks/server_checks.ts";
import { type QueryName, queryNames } from "../example/queries.ts";
import { headerValues } from "../recording.ts";
import { errorIn } from "./answer.ts";
import type { V1Stream } from "./interpret.ts";
import { patchesIn, signalPatchesIn } from "./patch.ts";
import type { ServerEvidence } from "./server_evidence.ts";

const checkGet = serverChecks<ServerEvidence>("requests", "get");

const refuse = "Refuse with status 400 and a plain text.";

/** The parts of a check that differ from query to query. The level is MUST if there is none. */
const queries: Record<QueryName, Pick<CheckInfo, "title" | "clause" | "fix"> & { level?: Level }> = {
  "missing": {
    title: "A request without the parameter is answered or refused",
    clause: "V1-REQ-4",
    fix: `Check that the parameter exists before you parse its JSON. ${refuse}`,
  },
  "empty": {
    title: "An empty parameter is answered or refused",
    clause: "V1-REQ-4",
    fix: `The empty string is not JSON: catch the error. ${refuse}`,
  },
  "malformed": {
    title: "A parameter that is not JSON is answered or refused",
    clause: "V1-REQ-2",
    fix: `Catch the error of the JSON parser. ${refuse}`,
  },
  "list": {
    title: "A list in place of the signals is answered or refused",
    clause: "V1-REQ-4",
    fix: `Check that the value is an object before you read a signal. ${refuse}`,
  },
  "text": {
    title: "A string in place of the signals is answered or refused",
    clause: "V1-REQ-4",
    fix: `Check that the value is an object before you read a signal. ${refuse}`,
  },
  "null": {
    title: "null in place of the signals is answered or refused",
    clause: "V1-REQ-4",
    fix: `Check that the value is an object, and not null, before you read a signal. ${refuse}`,
  },
  "wrong-type": {
    title: "Signals of an unexpected type are answered or refused",
    clause: "V1-REQ-4",
    fix: `Check that \`input\` is a string before you use it. ${refuse}`,
  },
  "null-input": {
    title: "A signal that is null is answered or refused",
    clause: "V1-REQ-4",
    fix: `Check that \`input\` is a string before you use it. ${refuse}`,
  },
  "no-input": {
    title: "A request without the signal input is answered or refused",
    clause: "V1-REQ-4",
    fix: `Treat a missing signal as an empty string, or refuse. ${refuse}`,
  },
  "encoding": {
    title: "A parameter with broken percent-encoding and invalid UTF-8 is answered or refused",
    clause: "V1-REQ-2",
    fix: `Catch the error of the query decoder. ${refuse}`,
  },
  "huge": {
    level: "SHOULD",
    title: "A parameter of 14 KB is answered or refused",
    clause: "V1-REQ-4",
    fix: "Raise the limit for the request line in the server and the proxy before it, or give the input a `maxlength`.",
  },
  "proto": {
    title: "Signals named like inherited properties are answered or refused",
    clause: "PSG-12",
    fix: `Read only the signals that you need by name, and ignore the others. ${refuse}`,
  },
};

const expected = "events, or a refusal from 400 to 499";
const whole = "a complete answer";

/** Whether the client takes an answer for HTML of a whole page, and puts it in the place of its own [PEL-7]. */
const isWholePage = ({ form, bytes }: V1Stream): boolean =>
  form === "elements" && /<\/(?:html|head|body)>/.test(new TextDecoder().decode(bytes));

/** Judges the answer to a query that no page sends. */
function judgeAnswer(server: ServerEvidence, stream: V1Stream): Finding {
  const exchange = stream.exchange!;
  if (!exchange.head) return unanswered(server, exchange, expected);
  if (exchange.ending === "gave up") return failIn(stream, whole, describeAnswer(exchange));
  if (exchange.ending === "cut off") {
    return failIn(stream, whole, `${describeAnswer(exchange)}: the client repeats the request without end`);
  }
  const { status } = exchange.head;
  if (status >= 500) return failIn(stream, expected, describeAnswer(exchange));
  if (isRedirect(exchange)) {
    const [location = ""] = headerValues(exchange, "location");
    const leadsToPage = URL.parse(location, server.address)?.pathname === server.address.pathname;
    if (!leadsToPage) {
      return notApplicable(`the answer is a redirect to ${quoteText(location)}, which was not asked for`);
    }
    return failIn(
      stream,
      expected,
      `${describeAnswer(exchange)}: the page, as it is at first, replaces the user's page`,
    );
  }
  if (isWholePage(stream)) {
    if (isWholePage(server.get.plain)) return notApplicable(`all answers of ${server.routes.get} are pages`);
    return failIn(stream, expected, `${describeAnswer(exchange)}: the page replaces the user's page`);
  }
  const error = errorIn(stream);
  if (error) {
    if (errorIn(server.get.plain)) {
      return notApplicable("the answer to a normal query has an error too: see v1-get-output");
    }
    return failIn(stream, "events without an error", error.actual, error.at);
  }
  return pass(status === 200 ? `200, with ${stream.events.length} events` : String(status));
}

/** One check for each query. */
const badQueryChecks = queryNames.map((name) => {
  const { level = "MUST", clause, title, fix } = queries[name];
  return checkGet({
    rule: [`v1-bad-${name}`, level, clause],
    title,
    fix,
    why: "One request that the page does not make breaks something: the server reports an error of its own, or the " +
      "client replaces the user's page or repeats the request.",
    run: (server) => judgeAnswer(server, server.bad[name]),
  });
});

/** A name that breaks the client, in JSON. */
const hostileName = /"(__proto__|constructor)"\s*:/;

const echoCheck = checkGet({
  rule: ["v1-bad-proto-echo", "MUST", "PSG-12"],
  title: "Names of inherited properties are not sent back",
  why:
    "For `__proto__` the client reports an error, and the page shows no change of a signal any more; `constructor` " +
    "can change every object of the page.",
  fix: "Build the answer from the signals that you know, instead of sending back those of the request.",
  run({ bad: { proto } }) {
    const events = [
      ...signalPatchesIn(proto).map((seen) => ({ ...seen, text: seen.instruction.signals })),
      ...patchesIn(proto).flatMap((seen) =>
        (seen.markup?.elements ?? []).flatMap(({ attrs }) =>
          attrs.filter(({ name }) => /^data-signals\b/.test(name)).map(({ value }) => ({ ...seen, text: value }))
        )
      ),
    ];
    if (events.length === 0) return notApplicable("the request is refused");
    for (const { event, text } of events) {
      const [, name] = hostileName.exec(text) ?? [];
      if (name) return failIn(proto, "neither __proto__ nor constructor", `${name} is sent back`, [event.range]);
    }
    return pass("neither __proto__ nor constructor");
  },
});

const methodChecks = reword(methods, {
  "req-head-page": { rule: ["v1-req-head-page", "SHOULD", "V1-REQ-6"] },
  "req-head": { rule: ["v1-req-head", "SHOULD", "V1-REQ-6"] },
  "req-head-body": { rule: ["v1-req-head-body", "MUST", "V1-REQ-6"] },
  "req-method": {
    rule: ["v1-req-method", "SHOULD", "V1-REQ-1"],
    fix: "Refuse other methods with 405 and the header `allow: GET, HEAD`.",
  },
});

export const requests: ServerCheck<ServerEvidence>[] = [
  ...badQueryChecks,
  echoCheck,
  ...methodChecks as ServerCheck<ServerEvidence>[],
];
