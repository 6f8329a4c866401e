/**
 * Random selectors of the whole grammar of CSS, right and wrong ones, and a page on which they can match.
 *
 * @module
 */

import { fc } from "../../support/random.ts";
import { joined, listed, oneOf } from "./texts.ts";

/** A page with something for each kind of selector. */
export const selectorPage =
  `<main id="a" class="x Y" title="two" lang="en-US"><p class="two a">t</p><p id="b" class="two">u</p>
<ul><li>1</li><li class="a">2</li><li id="c"></li><li><b></b></li></ul><a href="/x" hreflang="en">l</a><a>m</a></main>
<form id="f"><fieldset disabled><legend><input id="g"></legend><input type="TEXT" required></fieldset>
<input id="h" type="checkbox" checked><input type="radio" name="r"><input placeholder="p" min="1" max="2" type="number" value="3">
<select id="s"><option>1</option><option selected>2</option></select><textarea readonly>x</textarea><button>go</button></form>
<div dir="rtl" lang="de"><span data-x="1" title='a"b' class="é">w</span><!-- c --></div><div> </div>
<svg viewBox="0 0 1 1"><circle r="1"></circle><a href="#x"></a></svg><details open><summary>s</summary></details><x-y></x-y>
<table><tbody><tr><td>1</td></tr></tbody></table><p id="1a"></p><p id="-"></p><template><p></p></template>`;

const name = fc.oneof(
  { weight: 20, arbitrary: oneOf("a", "b", "c", "x", "Y", "two", "Two", "f", "h") },
  {
    weight: 1,
    arbitrary: oneOf("é", "-a", "--x", "_", "\\31 a", "\\000031a", "\\-", "a\\.b", "\\p", "two\\ ", "\\0", "x\\"),
  },
  { weight: 1, arbitrary: oneOf("1a", "-", "-1", "", "#", "$", "a\\\nb") },
);
const tag = fc.oneof(
  {
    weight: 6,
    arbitrary: oneOf(
      ...listed(`p  P  li  ul  input  option  svg  circle  div  form  a  b  tr  x-y  none`),
    ),
  },
  {
    weight: 2,
    arbitrary: oneOf(
      "*",
      "*|p",
      "|p",
      "*|*",
      "|*",
      "n|p",
      "viewBox",
      "\\70",
      "p|",
      "\\*",
      "\\*|p",
      "-->",
      "p {a}",
      "{",
      "body",
      "html",
    ),
  },
);

const attributeName = oneOf(
  ...listed(`title  TITLE  id  class  type  lang  viewBox  viewbox  data-x  *|id  |id  n|id  1`),
  "",
);
const operator = oneOf("=", "~=", "|=", "^=", "$=", "*=", "!=", "==");
const value = oneOf(
  ...listed(String.raw`two  TWO  text  1a  \31 a  "1a"  'a"b'  "a\"b"  ""  en  "x Y"  'a  a b  "tw\6f"`),
  "",
);
const flag = fc.oneof({ weight: 4, arbitrary: fc.constant("") }, {
  weight: 1,
  arbitrary: oneOf(" i", "i", " s", " S", " x"),
});
const space = fc.oneof({ weight: 6, arbitrary: fc.constant("") }, {
  weight: 1,
  arbitrary: oneOf(" ", "\t", "/**/", "/* c */ "),
});
const close = fc.oneof({ weight: 20, arbitrary: fc.constant("]") }, { weight: 1, arbitrary: fc.constant("") });
const attribute = fc.oneof(
  fc.tuple(space, attributeName, space, close).map((parts) => `[${parts.join("")}`),
  fc.tuple(attributeName, space, operator, space, value, flag, close).map((parts) => `[${parts.join("")}`),
);

const structural = oneOf(
  ..."root empty first-child last-child only-child first-of-type last-of-type only-of-type scope defined".split(" "),
);
const ofForms = oneOf(
  ..."enabled disabled checked indeterminate default required optional valid invalid in-range out-of-range read-only read-write"
    .split(" "),
  ..."placeholder-shown user-valid user-invalid autofill open modal popover-open link any-link".split(" "),
);
const ofTheWindow = oneOf(..."focus focus-within focus-visible hover active visited target fullscreen".split(" "));
const unknown = oneOf(
  ..."unknown first FIRST-CHILD contains(x) eq(0) before :before :slotted(p) :part(x) -x host nth-child".split(" "),
  "",
);

const step = oneOf(
  ...listed(`odd  ODD  even  1  2n  2n+1  2N + 1  -n+3  n  +n  n+-1  n +1  n+ 1  + 1  2n1  -2n-1  0n+0  n-1  1.5  x
    2147483648n+1  -n+1073741824  n-2147483649  \\31  1\\31  2\\6e`),
  "",
);
const nth = oneOf("nth-child", "nth-last-child", "nth-of-type", "nth-last-of-type", "NTH-CHILD");

export const selectors = fc.letrec<{ list: string; complex: string; compound: string; pseudo: string }>((tie) => ({
  pseudo: fc.oneof(
    { maxDepth: 2, depthSize: "small" },
    structural,
    ofForms,
    unknown,
    fc.tuple(nth, step).map(([name, formula]) => `${name}(${formula})`),
    oneOf(
      ...listed(`lang(en)  lang("en")  lang(de, en)  lang('*-US')  lang()  dir(rtl)  dir(ltr)  dir(x)  host(p)`),
    ),
    fc.tuple(oneOf("is", "where", "not", "has", "IS", "-webkit-any", ":slotted", ":cue", "host"), tie("list")).map((
      [name, list],
    ) => `${name}(${list})`),
    fc.tuple(oneOf("> ", "+ ", "~"), tie("compound")).map(([sign, rest]) => `has(${sign}${rest})`),
    fc.tuple(nth, step, tie("list")).map(([name, formula, list]) => `${name}(${formula} of ${list})`),
    oneOf("is()", "not()", "has()", "is(p, !!)", "where(p", "not(:not(p))", "first-child(2)", "current(p)"),
  ),
  compound: fc.tuple(
    fc.oneof(tag, fc.constant("")),
    joined(
      fc.oneof(
        name.map((text) => `#${text}`),
        name.map((text) => `.${text}`),
        attribute,
        tie("pseudo").map((text) => `:${text}`),
      ),
      2,
    ),
  ).map(([first, rest]) => first + rest || "*"),
  complex: fc.tuple(
    tie("compound"),
    joined(
      fc.tuple(
        fc.oneof({ weight: 8, arbitrary: oneOf(" ", " > ", "+", "~", ">", "\n") }, {
          weight: 1,
          arbitrary: oneOf("/**/", " || ", ">>", "> >", "&"),
        }),
        tie("compound"),
      ).map((parts) => parts.join("")),
      2,
    ),
  ).map((parts) => parts.join("")),
  list: fc.oneof(
    { maxDepth: 2, depthSize: "small" },
    tie("complex"),
    fc.tuple(tie("complex"), oneOf(",", ", ", ",,", "/* c */,"), tie("complex")).map((parts) => parts.join("")),
  ),
})).list;

/** Selectors that depend on what the user does, which a document without a window does not know. */
export const windowSelectors = ofTheWindow.map((name) => `:${name}`);
