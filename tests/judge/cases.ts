/**
 * Random cases of the dialect v1: pages with ids, forms, tables, SVG and templates, and several events.
 *
 * @module
 */

import { fc } from "../support/random.ts";

/** A page before, and a stream in one or several chunks. */
export interface Case {
  page: string;
  streamChunks: string[];
  values?: Record<string, string | boolean>;
}

/** The ids of the elements whose live values are compared. */
export const ids = ["a", "b", "c", "d", "e"];

const oneOf = <T>(...values: T[]) => fc.constantFrom(...values);
const weighted = <T>(...pairs: [number, fc.Arbitrary<T>][]) =>
  fc.oneof(...pairs.map(([weight, arbitrary]) => ({ weight, arbitrary })));
const ownId = weighted([3, oneOf(...ids).map((id) => ` id="${id}"`)], [2, fc.constant("")], [
  1,
  oneOf("f", "g", "1 x", "").map((id) => ` id="${id}"`),
]);
const text = oneOf("", "", "one", "two", " ", "<!--c-->", "&lt;b&amp;", "\n");
const attributes = fc.dictionary(
  oneOf("class", "title", "hidden", "lang", "data-ignore-morph", "data-preserve-attr", "x"),
  oneOf("", "1", "a b", "value checked", "title open"),
  { maxKeys: 2 },
).map((all) =>
  Object.entries(all).filter(([name]) => name !== "data-ignore-morph" || all.lang === undefined)
    .map(([name, value]) => ` ${name}="${value}"`).join("")
);

/** Attributes of the client that follow signals. */
const plugin = oneOf(
  ` data-signals="{&quot;s&quot;:1,&quot;t&quot;:{&quot;u&quot;:&quot;x&quot;}}"`,
  ` data-signals:s="2"`,
  ` data-signals__ifmissing="{s: 5, v: [1,2]}"`,
  ` data-text="$s"`,
  ` data-text="'v' + $t.u"`,
  ` data-show="$s"`,
  ` data-class="{on: $s, 'x y': !$s}"`,
  ` data-class:big="$s == 2"`,
  ` data-attr:title="$t.u"`,
  ` data-attr="{lang: $s, x: $v}"`,
  ` data-bind:s`,
  ` data-bind="t.u"`,
  ` data-indicator:busy`,
  ` data-ignore`,
  ` data-ignore__self`,
  ` data-text`,
  ` data-text="a b"`,
  ` data-store="{x: 1}"`,
);
const rarePlugin = weighted([6, fc.constant("")], [1, plugin]);

const option = fc.tuple(
  ownId,
  oneOf("", ' value="1"', ' value="2"'),
  oneOf("", "", " selected", " disabled"),
  oneOf("1", "2", "x"),
)
  .map(([id, value, state, label]) => `<option${id}${value}${state}>${label}</option>`);
const control = (plugins: fc.Arbitrary<string>) =>
  weighted<string>(
    [
      4,
      fc.tuple(
        ownId,
        oneOf("text", "checkbox", "radio", "number", "range", "hidden", "file", "submit"),
        oneOf("", ' value="1"', ' value="two"', ' value=""'),
        oneOf("", " checked", " disabled", ' name="r"', ' name="r" checked'),
        attributes,
        plugins,
      ).map(([id, type, value, state, more, added]) => `<input type="${type}"${id}${value}${state}${more}${added}>`),
    ],
    [
      2,
      fc.tuple(ownId, oneOf("", "", " multiple", ' size="2"'), plugins, fc.array(option, { maxLength: 3 }))
        .map(([id, state, more, inner]) => `<select${id}${state}${more}>${inner.join("")}</select>`),
    ],
    [
      1,
      fc.tuple(ownId, plugins, oneOf("", "x", "\nx", "a\nb")).map(([id, more, inner]) =>
        `<textarea${id}${more}>${inner}</textarea>`
      ),
    ],
    [
      1,
      fc.tuple(ownId, oneOf("", " open"), attributes).map(([id, open, more]) =>
        `<details${id}${open}${more}>d</details>`
      ),
    ],
  );

const peculiar = ownId.chain((id) =>
  oneOf(
    `<template${id}><b>t</b></template>`,
    `<template${id}><i id="a">t</i></template>`,
    `<svg${id}><circle id="c"></circle><g id="d"></g></svg>`,
    `<svg${id}><circle id="c"></circle> <g id="d"></g></svg>`,
    `<svg${id} viewBox="0 0 1 1"><text xlink:href="#a">t</text></svg>`,
    `<math${id}><mi id="a">x</mi></math>`,
    `<table${id}><tr id="a"><td>1</td></tr><tr><td id="b">2</td></tr></table>`,
    `<noscript${id}><b>n</b></noscript>`,
    `<p${id}><div>x</div></p>`,
    `<pre${id}>\n\nx</pre>`,
  )
);

const tree = (plugins: fc.Arbitrary<string>) =>
  fc.letrec<{ element: string; children: string }>((tie) => ({
    element: weighted<string>(
      [
        9,
        fc.tuple(
          oneOf("div", "p", "b", "i", "ul", "span"),
          ownId,
          weighted([4, fc.constant("")], [1, attributes]),
          plugins,
          tie("children"),
        )
          .map(([name, id, more, added, inner]) => `<${name}${id}${more}${added}>${inner}</${name}>`),
      ],
      [3, control(plugins)],
      [1, peculiar],
    ),
    children: fc.oneof(
      { maxDepth: 3, depthSize: "small" },
      text,
      fc.array(fc.oneof(text, tie("element")), { maxLength: 5 }).map((parts) => parts.join("")),
    ),
  })).element;

const element = tree(rarePlugin);
const calmElement = tree(fc.constant(""));

/** One data line for each line of a value, as a server writes it. */
const lines = (key: string, value: string) =>
  value.split(/\r\n|\r|\n/).map((line) => `data: ${key} ${line}\n`).join("");
const event = (name: string, data: string) => `event: datastar-patch-${name}\n${data}\n`;

const selector = oneOf(
  "#a",
  "#b",
  "#c",
  "p",
  "b, i",
  "div > *",
  "[title]",
  "#zz",
  "body",
  "main",
  "input",
  "#1a",
  "svg",
  "template",
);
const mode = oneOf(
  "outer",
  "inner",
  "replace",
  "prepend",
  "append",
  "before",
  "after",
  "remove",
  "outer",
  "inner",
  "morph",
);
const content = weighted<string>(
  [10, fc.array(element, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(""))],
  [2, fc.tuple(text, calmElement, text).map((parts) => parts.join(""))],
  [
    1,
    oneOf(
      "",
      "text",
      `<circle id="c"></circle><rect id="d"></rect>`,
      `<tr id="a"><td>3</td></tr>`,
      "<body><p>b</p></body>",
      "<li>1<li>2",
    ),
  ],
);
const patch = weighted<string>(
  [5, content.map((html) => event("elements", lines("elements", html)))],
  [
    6,
    fc.tuple(selector, mode, content).map(([where, how, html]) =>
      event("elements", `data: selector ${where}\ndata: mode ${how}\n${lines("elements", html)}`)
    ),
  ],
  [
    1,
    fc.tuple(selector, mode).map(([where, how]) => event("elements", `data: selector ${where}\ndata: mode ${how}\n`)),
  ],
  [
    1,
    fc.tuple(oneOf("svg", "mathml", "SVG"), selector, content).map(([space, where, html]) =>
      event(
        "elements",
        `data: namespace ${space}\ndata: selector ${where}\ndata: mode append\n${lines("elements", html)}`,
      )
    ),
  ],
  [1, content.map((html) => event("elements", `data: mode replace\n${lines("elements", html)}`))],
);

const scalar = oneOf<unknown>(1, 2, 0, "x", "", true, false, null, [1, 2], [], [1, null], {}, { u: "y" }, { u: null }, {
  "0": "z",
});
const signals = fc.tuple(
  fc.dictionary(oneOf("s", "t", "u", "v", "a.b", "_p", "busy", "length"), scalar, { maxKeys: 3 }),
  oneOf("", "", "data: onlyIfMissing true\n"),
).map(([patch, option]) => event("signals", `${option}${lines("signals", JSON.stringify(patch))}`));
const oddSignals = oneOf("{s: 3}", "x", "[1,2]", `"abc"`, "5", "null", "{", "", "{s: [1], t: {u: 'q'}}").map((text) =>
  event("signals", lines("signals", text))
);
const oddEvent = oneOf(
  "event: datastar-patch-elements\ndata: mode inner\n\n",
  "event: datastar-patch-signals\ndata: x y\n\n",
  "event: datastar-patch-elements\ndata: elements\n\n",
  'event: datastar-patch-elements\ndata:  elements <p id="a">x</p>\n\n',
  'event: datastar-patch-elements\ndata: elements <p id="a">x</p>\ndata: elements\ndata: elements y\n\n',
  "event: datastar-fragment\ndata: fragment <p></p>\n\n",
  ": comment\n\n",
);

const events = fc.array(weighted<string>([8, patch], [4, signals], [1, oddSignals], [1, oddEvent]), {
  minLength: 1,
  maxLength: 4,
});

/** Values that are typed before into the controls with an id. */
function typedInto(page: string, values: (string | boolean)[]): Case["values"] {
  const isOfFile = (id: string) => page.includes(`<input type="file" id="${id}"`);
  const controls = [...page.matchAll(/<(?:input|textarea)[^>]* id="([a-e])"/g)].map(([, id]) => id)
    .filter((id) => !isOfFile(id)).map((id) => `#${id}`);
  return Object.fromEntries(values.slice(0, controls.length).map((value, i) => [controls[i], value]));
}

/** Random cases. */
export const cases: fc.Arbitrary<Case> = fc.tuple(
  fc.array(element, { minLength: 1, maxLength: 4 }).map((parts) => `<main>${parts.join("")}</main>`),
  events,
  oneOf(1, 1, 2),
  fc.array(oneOf<string | boolean>("typed", "1", true, false), { maxLength: 2 }),
).map(([page, all, chunks, values]) => {
  const cut = chunks === 1 ? all.length : Math.ceil(all.length / 2);
  const streamChunks = [all.slice(0, cut).join(""), all.slice(cut).join("")].filter(Boolean);
  return { page, streamChunks, values: typedInto(page, values) };
});
