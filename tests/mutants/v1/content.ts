/**
 * Streams of v1 with one fault each in what their events bring and do, and streams without any.
 *
 * @module
 */

import { executeScript, patchElements, patchSignals, removeElements, signalsAttribute } from "../../../fragments/v1.ts";
import type { StreamMutant } from "../mutant.ts";

/** An event, line by line. */
const event = (name: string, ...data: string[]) =>
  `event: datastar-patch-${name}\n${data.map((line) => `data: ${line}\n`).join("")}\n`;

/** A patch, as no library writes it. */
const patch = (html: string, ...options: string[]) =>
  event("elements", ...options, ...html.split("\n").map((line) => `elements ${line}`));

const signalsOf = (...texts: string[]) => event("signals", ...texts.map((text) => `signals ${text}`));

const inner = ["selector #other", "mode inner"];
const append = ["selector #list", "mode append"];
const svg = ["selector #image", "mode append", "namespace svg"];

/** The page that the streams are for. */
export const page = `<!doctype html>
<html lang="en"><head><title>A page</title></head><body>
<main id="main" data-signals='{"input":"","count":1,"open":true,"user":{"name":"Ada"},"list":[1,2],"unseen":1}'>
  <p id="target">old</p>
  <div id="other" class="row">row <div id="inside" class="row">inside</div></div>
  <p class="line">one</p><p class="line">two</p>
  <ul id="list"><li id="a">a</li><li id="b">b</li></ul>
  <table><tbody id="rows"><tr id="row"><td>1</td></tr></tbody></table>
  <svg id="image" viewBox="0 0 9 9"><circle id="dot" r="1"></circle></svg>
  <math id="formula"><mi id="letter">x</mi></math>
  <b id="shown" data-text="$input"></b>
  <div data-ignore-morph><p id="kept">kept</p></div>
  <div id="old"><script id="code">1</script></div>
  <template id="later"><p>x</p></template>
  <p id="number" data-text="$count + $user.name"></p>
  <input id="field" data-bind:input>
</main></body></html>`;

/** Each fault, the stream that has it, and the checks that find it. All are for {@linkcode page}. */
const faults: [name: string, stream: string, ...trips: string[]][] = [
  // The HTML.
  ["a patch is text only", patch("just text"), "v1-el-root"],
  ["a patch is a comment only", patch("<!-- nothing -->"), "v1-el-root", "v1-el-outside-comment"],
  ["a patch ends inside its only tag", patch('<p id="target"'), "v1-el-root", "v1-el-error"],
  ["text is before the root", patch('12:00 <p id="target">x</p>'), "v1-el-outside"],
  ["text is after the root", patch('<p id="target">x</p>\nand more'), "v1-el-outside"],
  ["a comment is before the root", patch('<!-- time --><p id="target">x</p>'), "v1-el-outside-comment"],
  ["a root has neither id nor selector", patch("<p>x</p>"), "v1-el-root-id"],
  ["the second root has neither id nor selector", patch('<p id="target">x</p><p>y</p>'), "v1-el-root-id"],
  ["the id of a root is empty", patch('<p id="">x</p>'), "v1-el-root-id"],
  [
    "the target of inner is sent as its content",
    patch('<p id="target">x</p>', "selector #target", "mode inner"),
    "v1-el-inner-own-id",
  ],
  ["the root of outer loses its id", patch("<p>x</p>", "selector #target"), "v1-el-outer-id"],
  ["an element is never closed", patch('<p id="target"><b>x</p>'), "v1-el-tags"],
  ["a root is closed as in XML", patch('<div id="target"/><p id="other">x</p>'), "v1-el-tags"],
  ["there is one end tag too many", patch('<p id="target">x</b></p>'), "v1-el-tags"],
  ["a block is in a paragraph", patch('<p id="target">x<div>y</div></p>'), "v1-el-tags"],
  ["tags are closed crosswise", patch('<p id="target"><b><i>x</b></i></p>'), "v1-el-tags"],
  ["the last end tag is missing", patch('<p id="target"><b>x'), "v1-el-unclosed"],
  ["the parser repeats formatting", patch('<div id="target"><b><p>x</b>y</p></div>'), "v1-el-moved"],
  ["a cell is in no row", patch('<table id="target"><td>1</td></table>'), "v1-el-moved"],
  ["a form is in a form", patch('<form id="target"><form></form></form>'), "v1-el-moved"],
  ["a row is after an element", patch('<p id="target">x</p><tr id="row"><td>2</td></tr>'), "v1-el-table-part"],
  ["a row is in an element", patch("<div><tr><td>2</td></tr></div>", ...inner), "v1-el-table-part"],
  ["a `</template>` is in the text", patch("<b>1</b></template><b>2</b>", ...inner), "v1-el-template-end"],
  ["`</body>` is in an attribute", patch('<p title="</body>">x</p>', ...inner), "v1-el-page-end"],
  [
    "`</html>` is in a script",
    patch("<script>scripts++, '</html>'</script>", "selector body", "mode append"),
    "v1-el-page-end",
  ],
  ["`</body>` is in an attribute of a part of an image", patch('<g data-x="</body>"/>', ...svg), "v1-el-page-end"],
  ["a body comes without its end tag", patch('<body><p id="target">x</p>'), "v1-el-page-tags"],
  ["the tags of the body are in capitals", patch('<BODY><p id="target">x</p></BODY>'), "v1-el-page-tags"],
  ["a page is put inside an element", patch("<html><body><p>x</p></body></html>", ...inner), "v1-el-page-place"],
  ["parts of an image touch", patch('<circle r="1"/><circle r="2"/>', ...svg), "v1-el-part-space"],
  ["an empty line is before the part", patch('\n<circle r="1"/>', ...svg), "v1-el-part-space"],
  [
    "parts of a formula touch",
    patch("<mi>x</mi><mo>=</mo>", "selector #formula", "mode append", "namespace mathml"),
    "v1-el-part-space",
  ],
  ["HTML is sent as a part of an image", patch("<p>x</p>", ...svg), "v1-el-part-outside"],
  ["the image ends before its parts", patch('<circle r="1"/></svg><circle r="2"/>', ...svg), "v1-el-part-outside"],
  ["a part of an image has neither id nor selector", patch('<circle r="1"/>', "namespace svg"), "v1-el-part-id"],
  ["a part of an image comes without its namespace", patch('<circle id="dot" r="2"></circle>'), "v1-el-svg-part"],
  [
    "a part of an image is appended as HTML",
    patch('<path d="M0 0"/>', "selector #image", "mode append"),
    "v1-el-svg-part",
  ],
  ["a part of a formula comes without its namespace", patch('<mi id="letter">y</mi>'), "v1-el-svg-part"],
  ["a character reference has no semicolon", patch('<p id="target">1 &lt 2</p>'), "v1-el-error"],
  ["a quote is not escaped", patch('<i title="a "b" c">x</i>', ...append), "v1-el-error"],
  ["an element has an attribute twice", patch('<p id="target" class="a" class="b">x</p>'), "v1-el-attribute-once"],
  ["an attribute's name begins with =", patch('<p id="target" =x>x</p>'), "v1-el-attribute-name"],
  ["two elements have the same id", patch('<ul id="list"><li id="a">1</li><li id="a">2</li></ul>'), "v1-el-id-once"],
  ["a patch has no HTML", event("elements", "selector #target"), "v1-el-empty"],
  ["the HTML of a patch is empty", patch("", "selector #target", "mode replace"), "v1-el-empty"],
  ["nothing is appended", event("elements", ...append), "v1-el-empty"],
  ["there is nothing but a mode", event("elements", "mode outer"), "v1-el-empty"],
  ["a script comes by outer", patch('<p id="target"><script>scripts++</script></p>'), "v1-el-script"],
  ["a script comes in place of a script", patch('<div id="old"><script id="code">2</script></div>'), "v1-el-script"],
  ["a script is in an image", patch("<svg><script>scripts++</script></svg>", ...append), "v1-el-script-svg"],
  ["a patch has a handler", patch('<p id="target" onclick="scripts++">x</p>'), "v1-el-handler"],
  ["an image has a handler", patch('<p id="target"><img src="x" onerror="scripts++"></p>'), "v1-el-handler"],
  [
    "a patch overtakes one with a transition",
    patch('<p id="target">1</p>', "useViewTransition true") + patch('<p id="target">2</p>'),
    "v1-el-transition",
  ],
  [
    "a patch is for an element that comes with a transition",
    patch('<li id="new">1</li>', ...append, "useViewTransition true") + patch("2", "selector #new", "mode inner"),
    "v1-el-transition",
  ],
  [
    "a patch overtakes one with a transition for the same selector",
    patch("<i>1</i>", "selector .line", "mode inner", "useViewTransition true") +
    patch("<i>2</i>", "selector .line", "mode inner"),
    "v1-el-transition",
  ],

  // Their attributes.
  [
    "a listener is of a release candidate",
    patch(`<p id="target" data-on-click="@get('/x')">x</p>`),
    "v1-el-old-attribute",
  ],
  ["a listener in an image is old", patch('<g data-on-click="$count++"/>', ...svg), "v1-el-old-attribute"],
  ["an expression in an image does not compile", patch('<g/>\n<g data-show="$count +"/>', ...svg), "v1-el-expression"],
  [
    "an expression in a formula does not compile",
    patch('<math><mi data-show="+">x</mi></math>', ...inner),
    "v1-el-expression",
  ],
  ["a listener is classic", patch(`<p id="target" data-on-click="$$get('/x')">x</p>`), "v1-el-old-attribute"],
  ["signals are classic", patch(`<p id="target" data-store='{"a":1}'>x</p>`), "v1-el-old-attribute"],
  ["a field is bound as in classic", patch('<div id="old"><input data-model="input"></div>'), "v1-el-old-attribute"],
  ["a class has a hyphen for a colon", patch('<p id="target" data-class-open="$open">x</p>'), "v1-el-old-attribute"],
  ["a request on load is old", patch(`<p id="target" data-on-load="@get('/x')">x</p>`), "v1-el-old-attribute"],
  ["an action is classic", patch(`<p id="target" data-on:click="$$get('/x')">x</p>`), "v1-el-old-action"],
  ["a text has no expression", patch('<p id="target" data-text>x</p>'), "v1-el-attribute-form"],
  ["a listener names no event", patch('<p id="target" data-on="$count++">x</p>'), "v1-el-attribute-form"],
  ["a field is bound twice", patch('<div id="old"><input data-bind:a="b"></div>'), "v1-el-attribute-form"],
  ["an expression does not compile", patch('<p id="target" data-text="$count +"></p>'), "v1-el-expression"],
  ["a data-init does not compile", patch('<p id="target" data-init="if (1) {">x</p>'), "v1-el-expression"],
  ["a data-init is an object", patch('<p id="target" data-init="{a: 1, b: 2}">x</p>'), "v1-el-expression"],
  [
    "an intersection does not compile",
    patch('<p id="target" data-on-intersect="$count =">x</p>'),
    "v1-el-expression-later",
  ],
  ["signals are not closed", patch('<p id="target" data-signals="{a: 1">x</p>'), "v1-el-expression"],
  [
    "an action is in a string of signals",
    patch(`<p id="target" data-signals="{a: '@get('}">x</p>`),
    "v1-sig-attribute-action",
  ],
  [
    "an action in a string of signals breaks it",
    patch(`<p id="target" data-signals='{"a": "@get(\\"/x\\")"}'>x</p>`),
    "v1-el-expression",
  ],
  ["a listener does not compile", patch('<p id="target" data-on:click="$count ="></p>'), "v1-el-expression-later"],
  ["a modifier comes after a dot", patch(`<p id="target" data-on:click.prevent="@get('/x')">x</p>`), "v1-el-modifier"],
  ["a plugin is followed by a dot", patch('<p id="target" data-show.duration_500ms="$open">x</p>'), "v1-el-modifier"],
  [
    "a modifier is misspelt",
    patch('<p id="target" data-on:click__debouce.500ms="$count++">x</p>'),
    "v1-el-modifier-name",
  ],
  [
    "a value of a modifier has no dot",
    patch('<p id="target" data-on:click__debounce_500ms="$count++">x</p>'),
    "v1-el-modifier-name",
  ],
  ["a plugin is misspelt", patch('<p id="target" data-txt="$count">x</p>'), "v1-el-plugin-name"],
  ["a listener has no colon", patch(`<p id="target" data-onclick="@get('/x')">x</p>`), "v1-el-plugin-name"],
  ["an action is misspelt", patch(`<p id="target" data-on:click="@gett('/x')">x</p>`), "v1-el-action"],
  ["a key has a capital letter", patch('<div id="old"><input data-bind:userName></div>'), "v1-el-key-case"],
  [
    "an indicator comes too late",
    patch(`<p id="target" data-init="@get('/x')" data-indicator:busy>x</p>`),
    "v1-el-indicator",
  ],
  [
    "a request is made with each patch",
    patch(`<p id="target" data-init="@get('/x')">1</p>`, "mode replace") +
    patch(`<p id="target" data-init="@get('/x')">2</p>`, "mode replace"),
    "v1-el-init-again",
  ],

  // Their effect on the page.
  ["a target is not in the page", patch('<p id="missing">x</p>'), "v1-dom-target"],
  ["a selector finds nothing", patch("<p>x</p>", "selector .missing", "mode inner"), "v1-dom-target"],
  ["the second root finds no target", patch('<p id="target">x</p><p id="missing">y</p>'), "v1-dom-target"],
  ["an element beside the page", patch("<p>x</p>", "selector html", "mode after"), "v1-dom-raises"],
  ["an expression throws", patch('<p id="target" data-text="$missing.a.b"></p>'), "v1-dom-raises"],
  ["a target is inside an element that is not morphed", patch('<p id="kept">new</p>'), "v1-dom-ignored"],
  [
    "content is put into an element with data-text",
    patch("<i>x</i>", "selector #shown", "mode append"),
    "v1-dom-data-text",
  ],
  ["targets are inside each other", patch("<p>x</p>", "selector .row", "mode inner"), "v1-dom-nested"],
  ["an appended element has an id of the page", patch('<li id="target">c</li>', ...append), "v1-dom-id-twice"],
  [
    "a script comes to two targets",
    patch("<script>scripts++</script>", "selector .line", "mode append"),
    "v1-dom-script",
  ],
  ["content is put into a template", patch("<i>x</i>", "selector #later", "mode append"), "v1-dom-template"],
  ["an event changes nothing", patch('<p id="target">old</p>'), "v1-dom-change"],
  ["a signal has its value already", signalsOf('{"count":1}'), "v1-dom-change"],

  // Signals.
  ["signals are two words", signalsOf("hello world"), "v1-sig-broken"],
  ["signals are empty", signalsOf(""), "v1-sig-broken"],
  ["a data-init is an object", patch('<p id="target" data-init="{a: 1, b: 2}">x</p>'), "v1-el-expression"],
  [
    "an intersection does not compile",
    patch('<p id="target" data-on-intersect="$count =">x</p>'),
    "v1-el-expression-later",
  ],
  ["signals are not closed", signalsOf('{"a":1'), "v1-sig-broken"],
  ["a line break is in a string", signalsOf('{"a":"x', 'y"}'), "v1-sig-broken"],
  ["a comment hides the bracket of the client", signalsOf('{"a":1} // x'), "v1-sig-broken"],
  ["signals are JavaScript", signalsOf("{a: 1}"), "v1-sig-json"],
  ["signals are computed", signalsOf("{a: Date.now()}"), "v1-sig-json"],
  ["signals are a list", signalsOf("[1,2]"), "v1-sig-object"],
  ["signals are null", signalsOf("null"), "v1-sig-object"],
  ["signals are a text", signalsOf('"hello"'), "v1-sig-object"],
  ["data-signals is a list", patch('<p id="target" data-signals="[1,2]">x</p>'), "v1-sig-attribute-object"],
  ["a signal is named __proto__", signalsOf('{"__proto__":{"x":1}}'), "v1-sig-hostile"],
  ["an inner signal is named __proto__", signalsOf('{"user":{"__proto__":{"x":1}}}'), "v1-sig-hostile"],
  ["a constructor has a prototype", signalsOf('{"constructor":{"prototype":{"x":1}}}'), "v1-sig-hostile"],
  ["a signal is named constructor", signalsOf('{"constructor":"x"}'), "v1-sig-reserved"],
  ["a signal has a dot in its name", signalsOf('{"user.name":"Bob"}'), "v1-sig-dot"],
  ["data-signals has a dot in a name", patch(`<p id="target" data-signals='{"a.b":1}'>x</p>`), "v1-sig-dot"],
  ["a name is there twice", signalsOf('{"a":1,"a":2}'), "v1-sig-twice"],
  ["an integer is too large", signalsOf('{"id":12345678901234567890}'), "v1-sig-integer"],
  ["a list has a null", signalsOf('{"rows":[1,null]}'), "v1-sig-list-null"],
  [
    "a null comes with onlyIfMissing",
    event("signals", "onlyIfMissing true", 'signals {"a":null,"fresh":1}'),
    "v1-sig-missing-null",
  ],
  ["a signal begins with an underscore", signalsOf('{"_hidden":1}'), "v1-sig-private"],
  ["an object is meant to be emptied", signalsOf('{"user":{}}'), "v1-sig-empty-object"],
  ["an object comes for a list", signalsOf('{"list":{"0":5}}'), "v1-sig-list-object"],
  ["a number becomes a text", signalsOf('{"count":"2"}'), "v1-sig-type"],
  ["a boolean becomes a text", signalsOf('{"open":"false"}'), "v1-sig-type"],
  ["a signal is deleted that the page shows", signalsOf('{"count":null}'), "v1-sig-delete-shown"],
  ["an inner signal is deleted that the page shows", signalsOf('{"user":{"name":null}}'), "v1-sig-delete-shown"],
  ["the signal of a field is deleted", signalsOf('{"input":"x"}') + signalsOf('{"input":null}'), "v1-sig-delete-shown"],
  [
    "a signal is in an element and in an event",
    patch('<p id="target" data-signals:fresh-one="1">x</p>') + signalsOf('{"freshOne":2}'),
    "v1-sig-both",
  ],
  [
    "a signal is in an object of an element and in an event",
    patch('<p id="target" data-signals="{user: {name: 1}}">x</p>') + signalsOf('{"user":{"name":"Bob"}}'),
    "v1-sig-both",
  ],
  ["data-signals has a null", patch('<p id="target" data-signals="{unseen: null}">x</p>'), "v1-sig-attribute-null"],
  ["data-signals has no value", patch('<p id="target" data-signals:unseen>x</p>'), "v1-sig-attribute-empty"],
];

/** A stream that is the answer to a request, where that matters. */
export interface ContentMutant extends StreamMutant {
  /** The path of the request. */
  path?: string;
  /** Whether the stream goes on. */
  endless?: boolean;
}

const askingItself = `<p id="target" data-init="@get('/time?n=1')">1</p>`;

/** Streams with one fault each. */
export const mutants: ContentMutant[] = [
  ...faults.map(([name, stream, ...trips]) => ({ name, stream, trips, page })),
  {
    name: "an answer makes its own request again",
    stream: patch(askingItself, "mode replace"),
    path: "/time?n=1&datastar=%7B%7D",
    page,
    trips: ["v1-el-init-loop"],
  },
  {
    name: "a stream opens itself again",
    stream: patch(`<li data-init="@get('/time')">1</li>`, ...append),
    path: "/time",
    endless: true,
    page,
    trips: ["v1-el-init-loop"],
  },
];

const hostile = [
  `quotes " and ' and \``,
  "<b>&amp; &lt; </b> </body> </template>",
  "a;b",
  "cost $money $$ ${x} $5 @get('/x')",
  "a\\b\\u0041\\",
  "a\r\ndata: mode remove\n\nb",
  "\u2028\u2029\u0085",
  "👨‍👩‍👧 é שלום",
  "",
];

/** Streams that trip nothing, for {@linkcode page} unless they have their own. */
export const healthy: (Omit<ContentMutant, "trips">)[] = [
  ["each mode has its place", [
    patchElements('<p id="target">outer</p>'),
    patchElements("text <b>and</b> more", { selector: "#target", mode: "inner" }),
    patchElements('<section id="target">new</section>', { mode: "replace" }),
    patchElements("<li>z</li>", { selector: "#list", mode: "prepend" }),
    patchElements('<li id="c">c</li><li id="d">d</li>', { selector: "#list", mode: "append" }),
    patchElements('<p id="above">above</p>', { selector: "#list", mode: "before" }),
    patchElements('<p id="below">below</p>', { selector: "#list", mode: "after" }),
    patchElements("<i>1</i><i>2</i>", { selector: ".line", mode: "inner" }),
    patchElements("", { selector: "#list", mode: "inner" }),
    removeElements(".line"),
  ]],
  ["odd ids, lines and references", [
    patchElements('<b id="1a b#.">x</b>', { selector: "#list", mode: "append" }),
    patchElements('<i id="1a b#.">\n\n  mode inner\n&lt;/body&gt; &amp; </i>'),
    patchElements("<p>a<p>b", { selector: "#target", mode: "inner" }),
    patchElements("<!-- inside --> text", { selector: "#target", mode: "inner" }),
  ]],
  ["a table in a paragraph, which stays there in a document without a doctype", [
    patchElements('<p id="target"><table><tr><td>x</td></tr></table></p>'),
  ]],
  ["statements in attributes that run them", [
    patchElements(
      `<p id="target" data-init="if ($count < 0) { $count = 7 }" data-effect="let x = $count // end">x</p>`,
    ),
    patchElements(`<b data-on:keydown="if (evt.key === 'Enter') { @post('/x') }">x</b>`, {
      selector: "#list",
      mode: "append",
    }),
    patchElements(
      `<b data-on-intersect="try { $count += 0 } catch {}" data-on-interval="$count += 0\n$count -= 0">x</b>`,
      {
        selector: "#list",
        mode: "append",
      },
    ),
  ]],
  ["tables and lists without their optional tags", [
    patchElements('<tr id="row"><td>2<td>3</tr>'),
    patchElements("<tr><th>x</th></tr><tr><td>y</td></tr>", { selector: "#rows", mode: "append" }),
    patchElements("<table><tr><td>1</table><select><option>1<option>2</select>", { selector: "#other", mode: "inner" }),
  ]],
  ["images and formulas", [
    patchElements('<svg id="image"><circle id="dot" r="2"/><circle/></svg>'),
    patchElements('<circle id="dot" r="3"/>', { namespace: "svg" }),
    patchElements("<g/>\n<path/> <text>x</text>", { selector: "#image", mode: "append", namespace: "svg" }),
    patchElements("<mi>x</mi> <mo>=</mo>", { selector: "#formula", mode: "append", namespace: "mathml" }),
    patchElements("<math><mi>x</mi><mo>=</mo></math>", { selector: "#target", mode: "inner" }),
  ]],
  ["a whole page", [
    patch('<!doctype html>\n<html lang="en"><head><title>x</title></head><body><p id="target">x</p></body></html>'),
    patch('<body><p id="target">y</p><script>scripts++</script></body>'),
    patch('<head><title>y</title></head><body><p id="target">z</p></body>'),
    patch("<body><b>1</b></body>", "selector body"),
  ]],
  ["scripts", [
    executeScript("console.log(1)"),
    patchElements('<script type="application/json">{"a":1}</script>', { selector: "#target", mode: "inner" }),
    patchElements("<template><script>scripts++</script></template>", { selector: "#list", mode: "append" }),
    patch('<div id="old"><script id="code">1</script><b>x</b></div>'),
  ]],
  ["transitions", [
    patchElements('<p id="target">0</p>'),
    patchElements('<p id="target">1</p>', { useViewTransition: true }),
    patchElements('<p id="target">2</p>', { useViewTransition: true }),
    patchElements('<b id="number" data-text="$count">2</b>'),
    patchSignals({ count: 4 }),
  ]],
  ["attributes", [
    patchElements(
      `<div id="other" ${signalsAttribute({ fresh: hostile[3], deep: { a: [1] } })}>` +
        `<button data-on:click__prevent__debounce.500ms="@post('/x', {contentType: 'form'}); $count = $count + 1">x</button>` +
        '<p data-indicator:busy data-init="@get(`/x`)" data-text="$fresh + `${$count}`"></p>' +
        `<p data-class:is-open="$open" data-attr="{title: $input, hidden: !$open}" data-style:color="'red'" data-ref:box>` +
        '</p><input data-bind:user.name data-on:my-event__case.camel="$open = false"><select data-bind="input"></select>' +
        '<p data-signals:other-one__ifmissing="1" data-show="!$open" data-computed:twice="$count * 2"></p>' +
        '<p data-on-intersect__once="$open = true" data-on-interval__duration.5s="$count++" data-effect="$twice"></p>' +
        '<p data-json-signals__terse></p><p data-ignore data-text="+"><b data-on="x"></b></p></div>',
    ),
    patchElements(
      '<p id="target" data-on-sale="true" data-store="7" data-style-guide="a" data-ref-id="12" data-test="x"' +
        ' data-testid="y" data-showcase="z" data-animate="$open" data-on-raf="$count++" data-model="T"></p>',
    ),
    patchElements('<i data-on-click="old" data-on:click="$count++">x</i>', { selector: "#list", mode: "append" }),
  ]],
  ["requests that are not repeated", [
    patchElements(`<p id="target" data-init="@get('/time')">1</p>`),
    patchElements(`<p id="target" data-init="@get('/time')">2</p>`),
    patchElements(`<li data-init="@get('/time?page=2')">3</li>`, { selector: "#list", mode: "append" }),
    patchElements(`<li data-init="@get('/item/1')">1</li><li data-init="@get('/item/2')">2</li>`, {
      selector: "#list",
      mode: "append",
    }),
    patchElements(`<li data-init__delay.5s="@get('/time')">3</li>`, { selector: "#list", mode: "append" }),
  ]],
  ["signals", [
    ...hostile.map((input, i) => patchSignals({ input, count: i + 5, list: [input], fresh: { input } })),
    signalsOf('{"user": {', '"name": "Eve"}, "list": []}'),
    patchSignals({ unseen: null, count: 1.5, open: false, big: 9007199254740991 }),
    patchSignals({ count: 7, added: { a: 1 } }, { onlyIfMissing: true }),
    patchSignals({ toString: 1, length: 2, "my-name": 3 }),
    patchElements(`<p id="target" ${signalsAttribute({ last: 1 })}>x</p>`),
  ]],
].map(([name, events]) => ({ name: name as string, stream: (events as string[]).join(""), page, path: "/time" }));
