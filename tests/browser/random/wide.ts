/**
 * Random cases of the corners: hostile names, nested stores, expressions of several statements, several plugins on one
 * element, and each merge mode on each kind of target.
 *
 * @module
 */

import { plugins as rules } from "../../../harness/classic/plugins.ts";
import { fc } from "../../support/random.ts";
import type { Case } from "./case.ts";
import { controls, fragmentElement, ids, options, peculiar, rows } from "./html.ts";
import { signals } from "./plugins.ts";
import { joined, listed, oneOf, rarely } from "./texts.ts";

const quoted = (value: string) => value.replaceAll("&", "&amp;").replaceAll('"', "&quot;");

/** Names that objects have, that the client uses, or that need care. */
const name = fc.oneof(
  { weight: 3, arbitrary: oneOf("n", "s", "t", "l", "o", "z", "o.x", "m", "q") },
  {
    weight: 2,
    arbitrary: oneOf(
      ...listed(`toString  __proto__  value  peek  _dsPlugins  constructor  hasOwnProperty  prototype  valueOf  length
        toJSON  subscribe  then  a b  a.b  0  1  -1  é  𝒳  A  aB  a-b  $  $n  _x  ds--0  ;  '  "  <b>  %20`),
      "",
    ),
  },
);

/** Values of signals. */
const value = fc.letrec<{ value: string; object: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    oneOf(
      ...listed(`0  1  -0  -1.5  NaN  1e21  123456789012345680000  0.1  Infinity  null  undefined  true  false  ''  'a'
        '$n'  '~r'  'a;b'  '\\n'  '\\u0000'  'é'  "it's"  []  {}  [,1]  [1,,2]  [null]  [undefined]  [[1]]  [{value: 1}]
        1n  '__proto__'  $n  $o  $s.length  -$n  !$t  ($n)  [$n]  [...$l]  {...$o}  $n,2`),
      "`a`",
      "`${$n}`",
    ),
    tie("object"),
    fc.array(tie("value"), { maxLength: 2 }).map((all) => `[${all.join(", ")}]`),
  ),
  object: fc.array(fc.tuple(name, tie("value"), oneOf("json", "json", "json", "[]", "plain")), { maxLength: 3 })
    .map((all) =>
      `{${
        all.map(([name, value, way]) =>
          `${
            way === "plain" && /^\w+$/.test(name)
              ? name
              : way === "[]"
              ? `['${name.replaceAll("'", "")}']`
              : JSON.stringify(name)
          }: ${value}`
        ).join(", ")
      }}`
    ),
}));
const store = fc.oneof({ weight: 5, arbitrary: value.object }, { weight: 1, arbitrary: value.value });

const signalEvent = fc.tuple(
  store,
  oneOf("", "", "data: onlyIfMissing true\n", "data: onlyIfMissing false\n", "data: onlyIfMissing  true \n"),
  oneOf("", "", "data: store \n"),
).map(([text, lines, more]) => `event: datastar-signal\n${lines}data: store ${text.replaceAll("\n", " ")}\n${more}\n`);
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join("."));
const deleteEvent = fc.array(path, { minLength: 1, maxLength: 3 })
  .map((all) => `event: datastar-delete\ndata: paths ${all.join(" ")}\n\n`);

const atom = fc.oneof(
  { weight: 3, arbitrary: oneOf("$n", "$s", "$t", "$l", "$o.x", "$z", "1", "'a'", "true", "''", "0", "null") },
  {
    weight: 1,
    arbitrary: oneOf(
      ...listed(`$none  $o  $o.none  $n.x  '$n'  '$'  '~r'  '~'  "a"  '\\''  [1]  {}  {x: 1}  -$n  !$s  NaN  1n
        $s.toUpperCase()  $s.trim()  $n.toFixed(2)  $l[0]  $l.join('')  $s.length  $$none  $$fit(1,0,2,0,10)  ~r  ~none
        undefined  void 0  typeof $n  $_dsPlugins  $value  $peek  $toString  $n$s  $n_  $1  $  n  'a;b'  'a//b'
        /* c */1  $n /* ; */  (1)  ctx.el.id  el  evt  this`),
      "`a`",
      "`${$n}`",
      "`$n`",
      "`a\\`b`",
      "`${$none}`",
      "1 // c",
      "'a\nb'",
      "[\n1\n]",
    ),
  },
);
const expression = fc.letrec<{ one: string; all: string }>((tie) => ({
  one: fc.oneof(
    { maxDepth: 2, depthSize: "small" },
    atom,
    fc.tuple(
      tie("one"),
      oneOf("+", " - ", " * ", "===", " == ", " > ", "<", "&&", "||", "??", ",", " / ", "%"),
      tie("one"),
    )
      .map((parts) => parts.join("")),
    fc.tuple(tie("one"), tie("one"), tie("one")).map(([a, b, c]) => `${a} ? ${b} : ${c}`),
    tie("one").map((inner) => `(${inner})`),
  ),
  all: fc.tuple(
    tie("one"),
    rarely(fc.tuple(oneOf("; ", ";", "\n", ";;", " ;\n"), tie("one")).map((both) => both.join("")), 5),
  )
    .map(([a, b]) => a + b),
})).all;
const assignment = fc.tuple(
  oneOf("$n", "$s", "$t", "$o.x", "$l", "$z", "$none", "$o"),
  oneOf(" = ", " = ", " += ", "=", " -= ", " *= ", " ||= "),
  expression,
).map((parts) => parts.join(""));

const texts: Record<string, fc.Arbitrary<string>> = {
  store: store,
  ref: name,
  class: fc.oneof(
    value.object,
    expression,
    fc.array(fc.tuple(oneOf("two", "a", "b", "x y", "é", "A"), expression), { maxLength: 2 })
      .map((all) => `{${all.map(([name, value]) => `'${name}': ${value}`).join(", ")}}`),
  ),
  model: fc.oneof({ weight: 3, arbitrary: name }, { weight: 1, arbitrary: expression }),
  fetchIndicator: fc.oneof(oneOf("'#a'", "'p'", "'#' + 'a'", "'body'", "'.two, #a'", "`#a`"), expression),
  teleport: oneOf("#a", "body", "p", "#none", "html", ":", "", "#a, #b", "'#a'", "$s"),
  scrollIntoView: fc.constant(""),
  header: fc.oneof(name, expression).filter((text) => !/[^\0-\xff]/.test(text)), // no request can carry others
  on: fc.oneof(
    { weight: 4, arbitrary: fc.array(assignment, { minLength: 1, maxLength: 2 }).map((all) => all.join("; ")) },
    { weight: 2, arbitrary: oneOf("$n++", "++$n", "$n--", "$o.x++", "$s++", "$none++", "$l++") },
    { weight: 1, arbitrary: expression },
  ),
};
const keys: Record<string, fc.Arbitrary<string>> = {
  bind: oneOf(
    ...listed(
      `title  class  hidden  value  disabled  style  aria-label  href  checked  1  x-y  a.b  id  data-text  xlink:href
      viewBox  tab-index  for  readonly  selected  multiple  type  name  é  a_b`,
    ),
  ),
  on: oneOf("load", "load", "load", "load", "click", "input", "x", "Load", "load-x", "store-change-x"),
  computed: oneOf("c", "n"),
  header: oneOf("x", "x-y", "value", "constructor", "1", "xY"),
};
const modifier = fc.oneof(
  {
    weight: 3,
    arbitrary: oneOf(
      ...listed(
        `once  passive  capture  window  remote  outside  important  ifmissing  smooth  instant  focus  vstart  half
        full  prepend  append`,
      ),
    ),
  },
  { weight: 1, arbitrary: oneOf("unknown", "", "_", "once_1", "IMPORTANT", "important_x", "debounce", "throttle_1ms") },
);

/** An attribute of any plugin, with any key, modifiers and expression. */
const attribute = fc.constantFrom(
  ...rules.map(({ prefix }) => prefix).filter((prefix) =>
    !["computed", "intersects", "viewTransition"].includes(prefix)
  ),
).chain((prefix) =>
  fc.record({
    key: fc.oneof({ weight: 9, arbitrary: keys[prefix] ?? fc.constant("") }, {
      weight: 1,
      arbitrary: oneOf("", "x", "X", "1"),
    }),
    modifiers: fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, {
      weight: 1,
      arbitrary: fc.array(modifier, { minLength: 1, maxLength: 2 }),
    }),
    text: fc.oneof({ weight: 12, arbitrary: texts[prefix] ?? expression }, {
      weight: 1,
      arbitrary: fc.oneof(expression, fc.constant("")),
    }),
    upper: fc.oneof({ weight: 12, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  }).map(({ key, modifiers, text, upper }) => {
    const own = prefix.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const label = [own + (key && `-${key}`), ...modifiers].join(".");
    return ` data-${upper ? label.toUpperCase() : label}="${quoted(text)}"`;
  })
);
const plain = oneOf(...listed(`class="two x"  class=""  title="1"  value="2"  style="display: none"  style="color:red"
  checked  disabled  tabindex="0"  tabindex="x"  name="r"  hidden  type="radio"  multiple`)).map((text) => ` ${text}`);
const attributes = fc.tuple(joined(plain, 1), fc.array(attribute, { minLength: 1, maxLength: 3 }))
  .map(([before, all]) => before + all.join(""));
const element = fc.oneof(
  fc.tuple(
    oneOf(
      ...listed(
        `p  div  b  a  button  select  textarea  input  option  template  li  x-input  x-select  label  progress  meter
        output  details  summary  form  fieldset  iframe  table  tr  svg  svg:text  math  script  style  title  object  area`,
      ),
    ),
    fc.oneof({ weight: 4, arbitrary: oneOf(...ids).map((id) => ` id="${id}"`) }, {
      weight: 1,
      arbitrary: name.map((text) => text && ` id="${quoted(text)}"`),
    }),
    attributes,
    oneOf("", "1", "<b>2</b>"),
  ).map(([tag, id, rest, inner]) =>
    tag.startsWith("svg:")
      ? `<svg><${tag.slice(4)}${id}${rest}>${inner}</${tag.slice(4)}></svg>`
      : `<${tag}${id}${rest}>${inner}</${tag}>`
  ),
  controls(attributes),
);

const mode = oneOf("morph", "inner", "outer", "prepend", "append", "before", "after", "upsert_attributes");
const targetSelector = oneOf(
  ...listed(
    `#a  #a  #a  #b  #c  #d  body  html  head  self  p  svg  svg *  math  mi  tr  td  tbody  table  template  select
    option  optgroup textarea  body style  script  input  iframe  li  ul  b  main > *  *  p, #a  template *  [id]`,
  ),
);
const content = fc.oneof(
  { weight: 2, arbitrary: peculiar },
  { weight: 2, arbitrary: fragmentElement },
  { weight: 2, arbitrary: element },
  { weight: 1, arbitrary: rows.map((all) => all.join("")) },
  { weight: 1, arbitrary: options },
  {
    weight: 2,
    arbitrary: oneOf(
      `<tr id="a"><td>1</td></tr>`,
      `<td id="a">1`,
      `<option id="a" selected>x</option>`,
      `<circle id="a" r="2"></circle>`,
      `<svg id="a"><circle r="2"></circle><foreignObject><p>1</p></foreignObject></svg>`,
      `<math id="a"><mi>x</mi></math>`,
      `<p id="a">1</p><p id="b">2</p>`,
      `1<p id="a">2</p>3<b id="b"></b>`,
      `<li id="a">1<li id="b">2`,
      `<script id="a">1</script>`,
      `<style id="a">p { }</style>`,
      `<textarea id="a">\n1</textarea>`,
      `<template id="a"><p>1</p></template>`,
      `<iframe id="a"></iframe>`,
      `<p>no id</p>`,
      `<p id="">1</p>`,
      `<p id="1">1</p>`,
      `<p id="a b">1</p>`,
      `<p id="a.two">1</p>`,
      `<p id="a:b">1</p>`,
      `<p id=" a">1</p>`,
      `<p id="a,b">1</p>`,
      `<p id="é">1</p>`,
      `<p id="a>b">1</p>`,
      `<body class="x" title="1"><p id="a">1</p></body>`,
      `<html lang="en"><p id="a">1</p></html>`,
      `<head><title id="a">1</title></head>`,
    ),
  },
);
const fragmentEvent = fc.record({
  vt: fc.oneof({ weight: 8, arbitrary: fc.constant("data: vt false\n") }, { weight: 1, arbitrary: fc.constant("") }),
  merge: fc.oneof(mode.map((value) => `data: merge ${value}\n`), fc.constant("")),
  selector: fc.oneof(targetSelector.map((value) => `data: selector ${value}\n`), fc.constant("")),
  content: joined(content, 2),
}).map(({ vt, merge, selector, content }) =>
  `event: datastar-fragment\n${vt}${merge}${selector}data: fragment ${content.replace(/\r?\n/g, "\ndata: ")}\n\n`
);

const targets =
  `<main><p id="a" class="two">1</p><ul><li id="b">1</li><li>2</li></ul><table><tbody><tr id="c"><td>1</td></tr>
</tbody></table><svg id="d"><circle r="1"></circle></svg><math><mi>x</mi></math><template><p>t</p></template></main>
<select><optgroup><option>1</option></optgroup><option selected>2</option></select><textarea>x</textarea><style>p { }</style>
<script>1</script><input value="1"><iframe></iframe>`.replaceAll("\n", "");

const noise = oneOf(
  ": comment\n\n",
  ":\n",
  "event: other\ndata: x\n\n",
  "event: message\ndata: x\n\n",
  "data: no name\n\n",
  "id: 5\n\n",
  "retry: 10\n\n",
  "event: datastar-nothing\ndata: x\n\n",
  "event: datastar-console\ndata: log hello\n\n",
  "event: datastar-console\ndata: shout hello\n\n",
  "event: datastar-signal\ndata: x\n\n",
  "event: datastar-delete\ndata: x y\n\n",
  "event: datastar-delete\n\n",
  'event: datastar-fragment\ndata: merge nothing\ndata: fragment <p id="a"></p>\n\n',
  'event: datastar-fragment\ndata:  fragment <p id="a"></p>\n\n',
  "event: datastar-redirect\ndata: url /x\n\n",
  'event:datastar-fragment\ndata:vt false\ndata:fragment <p id="a">c</p>\n\n',
  'event: datastar-fragment\ndata: vt false\ndata: fragment <p\ndata:   id="a">\ndata: selector x\ndata: </p>\n\n',
  "event: datastar-fragment\ndata: fragment\ndata: vt false\ndata: selector #a\ndata: merge append\n\n",
);
const event = fc.oneof(
  { weight: 5, arbitrary: fragmentEvent },
  { weight: 2, arbitrary: signalEvent },
  { weight: 1, arbitrary: deleteEvent },
  { weight: 1, arbitrary: targetSelector.map((text) => `event: datastar-delete\ndata: selector ${text}\n\n`) },
  { weight: 1, arbitrary: noise },
);

const begin = `<i data-store="${signals}"></i>`;
const asTarget = (html: string) => html.replace(/^(<[\w-]+)(?: id="[^"]*")?/, '$1 id="a"');
const arrival = fc.tuple(element, rarely(element, 1)).map(([first, second]) =>
  `event: datastar-fragment\ndata: vt false\ndata: fragment ${
    asTarget(first + second).replace(/\r?\n/g, "\ndata: ")
  }\n\n`
);

/** Cases of one subject each. */
export const wideKinds: Record<string, fc.Arbitrary<Case>> = {
  elements: fc.tuple(arrival, fc.array(fc.oneof(arrival, signalEvent, deleteEvent), { maxLength: 2 })).map((
    [first, then],
  ) => ({ page: `${begin}<p id="a" class="two">0</p>`, stream: first + then.join("") })),
  starts: fc.tuple(element, fc.array(fc.oneof(signalEvent, deleteEvent), { maxLength: 2 })).map(([html, events]) => ({
    page: begin + html,
    stream: events.join(""),
  })),
  stores: fc.array(fc.oneof({ weight: 3, arbitrary: signalEvent }, { weight: 2, arbitrary: deleteEvent }), {
    minLength: 1,
    maxLength: 4,
  })
    .map((events) => ({ page: begin, stream: events.join("") })),
  targets: fc.array(fragmentEvent, { minLength: 1, maxLength: 2 }).map((events) => ({
    page: targets,
    stream: events.join(""),
  })),
  mixtures: fc.tuple(
    fc.array(event, { minLength: 1, maxLength: 5 }),
    oneOf("", "", "", "\uFEFF"),
    fc.constantFrom("\n", "\n", "\n", "\r\n", "\r"),
  ).map(([events, start, end]) => ({
    page: begin + targets,
    stream: start + events.join("").replaceAll("\n", end),
  })),
};
