/**
 * Streams with one fault each in what their events say, and streams without any.
 *
 * @module
 */

import { comment, consoleMessage, fragment, html, redirect, remove, signal, storeAttribute } from "../../fragments.ts";
import type { StreamMutant } from "./mutant.ts";

/** An event, line by line. */
const event = (name: string, ...data: string[]) =>
  `event: datastar-${name}\n${data.map((line) => `data: ${line}\n`).join("")}\n`;

/** A fragment, as no library writes it. */
const merge = (html: string, ...options: string[]) =>
  event("fragment", ...options, "vt false", ...`fragment ${html}`.split("\n"));

/** A fragment whose one element sets the store. */
const store = (expression: string) =>
  merge(`<main id="main" data-store="${expression.replaceAll('"', "&quot;")}"></main>`, "merge upsert_attributes");

const signalOf = (...texts: string[]) => event("signal", ...texts.map((text) => `store ${text}`));

/** The page that the streams are for. */
export const page = `<!doctype html>
<html lang="en"><head><title>A page</title></head><body>
<main id="main" data-store='{"input":"","count":1,"user":{"name":"Ada"},"list":[1,2]}'>
  <p id="target">old</p>
  <p id="other" class="row">row <b id="inside" class="row">inside</b></p>
  <p class="line">one</p><p class="line">two</p>
  <ul id="list"><li id="a">a</li><li id="b">b</li></ul>
  <table><tbody id="rows"><tr id="row"><td>1</td></tr></tbody></table>
  <svg id="image" viewBox="0 0 9 9"><circle id="dot" r="1"></circle></svg>
  <b id="shown" data-text="$input"></b>
  <input id="field" data-model="input">
</main></body></html>`;

/** Each fault, the stream that has it, and the checks that find it. All are for {@linkcode page}. */
const faults: [name: string, stream: string, ...trips: string[]][] = [
  // The HTML of fragments.
  ["a fragment is text only", merge("just text"), "html-root"],
  ["a fragment is a comment only", merge("<!-- nothing -->"), "html-root", "html-outside-comment"],
  ["a fragment ends inside its only tag", merge('<p id="target"'), "html-root", "html-error"],
  ["a fragment is empty", event("fragment", "vt false", "fragment"), "html-root"],
  ["text stands before the element", merge('12:00 <p id="target">x</p>'), "html-outside"],
  ["text stands after the element", merge('<p id="target">x</p>\nand more'), "html-outside"],
  ["a comment stands before the element", merge('<!-- time --><p id="target">x</p>'), "html-outside-comment"],
  ["a root has neither id nor selector", merge("<p>x</p>"), "html-root-id"],
  ["the second root has neither id nor selector", merge('<p id="target">x</p><p>y</p>'), "html-root-id"],
  ["an id begins with a digit", merge('<p id="1a">x</p>'), "html-id"],
  ["an id has a dot", merge('<p id="a.b">x</p>'), "html-id"],
  ["an id has a colon", merge('<p id="row:1">x</p>'), "html-id"],
  ["an id is empty", merge('<p id="">x</p>'), "html-id"],
  ["a selector is not valid", merge("<p>x</p>", "selector #target >"), "html-selector"],
  ["a selector is jQuery's", merge("<p>x</p>", "selector li:first", "merge before"), "html-selector"],
  ["a selector is an address", merge("<p>x</p>", "selector /target"), "html-selector"],
  ["an element is never closed", merge('<p id="target"><b>x</p>'), "html-tags"],
  ["the root is never closed", merge('<div id="target"><b>x</b>'), "html-tags"],
  ["a root is closed as in XML", merge('<div id="target"/>'), "html-tags"],
  ["there is one end tag too many", merge('<p id="target">x</b></p>'), "html-tags"],
  ["an end tag belongs to a different element", merge('<h1 id="target">x</h2>'), "html-tags"],
  ["a block stands in a paragraph", merge('<p id="target">x<div>y</div></p>'), "html-tags"],
  ["tags are closed crosswise", merge('<p id="target"><b><i>x</b></i></p>'), "html-tags"],
  ["a link stands in a link", merge('<p id="target"><a href="/1">1<a href="/2">2</a></a></p>'), "html-tags"],
  ["the parser repeats formatting", merge('<div id="target"><b><p>x</b>y</p></div>'), "html-moved"],
  ["text stands in a table", merge('<div id="target"><table>x<tr><td>1</td></tr></table></div>'), "html-moved"],
  ["a block stands in a table", merge('<table id="target"><div>x</div><tr><td>1</td></tr></table>'), "html-moved"],
  ["a cell stands in no row", merge('<table id="target"><td>1</td></table>'), "html-moved"],
  ["a form stands in a form", merge('<form id="target"><form></form></form>'), "html-moved"],
  ["a row stands after an element", merge('<p id="target">x</p><tr id="row"><td>2</td></tr>'), "html-table-part"],
  [
    "a row stands in an element",
    merge('<div><tr id="row"><td>2</td></tr></div>', "selector #rows", "merge inner"),
    "html-table-part",
  ],
  [
    "a fragment is a whole page",
    merge('<!doctype html><html><body><p id="target">x</p></body></html>'),
    "html-page-tags",
  ],
  ["a part of an image is a root", merge('<circle id="dot" r="2"></circle>'), "html-svg-part"],
  [
    "a part of an image is appended",
    merge('<path d="M0 0"></path>', "selector #image", "merge append"),
    "html-svg-part",
  ],
  ["a character reference has no semicolon", merge('<p id="target">1 &lt 2</p>'), "html-error"],
  ["a quote is not escaped", merge('<p id="target" title="a "b" c">x</p>', "merge outer"), "html-error"],
  ["an element has an attribute twice", merge('<p id="target" class="a" class="b">x</p>'), "html-attribute-once"],
  ["an attribute's name begins with =", merge('<p id="target" =x>x</p>'), "html-attribute-name"],
  [
    "an inner attribute's name begins with =",
    merge('<p id="target"><b =x>x</b></p>', "merge outer"),
    "html-attribute-name",
  ],
  ["an attribute's name begins with @", merge('<p id="target" @click="x">x</p>'), "html-attribute-name-old"],
  ["two elements have the same id", merge('<ul id="list"><li id="a">1</li><li id="a">2</li></ul>'), "html-id-once"],
  [
    "an attribute begins like store",
    merge('<p id="target" data-storefront="shop">x</p>'),
    "html-plugin-name",
  ],
  ["an attribute begins like show", merge('<p id="target" data-shower="1">x</p>'), "html-plugin-name"],
  ["an attribute begins like on", merge('<p id="target" data-online="1">x</p>'), "html-plugin-name"],
  ["an attribute is a later client's", merge('<p id="target" data-on:click="1">x</p>'), "html-plugin-name"],
  ["an attribute begins like ref", merge('<p id="target" data-reference="x">x</p>'), "html-plugin-refused"],
  ["an attribute begins like text", merge('<p id="target" data-textarea="x">x</p>'), "html-plugin-refused"],
  ["a listener has no expression", merge('<p id="target" data-on-click="">x</p>'), "html-plugin-refused"],
  ["a listener names no event", merge('<p id="target" data-on="$count">x</p>'), "html-plugin-refused"],
  ["a modifier does not exist", merge('<p id="target" data-store.once="{a:1}">x</p>'), "html-plugin-refused"],
  ["a teleport is not a template", merge('<p id="target" data-teleport="body">x</p>'), "html-plugin-refused"],
  ["data-text does not compile", merge('<p id="target" data-text="$count +"></p>'), "html-expression-raises"],
  ["data-class does not compile", merge('<p id="target" data-class="{a: }"></p>'), "html-expression-raises"],
  ["data-on-load does not compile", merge('<p id="target" data-on-load="if (1) {">x</p>'), "html-expression-raises"],
  ["a header has a quote in it", merge('<p id="target" data-header-x="it\'s">x</p>'), "html-expression-raises"],
  ["an indicator does not compile", merge('<p id="target" data-fetch-indicator="a b">x</p>'), "html-expression-raises"],
  ["a model does not compile", merge('<input id="target" data-model="a b">'), "html-expression-raises"],
  ["a listener does not compile", merge('<p id="target" data-on-click="$count ="></p>'), "html-expression"],
  [
    "a semicolon stands in a listener's string",
    merge(`<p id="target" data-bind-title="'a;b'">x</p>`),
    "html-expression",
  ],
  [
    "a fragment that comes again opens a stream",
    merge(`<p id="target" data-on-load="$$get('/feed')">1</p>`) +
    merge(`<p id="target" data-on-load="$$get('/feed')">2</p>`),
    "html-load-loop",
  ],
  ["a request is made with each frame", merge(`<p id="target" data-on-raf="$$get('/time')">1</p>`), "html-load-loop"],
  ["data-on-load stays", merge(`<p id="target" data-on-load.once="$$get('/time')">1</p>`), "html-load-loop"],
  ["a request is made after each merge", merge(`<p id="target" data-show="$$get('/a')">1</p>`), "html-load-loop"],
  ["a fragment has a script", merge('<p id="target"><script>alert(1)</script></p>'), "html-script"],
  ["a script is a root", merge('<script id="target" type="module">1</script>'), "html-script"],
  ["a fragment has a handler", merge('<p id="target" onclick="go()">x</p>'), "html-handler"],
  [
    "a handler is inside <noscript>, which holds elements in a fragment",
    merge('<p id="target"><noscript><i onclick="go()">x</i></noscript></p>'),
    "html-handler",
  ],
  ["an image in a fragment has a handler", merge('<p id="target"><img src="x" onerror="go()"></p>'), "html-handler"],

  // Their effect on the page.
  ["a target is not in the page", merge('<p id="missing">x</p>'), "dom-target"],
  ["a selector finds nothing", merge("<p>x</p>", "selector .missing"), "dom-target"],
  ["the second root finds no target", merge('<p id="target">x</p><p id="missing">y</p>'), "dom-target"],
  ["data-model names no signal", merge('<p id="target"><input data-model="missing"></p>'), "dom-raises"],
  [
    "an element that an attribute names is missing",
    merge(`<p id="target" data-fetch-indicator="'#missing'">x</p>`),
    "dom-raises",
  ],
  ["an element is put before several", merge('<p id="new">x</p>', "selector .line", "merge before"), "dom-many"],
  ["several elements are replaced by one", merge('<p id="new">x</p>', "selector .line", "merge outer"), "dom-many"],
  ["an element is appended to several", merge("<b>x</b>", "selector .line", "merge append"), "dom-many"],
  ["several elements are morphed", merge('<p class="line">x <b>y</b></p>', "selector .line"), "dom-many-morph"],
  ["targets are inside each other", merge('<p class="row">x</p>', "selector .row", "merge inner"), "dom-nested"],
  ["targets inside each other are replaced", merge('<p id="x">x</p>', "selector .row", "merge outer"), "dom-nested"],
  [
    "two roots are the content of one target",
    merge("<p>x</p><p>y</p>", "selector #target", "merge inner"),
    "dom-roots-inner",
  ],
  ["two roots replace one target", merge("<p>x</p><p>y</p>", "selector #target", "merge outer"), "dom-roots-outer"],
  [
    "two roots are morphed into one target",
    merge('<p id="x">x</p><p id="y">y</p>', "selector #target"),
    "dom-roots-outer",
  ],
  ["an element is appended by its own id", merge('<ul id="list"><li>c</li></ul>', "merge append"), "dom-id-twice"],
  [
    "an appended element has an id of the page",
    merge('<li id="target">c</li>', "selector #list", "merge append"),
    "dom-id-twice",
  ],
  [
    "data-text comes to an element with content",
    merge('<ul id="list" data-text="$count"></ul>', "merge upsert_attributes"),
    "dom-lost",
  ],
  [
    "content is put into an element with data-text",
    merge("<i>x</i>", "selector #shown", "merge append"),
    "dom-data-text",
  ],
  ["the HTML of a fragment is missing", event("fragment", "selector #list", "vt false"), "dom-default", "frg-fragment"],
  [
    "the HTML of a fragment is missing, with outer",
    event("fragment", "selector #list", "merge outer", "vt false"),
    "dom-default",
    "frg-fragment",
  ],
  ["a value is computed and null", store("{count: 1 > 2 ? 5 : null}"), "dom-lost-signals"],
  ["a signal's value is computed and null", signalOf("{count: 1 > 2 ? 5 : null}"), "dom-lost-signals"],
  ["a data-store reads a signal that is not there", store("{count: $missing.name + 1}"), "dom-console"],
  ["the page itself is morphed", merge("<div>x</div>", "selector html"), "dom-html"],
  ["something is put after the page", merge('<p id="x">x</p>', "selector :root", "merge after"), "dom-html"],
  ["an event changes nothing", merge('<p id="target">old</p>'), "dom-change"],
  ["a delete finds nothing", event("delete", "selector .missing"), "dom-change"],
  ["a signal has its value already", signalOf('{"count":1}'), "dom-change"],

  // data-store.
  ["a data-store is empty", store(""), "sto-compile"],
  ["a data-store is broken", store('{"a":'), "sto-compile"],
  [
    "the quotes of a data-store are not escaped",
    merge('<main id="main" data-store="{"a":1}"></main>', "merge upsert_attributes"),
    "sto-compile",
  ],
  ["a data-store is a list", store("[1,2]"), "sto-object"],
  ["a data-store is a number", store("5"), "sto-object"],
  ["a semicolon stands in a string", store('{"input":"a;b"}'), "sto-semicolon"],
  ["a data-store has two values", store('{"input":"a"}; {"count":2}'), "sto-semicolon"],
  ["a dollar sign stands before a name", store('{"input":"cost $money"}'), "sto-dollar"],
  ["a tilde stands before a name", store('{"input":"~ref"}'), "sto-tilde"],
  ["two dollar signs stand in a string", store('{"input":"a $$ b"}'), "sto-pattern"],
  ["a dollar sign stands before an ampersand", store('{"input":"a $&amp; b"}'), "sto-pattern"],
  ["a dollar sign stands before a quote", store(`{"input":"a $' b"}`), "sto-pattern"],
  ["a dollar sign stands before a brace", store('{"input":"a ${x} b"}'), "sto-template"],
  ["a backtick is escaped with a backslash", store("{input: 'a \\`b'}"), "sto-template"],
  ["a quote is not escaped for the client", store(`{"input":"it's"}`), "sto-escape"],
  ["an ampersand is not escaped for the client", store('{"input":"a &amp; b"}'), "sto-escape"],
  ["a value is null", store('{"count":null}'), "sto-null"],
  ["an inner value is null", store('{"user":{"name":null}}'), "sto-null"],
  ["a signal is named value", store('{"value":1}'), "sto-name"],
  ["an inner signal is named peek", store('{"user":{"peek":1}}'), "sto-name"],
  ["a signal is named hasOwnProperty", store('{"hasOwnProperty":1}'), "sto-proto"],
  ["a signal is named __proto__", store('{"__proto__":{"a":1}, "count": 2}'), "sto-proto"],
  ["the whole store is sent back", store('{"_dsPlugins":{"refs":{}}}'), "sto-own"],

  // The other events.
  ["a signal has an unknown key", event("signal", 'signals {"count":2}'), "sig-key"],
  ["a signal has a key of data-store", event("signal", "ifmissing true", 'store {"count":2}'), "sig-key"],
  ["a signal's second line has no key", event("signal", 'store {"count":2,', '"input":"x"}'), "sig-key"],
  ["a signal's text is broken", signalOf('{"count":2'), "sig-compile"],
  ["a signal's text is a list", signalOf("[1,2]"), "sig-object"],
  ["a signal's text is a text", signalOf('"hello"'), "sig-object"],
  ["a signal reads another", signalOf("{count: $count + 1}"), "sig-reference"],
  ["onlyIfMissing is yes", event("signal", "onlyIfMissing yes", 'store {"count":2}'), "sig-only-if-missing"],
  ["a signal of the event is named value", signalOf('{"value":1}'), "sig-name"],
  ["a signal of the event is named __proto__", signalOf('{"__proto__":1,"count":2}'), "sig-proto"],
  ["a signal of the event is named hasOwnProperty", signalOf('{"hasOwnProperty":1}'), "sig-proto"],
  ["the client's own signal is sent", signalOf('{"_dsPlugins":{}}'), "sig-own"],
  ["a delete has an unknown key", event("delete", "path count"), "del-key"],
  ["a delete's selector is invalid", event("delete", "selector #list >"), "del-selector"],
  ["a delete's selector is empty", event("delete", "selector"), "del-selector"],
  ["a delete has two selectors", event("delete", "selector #a", "selector #b"), "del-one-selector"],
  ["a delete has a selector and paths", event("delete", "selector #a", "paths count"), "del-one-selector"],
  ["a delete has two lines of paths", event("delete", "paths count", "paths list"), "del-one-paths"],
  ["two spaces stand between paths", event("delete", "paths count  list"), "del-path"],
  ["commas stand between paths", event("delete", "paths count,list"), "del-path"],
  ["no path is named", event("delete", "paths"), "del-path"],
  ["a path leads through constructor", event("delete", "paths constructor.assign"), "del-inherited"],
  ["a path leads through __proto__", event("delete", "paths user.__proto__.toString"), "del-inherited"],
  ["the client's own signal is removed", event("delete", "paths _dsPlugins"), "del-own"],
  ["a path leads through a number", event("delete", "paths count.a.b"), "del-through"],
  ["a path's parents are not there", event("delete", "paths missing.name"), "del-parents"],
  ["a path that data-model uses is removed", event("delete", "paths input"), "del-used", "dom-raises"],
  [
    "a path that data-text uses is removed",
    signalOf('{"count":2}') + merge('<p id="target" data-text="$count"></p>') +
    event("delete", "paths count"),
    "del-used",
  ],
  ["a redirect has an unknown key", event("redirect", "/done"), "red-key"],
  ["a redirect has no address", event("redirect", "url"), "red-address"],
  ["a redirect has two lines", event("redirect", "url /a", "url /b"), "red-one-line"],
  ["a redirect leads to a script", event("redirect", "url javascript:alert(1)"), "red-script"],
  ["a redirect leads to a hidden script", event("redirect", "url  Java\tScript:alert(1)"), "red-script"],
  ["a console mode is capitalised", event("console", "Log hello"), "con-mode"],
  ["a console mode does not exist", event("console", "table hello"), "con-mode"],
  ["a console mode stands alone on its line", event("console", "log", "hello"), "con-mode"],
  ["a redirect's address is on the next line", event("redirect", "url", "/done"), "red-key"],
  ["a console mode is missing", event("console", "hello there"), "con-mode"],
  ["a message is empty", event("console", "warn"), "con-message"],
];

/** A stream with a fault, and what made the request. */
interface EventMutant extends StreamMutant {
  stream: string;
  /** Selector of the element whose action made the request. */
  initiator?: string;
}

/** Streams with one fault each. */
export const mutants: EventMutant[] = [
  ...faults.map(([name, stream, ...trips]) => ({ name, stream, trips, page })),
  {
    name: "the element that made the request is gone",
    stream: event("delete", "selector #target") + merge("<b>x</b>", "selector self", "merge inner"),
    initiator: "#target",
    page,
    trips: ["dom-self"],
  },
  {
    name: "the element that made the request is gone, and is to be replaced",
    stream: event("delete", "selector #target") + merge("<b>x</b>", "selector self"),
    initiator: "#target",
    page,
    trips: ["dom-self", "dom-raises"],
  },
];

const hostile = [
  `quotes " and ' and \``,
  "<b>&amp; &lt; </b>",
  "a;b",
  "cost $money $$ $& $' ${x} $5",
  "~ref",
  "a\\b\\u0041\\",
  "a\r\ndata: merge outer\n\nb",
  "\0\u2028\u2029\u0085",
  "👨‍👩‍👧 é שלום",
  "",
];

/** Streams that trip nothing, for {@linkcode page}. */
export const healthy: { name: string; stream: string; page: string }[] = [
  ["each mode has its place", [
    fragment('<p id="target">morph</p>', { viewTransition: false }),
    fragment("<p>inner</p>", { selector: "#target", merge: "inner", viewTransition: false }),
    fragment('<p id="target">outer</p>', { merge: "outer", viewTransition: false }),
    fragment('<li id="z">z</li>', { selector: "#list", merge: "prepend", viewTransition: false }),
    fragment('<li id="c">c</li><li id="d">d</li>', { selector: "#list", merge: "append", viewTransition: false }),
    fragment('<p id="above">above</p>', { selector: "#list", merge: "before", viewTransition: false }),
    fragment('<p id="below">below</p>', { selector: "#list", merge: "after", viewTransition: false }),
    fragment('<p class="line big"></p>', { selector: ".line", merge: "upsert_attributes", viewTransition: false }),
    fragment("<p>both</p>", { selector: ".line", merge: "inner", viewTransition: false }),
  ]],
  ["lines, comments and empty lines are kept", [
    fragment('<pre id="target">one\n\nmerge conflict\n settle down\n</pre>', { viewTransition: false }),
    comment("still here"),
    "\n",
    fragment('<div id="target">\n  <!-- inside -->\n  <p>a\n  <p>b\n</div>', { merge: "outer", viewTransition: false }),
  ]],
  ["tables and lists without their optional tags", [
    fragment('<tr id="row"><td>2<td>3</tr>', { viewTransition: false }),
    fragment("<tr><th>x</th></tr><tr><td>y</td></tr>", { selector: "#rows", merge: "append", viewTransition: false }),
    fragment(
      '<div id="target"><table><caption>c<colgroup><col><thead><tr><th>a<tbody><tr><td>b</table><ul><li>a<li>b</ul>' +
        "<dl><dt>a<dd>b</dl><select><option>a<option selected>b</select></div>",
      { merge: "outer", viewTransition: false },
    ),
  ]],
  ["elements in a select", [
    fragment(
      '<div id="target"><select><button><b>choose</b></button><hr><option><i>1</i> cup</option>' +
        "<optgroup><legend>more</legend><option>2<option>3</optgroup></select></div>",
      { merge: "outer", viewTransition: false },
    ),
  ]],
  ["images and formulas", [
    fragment(
      '<svg id="image" viewBox="0 0 9 9"><g><path d="M0 0"/><a xlink:href="#x"><circle id="dot" r="2"/></a></g>' +
        "<foreignObject><p>x</p></foreignObject></svg>",
      { merge: "outer", viewTransition: false },
    ),
    fragment('<svg><circle id="dot" r="3"></circle></svg>', {
      selector: "#image",
      merge: "inner",
      viewTransition: false,
    }),
    fragment('<circle id="dot" fill="red"></circle>', { merge: "upsert_attributes", viewTransition: false }),
    fragment("<p><math><mi>x</mi><mo>&lt;</mo></math></p>", {
      selector: "#target",
      merge: "inner",
      viewTransition: false,
    }),
  ]],
  [
    "everything that stands in a store",
    hostile.map((input, i) =>
      fragment(
        html`<main id="main" ${
          storeAttribute({ input, count: i + 5, user: { name: input }, list: [input, null] })
        }></main>`,
        {
          merge: "upsert_attributes",
          viewTransition: false,
        },
      )
    ),
  ],
  ["a store in JavaScript", [store("{count: $count + 1, user: {name: $input}}"), store('{"list":[null,{"value":1}]}')]],
  ["everything that stands in a signal", hostile.map((input, i) => signal({ input, count: i + 5, list: [input] }))],
  ["signals on several lines", [
    event("signal", 'store {"count": 2,', 'store "input": "x $y; z"}'),
    event("signal", "onlyIfMissing true", 'store {"fresh":1,"count":9}'),
    signal({ user: { name: "Bob" } }),
  ]],
  ["elements and signals are removed", [
    remove({ selector: "#a, #list > li:nth-child(2)" }),
    remove({ paths: ["count", "user.name"] }),
  ]],
  ["messages", [
    consoleMessage("info", "%s; $x\nsecond line"),
    consoleMessage("error", "told on purpose"),
    event("console", "groupEnd"),
  ]],
  ["a redirect", [redirect("/done?next=javascript:1#x")]],
  ["attributes that the client evaluates", [
    fragment(
      `<div id="target" data-on-click="$count++; $$get('/x')" data-show="$count > 1" data-class="{big: $count > 1}"` +
        ` data-bind-title="$input" data-on-keydown.window="$count = 2" data-ref="box" data-id="1" data-name="x"` +
        ` data-computed-double="$count * 2" data-scroll-into-view.smooth data-intersects.once="$count = 3"` +
        ` aria-label="x"><b data-text="$input"></b><input data-model="user.name"></div>`,
      { merge: "outer", viewTransition: false },
    ),
    fragment(`<p id="other" data-on-load="$$get('/more')">x</p>`, { viewTransition: false }),
  ]],
  ["self, where it is not known who asked", [
    fragment("<button disabled>x</button>", { selector: "self", viewTransition: false }),
    fragment("<b>x</b>", { selector: "self", merge: "append", viewTransition: false }),
  ]],
].map(([name, events]) => ({ name: name as string, stream: (events as string[]).join(""), page }));
