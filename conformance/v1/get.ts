/** The example's round trip: the signals go to the server, and one of them comes back with an answer in it. */

import { type Finding, notApplicable, pass, type ServerCheck } from "../check.ts";
import { describeAnswer } from "../checks/http.ts";
import { quoteText } from "../checks/quote.ts";
import { returned, roundTrip } from "../checks/round_trip.ts";
import { failIn, serverChecks, unanswered } from "../checks/server_checks.ts";
import type { Definition } from "../checks/stream_checks.ts";
import { quoteDifference, writeSentence } from "../example/sentence.ts";
import { parsePage } from "../markup.ts";
import { contentRange, errorIn, failInContent, instructionsIn, judgeEvents, whyUnknown } from "./answer.ts";
import { inputNames, inputs } from "./inputs.ts";
import type { V1Stream } from "./interpret.ts";
import { findIntrusion } from "./intrusion.ts";
import type { ServerEvidence } from "./server_evidence.ts";
import { textsOf } from "./texts.ts";

const checkGet = serverChecks<ServerEvidence>("example", "get");

const shared = roundTrip({ inputs, failInAnswer: failInContent, findIntrusion });

/** A check that needs a round trip which works for the plain text. */
function checkRoundTrip({ run, ...info }: Definition<{ run: (server: ServerEvidence) => Finding }>) {
  return checkGet({
    ...info,
    run: (server) =>
      returned(server.get.plain) ? run(server) : whyUnknown(server, server.get.plain) ??
        notApplicable(`not even ${quoteText(inputs.plain)} comes back: see v1-get-output`),
  });
}

/** The finding where the text is not in the signals: an error, a different value, or an answer without events. */
function failWithoutText(stream: V1Stream, expected: string): Finding {
  const error = errorIn(stream);
  if (error) return failIn(stream, expected, error.actual, error.at);
  const [event] = instructionsIn(stream);
  if (!event) return failIn(stream, expected, describeAnswer(stream.exchange!));
  const output = stream.store?.output;
  const actual = output === undefined
    ? "the signal output is missing"
    : `output is ${quoteText(JSON.stringify(output))}`;
  return failIn(stream, expected, actual, [contentRange(event)]);
}

/** The parts of a page that its user or its actions need: ids, bound inputs, and listeners. */
function neededParts(html: string): Set<string> {
  const attributes = parsePage(html).elements.flatMap(({ attrs }) => attrs);
  return new Set(attributes.flatMap(({ name, value }) => {
    if (name === "id") return [`#${value}`];
    return /^data-(?:bind|on)\b/.test(name) ? [name] : [];
  }));
}

/** A text comes back as it was. */
const keepChecks = inputNames.map((name) => {
  const { level, clause, ...words } = textsOf(name);
  return checkRoundTrip({
    ...words,
    rule: [`v1-get-keeps-${name}`, level, clause],
    run(server) {
      const stream = server.get[name];
      const sent = inputs[name];
      if (!stream.exchange?.head) {
        return unanswered(server, stream.exchange!, `an answer with ${quoteText(sent)} in it`);
      }
      const back = returned(stream);
      if (!back) return whyUnknown(server, stream) ?? failWithoutText(stream, `${quoteText(sent)} comes back`);
      if (back.text !== sent) return failInContent(stream, ...quoteDifference(sent, back.text));
      const { input } = stream.store!;
      if (input === sent) return pass(quoteText(sent));
      return failInContent(stream, `the signal input stays ${quoteText(sent)}`, `it is ${quoteText(String(input))}`);
    },
  });
});

const answerChecks: ServerCheck<ServerEvidence>[] = [
  checkGet({
    rule: ["v1-get-event", "MUST", "V1-SSE-14"],
    title: "The round trip is answered with an event",
    why: "The user gets no answer to the text.",
    fix: 'Answer with `event: datastar-patch-signals`, `data: signals {"output": "…"}` and an empty line.',
    run: (server) =>
      judgeEvents(server, server.get.plain, {
        expected: "a datastar-patch-signals event",
        events: instructionsIn(server.get.plain),
      }),
  }),
  checkGet({
    rule: ["v1-get-output", "MUST", "PSG-4"],
    title: "The signal output says `Your input: X, is N long.`",
    why: "The user sees no answer, or a wrong one.",
    fix: "Patch the signal `output` with that sentence, with the signal `input` for X and its length for N.",
    run(server) {
      const { plain } = server.get;
      if (instructionsIn(plain).length === 0) return notApplicable(`${server.routes.get} answers with no event`);
      const back = returned(plain);
      if (back) return pass(quoteText(writeSentence(back)));
      const expected = quoteText(writeSentence({ text: inputs.plain, length: inputs.plain.length }));
      return whyUnknown(server, plain) ?? failWithoutText(plain, expected);
    },
  }),
];

const roundTripChecks: ServerCheck<ServerEvidence>[] = [
  checkRoundTrip({ rule: ["v1-get-length", "MUST", "PSG-4"], ...shared.length }),
  checkRoundTrip({
    rule: ["v1-get-other-signals", "MUST", "PSG-4"],
    ...shared.otherSignals,
    fix: "Patch `output` alone: the client keeps the signals that an answer does not name.",
  }),
  checkRoundTrip({
    rule: ["v1-get-page", "MUST", "MPH-8"],
    title: "The answer leaves the other elements in the page",
    why: "The input, the buttons or the feed are gone after the first answer.",
    fix:
      "Patch the signal `output` alone. An element that is sent replaces the old one with all that is in it: send its " +
      "whole content, since no mode changes only attributes.",
    run({ get: { plain }, source }) {
      const after = neededParts(plain.after!.html);
      const gone = [...neededParts(source!.html)].filter((part) => !after.has(part));
      if (gone.length === 0) return pass("they stay");
      return failInContent(plain, "all elements of the page", `${gone.join(", ")} are gone`);
    },
  }),
  checkGet({
    rule: ["v1-get-no-injection", "MUST", "PEL-24"],
    ...shared.noInjection,
    fix:
      "Escape the text for its context. In HTML: `&`, `<`, `>`, `\"` and `'` as character references, quotation marks " +
      "around each attribute, and the key on each line, also after a CR. In signals and in code: a JSON encoder. In a " +
      "URL: `encodeURIComponent`. Do not put user input into comments, names, options or handlers.",
  }),
  checkRoundTrip({ rule: ["v1-get-plus", "MUST", "V1-REQ-2"], ...shared.plus }),
  checkRoundTrip({
    rule: ["v1-get-last-parameter", "MAY", "V1-REQ-2"],
    title: "The last of two datastar parameters wins",
    why: "A program that adds the signals to a URL which has some already gets an answer to the old ones. The client " +
      "itself sends one parameter only.",
    fix: 'Take the last value of `datastar`: `searchParams.getAll("datastar").at(-1)`.',
    run(server) {
      const { twice } = server;
      if (!twice.exchange?.head) return unanswered(server, twice.exchange!, "an answer");
      const back = returned(twice);
      if (back?.text === "second") return pass("the last one");
      return back ? failInContent(twice, '"second"', quoteText(back.text)) : failWithoutText(twice, '"second"');
    },
  }),
  checkRoundTrip({
    rule: ["v1-get-delete", "MUST", "V1-REQ-2"],
    title: "The signals of a DELETE are read from the query",
    why:
      "An action with `@delete` gets an answer to no signals, or an error: since 1.0.0 the client sends them as for GET.",
    fix: "Read the signals of DELETE as for GET, from the query parameter `datastar`, and not from the body.",
    run(server) {
      const { deleted } = server;
      const { head } = deleted.exchange!;
      if (!head) return unanswered(server, deleted.exchange!, "an answer, or a refusal");
      if (head.status >= 400 && head.status < 500) return notApplicable(`DELETE is refused with ${head.status}`);
      const back = returned(deleted);
      if (!back) {
        return notApplicable(`DELETE of ${server.routes.get} is no round trip: ${describeAnswer(deleted.exchange!)}`);
      }
      if (back.text === inputs.plain) return pass("they are read from the query");
      return failInContent(deleted, quoteText(inputs.plain), quoteText(back.text));
    },
  }),
];

export const get: ServerCheck<ServerEvidence>[] = [...answerChecks, ...keepChecks, ...roundTripChecks];
