/**
 * Random cases: a page, and the events that are applied to it.
 *
 * @module
 */

import { fc } from "../../support/random.ts";
import type { Case } from "./case.ts";
import {
  controls,
  fragmentElement,
  ids,
  options,
  pageElement,
  peculiar,
  rows,
  soup,
  text,
  withPlugin,
} from "./html.ts";
import { anyPlugin, calmPlugin, signals, stores } from "./plugins.ts";
import { selectorPage, selectors, windowSelectors } from "./selectors.ts";
import { joined, listed, oneOf, rarely } from "./texts.ts";
import { wideKinds } from "./wide.ts";

const begin = `<i data-store="${signals}"></i>`;
const fragmentEvent = (html: string, lines = "") =>
  `event: datastar-fragment\ndata: vt false\n${lines}data: fragment ${html.replace(/\r?\n/g, "\ndata: ")}\n\n`;
const signalEvent = (store: string, lines = "") => `event: datastar-signal\n${lines}data: store ${store}\n\n`;

const mode = oneOf("morph", "inner", "outer", "prepend", "append", "before", "after", "upsert_attributes");
const selector = oneOf(
  ...listed(`#a  #b  #c  div  p  tr  span, b  [class]  .two  #none  #1  self  select  input`),
);
const line = fc.oneof(
  { weight: 6, arbitrary: mode.map((value) => `data: merge ${value}\n`) },
  { weight: 4, arbitrary: selector.map((value) => `data: selector ${value}\n`) },
  { weight: 2, arbitrary: oneOf("data: settle 0\n", "data: settle x\n", "data:\n", "data\n", ": hi\n") },
  { weight: 1, arbitrary: oneOf("data: merge  inner\n", "event\n", "data: vt\n", "id: 1\n", "\uFEFFdata: x\n") },
);
const fragment = fc.record({
  vt: fc.oneof({ weight: 6, arbitrary: fc.constant("data: vt false\n") }, { weight: 1, arbitrary: fc.constant("") }),
  lines: joined(line, 3),
  roots: fc.oneof(
    { weight: 12, arbitrary: fc.array(fragmentElement, { minLength: 1, maxLength: 2 }) },
    { weight: 1, arbitrary: rows },
    { weight: 1, arbitrary: fc.array(text, { maxLength: 2 }) },
  ),
  split: oneOf("", "\ndata: ", "\ndata:", "\ndata: fragment "),
}).map(({ vt, lines, roots, split }) =>
  `event: datastar-fragment\n${vt}${lines}data: fragment ${roots.join(split).replace(/\r?\n(?!data:)/g, " ")}\n\n`
);

const name = oneOf(
  ..."n o x s l m toString hasOwnProperty constructor __proto__ valueOf value peek assign prototype length 0 _dsPlugins keys map split name on"
    .split(" "),
  "",
);
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join("."));
const deletePaths = fc.array(path, { minLength: 1, maxLength: 2 })
  .map((all) => `event: datastar-delete\ndata: paths ${all.join(" ")}\n\n`);
const literal = oneOf("1", "null", "{}", "[1]", "'a'", "true", "{x: 1}", "{hasOwnProperty: true}", "undefined", "2n");
const madeStore = fc.array(fc.tuple(name, literal), { maxLength: 2 })
  .map((all) => `{${all.map(([name, value]) => `${JSON.stringify(name)}: ${value}`).join(", ")}}`);
const signal = fc.tuple(fc.oneof(stores, madeStore), oneOf("", "", "data: onlyIfMissing true\n"))
  .map(([store, lines]) => signalEvent(store, lines));
const redirect = oneOf(
  ..."/x x ?q #h //h/x http://h/ http://h:99999/ http://[ http: https:// http:x http:// http://exa%mple/ /a/../b \\\\h\\x data:,x"
    .split(" "),
  "http://exa mple/",
  " /x ",
  "",
  "http://h/ä",
  "HTTP://H:80/",
  "http://1.2/",
  "x\ty",
).map((url) => `event: datastar-redirect\ndata: url ${url}\n\n`);
const event = fc.oneof(
  { weight: 8, arbitrary: fragment },
  { weight: 1, arbitrary: selector.map((value) => `event: datastar-delete\ndata: selector ${value}\n\n`) },
  { weight: 1, arbitrary: fc.oneof(signal, deletePaths) },
  {
    weight: 1,
    arbitrary: oneOf(
      signalEvent('{"n":0}'),
      signalEvent('{"n":2,"s":"x","t":false}'),
      "event: datastar-signal\ndata: nothing\n\n",
      "event: datastar-fragment\n\n",
      "event: other\ndata: x\n\n",
      fragmentEvent('<i data-store="{n:3}"></i>', "data: merge upsert_attributes\ndata: selector body\n"),
    ),
  },
);

/** Changes that are made to the bytes. */
const ways: Record<string, (events: string) => string> = {
  "plain": (events) => events,
  "CR": (events) => events.replaceAll("\n", "\r"),
  "CRLF": (events) => events.replaceAll("\n", "\r\n"),
  "byte order mark": (events) => `\uFEFF${events}`,
  "cut off": (events) => events.slice(0, -1),
};

const change = oneOf(
  signalEvent("{n: 0, s: '', t: false}"),
  signalEvent("{n: 2, s: '3', l: ['2']}"),
  signalEvent("{o: {x: 3}}"),
  "",
);
/** Gives the first element of some HTML the id `a`. */
const asTarget = (html: string) => html.replace(/ id="\w"|(?=>)/, ' id="a"');
const control = controls(fc.constant(""));
/** A control that often has a model. */
const modelled = controls(
  rarely(oneOf("n", "s", "t", "l", "o.x", "m").map((signal) => ` data-model="${signal}"`), 3),
);
const radio = fc.tuple(
  oneOf(...ids, ""),
  oneOf("radio", "radio", "radio", "checkbox"),
  oneOf("r", "r", "q", ""),
  oneOf("", " checked"),
  oneOf("", "", ' form="d"', ' form="f"'),
  oneOf("", "", ' data-model="n" value="2"', ' data-model="s" value="two"'),
).map(([id, type, name, checked, form, more]) =>
  `<input${id && ` id="${id}"`} type="${type}" name="${name}"${checked}${form}${more}>`
);
const formOf = (inner: fc.Arbitrary<string>) => joined(inner, 3).map((all) => `<form id="d">${all}</form>`);
const valueSelector = oneOf(
  "#a",
  "#a",
  "#a",
  "#b",
  "#c",
  "form",
  "option",
  "option + option",
  "select",
  "optgroup",
  "input",
);

/** Cases of one subject each, and sequences of everything. */
export const kinds: Record<string, fc.Arbitrary<Case>> = {
  sequence: fc.record({
    page: joined(pageElement, 4),
    events: joined(event, 4),
    way: fc.oneof({ weight: 6, arbitrary: fc.constant("plain") }, {
      weight: 1,
      arbitrary: oneOf("CR", "CRLF", "byte order mark", "cut off"),
    }),
  }).map(({ page, events, way }) => ({ page: begin + page, stream: ways[way](events) })),
  selector: fc.tuple(
    fc.oneof({ weight: 20, arbitrary: selectors }, { weight: 1, arbitrary: windowSelectors }),
    mode,
  ).map(([text, mode]) => ({
    page: selectorPage,
    stream: fragmentEvent("<b>q</b>", `data: merge ${mode}\ndata: selector ${text.replaceAll("\n", " ")}\n`),
  })),
  plugin: fc.tuple(withPlugin(anyPlugin), change, fc.option(withPlugin(anyPlugin), { nil: "" }), change).map((
    [first, then, second, last],
  ) => ({
    page: `${begin}<p id="a">0</p>`,
    stream: fragmentEvent(asTarget(first)) + then + (second && fragmentEvent(asTarget(second)) + last),
  })),
  start: fc.tuple(withPlugin(calmPlugin), change, change).map(([element, first, second]) => ({
    page: begin + element,
    stream: first + second,
  })),
  store: fc.array(fc.oneof(signal, deletePaths), { minLength: 1, maxLength: 3 })
    .map((events) => ({ page: begin, stream: events.join("") })),
  parsing: fc.tuple(fc.oneof(peculiar, soup), fc.oneof(peculiar, soup), mode).map(([before, html, mode]) => ({
    page: asTarget(before),
    stream: fragmentEvent(html, `data: merge ${mode}\ndata: selector #a\n`),
  })),
  values: fc.record({
    first: modelled,
    second: fc.oneof(modelled, joined(radio, 4)),
    typed: fc.option(oneOf("1", "two", " 3 ", "a\nb", "12:00", ""), { nil: undefined }),
    events: fc.array(
      fc.oneof(
        {
          weight: 6,
          arbitrary: fc.tuple(
            fc.oneof(modelled, modelled, options, radio, formOf(radio), formOf(control)),
            mode,
            valueSelector,
          ).map(
            ([html, mode, selector]) => fragmentEvent(html, `data: merge ${mode}\ndata: selector ${selector}\n`),
          ),
        },
        {
          weight: 1,
          arbitrary: valueSelector.map((selector) => `event: datastar-delete\ndata: selector ${selector}\n\n`),
        },
        { weight: 1, arbitrary: change },
      ),
      { minLength: 1, maxLength: 3 },
    ),
  }).map(({ first, second, typed, events }) => ({
    page: `${begin}<form id="d">${asTarget(first)}</form>${second}<form id="f"></form>`,
    stream: events.join(""),
    ...typed !== undefined && !/type="file"|<(progress|meter)/.test(first) && { values: { "#a": typed } },
  })),
  redirect: redirect.map((stream) => ({ page: "", stream })),
  ...wideKinds,
};

const weights: Record<string, number> = {
  sequence: 8,
  plugin: 4,
  start: 3,
  store: 2,
  parsing: 2,
  values: 3,
  selector: 1,
  elements: 4,
  starts: 1,
  stores: 3,
  targets: 4,
  mixtures: 3,
};

export const cases = fc.oneof(
  ...Object.entries(kinds).map(([kind, arbitrary]) => ({ weight: weights[kind] ?? 1, arbitrary })),
);
