/**
 * Random attributes for the plugins of the client.
 *
 * @module
 */

import { type PluginRules, plugins as rules } from "../../../harness/classic/plugins.ts";
import { fc } from "../../support/random.ts";
import { listed, oneOf } from "./texts.ts";

/** The signals of each page. */
export const signals = "{n: 1, s: 'two', t: true, l: ['1', '3'], o: {x: 1}, z: null}";

/** Expressions that raise nothing. */
const calm = oneOf(
  ..."$n $s $t $l $o $o.x $z $n===1 !$n -$n 0 -0 1e21 1n NaN null true false undefined [] {} [1,'a']".split(" "),
  ..."'' 'a' 'a&#32;b' 'é' `v${$n}` $l.length $s.length $s.toUpperCase() $n?'a':'b' $n;$s {x:$n} {two:$t}".split(" "),
);
/** Expressions that raise, do not compile, or that only running could tell. */
const odd = oneOf(
  ...listed(`$none  $none.x  $o.y  null.x  $n.x.y  $$none()  ~r  $n.value  $s $n  (  '  ;  a b  return  throw 1  {a:1  $
    $n = 2  $n++  $o.x += 1  $o = 1  $n = $s  Symbol()  new Date(0).getTime()  (() => 1)()  el.id  document.title
    {...$l}  1n + 1`),
  "`v${$none}`",
  "`",
  " ",
);
const objects = oneOf(
  ...listed(
    `{two: $n === 1}  {two: $t, x: !$t}  {'a b': true}  {'': true}  {'': false}  1  'ab'  null  undefined  []  ['a']
    {}  {1: 1}  $o  {a: 0, b: 1, c: 0}  {x: false}`,
  ),
);
const models = oneOf(
  ...listed(`n  s  t  l  o  o.x  z  none  $n  n;s  l.length  l.0  n.value  o['x']  n.x  toString`),
  " n",
  "n ",
);
export const stores = oneOf(
  ...listed(`{n: 2}  {}  {n: 1}, {m: 2}  {n: 1n}  {n: undefined}  {o: null}  {o: 1}  {n: {a: 1}}  {l: []}  {a: $n}
    {toString: 1}  {hasOwnProperty: 1}  {y: {hasOwnProperty: true}}  {constructor: {x: 1}}  {__proto__: {x: 1}}
    {['__proto__']: 1}  {value: 1}  {y: {peek: 1}}  {valueOf: null}  [1]  1  null  'a'  {a: 'x;y'}  {  a b
    {'a b': 1, 'a.b': 2, '': 3}  {now: new Date().getTime()}  {f: () => 1}  {length: 1}  {_dsPlugins: null}
    {n:1,n:2}`),
  " ",
);
const selected = oneOf("'#a'", "'body'", "'#none'", "'p:unknown'", "$s", "1", "'p'");

const keys: Record<string, fc.Arbitrary<string>> = {
  bind: oneOf("title", "class", "hidden", "value", "style", "aria-label", "href", "checked", "1", "x-y"),
  on: oneOf("load", "load", "load", "click", "store-change", "x"),
  computed: oneOf("c", "n"),
  header: oneOf("x", "x-y"),
};
const expressions: Record<string, fc.Arbitrary<string>> = {
  store: stores,
  class: fc.oneof(objects, calm),
  model: models,
  ref: oneOf("r", "a b", "n"),
  fetchIndicator: selected,
  teleport: oneOf("#a", "body", "#none", "p:unknown", ""),
  scrollIntoView: fc.constant(""),
  header: oneOf("y", "a b", "1", "'y'", "$n"),
  on: oneOf(
    ...listed(`$n = 2  $n++  $s = 'x'; $t = !$t  $o.x = $n  $none = 1  null.x  $l = []  $n  (  $n = $n`),
  ),
};
const modifiers: Record<string, string[]> = {
  on: ["once", "passive", "capture", "window", "remote", "outside", "debounce_1ms", "throttle_1ms", "other"],
  show: ["important", "duration_1ms"],
};

/** An attribute of a plugin that follows the plugin's rules, or breaks one. */
function attributeOf({ prefix, modifiers: allowed, key }: PluginRules, isOdd: boolean): fc.Arbitrary<string> {
  const name = prefix.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const ownKeys = keys[prefix] ?? fc.constant("");
  const some = [...modifiers[prefix] ?? allowed ?? ["other"], ...isOdd ? ["unknown", ""] : []];
  return fc.record({
    key: isOdd ? fc.oneof({ weight: 8, arbitrary: ownKeys }, { weight: 1, arbitrary: oneOf("", "x") }) : ownKeys,
    modifiers: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.uniqueArray(oneOf(...some), { maxLength: 2 }) },
    ),
    expression: fc.oneof(
      { weight: 6, arbitrary: expressions[prefix] ?? calm },
      ...isOdd ? [{ weight: 2, arbitrary: fc.oneof(odd, calm, fc.constant("")) }] : [],
    ),
  }).map(({ key: own, modifiers, expression }) => {
    const separator = own && key === "some" ? "-" : "";
    const label = [name + separator + own, ...modifiers].join(".");
    return ` data-${label}="${expression.replaceAll('"', "&quot;")}"`;
  });
}

/** Attributes of all plugins, right and wrong ones. Only what comes by an event may raise. */
export const anyPlugin: fc.Arbitrary<string> = fc.oneof(
  ...rules.map((rule) => attributeOf(rule, true)),
  oneOf(' data-other="x"', ' data-reference="x"', ' data-on="1"', ' data-text-x="1"', ' data-Show="1"', " data-"),
);

/** Attributes with which a page starts. A page whose start raises sends no request, so there would be nothing to compare. */
export const calmPlugin: fc.Arbitrary<string> = fc.oneof(
  fc.tuple(oneOf("text", "bind-title", "bind-class", "bind-style", "show", "show.important"), calm)
    .map(([name, expression]) => ` data-${name}="${expression}"`),
  oneOf("{two: $n === 1}", "{two: !$t, x: $n}", "1", "[]", "'ab'", "{a: 0}").map((value) => ` data-class="${value}"`),
  oneOf("n", "s", "t", "o.x").map((value) => ` data-model="${value}"`),
  oneOf(
    ' data-store.ifmissing="{n: 7, m: 1}"',
    ' data-ref="r"',
    " data-scroll-into-view",
    ' data-header-x="y"',
    ' data-other="x"',
  ),
  oneOf(' data-on-load="$n = $n + 1"', ' data-on-load.once="$o.x = $n; $n += 1"', ' data-on-click="$n++"'),
  oneOf(" data-fetch-indicator=\"'body'\"", ' data-computed-c="$n"', ' data-view-transition="x"'),
);
