/**
 * Random HTML: elements of all kinds, forms, and what a parser has to rearrange.
 *
 * @module
 */

import { fc } from "../../support/random.ts";
import { anyPlugin, calmPlugin } from "./plugins.ts";
import { joined, listed, oneOf, rarely } from "./texts.ts";

/** The ids of the elements whose live values are compared. */
export const ids = ["a", "b", "c", "d"];
const ownId = fc.oneof(oneOf(...ids).map((name) => ` id="${name}"`), fc.constant(""));

const style = oneOf(
  "color: red",
  "display: none",
  "display:block",
  "color:red;display:none",
  "display: none !important",
  "",
  "x",
);
const attributes = fc.tuple(
  fc.dictionary(
    oneOf("class", "title", "lang", "hidden", "x", "y", "z", "value", "checked"),
    oneOf("", "1", "two", "a b", " a  a\tb "),
    { maxKeys: 3 },
  ).map((all) => Object.entries(all).map(([name, value]) => ` ${name}="${value}"`).join("")),
  fc.oneof({ weight: 4, arbitrary: fc.constant("") }, {
    weight: 1,
    arbitrary: style.map((value) => ` style="${value}"`),
  }),
).map((parts) => parts.join(""));
export const text = oneOf("", "one", "two", " ", "&lt;&amp;", "é😀", "<!-- note -->");

const row = fc.tuple(ownId, text).map(([own, words]) => `<tr${own}><td>${words}</td></tr>`);
export const rows = fc.array(row, { minLength: 1, maxLength: 2 });

const inputType = oneOf(
  ..."text checkbox radio radio radio number range range color date time month week datetime-local email url search tel"
    .split(" "),
  ..."password hidden submit image reset button file TEXT other".split(" "),
);
const inputValue = oneOf(
  ...listed(`1  two  150  1.5  -3  .5  5.  +5  1e2  1E400  0x1  #ff0000  #FF00aa  red  #f00  rgb(0,0,0)  2020-01-02
    2020-02-30  2021-02-29  0000-01-01  12020-01-01  275760-09-14  2020-12  2020-13  2020-W53  2021-W53  2021-W00  12:00
    24:00  12:00:00  12:00:00.000  12:00:30.50  2020-01-02T12:00  2020-01-02 12:00:00  2020-01-02T12:00:01.100
    2020-01-02t12:00  a&#10;b  a&#13;&#10;b  a@b, c@d  http://h/ä`),
  "",
  " x ",
  " 1 ",
  "12:00 ",
  "a@b ,  c@d",
  "&#9; http://h/",
);
const limit = oneOf(
  ...listed(`min="10"  max="20"  max="-5"  min="x"  min="0.1"  step="10"  step="0.3"  step="any"  step="0"  step="x"
    multiple  min="-10" max="-1"  min="1" max="2" step="5"  max="90" step="7"`),
).map((name) => ` ${name}`);
const option = fc.tuple(
  oneOf("", ' value="1"', ' value="3"', ' value="two"', ' value=" 3 "', ' value=""', ' label="2"'),
  oneOf("", "", "", " selected", " selected", " disabled", " disabled selected"),
  oneOf("1", "2", " 3 ", "a&#10; &#9; b", "&nbsp;2 ", "<!-- 1 -->2", ""),
)
  .map(([value, state, label]) => `<option${value}${state}>${label}</option>`);
const optgroup = fc.tuple(oneOf("", " disabled"), joined(option, 2))
  .map(([state, inner]) => `<optgroup${state}>${inner}</optgroup>`);
const choice = fc.oneof({ weight: 5, arbitrary: option }, { weight: 1, arbitrary: optgroup });
export const options = joined(choice, 2);

/** Controls of a form, with values and models. */
export const controls = (plugins: fc.Arbitrary<string>) =>
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.tuple(
        inputType,
        ownId,
        fc.oneof(inputValue.map((value) => ` value="${value}"`), fc.constant("")),
        oneOf("", " checked", ' name="r"', ' name="r" checked', ' name="q" checked'),
        oneOf("", "", "", "", ' form="d"', ' form="f"', ' form=""'),
        rarely(limit, 3),
        plugins,
      )
        .map(([type, own, value, state, form, limits, more]) =>
          `<input type="${type}"${own}${value}${state}${form}${limits}${more}>`
        ),
    },
    {
      weight: 3,
      arbitrary: fc.tuple(
        ownId,
        oneOf("", "", "", " multiple", ' size="2"', ' size="1"', ' size="x" disabled', ' multiple size="1"'),
        plugins,
        joined(choice, 4),
      )
        .map(([own, state, more, inner]) => `<select${own}${state}${more}>${inner}</select>`),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(
        ownId,
        plugins,
        oneOf("", "x", "\nx", "\n\nx", "a\r\nb", "&#13;", "a&#13;&#10;&#13;b", "<b>", " x "),
      ).map(([own, more, inner]) => `<textarea${own}${more}>${inner}</textarea>`),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(
        oneOf("button", "output", "progress", "meter", "data", "li"),
        ownId,
        oneOf("", ' value="1"', ' value=" 3 "', ' value="-0.5" min="-1"', ' value="7" max="5"', ' value="0.5" min="2"'),
        plugins,
        oneOf("", "1", " 2 "),
      ).map(([name, own, value, more, inner]) => `<${name}${own}${value}${more}>${inner}</${name}>`),
    },
  );

/** HTML that a parser rearranges, or reads by special rules. */
export const peculiar = fc.tuple(ownId, text).chain(([own, words]) =>
  oneOf(
    `<noscript${own}><b>${words}</b></noscript>`,
    `<template${own}><b>${words}</b></template>`,
    `<template${own}><tr><td>${words}</td></tr></template>`,
    `<svg${own}><![CDATA[${words}<b>]]><title>t</title></svg>`,
    `<svg${own}><foreignObject><p>${words}</p></foreignObject><linearGradient></linearGradient></svg>`,
    `<svg${own}><a xlink:href="x" xml:lang="en" n:x="1"></a></svg>`,
    `<math${own}><mi>${words}</mi><annotation-xml encoding="text/html"><b>x</b></annotation-xml></math>`,
    `<b${own}><?x?>${words}</b>`,
    `<b${own}><?x y="1" ?><!x><!--></b>`,
    `<b${own}></p></br>${words}</b>`,
    `<p${own}><div>${words}</div></p>`,
    `<table${own}><b>${words}</b><tr><td>1</table>`,
    `<style${own}>a<b>${words}</style>`,
    `<xmp${own}><b>${words}</xmp>`,
    `<iframe${own}><b>x</b></iframe>`,
    `<title${own}><b>x</title>`,
    `<pre${own}>\n${words}</pre>`,
    `<a${own}><a>${words}</a></a>`,
    `<b${own}><i>1</b>2</i>`,
    `<p${own} a=1 a=2 A=3 b='"' c=&lt d\t=\t1 "x" =y>`,
    `<body${own} title="1">${words}`,
    `<image${own}><select><b>${words}</b><hr></select>`,
    `<ruby${own}><rt>1<rt>${words}</ruby><x-y n:z="1">`,
    `<button${own}><button>${words}</button>`,
    `<frameset${own}></frameset><col><td>${words}`,
  )
);

const soupTag = oneOf(
  ..."select option optgroup hr input button textarea b i a p div li dd h1 form template noscript table tbody tr td caption col"
    .split(" "),
  ..."svg math mi annotation-xml foreignObject desc title style xmp iframe noembed noframes pre listing body head html"
    .split(" "),
  ..."object marquee plaintext ruby rt image br base meta a:b x-y font nobr selectedcontent".split(" "),
);
const soupAttributes = oneOf(
  ..." encoding=text/html| type=hidden| type=HIDDEN| color=red|\ta\f=\t'1'\n A=2|/| a=b/| a:b=1 xml:lang=en xlink:href=#|\u00e9=x"
    .split("|"),
  ' x=&amp;&lt&notit;&not=1&#0;&#x80;&#13;&#x110000; y="&nbsp<>"',
  " viewbox=1 definitionurl=2",
  ...Array(8).fill(""),
);
const soupText = oneOf(
  ..."x|&lt;b>|&amp;amp;|&copy|&notin;|&x;|&#128;&#55296;|\n|\n\n|&#10;|&#13;|<!--c-->|<!-->|<!x>|<!doctype html>|</>|</ x>|<1>|<"
    .split("|"),
  ...'<?|<?>|<?x>|<?x?>|<?x y?z ?>|<? x?>|<?xml x?>|<?X-1_ a="1"?>|<?x/>|<?x'.split("|"),
  ..."<![CDATA[x<b>]]>|<![CDATA[".split("|"),
);

/** An element, and tags, text and markup of all kinds after it, in any order. */
export const soup = fc.tuple(
  fc.tuple(soupTag, ownId),
  joined(
    fc.oneof(
      { weight: 5, arbitrary: fc.tuple(soupTag, soupAttributes).map(([name, more]) => `<${name}${more}>`) },
      { weight: 2, arbitrary: soupTag.map((name) => `</${name}>`) },
      { weight: 3, arbitrary: soupText },
    ),
    8,
  ),
).map(([[name, own], rest]) => `<${name}${own}>${rest}`);

/** Elements inside each other, with these plugins on some of them. */
const tree = (plugins: fc.Arbitrary<string>) =>
  fc.letrec<{ element: string; children: string }>((tie) => ({
    element: fc.oneof(
      {
        weight: 8,
        arbitrary: fc.tuple(
          oneOf("div", "span", "ul", "article", "b", "section", "p", "x-input"),
          ownId,
          attributes,
          rarely(plugins),
          tie("children"),
        ).map(([name, own, rest, more, inner]) => `<${name}${own}${rest}${more}>${inner}</${name}>`),
      },
      { weight: 3, arbitrary: controls(rarely(plugins)) },
      {
        weight: 1,
        arbitrary: fc.tuple(ownId, row, row).map(([own, a, b]) => `<table${own}><tbody>${a}${b}</tbody></table>`),
      },
      {
        weight: 1,
        arbitrary: fc.tuple(ownId, rarely(plugins)).map(([own, more]) =>
          `<svg${own}><circle r="1"${more}></circle></svg>`
        ),
      },
      { weight: 1, arbitrary: peculiar },
    ),
    children: fc.oneof(
      { maxDepth: 2, depthSize: "small" },
      text,
      joined(fc.oneof(text, tie("element")), 4),
    ),
  })).element;

/** Elements of a page, and of a fragment. */
export const pageElement = tree(calmPlugin);
export const fragmentElement = tree(anyPlugin);

/** One element with one plugin, so that its effect is seen alone. */
export const withPlugin = (plugins: fc.Arbitrary<string>) =>
  fc.oneof(
    fc.tuple(oneOf("p", "div", "button", "a", "template", "x-y"), attributes, plugins)
      .map(([name, rest, more]) => `<${name} id="a"${rest}${more}>1</${name}>`),
    plugins.map((more) => `<svg id="a"><text${more}>1</text></svg>`),
    controls(plugins),
  );
