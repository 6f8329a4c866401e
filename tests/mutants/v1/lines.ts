/**
 * Streams of v1 with one fault each in their lines, and streams with none.
 *
 * @module
 */

import type { StreamMutant } from "../mutant.ts";
import { afterGood, event, withByte } from "../pieces.ts";

/** An event that is as it should be. */
const good = 'event: datastar-patch-elements\ndata: elements <p id="price">12</p>\n\n';

/** A patch of elements from the lines of its data. */
const elements = (...rows: string[]) => event("event: datastar-patch-elements", ...rows.map((row) => `data: ${row}`));

/** A patch of signals from the lines of its data. */
const signals = (...rows: string[]) => event("event: datastar-patch-signals", ...rows.map((row) => `data: ${row}`));

/** The fault in the only event, and in the second one. */
const twice = afterGood(good);

const paragraph = (text: string) => `elements <p id="price">${text}</p>`;

/** An event with one more line before its data. */
const withLine = (line: string) => event("event: datastar-patch-elements", line, `data: ${paragraph("1")}`);

const framing: StreamMutant[] = [
  { name: "nothing at all", trips: ["v1-sse-events"], stream: "" },
  {
    name: "a page of HTML, on one line, in place of a stream",
    trips: ["v1-sse-events", "v1-sse-junk", "v1-sse-final-blank"],
    stream: "<!doctype html><title>Not found</title><p>Not found</p>",
  },
  {
    name: "a letter in Latin-1",
    trips: ["v1-sse-utf8"],
    stream: withByte('event: datastar-patch-elements\ndata: elements <p id="price">12 ', [0xa3], "</p>\n\n"),
  },
  { name: "two byte order marks", trips: ["v1-sse-bom"], stream: `\uFEFF\uFEFF: hello\n\n${good}` },
  {
    name: "a byte order mark before a field name",
    trips: ["v1-sse-bom-inside"],
    stream: good + event("event: datastar-patch-elements", `\uFEFFdata: ${paragraph("1")}`),
  },
  ...twice("a byte order mark before a value", ["v1-sse-bom-inside"], elements(`\uFEFF${paragraph("1")}`)),
  { name: "CR alone at the end of all lines", trips: ["v1-sse-line-ends"], stream: good.replaceAll("\n", "\r") },
  ...twice(
    "no space after the colon",
    ["v1-sse-space"],
    'event:datastar-patch-elements\ndata:elements <p id="price">1</p>\n\n',
  ),
  ...["Data: mode inner", " data: mode inner", "data : mode inner", "retryDuration: 1000"].flatMap((line) =>
    twice(`the line ${JSON.stringify(line)}`, ["v1-sse-field"], withLine(line))
  ),
  {
    name: "`retry` without a colon",
    trips: ["v1-sse-junk"],
    stream: withLine("retry"),
  },
  { name: "a heartbeat without a colon", trips: ["v1-sse-junk"], stream: `${good}ping\n\n${good}` },
  {
    name: "a blank line with a space in it",
    trips: ["v1-sse-junk", "v1-sse-blank-between"],
    stream: (good + good).replace("\n\n", "\n \n"),
  },
  ...twice("`data` without a colon", ["v1-sse-data-colon"], withLine("data")),
  ...twice("`event` without a colon", ["v1-sse-event-colon"], withLine("event")),
  ...twice("`id` without a colon", ["v1-sse-id-colon"], withLine("id")),
  { name: "no blank line after the only event", trips: ["v1-sse-final-blank"], stream: good.slice(0, -1) },
  { name: "no line end after the last event", trips: ["v1-sse-final-blank"], stream: good + good.slice(0, -2) },
  {
    name: "no blank line after the last event, with CRLF",
    trips: ["v1-sse-final-blank"],
    stream: (good + good.slice(0, -1)).replaceAll("\n", "\r\n"),
  },
  { name: "no blank line between two events", trips: ["v1-sse-blank-between"], stream: good.slice(0, -1) + good },
  {
    name: "two names for one event",
    trips: ["v1-sse-one-name"],
    stream: event("event: datastar-patch-signals", "event: datastar-patch-elements", `data: ${paragraph("1")}`),
  },
  ...twice("an event without a name", ["v1-sse-name"], event(`data: ${paragraph("1")}`)),
  ...twice("an event with an empty name", ["v1-sse-name"], event("event:", `data: ${paragraph("1")}`)),
  ...["datastar-patch-element", "Datastar-Patch-Elements", "datastar-patch-elements ", "message", "ping"].flatMap((
    name,
  ) =>
    twice(
      `an event named ${JSON.stringify(name)}`,
      ["v1-sse-known-name"],
      event(`event: ${name}`, `data: ${paragraph("1")}`),
    )
  ),
  ...[
    "datastar-fragment",
    "datastar-signal",
    "datastar-delete",
    "datastar-redirect",
    "datastar-console",
    "datastar-merge-fragments",
    "datastar-merge-signals",
    "datastar-remove-fragments",
    "datastar-remove-signals",
    "datastar-execute-script",
  ].flatMap((name) => [
    {
      name: `an event named ${name}`,
      trips: ["v1-sse-old-name"],
      stream: event(`event: ${name}`, `data: ${paragraph("1")}`),
    },
    {
      name: `an event named ${name} beside one of 1.0.x`,
      trips: ["v1-sse-old-name", "v1-one-generation"],
      stream: good + event(`event: ${name}`, `data: ${paragraph("1")}`),
    },
  ]),
  ...twice("a named event without data", ["v1-sse-data"], event("event: datastar-patch-elements")),
  ...twice("an event for signals with empty data", ["v1-sse-data"], event("event: datastar-patch-signals", "data:")),
  ...twice(
    "empty data before the first line",
    ["v1-sse-leading-data"],
    event("event: datastar-patch-elements", "data:", "data:", `data: ${paragraph("1")}`),
  ),
  ...["1s", "1.5", "0x64", "2e2", "soon", "٣"].map((retry) => ({
    name: `a retry of ${JSON.stringify(retry)}`,
    trips: ["v1-sse-retry"],
    stream: good + withLine(`retry: ${retry}`),
  })),
  ...["", "-1"].map((retry) => ({
    name: `a retry of ${JSON.stringify(retry)}`,
    trips: ["v1-sse-retry", "v1-sse-retry-delay"],
    stream: good + withLine(`retry: ${retry}`),
  })),
  ...twice("a retry of a year in microseconds", ["v1-sse-retry-limit"], withLine("retry: 31536000000000")),
  ...twice("an id with NUL in it", ["v1-sse-id-nul"], withLine("id: a\0b")),
  ...twice("an id with an emoji in it", ["v1-sse-id-letters"], withLine("id: é😀")),
  ...twice("NUL in the HTML", ["v1-sse-nul"], elements(paragraph("a\0b"))),
];

const lines: StreamMutant[] = [
  ...["constructor x", "toString x", "__proto__ x", "valueOf x", "hasOwnProperty x", "constructors"].flatMap((row) => [
    ...twice(`the line ${JSON.stringify(row)}`, ["v1-key-reserved"], elements(row, paragraph("1"))),
    ...twice(
      `the line ${JSON.stringify(row)} in a text`,
      ["v1-key-reserved"],
      elements('elements <p id="price">', row, "elements </p>"),
    ),
    {
      name: `the line ${JSON.stringify(row)} in an event that nothing listens to`,
      trips: ["v1-key-reserved", "v1-sse-known-name"],
      stream: event("event: datastar-other", `data: ${row}`),
    },
  ]),
  ...twice("a second space before an option", ["v1-data-indent"], elements(" selector #price", paragraph("1"))),
  ...twice("a second space before the HTML", ["v1-data-indent"], elements(` ${paragraph("1")}`)),
  ...twice("a second space before the signals", ["v1-data-indent"], signals(' signals {"a": 1}')),
  ...twice("a tab before the key", ["v1-data-tab"], elements(`\t${paragraph("1")}`)),
  ...twice("a tab after a key", ["v1-data-tab"], elements("selector\t#price", paragraph("1"))),
  ...["selector", "mode", "modes", "mode=inner", "mode: inner", "selector#price", "namespace:svg", "useViewTransition"]
    .flatMap((row) => twice(`the line ${JSON.stringify(row)}`, ["v1-data-space"], elements(row, paragraph("1")))),
  ...twice("no space after elements", ["v1-data-space"], elements('elements<p id="price">1</p>')),
  ...twice("no space after signals", ["v1-data-space"], signals('signals{"a":1}')),
  ...["Elements", "element", "ELEMENTS", "elemnts"].flatMap((key) =>
    twice(`the key ${key}`, ["v1-key-known"], elements(`${key} <p id="price">1</p>`))
  ),
  ...["Mode inner", "SELECTOR #price", "useviewtransition true", "viewTransition true", "target #price"].flatMap((
    row,
  ) => twice(`the option ${JSON.stringify(row)}`, ["v1-key-known"], elements(row, paragraph("1")))),
  ...["Signals", "signal"].flatMap((key) =>
    twice(`the key ${key} of signals`, ["v1-key-known"], signals(`${key} {"a":1}`))
  ),
  ...["fragment", "fragments"].flatMap((key) =>
    twice(`the key ${key}`, ["v1-key-generation"], elements(`${key} <p id="price">1</p>`))
  ),
  ...["merge inner", "mergeMode inner", "settle 500", "settleDuration 500", "vt false", "script alert(1)"].flatMap((
    row,
  ) => twice(`the option ${JSON.stringify(row)}`, ["v1-key-generation"], elements(row, paragraph("1")))),
  ...["store {a: 1}", "paths a b"].flatMap((row) =>
    twice(`the line ${JSON.stringify(row)}`, ["v1-key-generation"], signals(row))
  ),
  ...twice("signals beside elements", ["v1-key-event"], elements(paragraph("1"), 'signals {"a": 1}')),
  ...twice("elements beside signals", ["v1-key-event"], signals('signals {"a": 1}', paragraph("1"))),
  ...twice("onlyIfMissing beside elements", ["v1-key-event"], elements("onlyIfMissing true", paragraph("1"))),
  ...twice(
    "the key on the first line of the HTML only",
    ["v1-key-each-line"],
    elements('elements <ul id="list">', "<li>one</li>", "  <li>two three</li>", "</ul>"),
  ),
  ...twice("HTML without a key", ["v1-key-each-line"], elements('<p id="price">1</p>')),
  ...twice(
    "the key on the first line of a text only",
    ["v1-key-each-line"],
    elements('elements <p id="price">', "one two", "elements </p>"),
  ),
  ...twice("the key on the first line of JSON only", ["v1-key-each-line"], signals('signals {"a": 1,', '"b": 2}')),
  {
    name: "a line of HTML without `data`",
    trips: ["v1-content-split", "v1-sse-junk"],
    stream: event(
      "event: datastar-patch-elements",
      'data: elements <p id="price">',
      "<b>12</b>",
      "data: elements </p>",
    ),
  },
  {
    name: "a line of HTML with a colon and without `data`",
    trips: ["v1-content-split", "v1-sse-field"],
    stream: event(
      "event: datastar-patch-elements",
      'data: elements <p id="price">',
      '<a href="https://a.example">a</a>',
      "data: elements </p>",
    ),
  },
  {
    name: "a CR in a text",
    trips: ["v1-content-split", "v1-sse-junk", "v1-sse-line-ends"],
    stream: elements(paragraph("one\rtwo")),
  },
  {
    name: "a CR in a text that begins an option",
    trips: ["v1-content-split", "v1-sse-junk", "v1-sse-line-ends"],
    stream: elements("selector #price", "elements <p>one\rdata: mode remove\rtwo</p>"),
  },
  {
    name: "a blank line in a text",
    trips: ["v1-content-split", "v1-sse-junk"],
    stream: elements('elements <pre id="price">one\n\ntwo</pre>') + good,
  },
  ...twice(
    "an empty line in a pre",
    ["v1-blank-pre"],
    elements('elements <pre id="price">one', "", "elements two</pre>"),
  ),
  ...twice(
    "a key without its space in a textarea",
    ["v1-blank-pre"],
    elements("elements <textarea", 'elements  id="price">one', "elements", "elements two</textarea>"),
  ),
  ...twice(
    "an empty line between elements",
    ["v1-blank"],
    elements('elements <ul id="list">', "elements", "elements <li><pre>1</pre></li>", "", "elements </ul>"),
  ),
];

const options: StreamMutant[] = [
  ...["mode inner", "mode remove", "selector #b", "namespace html", "useViewTransition true"].flatMap((row) =>
    twice(`${JSON.stringify(row)} twice`, ["v1-option-once"], elements("selector #a", row, row, paragraph("1")))
  ),
  ...["Inner", "upsert", "morphs", "swap", "", "delete"].flatMap((mode) =>
    twice(`the mode ${JSON.stringify(mode)}`, ["v1-mode"], elements("selector #a", `mode ${mode}`, paragraph("1")))
  ),
  ...["morph", "upsert_attributes", "upsertAttributes"].flatMap((mode) =>
    twice(`the mode ${mode}`, ["v1-mode-generation"], elements(`mode ${mode}`, paragraph("1")))
  ),
  ...twice("two spaces before a mode", ["v1-value-space"], elements("selector #a", "mode  inner", paragraph("1"))),
  ...twice("a space after a mode", ["v1-value-space"], elements("selector #a", "mode inner ", paragraph("1"))),
  ...twice("a space after a namespace", ["v1-value-space"], elements("namespace svg ", "elements <svg id='a'></svg>")),
  ...["SVG", "xhtml", "", "http://www.w3.org/2000/svg"].flatMap((namespace) =>
    twice(
      `the namespace ${JSON.stringify(namespace)}`,
      ["v1-namespace"],
      elements(`namespace ${namespace}`, paragraph("1")),
    )
  ),
  ...["inner", "prepend", "append", "before", "after"].flatMap((mode) =>
    twice(`the mode ${mode} without a selector`, ["v1-mode-selector"], elements(`mode ${mode}`, paragraph("1")))
  ),
  ...twice("an empty selector", ["v1-mode-selector"], elements("selector ", "mode append", paragraph("1"))),
  ...twice("the mode remove without a selector", ["v1-remove-selector"], elements("mode remove", paragraph("1"))),
  ...["#1a", "#a >", " ", "p:has(", "#a,"].flatMap((selector) =>
    twice(`the selector ${JSON.stringify(selector)}`, ["v1-selector"], elements(`selector ${selector}`, paragraph("1")))
  ),
  ...["TRUE", "1", "yes", ""].flatMap((value) => [
    ...twice(
      `useViewTransition as ${JSON.stringify(value)}`,
      ["v1-view-transition"],
      elements(`useViewTransition ${value}`, paragraph("1")),
    ),
    ...twice(
      `onlyIfMissing as ${JSON.stringify(value)}`,
      ["v1-only-if-missing"],
      signals(`onlyIfMissing ${value}`, 'signals {"a": 1}'),
    ),
  ]),
  ...twice(
    "a viewTransitionSelector alone",
    ["v1-transition-alone"],
    elements("viewTransitionSelector #a", paragraph("1")),
  ),
  ...twice(
    "a viewTransitionSelector that is invalid",
    ["v1-transition-selector"],
    elements("useViewTransition true", "viewTransitionSelector #1a", paragraph("1")),
  ),
  ...["mode outer", "namespace html", "useViewTransition false"].flatMap((row) =>
    twice(`the default ${row}`, ["v1-default"], elements(row, paragraph("1")))
  ),
  ...twice("the default of onlyIfMissing", ["v1-default"], signals("onlyIfMissing false", 'signals {"a": 1}')),
  ...twice("an event for signals without them", ["v1-signals-key"], signals("onlyIfMissing true")),
  ...twice("a key for signals without its space", ["v1-signals-key"], signals("onlyIfMissing true", "signals")),
];

/** Each stream has one fault. */
export const mutants: StreamMutant[] = [...framing, ...lines, ...options];

const everything = [
  ": both events",
  "",
  "id: 1",
  "retry: 1000",
  "event: datastar-patch-elements",
  "data: selector #list",
  "data: mode append",
  'data: elements <li id="milk">milk</li>',
  "",
  "event: datastar-patch-signals",
  "data: onlyIfMissing true",
  'data: signals {"count": 1,',
  'data: signals "on": true}',
  "",
  ": a heartbeat",
  "",
  "event: datastar-patch-elements",
  "data: selector #milk",
  "data: mode remove",
  "data: useViewTransition true",
  "data: viewTransitionSelector #list",
  "",
  "",
].join("\n");

/** Streams that are as they should be. */
export const healthy: string[] = [
  good,
  good.repeat(200),
  good.replaceAll("\n", "\r\n"),
  `\uFEFF${good}`,
  `\n\n${good}\n\n\n${good}`,
  ": comments only\n\n: hello\n\n",
  `retry: 1000\n\nid: 1\n\n${good}`,
  everything,
  everything.replaceAll("\n", "\r\n"),
  elements('elements <ul id="list">', "elements <li>one</li>", "elements   <li>two</li>", "elements </ul>"),
  elements(
    'elements <pre id="poem">one',
    "elements ",
    "elements mode inner",
    "elements  constructor",
    "elements </pre>",
  ),
  elements('elements <p id="poem">\u2028\f\uFFFDé😀</p>'),
  elements('elements <ul id="list">', "selector #list", "elements <li>one</li>", "mode replace", "elements </ul>"),
  elements("selector #a,", "selector #b", "mode remove"),
  elements("selector ul", "selector > li", "mode remove"),
  elements("selector   #a  ", "mode inner", "elements text only"),
  elements("selector ", paragraph("1")),
  elements("useViewTransition  true ", paragraph("1")),
  elements("selector #chart", "mode append", "namespace svg", 'elements <circle id="c1" r="1"/>'),
  elements("selector #a", "mode remove", "elements"),
  elements("elements", paragraph("1"), ""),
  signals("signals", 'signals {"a": 1}', "signals"),
  signals("signals {", 'signals   "constructors": "mode inner"', "signals }"),
  event("data: " + paragraph("any order"), "retry: 2147483647", "id: a-1", "event: datastar-patch-elements"),
  event("event: datastar-patch-elements", "id:", "retry: 0", "data: " + paragraph("1")),
];
