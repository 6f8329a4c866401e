/**
 * The example's round trip: the store goes to the server, and comes back with an answer in it.
 *
 * @module
 */

import { type CheckInfo, type Finding, notApplicable, pass, type ServerCheck } from "../check.ts";
import type { StreamEvidence } from "../interpret.ts";
import { type InputName, inputs, type ServerEvidence } from "../record/record.ts";
import {
  attributeOf,
  checksOf,
  describe,
  elementsOf,
  eventsOf,
  failIn,
  type FragmentEvent,
  fragmentsOf,
  htmlRange,
  oneEvent,
  quote,
  raiseOf,
  rootsOf,
  unanswered,
  withFirst,
} from "./answer.ts";
import { storeIdOf } from "./page.ts";
import { texts } from "./texts.ts";

const ofGet = checksOf("example", "get");

/** The sentence that the example answers with. One member of the family has a typing error in it. */
const sentence = /^You[rt] input: ([^]*), is (\d+) long\.$/;

/** What has become of a text: itself, and the length that the server tells. */
function returned(stream: StreamEvidence): { text: string; length: number } | undefined {
  const { output } = storeAfter(stream) ?? {};
  const [, text, length] = typeof output === "string" ? sentence.exec(output) ?? [] : [];
  return text === undefined ? undefined : { text, length: Number(length) };
}

/** The signals after the last event that was applied. */
const storeAfter = ({ events }: StreamEvidence) => events.findLast(({ effect }) => effect)?.effect?.store;

/** The names of texts, other than the plain one. */
const otherNames = (Object.keys(inputs) as InputName[]).filter((name) => name !== "plain");

/** A check of the fragment that the plain text is answered with. */
function ofFragment(
  info: Omit<CheckInfo, "family">,
  run: (first: FragmentEvent, server: ServerEvidence) => Finding,
): ServerCheck {
  return ofGet(info, (server) => withFirst(server.get.plain, server.routes.get, (first) => run(first, server)));
}

/** A check that needs a round trip which works for the plain text. */
function ofRoundTrip(info: Omit<CheckInfo, "family">, run: ServerCheck["run"]): ServerCheck {
  return ofGet(info, (server) => {
    if (!returned(server.get.plain)) return notApplicable(`not even ${quote(inputs.plain)} comes back: see get-output`);
    return run(server);
  });
}

/** Why the text is not in the store: what the client raises or logs, or what came instead of an event. */
function whyNot(stream: StreamEvidence): { actual: string; at: FragmentEvent["event"]["range"][] } {
  const raised = raiseOf(stream);
  if (raised) return { actual: `the client raises ${raised.name}: ${raised.message}`, at: [raised.at] };
  const [event] = fragmentsOf(stream);
  if (!event) return { actual: describe(stream.exchange!), at: [] };
  const at = [htmlRange(event)];
  const logged = event.effect?.console.find(({ mode }) => mode === "error");
  if (logged) return { actual: `the client logs ${quote(logged.message, 200)}`, at };
  const output = storeAfter(stream)?.output;
  return { actual: output === undefined ? "there is no output" : `output is ${JSON.stringify(output)}`, at };
}

/** Two texts, from a little before their first difference on. */
function difference(expected: string, actual: string): [string, string] {
  let at = 0;
  while (at < expected.length && expected[at] === actual[at]) at++;
  const from = expected.length <= 60 ? 0 : Math.max(0, at - 20);
  const show = (text: string) =>
    `${from > 0 ? `at character ${from}: ` : ""}${quote(text.slice(from), 60)}, ${text.length} characters`;
  return [show(expected), show(actual)];
}

/** [EXA-5] A text comes back as it was. */
const keeps = (Object.keys(inputs) as InputName[]).map((name) =>
  ofRoundTrip({ ...texts[name], id: `get-keeps-${name}`, level: "MUST" }, (server) => {
    const stream = server.get[name];
    const sent = inputs[name];
    if (!stream.exchange?.head) return unanswered(server, stream.exchange!, `an answer with ${quote(sent)} in it`);
    const back = returned(stream);
    if (!back) {
      const { actual, at } = whyNot(stream);
      return failIn(stream, `${quote(sent)} comes back`, actual, at);
    }
    const [event] = fragmentsOf(stream);
    const at = event ? [htmlRange(event)] : [];
    if (back.text !== sent) {
      const [expected, actual] = difference(sent, back.text);
      return failIn(stream, expected, actual, at);
    }
    const { input } = storeAfter(stream)!;
    if (input !== sent) {
      return failIn(stream, `the signal input stays ${quote(sent)}`, `it is ${quote(String(input))}`, at);
    }
    return pass(quote(sent));
  })
);

/** Ways to count that the family has, and the one that a reader would use. */
const units: Record<string, (text: string) => number> = {
  "UTF-16 units": (text) => text.length,
  "code points": (text) => [...text].length,
  "bytes": (text) => new TextEncoder().encode(text).length,
  "characters": (text) => [...new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text)].length,
};

/** What some HTML is made of, without what may differ from text to text: tags, names of attributes, code in the store. */
function shapeOf(events: FragmentEvent[]): string[] {
  return events.flatMap(({ fragment: { html, merge, selector } }) => [
    `an event: merge ${merge}${selector && `, selector ${quote(selector)}`}`,
    ...rootsOf(html).flatMap(elementsOf).flatMap((element) => [
      `the element <${element.tagName}>`,
      ...element.attrs.map(({ name, value }) =>
        name === "data-store" ? `the code ${codeOf(value)}` : `the attribute ${name}=${quote(value)}`
      ),
    ]),
  ]);
}

/** A store without its strings, and in an order that does not depend on that of its names. */
function codeOf(expression: string): string {
  const strings = /"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'|`(?:[^`\\]|\\[^])*`/g;
  const words = expression.replace(strings, " ").split(/[\s{}:,]+/).filter((word) => word !== "");
  return words.length === 0 ? "{}" : quote(words.sort().join(" "), 60);
}

/** The checks. */
export const get: ServerCheck[] = [
  ofGet({
    id: "get-event",
    level: "MUST",
    title: "The round trip is answered with a fragment",
    clause: "EXA-5",
    why: "The text that was sent is never answered.",
    fix: "Answer with `event: datastar-fragment`, `data: merge upsert_attributes`, `data: fragment <main …>` and an " +
      "empty line.",
  }, (server) => {
    const { exchange } = server.get.plain;
    if (!exchange?.head) return unanswered(server, exchange!, "a datastar-fragment event");
    const fragments = fragmentsOf(server.get.plain);
    if (fragments.length > 0) return pass("a datastar-fragment event");
    const raised = raiseOf(server.get.plain);
    const actual = raised ? `the client raises ${raised.name}: ${raised.message}` : describe(exchange);
    return failIn(server.get.plain, "a datastar-fragment event", actual, raised && [raised.at]);
  }),
  ofGet({
    id: "get-one-event",
    level: "SHOULD",
    title: "The round trip is answered with one event",
    clause: "EXA-5",
    why: "More than one event does more to the page than the example is about.",
    fix: "Send all that the answer says in one event.",
  }, ({ get: { plain }, routes }) => oneEvent(plain, routes.get)),
  ofFragment({
    id: "get-merge",
    level: "MUST",
    title: "The answer of the round trip is merged by upsert_attributes",
    clause: "EXA-5",
    why: "Every other mode changes the content of the element too: the page's inputs and buttons are gone.",
    fix: "Send the line `data: merge upsert_attributes` before the fragment.",
  }, (first, { get }) => {
    const { merge } = first.fragment;
    if (merge === "upsert_attributes") return pass("merge upsert_attributes");
    return failIn(get.plain, "merge upsert_attributes", `merge ${merge}`, [first.event.range]);
  }),
  ofFragment({
    id: "get-root",
    level: "MUST",
    title: "The answer of the round trip is one element, for the one with the store",
    clause: "EXA-5",
    why: "The new store is put on another element, or on none: then the client raises, and asks nine times more.",
    fix: 'Send one element with the same id as in the page: `<main id="main" data-store="…"></main>`.',
  }, (first, server) => {
    const id = storeIdOf(server);
    const { html, selector } = first.fragment;
    const roots = rootsOf(html);
    const at = [htmlRange(first)];
    if (roots.length !== 1) return failIn(server.get.plain, "one element", `${roots.length} elements`, at);
    const [root] = roots;
    const addressed = selector || `#${attributeOf(root, "id") ?? ""}`;
    if (addressed !== `#${id}` && selector !== "self") {
      return failIn(server.get.plain, `an element with the id ${quote(id)}`, `it is for ${quote(addressed)}`, at);
    }
    if (attributeOf(root, "data-store") === undefined) {
      return failIn(server.get.plain, "the attribute data-store", "it has none", at);
    }
    return pass(`<${root.tagName}> for ${addressed}`);
  }),
  ofFragment({
    id: "get-output",
    level: "MUST",
    title: "The signal output says `Your input: X, is N long.`",
    clause: "EXA-5",
    why: "The reader sees no answer, or another one.",
    fix: "Set `output` in the store to that sentence, with the signal `input` for X and its length for N.",
  }, (_, { get: { plain } }) => {
    if (!plain.hasPage) return notApplicable("there is no page on which the client starts");
    const back = returned(plain);
    if (back) return pass(quote(`Your input: ${back.text}, is ${back.length} long.`));
    const { actual, at } = whyNot(plain);
    return failIn(plain, quote(`Your input: ${inputs.plain}, is ${inputs.plain.length} long.`), actual, at);
  }),
  ...keeps,
  ofRoundTrip({
    id: "get-length",
    level: "MUST",
    title: "The length is that of the text, in any one unit",
    clause: "EXA-5",
    why: "The number that the reader sees is wrong.",
    fix: "Count the text as it was sent, not as it is written in the query, in JSON or in HTML.",
  }, ({ get }) => {
    const kept = (Object.keys(inputs) as InputName[]).filter((name) => returned(get[name])?.text === inputs[name]);
    if (kept.length === 0) return notApplicable("no text comes back as it was");
    const wrongIn = (unit: string) => kept.filter((name) => returned(get[name])!.length !== units[unit](inputs[name]));
    const [best] = Object.keys(units).toSorted((a, b) => wrongIn(a).length - wrongIn(b).length);
    const [wrong] = wrongIn(best);
    if (!wrong) return pass(`in ${best}`);
    const all = Object.keys(units).map((unit) => units[unit](inputs[wrong]));
    const [event] = fragmentsOf(get[wrong]);
    return failIn(
      get[wrong],
      `${quote(inputs[wrong], 40)} is ${[...new Set(all)].join(" or ")} long`,
      `it is said to be ${returned(get[wrong])!.length} long`,
      event && [htmlRange(event)],
    );
  }),
  ofRoundTrip({
    id: "get-other-signals",
    level: "MUST",
    title: "The answer leaves all other signals as they were",
    clause: "EXA-5",
    why: "What the reader has set in the page is undone: a hidden feed is shown again, or a signal is missing.",
    fix: "Send back `show` as it came, or only `output`: the client keeps what the answer does not name.",
  }, (server) => {
    const stream = server.get.plain;
    const after = storeAfter(stream)!;
    const [event] = fragmentsOf(stream);
    for (const [name, was] of Object.entries({ ...server.store, show: false })) {
      if (name === "input" || name === "output") continue;
      const [expected, actual] = [JSON.stringify(was), JSON.stringify(after[name])];
      if (actual === expected) continue;
      const is = actual === undefined ? "it is gone" : `it is ${actual}`;
      return failIn(stream, `the signal ${name} stays ${expected}`, is, event && [htmlRange(event)]);
    }
    return pass("they stay");
  }),
  ofFragment({
    id: "get-no-injection",
    level: "MUST",
    title: "No text becomes an event, an element, an attribute or code",
    clause: "APP-19",
    why: "A link with a prepared text runs somebody else's code in the reader's page.",
    fix: "Write the store with a JSON encoder, write ``; $ ~ ' < > & ` `` in it as \\uXXXX, and escape it as an HTML " +
      'attribute: `"` as `&quot;`.',
  }, (_, { get }) => {
    const plainNames = eventsOf(get.plain).map(({ event }) => event.client?.event);
    const plainShape = shapeOf(fragmentsOf(get.plain));
    for (const name of otherNames) {
      const stream = get[name];
      const at = stream.events.map(({ event }) => event.range).slice(0, 3);
      const sent = quote(inputs[name], 40);
      const added = eventsOf(stream).find(({ event }) => !plainNames.includes(event.client?.event));
      // A refusal may say in other words that it is one.
      if (added && fragmentsOf(stream).length > 0) {
        return failIn(stream, `the answer to ${sent} has no other events`, `it has ${added.event.client?.event}`, at);
      }
      const left = [...plainShape];
      const extra = shapeOf(fragmentsOf(stream)).find((part) => {
        const i = left.indexOf(part);
        if (i >= 0) left.splice(i, 1);
        return i < 0;
      });
      if (extra) return failIn(stream, `the answer to ${sent} has the same parts as others`, `it adds ${extra}`, at);
    }
    return pass(`${otherNames.length} texts add nothing`);
  }),
  ofRoundTrip({
    id: "get-plus",
    level: "MUST",
    title: "A + in the query is a space",
    clause: "REQ-1",
    why: "Each space that the reader types becomes a plus sign.",
    fix: "Decode the query as form encoding (`URLSearchParams`, `parse_qs`), not by percent-decoding alone.",
  }, ({ get: { spaces } }) => {
    const back = returned(spaces);
    if (!back) return notApplicable(`${quote(inputs.spaces)} does not come back at all`);
    const [event] = fragmentsOf(spaces);
    const pluses = (text: string) => text.split("+").length - 1;
    if (pluses(back.text) > pluses(inputs.spaces)) {
      return failIn(spaces, quote(inputs.spaces), quote(back.text), event && [htmlRange(event)]);
    }
    return pass("spaces are spaces");
  }),
  ofRoundTrip({
    id: "get-last-parameter",
    level: "SHOULD",
    title: "Of two parameters datastar the last one counts",
    clause: "REQ-1",
    why: "A page that asks for an address with such a parameter in it sends its store behind that: it is not seen.",
    fix: 'Take the last value of `datastar`: `searchParams.getAll("datastar").at(-1)`.',
  }, (server) => {
    const { twice } = server;
    if (!twice.exchange?.head) return unanswered(server, twice.exchange!, "an answer");
    const back = returned(twice);
    if (back?.text === "second") return pass("the last one");
    const [event] = fragmentsOf(twice);
    const actual = back ? quote(back.text) : whyNot(twice).actual;
    return failIn(twice, '"second"', actual, event && [htmlRange(event)]);
  }),
];
