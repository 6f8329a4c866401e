import { assertEquals } from "@std/assert";
import { describe, test } from "node:test";
import { v1 } from "../harness/mod.ts";

const event = (name: string, lines: string[]) =>
  `event: datastar-patch-${name}\n${lines.map((line) => `data: ${line}\n`).join("")}\n`;
const elements = (...lines: string[]) => event("elements", lines);
const signals = (...lines: string[]) => event("signals", lines);

/** Streams, and the remarks on each: the clause, the bytes as text, and a part of the message. */
const remarks: [name: string, stream: string, remarks: [clause: string, bytes: string, message: string][]][] = [
  ["elements without a mistake", elements("mode inner", "selector #a", "elements <p>", "elements </p>"), []],
  ["signals without a mistake", signals("onlyIfMissing true", 'signals {"a":', "signals 1}"), []],
  ["an event of 0.x", "event: datastar-fragment\ndata: fragment <p>\n\n", [
    ["V1-SSE-15", "event: datastar-fragment", "Datastar 0.x"],
  ]],
  ["an event of a beta", "event: datastar-remove-signals\ndata: paths a\n\n", [
    ["V1-SSE-15", "event: datastar-remove-signals", "Datastar 0.20 to 1.0.0-beta.11"],
  ]],
  ["an unknown event", "event: datastar-x\ndata: a b\n\n", [["V1-SSE-14", "event: datastar-x", '"datastar-x"']]],
  ["an event without a name", "data: elements <p>\n\n", [["V1-SSE-14", "data: elements <p>", "no name"]]],
  ["an event without its blank line", "event: datastar-patch-elements\ndata: elements <p>\n", [
    ["V1-SSE-8", "event: datastar-patch-elements\ndata: elements <p>", "blank line"],
  ]],
  ["a key of 0.x", elements("merge inner", 'elements <p id="a">'), [["V1-SSE-15", "data: merge inner", "Write mode"]]],
  ["a mode of 0.x", elements("mode morph", 'elements <p id="a">'), [
    ["PEL-3", "data: mode morph", "invalid-mode"],
    ["V1-SSE-15", "data: mode morph", "Write outer"],
  ]],
  ["a key in the wrong case", elements("usevIewTransition true", 'elements <p id="a">'), [
    ["V1-SSE-20", "data: usevIewTransition true", "write useViewTransition"],
  ]],
  ["an unknown key", signals("x y", "signals {}"), [["V1-SSE-20", "data: x y", '"x"']]],
  ["a reserved key", signals("constructor y", "signals {}"), [
    ["V1-SSE-21", "data: constructor y", "reserved-key"],
  ]],
  ["a second space", elements(" mode inner", 'elements <p id="a">'), [["V1-SSE-17", "data:  mode inner", "space"]]],
  ["a key without a space", elements("selector", 'elements <p id="a">'), [
    ["V1-SSE-18", "data: selector", "an empty value needs a space after the key"],
  ]],
  ["an option twice", elements("selector #a", "selector #b", "elements <p>"), [
    ["V1-SSE-19", "data: selector #b", "repeated"],
  ]],
  ["an end tag of the page", elements("elements <p>x</p></body>"), [["PEL-7", "</body>", "the whole <body>"]]],
  ["attributes of other generations", elements('elements <p id="a" data-model="x" data-on-click="y" data-bind-z>'), [
    ["V1-APP-18", "data-model", "Write data-bind"],
    ["V1-APP-18", "data-on-click", "Write data-on:click"],
    ["V1-APP-18", "data-bind-z", "Write data-bind:z"],
  ]],
  [
    "attributes with a dash that are of 1.0.x",
    elements(
      'elements <p id="a" data-on-intersect="x" data-on-interval="y" data-on-signal-patch="z" data-ignore-morph>',
    ),
    [],
  ],
  ["signals that are code", signals("signals {a: 1}"), [["PSG-3", "{a: 1}", "JavaScript"]]],
  ["signals that are no object", signals("signals 1"), [["PSG-5", "1", "not an object"]]],
  ["a hostile name", signals('signals {"__proto__": {"a": 1}}'), [
    ["PSG-12", '{"__proto__": {"a": 1}}', "__proto__"],
  ]],
  [
    "fields that the client reads in another way",
    `\uFEFF\uFEFFx: 1\nevent\nretry: 1s\nid: \0\nEVENT: x\n${signals("signals {}")}`,
    [
      ["V1-SSE-12", "\uFEFFx: 1", "second byte order mark"],
      ["V1-SSE-10", "event", "no colon"],
      ["V1-SSE-23", "retry: 1s", "ignores it too"],
      ["V1-SSE-22", "id: \0", "NUL"],
      ["V1-SSE-5", "EVENT: x", '"EVENT"'],
    ],
  ],
];

describe("the remarks on a stream of v1", () => {
  for (const [name, stream, expected] of remarks) {
    test(name, async () => {
      const bytes = new TextEncoder().encode(stream);
      const found = (await Array.fromAsync(v1.readStream(stream))).flatMap(({ diagnostics }) => diagnostics);
      const texts = found.map(({ clause, range, message }, i) => {
        const part = expected[i]?.[2] ?? "";
        const text = new TextDecoder().decode(bytes.subarray(range.start, range.end));
        return [clause, text, message.includes(part) ? part : message];
      });
      assertEquals(texts, expected);
    });
  }
});

test("page.receive() of v1 says what the events of a response did, up to the one at which the client stops", async () => {
  const page = v1.openPage('<ul id="l"><li>1</li></ul>');
  const stream = elements("mode append", "selector #l", "elements <li>2</li>") + signals('signals {"a": 1}') +
    elements("mode oops", "elements <p>") + elements('elements <p id="none"></p>') +
    signals("valueOf x", 'signals {"b": 1}') + signals('signals {"c": 1}');
  const { changes, errors, warnings, diagnostics, effects } = await page.receive(stream);
  assertEquals(changes.added.map(({ outerHTML }) => outerHTML), ["<li>2</li>"]);
  assertEquals(changes.signals, ["a"]);
  assertEquals(errors.map(({ code }) => code), ["invalid-mode", "reserved-key"]);
  assertEquals(warnings.map(({ code }) => code), ["no-target"]);
  assertEquals(diagnostics.map(({ clause }) => clause), ["PEL-3", "V1-SSE-21"]);
  assertEquals(effects.map(({ ended }) => ended), [false, false, false, false, true]);
  assertEquals(page.signals, { a: 1 });
});
