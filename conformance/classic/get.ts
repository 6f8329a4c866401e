/** The example's round trip: the store goes to the server, and comes back with an answer in it. */

import { type Finding, notApplicable, pass, type ServerCheck } from "../check.ts";
import { asksAgain } from "../checks/failure.ts";
import { describeAnswer } from "../checks/http.ts";
import { quoteText } from "../checks/quote.ts";
import { returned, roundTrip } from "../checks/round_trip.ts";
import { failIn, serverChecks, unanswered } from "../checks/server_checks.ts";
import type { Definition } from "../checks/stream_checks.ts";
import { quoteDifference, writeSentence } from "../example/sentence.ts";
import type { ClassicStream } from "./interpret.ts";
import type { ByteRange } from "../../harness/mod.ts";
import { attributeOf } from "../markup.ts";
import { titles } from "../inputs.ts";
import { inputNames, inputs } from "./contract.ts";
import {
  errorIn,
  failInFragment,
  htmlRange,
  judgeFirst,
  judgeFragment,
  judgeOneEvent,
  type Merge,
  mergesIn,
  otherTarget,
} from "./answer.ts";
import { findIntrusion } from "./intrusion.ts";
import { storeIdOf } from "./page.ts";
import { texts } from "./texts.ts";
import type { ServerView } from "./view.ts";

const checkGet = serverChecks<ServerView>("example", "get");

const shared = roundTrip({ inputs, failInAnswer: failInFragment, findIntrusion });

/** A check of the fragment that the plain text is answered with. */
function checkPlainAnswer(
  { run, ...info }: Definition<{ run: (first: Merge, server: ServerView) => Finding }>,
) {
  return checkGet({
    ...info,
    run: (server) => judgeFirst(server.get.plain, server.routes.get, (first) => run(first, server)),
  });
}

/** A check that needs a round trip which works for the plain text. */
function checkRoundTrip(
  { run, ...info }: Definition<{ run: (server: ServerView) => Finding }>,
) {
  return checkGet({
    ...info,
    run: (server) =>
      returned(server.get.plain)
        ? run(server)
        : notApplicable(`not even ${quoteText(inputs.plain)} comes back: see get-output`),
  });
}

/** The reason why the text is not in the store: an error, a line in the console, or an answer without a fragment. */
function whyNot(stream: ClassicStream): { actual: string; at: ByteRange[] } {
  const error = errorIn(stream);
  if (error) return error;
  const [event] = mergesIn(stream);
  if (!event) return { actual: describeAnswer(stream.exchange!), at: [] };
  const at = [htmlRange(event)];
  const logged = event.effect?.console.find(({ mode }) => mode === "error");
  if (logged) return { actual: `the client logs ${quoteText(logged.message, 200)}`, at };
  const output = stream.store?.output;
  return { actual: output === undefined ? "the signal output is missing" : `output is ${JSON.stringify(output)}`, at };
}

/** [EXA-5] A text comes back as it was. */
const keepChecks = inputNames.map((name) =>
  checkRoundTrip({
    ...texts[name],
    title: titles[name],
    rule: [`get-keeps-${name}`, "MUST", texts[name].clause],
    run(server) {
      const stream = server.get[name];
      const sent = inputs[name];
      if (!stream.exchange?.head) {
        return unanswered(server, stream.exchange!, `an answer with ${quoteText(sent)} in it`);
      }
      const back = returned(stream);
      if (!back) {
        const { actual, at } = whyNot(stream);
        return failIn(stream, `${quoteText(sent)} comes back`, actual, at);
      }
      if (back.text !== sent) return failInFragment(stream, ...quoteDifference(sent, back.text));
      const { input } = stream.store!;
      if (input === sent) return pass(quoteText(sent));
      return failInFragment(stream, `the signal input stays ${quoteText(sent)}`, `it is ${quoteText(String(input))}`);
    },
  })
);

const answerChecks: ServerCheck<ServerView>[] = [
  checkGet({
    rule: ["get-event", "MUST", "EXA-5"],
    title: "The round trip is answered with a fragment",
    why: "The user gets no answer to the text.",
    fix: "Answer with `event: datastar-fragment`, `data: merge upsert_attributes`, `data: fragment <main …>` and an " +
      "empty line.",
    run: (server) => judgeFragment(server.get.plain, server),
  }),
  checkGet({
    rule: ["get-one-event", "SHOULD", "EXA-5"],
    title: "The round trip is answered with one event",
    why: "More than one event changes more of the page than the example does.",
    fix: "Send the whole answer in one event.",
    run: ({ get: { plain }, routes }) => judgeOneEvent(plain, routes.get),
  }),
  checkPlainAnswer({
    rule: ["get-merge", "MUST", "EXA-5"],
    title: "The answer of the round trip uses upsert_attributes",
    why: "Every other mode changes the content of the element too: the page loses its inputs and buttons.",
    fix: "Send the line `data: merge upsert_attributes` before the fragment.",
    run(first, { get }) {
      const { merge } = first.instruction;
      if (merge === "upsert_attributes") return pass("merge upsert_attributes");
      return failIn(get.plain, "merge upsert_attributes", `merge ${merge}`, [first.event.range]);
    },
  }),
  checkPlainAnswer({
    rule: ["get-root", "MUST", "EXA-5"],
    title: "The answer of the round trip is one element, for the one with the store",
    why: `The new store is put on the wrong element, or on none: then the client throws, and ${asksAgain}.`,
    fix: 'Send one element with the same id as in the page: `<main id="main" data-store="…"></main>`.',
    run(first, server) {
      const id = storeIdOf(server);
      const { markup: { roots } } = first;
      const failHere = (expected: string, actual: string) => failInFragment(server.get.plain, expected, actual);
      if (roots.length !== 1) return failHere("one element", `${roots.length} elements`);
      const [root] = roots;
      const other = first.instruction.selector === "self" ? undefined : otherTarget(first, id);
      if (other !== undefined) return failHere(`an element with the id ${quoteText(id)}`, other);
      if (attributeOf(root, "data-store") === undefined) return failHere("the attribute data-store", "it has none");
      return pass(`<${root.tagName}> for #${id}`);
    },
  }),
  checkPlainAnswer({
    rule: ["get-output", "MUST", "EXA-5"],
    title: "The signal output says `Your input: X, is N long.`",
    why: "The user sees no answer, or a wrong one.",
    fix: "Set `output` in the store to that sentence, with the signal `input` for X and its length for N.",
    run(_, { get: { plain } }) {
      if (!plain.hasPage) return notApplicable("the client does not start on the page");
      const back = returned(plain);
      if (back) return pass(quoteText(writeSentence(back)));
      const { actual, at } = whyNot(plain);
      return failIn(plain, quoteText(writeSentence({ text: inputs.plain, length: inputs.plain.length })), actual, at);
    },
  }),
];

const roundTripChecks: ServerCheck<ServerView>[] = [
  checkRoundTrip({ rule: ["get-length", "MUST", "EXA-5"], ...shared.length }),
  checkRoundTrip({
    rule: ["get-other-signals", "MUST", "EXA-5"],
    ...shared.otherSignals,
    fix: "Send back `show` unchanged, or only `output`: the client keeps signals that the answer does not name.",
  }),
  checkGet({
    rule: ["get-no-injection", "MUST", "APP-19"],
    ...shared.noInjection,
    fix: "Escape the text for its context. In HTML: `&`, `<`, `>`, `\"` and `'` as character references, " +
      "and quotation marks around each attribute. In code and in the store: a JSON encoder, with ``; $ ~ ' < > & ` `` " +
      "as \\uXXXX. In a URL: `encodeURIComponent`. Do not put user input into comments, names, options or handlers.",
  }),
  checkRoundTrip({ rule: ["get-plus", "MUST", "REQ-1"], ...shared.plus }),
  checkRoundTrip({
    rule: ["get-last-parameter", "SHOULD", "REQ-1"],
    title: "The last of two datastar parameters wins",
    why:
      "If the URL already has such a parameter, the client adds the store after it, and the server does not see the store.",
    fix: 'Take the last value of `datastar`: `searchParams.getAll("datastar").at(-1)`.',
    run(server) {
      const { twice } = server;
      if (!twice.exchange?.head) return unanswered(server, twice.exchange!, "an answer");
      const back = returned(twice);
      if (back?.text === "second") return pass("the last one");
      return failInFragment(twice, '"second"', back ? quoteText(back.text) : whyNot(twice).actual);
    },
  }),
];

export const get: ServerCheck<ServerView>[] = [...answerChecks, ...keepChecks, ...roundTripChecks];
