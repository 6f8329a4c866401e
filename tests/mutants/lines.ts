/**
 * Streams with one fault each in their lines, and streams with none.
 *
 * @module
 */

import type { StreamMutant } from "./mutant.ts";
import { afterGood, event, withByte } from "./pieces.ts";

/** An event that is as it should be. */
const good = 'event: datastar-fragment\ndata: fragment <p id="price">12</p>\n\n';

/** A `datastar-fragment` from the rows of its data. */
const fragment = (...rows: string[]) => event("event: datastar-fragment", ...rows.map((row) => `data: ${row}`));

/** The fault in the only event, and in the second one. */
const twice = afterGood(good);

const paragraph = (text: string) => `fragment <p id="price">${text}</p>`;

const framing: StreamMutant[] = [
  { name: "nothing at all", trips: ["sse-events"], stream: "" },
  { name: "comments only", trips: ["sse-events"], stream: ": hello\n\n: hello\n\n" },
  {
    name: "a page of HTML, on one line, in place of a stream",
    trips: ["sse-events", "sse-junk", "sse-final-blank"],
    stream: "<!doctype html><title>Not found</title><p>Not found</p>",
  },
  {
    name: "a letter in Latin-1",
    trips: ["sse-utf8"],
    stream: withByte('event: datastar-fragment\ndata: fragment <p id="price">12 ', [0xa3], "</p>\n\n"),
  },
  {
    name: "a letter in Latin-1, far into a long stream",
    trips: ["sse-utf8"],
    stream: withByte(
      good.repeat(500) + 'event: datastar-fragment\ndata: fragment <p id="price">caf',
      [0xe9],
      "</p>\n\n",
    ),
  },
  {
    name: "half of an emoji before a line end",
    trips: ["sse-utf8"],
    stream: withByte(": a comment ", [0xf0, 0x9f, 0x98], "\n\n" + good),
  },
  {
    name: "a surrogate, encoded as if it were a character",
    trips: ["sse-utf8"],
    stream: withByte('event: datastar-fragment\ndata: fragment <p id="price">', [0xed, 0xa0, 0x80], "</p>\n\n"),
  },
  {
    name: "a slash that is encoded in two bytes",
    trips: ["sse-utf8"],
    stream: withByte('event: datastar-fragment\ndata: fragment <p id="price">', [0xc0, 0xaf], "</p>\n\n"),
  },
  { name: "two byte order marks", trips: ["sse-bom"], stream: `\uFEFF\uFEFF: hello\n\n${good}` },
  {
    name: "a byte order mark before a field name",
    trips: ["sse-bom-inside"],
    stream: good + event("event: datastar-fragment", `\uFEFFdata: vt false`, `data: ${paragraph("1")}`),
  },
  {
    name: "a byte order mark before a comment",
    trips: ["sse-bom-inside"],
    stream: `${good}\uFEFF: hello\n\n${good}`,
  },
  ...twice(
    "a byte order mark before a value",
    ["sse-bom-inside"],
    fragment('fragment <pre id="price">', "\uFEFFa", "</pre>"),
  ),
  { name: "CR alone at the end of all lines", trips: ["sse-line-ends"], stream: good.replaceAll("\n", "\r") },
  {
    name: "CR alone in the middle of a text",
    trips: ["sse-line-ends"],
    stream: "event: datastar-console\ndata: log one\rdata: two\n\n",
  },
  ...twice(
    "no space after the colon",
    ["sse-space"],
    'event:datastar-fragment\ndata:fragment <p id="price">1</p>\n\n',
  ),
  ...twice(
    "a field in capitals",
    ["sse-field"],
    event("event: datastar-fragment", "Data: vt false", `data: ${paragraph("1")}`),
  ),
  ...twice(
    "a space before a field",
    ["sse-field"],
    event("event: datastar-fragment", " data: vt false", `data: ${paragraph("1")}`),
  ),
  ...twice(
    "a space after a field",
    ["sse-field"],
    event("event: datastar-fragment", "data : vt false", `data: ${paragraph("1")}`),
  ),
  {
    name: "a field that does not exist",
    trips: ["sse-field"],
    stream: event("event: datastar-fragment", "retryDuration: 1000", `data: ${paragraph("1")}`),
  },
  {
    name: "a line of HTML with a colon and without `data`",
    trips: ["sse-field"],
    stream: event(
      "event: datastar-fragment",
      'data: fragment <p id="price">',
      '<a href="https://a.example">a</a>',
      "data: </p>",
    ),
  },
  {
    name: "a line of HTML without `data`",
    trips: ["sse-junk"],
    stream: event("event: datastar-fragment", 'data: fragment <p id="price">', "<b>12</b>", "data: </p>"),
  },
  {
    name: "`retry` without a colon",
    trips: ["sse-junk"],
    stream: event("event: datastar-fragment", "retry", `data: ${paragraph("1")}`),
  },
  {
    name: "a blank line with a space in it",
    trips: ["sse-junk", "sse-blank-between"],
    stream: "event: datastar-console\ndata: log one\n \nevent: datastar-console\ndata: log two\n\n",
  },
  ...twice(
    "`data` without a colon",
    ["sse-data-colon"],
    event("event: datastar-console", "data: log one", "data", "data: two"),
  ),
  ...twice(
    "`event` without a colon",
    ["sse-event-colon"],
    event("event: datastar-fragment", "event", `data: ${paragraph("1")}`),
  ),
  ...twice(
    "`id` without a colon",
    ["sse-id-colon"],
    event("event: datastar-fragment", "id", `data: ${paragraph("1")}`),
  ),
  { name: "no blank line after the only event", trips: ["sse-final-blank"], stream: good.slice(0, -1) },
  { name: "no line end after the last event", trips: ["sse-final-blank"], stream: good + good.slice(0, -2) },
  {
    name: "no blank line after the last event, with CRLF",
    trips: ["sse-final-blank"],
    stream: (good + good.slice(0, -1)).replaceAll("\n", "\r\n"),
  },
  {
    name: "no blank line between two events",
    trips: ["sse-blank-between"],
    stream: "event: datastar-console\ndata: log one\nevent: datastar-console\ndata: log two\n\n",
  },
  {
    name: "two names for one event",
    trips: ["sse-one-name"],
    stream: event("event: datastar-signal", "event: datastar-fragment", `data: ${paragraph("1")}`),
  },
  ...twice("an event without a name", ["sse-name"], event(`data: ${paragraph("1")}`)),
  ...twice("an event with an empty name", ["sse-name"], event("event:", `data: ${paragraph("1")}`)),
  ...[
    "datastar-merge-fragments",
    "datastar-merge-signals",
    "datastar-remove-fragments",
    "datastar-remove-signals",
    "datastar-execute-script",
    "datastar-patch-elements",
    "datastar-patch-signals",
    "datastar-signal-ifmissing",
    "datastar-fragments",
    "Datastar-Fragment",
    "datastar-fragment ",
    "message",
  ].map((name) => ({
    name: `an event named ${JSON.stringify(name)}`,
    trips: ["sse-known-name"],
    stream: good + event(`event: ${name}`, `data: ${paragraph("1")}`),
  })),
  ...twice("a named event without data", ["sse-data"], event("event: datastar-fragment")),
  ...twice("a named event with empty data", ["sse-data"], event("event: datastar-fragment", "data:")),
  ...twice(
    "empty data before the first line",
    ["sse-leading-data"],
    event("event: datastar-fragment", "data:", "data:", `data: ${paragraph("1")}`),
  ),
  ...["1s", "-1", "1.5", "", "soon", "٣"].map((retry) => ({
    name: `a retry of ${JSON.stringify(retry)}`,
    trips: ["sse-retry"],
    stream: good + event("event: datastar-fragment", `retry: ${retry}`, `data: ${paragraph("1")}`),
  })),
  ...twice(
    "a retry of a year in microseconds",
    ["sse-retry-limit"],
    event("event: datastar-fragment", "retry: 31536000000000", `data: ${paragraph("1")}`),
  ),
  {
    name: "a retry that is over the limit by one",
    trips: ["sse-retry-limit"],
    stream: event("event: datastar-fragment", "retry: 2147483648", `data: ${paragraph("1")}`),
  },
  ...twice(
    "an id with NUL in it",
    ["sse-id-nul"],
    event("event: datastar-fragment", "id: a\0b", `data: ${paragraph("1")}`),
  ),
  ...twice(
    "an id with an emoji in it",
    ["sse-id-letters"],
    event("event: datastar-fragment", "id: é😀", `data: ${paragraph("1")}`),
  ),
];

const grammar: StreamMutant[] = [
  {
    name: "HTML without a keyword",
    trips: ["frg-key", "frg-fragment"],
    stream: fragment('<p id="price">1</p>'),
  },
  ...twice("options and no fragment", ["frg-fragment"], fragment("selector #price", "merge inner")),
  ...["fragments", "elements", "html"].map((key) => ({
    name: `the key ${key} in place of fragment`,
    trips: ["frg-key", "frg-fragment"],
    stream: fragment("merge inner", `${key} <p id="price">1</p>`),
  })),
  ...[
    "mode inner",
    "mergeMode morph",
    "settleDuration 300",
    "useViewTransition true",
    "signals {a: 1}",
    "merg inner",
    "target #a",
  ]
    .map((row) => ({
      name: `the option ${JSON.stringify(row)}`,
      trips: ["frg-key"],
      stream: good + fragment(row, paragraph("1")),
    })),
  ...["mode inner", "mergeMode morph", "settleDuration 300", "useViewTransition true", "merg inner"]
    .map((row) => ({
      name: `the option ${JSON.stringify(row)} after the fragment`,
      trips: ["frg-key", "html-outside"],
      stream: good + fragment(paragraph("1"), row),
    })),
  ...twice("a keyword in capitals", ["frg-key-form", "frg-fragment"], fragment('Fragment <p id="price">1</p>')),
  ...twice("a tab after the keyword", ["frg-key-form", "frg-fragment"], fragment('fragment\t<p id="price">1</p>')),
  ...["Merge inner", "SETTLE 5", "vt: false", "selector=#price", "merge\tinner"].flatMap((row) => [
    {
      name: `the option ${JSON.stringify(row)}`,
      trips: ["frg-key-form"],
      stream: good + fragment(row, paragraph("1")),
    },
    {
      name: `the option ${JSON.stringify(row)} after the fragment`,
      trips: ["frg-key-form", "html-outside"],
      stream: fragment(paragraph("1"), row),
    },
  ]),
  ...twice(
    "a second space before an option",
    ["frg-key-space"],
    fragment("selector #price", " merge inner", paragraph("1")),
  ),
  {
    name: "a second space before an option, after a key that does not exist",
    trips: ["frg-key-space", "frg-key"],
    stream: fragment("x", " merge inner", paragraph("1")),
  },
  ...twice(
    "a second space before the keyword",
    ["frg-key-space", "frg-fragment"],
    fragment("selector #price", ' fragment <p id="price">1</p>'),
  ),
  ...[
    "morph_element",
    "delete_element",
    "upsertAttributes",
    "replace",
    "remove",
    "Inner",
    "upsert-attributes",
    "swap",
    "",
  ].map((mode) => ({
    name: `the merge mode ${JSON.stringify(mode)}`,
    trips: ["frg-merge"],
    stream: good + fragment(`merge ${mode}`, paragraph("1")),
  })),
  {
    name: "an older merge mode after the fragment",
    trips: ["frg-merge", "frg-last"],
    stream: fragment(paragraph("1"), "merge morph_element"),
  },
  ...twice("two spaces before a merge mode", ["frg-value-space"], fragment("merge  inner", paragraph("1"))),
  ...twice("a space after a merge mode", ["frg-value-space"], fragment("merge inner ", paragraph("1"))),
  ...twice("a space after `vt true`", ["frg-value-space"], fragment("vt true ", paragraph("1"))),
  {
    name: "a space after `self`",
    trips: ["frg-value-space"],
    stream: fragment("selector self ", "fragment <p>1</p>"),
  },
  ...twice("a time to settle in words", ["frg-settle"], fragment("settle soon", paragraph("1"))),
  ...twice("a time to settle with its unit", ["frg-settle"], fragment("settle 10ms", paragraph("1"))),
  ...twice("a time to settle that no timer can wait", ["frg-settle"], fragment("settle 3000000000", paragraph("1"))),
  ...["TRUE", "1", "no", ""].flatMap((value) =>
    twice(`vt as ${JSON.stringify(value)}`, ["frg-vt"], fragment(`vt ${value}`, paragraph("1")))
  ),
  ...twice(
    "the keyword on each line",
    ["frg-keyword-once"],
    fragment('fragment <ul id="list">', "fragment <li>1</li>", "fragment </ul>"),
  ),
  ...twice("an option after itself", ["frg-option-repeated"], fragment("selector #a", "selector #b", paragraph("1"))),
  ...twice("an option twice", ["frg-option-once"], fragment("selector #a", "vt false", "selector #b", paragraph("1"))),
  {
    name: "a line of text that begins with vt",
    trips: ["frg-eaten"],
    stream: fragment('fragment <p id="price">', "vt is great", "</p>"),
  },
  ...twice(
    "a line of text that begins with merge",
    ["frg-eaten"],
    fragment('fragment <p id="price">', "merge conflict", "fragment </p>"),
  ),
  {
    name: "a line of text that begins with settle, as the last one",
    trips: ["frg-eaten"],
    stream: fragment('fragment <p id="price">one', "settle down</p>"),
  },
  {
    name: "a line of text that begins with selector",
    trips: ["frg-eaten"],
    stream: fragment('fragment <p id="price">', "selector of things", "</p>"),
  },
  {
    name: "an option in the middle of the HTML",
    trips: ["frg-eaten"],
    stream: fragment('fragment <p id="price">', "vt false", "1</p>"),
  },
  ...twice("an empty line in a pre", ["frg-blank-pre"], fragment('fragment <pre id="price">one', "", "two</pre>")),
  {
    name: "an empty line in a textarea",
    trips: ["frg-blank-pre"],
    stream: fragment("fragment <textarea", ' id="price">one', "", "", "two</textarea>"),
  },
  ...twice(
    "an empty line between elements",
    ["frg-blank"],
    fragment('fragment <ul id="list">', "", "<li><pre>1</pre></li>", "</ul>"),
  ),
  ...twice("an option after the fragment", ["frg-last"], fragment(paragraph("1"), "merge inner")),
];

/** Each stream has one fault. */
export const mutants: StreamMutant[] = [...framing, ...grammar];

const everything = [
  ": all five events",
  "",
  "id: 1",
  "retry: 1000",
  "event: datastar-fragment",
  "data: selector #list",
  "data: merge append",
  "data: settle 200",
  "data: vt false",
  'data: fragment <li id="milk">milk</li>',
  "",
  "event: datastar-signal",
  "data: onlyIfMissing true",
  "data: store {count: 1}",
  "",
  "event: datastar-delete",
  "data: paths old older.still",
  "",
  "event: datastar-console",
  "data: log one",
  "data: two",
  "",
  ": a heartbeat",
  "",
  "event: datastar-redirect",
  "data: url /next",
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
  everything,
  everything.replaceAll("\n", "\r\n"),
  fragment('fragment <ul id="list">', "<li>one</li>", "  <li>two</li>", "</ul>"),
  fragment("fragment", '<ul id="list">', "<li>one</li>", "</ul>"),
  fragment("vt false", "settle 500", paragraph("1")),
  fragment('fragment <pre id="poem">one', "settle 500", "fragment", "settle 500", "fragment merge conflict", "</pre>"),
  fragment('fragment <pre id="poem">', " merge conflict", " ", " vt is great", "</pre>"),
  fragment('fragment <p id="poem">', "Fragment by fragment", "modes of the elements", "selectors: two", "Vt", "</p>"),
  fragment('fragment <p id="poem">\u2028\f\uFFFDé😀</p>'),
  event("event: datastar-console", "data: log a\u0085\u2028\v\f\tb"),
  fragment("selector self", "merge before", "fragment <p>1</p>"),
  event("data: " + paragraph("any order"), "retry: 2147483647", "id: a-1", "event: datastar-fragment"),
  event("event: datastar-fragment", "id:", "data: " + paragraph("1")),
];
