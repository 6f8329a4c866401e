import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { createParser, type EventSourceMessage } from "eventsource-parser";
import { describe, test } from "node:test";
import {
  comment,
  consoleMessage,
  fragment,
  type Html,
  html,
  redirect,
  remove,
  signal,
  type Store,
  storeAttribute,
  trustedHtml,
} from "../fragments.ts";
import type { StoreValue } from "../fragments/store.ts";
import { readInstruction } from "../harness/mod.ts";
import { fc } from "./support/random.ts";

/** The events that eventsource-parser reads in a text. */
function parse(text: string): EventSourceMessage[] {
  const events: EventSourceMessage[] = [];
  createParser({ onEvent: (event) => events.push(event) }).feed(text);
  return events;
}

/** The one instruction in a text, as the 0.19.9 client reads it. */
function read(text: string) {
  const events = parse(text);
  assertEquals(events.length, 1);
  return readInstruction(events[0]);
}

function assertTable(rows: [written: string, bytes: string][]) {
  assertEquals(rows.map(([written]) => written), rows.map(([, bytes]) => bytes));
}

describe("fragment()", () => {
  test("writes the seed's own events byte for byte", () => {
    const store = `{"input": "hi", "output": "Your input: hi, is 2 long.", "show": true}`;
    assertTable([
      [
        fragment(`<main id="main" data-store='${store}'></main>`, { merge: "upsert_attributes" }),
        `event: datastar-fragment\ndata: merge upsert_attributes\ndata: fragment <main id="main" data-store='${store}'></main>\n\n`,
      ],
      [
        fragment('<div id="target"><b>2026-11-23 12:00:00</b></div>'),
        'event: datastar-fragment\ndata: fragment <div id="target"><b>2026-11-23 12:00:00</b></div>\n\n',
      ],
      [
        fragment('<span id="feed">0123456789abcdef</span>'),
        'event: datastar-fragment\ndata: fragment <span id="feed">0123456789abcdef</span>\n\n',
      ],
    ]);
  });

  test("leaves out options at their default and puts the fragment last", () => {
    const b = "<b id=x></b>";
    const end = `data: fragment ${b}\n\n`;
    assertTable([
      [fragment(b, { merge: "morph", settle: 500, viewTransition: true }), `event: datastar-fragment\n${end}`],
      [fragment(b, { selector: "#a > .b" }), `event: datastar-fragment\ndata: selector #a > .b\n${end}`],
      [fragment(b, { selector: "self" }), `event: datastar-fragment\ndata: selector self\n${end}`],
      [fragment(b, { merge: "inner" }), `event: datastar-fragment\ndata: merge inner\n${end}`],
      [fragment(b, { merge: "outer" }), `event: datastar-fragment\ndata: merge outer\n${end}`],
      [fragment(b, { merge: "prepend" }), `event: datastar-fragment\ndata: merge prepend\n${end}`],
      [fragment(b, { merge: "append" }), `event: datastar-fragment\ndata: merge append\n${end}`],
      [fragment(b, { merge: "before" }), `event: datastar-fragment\ndata: merge before\n${end}`],
      [fragment(b, { merge: "after" }), `event: datastar-fragment\ndata: merge after\n${end}`],
      [fragment(b, { settle: 0 }), `event: datastar-fragment\ndata: settle 0\n${end}`],
      [fragment(b, { viewTransition: false }), `event: datastar-fragment\ndata: vt false\n${end}`],
      [fragment(b, { id: "7" }), `event: datastar-fragment\nid: 7\n${end}`],
      [fragment(b, { id: "" }), `event: datastar-fragment\nid: \n${end}`],
      [fragment(b, { retry: 0 }), `event: datastar-fragment\nretry: 0\n${end}`],
      [fragment(b, { selector: undefined, merge: undefined, id: undefined }), `event: datastar-fragment\n${end}`],
      [
        fragment(b, { retry: 9, id: "i", viewTransition: false, settle: 1, merge: "after", selector: "p" }),
        `event: datastar-fragment\nid: i\nretry: 9\ndata: selector p\ndata: merge after\ndata: settle 1\ndata: vt false\n${end}`,
      ],
    ]);
  });

  test("writes the keyword once, and again only where a line would be misread", () => {
    const head = "event: datastar-fragment\ndata: fragment <p id=x>\n";
    const again = "data: settle 500\ndata: fragment ";
    assertTable([
      [fragment("<p id=x>\na\n  b</p>"), `${head}data: a\ndata:   b</p>\n\n`],
      [fragment("\n  <p id=x>\na</p>\n"), `${head}data: a</p>\n\n`],
      [fragment("<p id=x>\nfragment of it</p>"), `${head}${again}fragment of it</p>\n\n`],
      [fragment("<p id=x>\n\n</p>"), `${head}${again}\ndata: </p>\n\n`],
      [fragment("<p id=x>\nmerge conflict</p>"), `${head}${again}merge conflict</p>\n\n`],
      [fragment("<p id=x>\nselector\n</p>"), `${head}${again}selector\ndata: </p>\n\n`],
      [fragment("<p id=x>\nvt is great\nsettle 9</p>"), `${head}${again}vt is great\n${again}settle 9</p>\n\n`],
      [fragment("<p id=x>\nerror 9</p>"), `${head}${again}error 9</p>\n\n`],
      [fragment("<p id=x>\nredirect me</p>"), `${head}${again}redirect me</p>\n\n`],
      [fragment("<p id=x>\nmerged</p>"), `${head}data: merged</p>\n\n`],
      [fragment("<p id=x>\n merge</p>"), `${head}data:  merge</p>\n\n`],
      [fragment("<p id=x>\n\uFEFFa</p>"), `${head}${again}\uFEFFa</p>\n\n`],
      [
        fragment("<p id=x>\n\n</p>", { settle: 20 }),
        "event: datastar-fragment\ndata: settle 20\ndata: fragment <p id=x>\ndata: settle 20\ndata: fragment \ndata: </p>\n\n",
      ],
      [
        fragment("<p id=x>\u2028\u0085\v\f</p>"),
        "event: datastar-fragment\ndata: fragment <p id=x>\u2028\u0085\v\f</p>\n\n",
      ],
    ]);
  });

  test("refuses HTML that cannot be carried, and says why", () => {
    const refusals: [string | Html, string][] = [
      ["", '"" does not begin with an element'],
      ["just text", '"just text" does not begin with an element'],
      ["<!-- <b> -->", "does not begin with an element"],
      ["Hello <b id=x></b>", "does not begin with an element"],
      ["</b>", "does not begin with an element"],
      ["<p id=x>a\rb</p>", "line 1 has a carriage return"],
      ["<p id=x>\na\r\nb</p>", "line 2 has a carriage return"],
      ["<p id=x>\ud800</p>", "lone surrogate"],
    ];
    for (const [text, why] of refusals) assertThrows(() => fragment(text), TypeError, why);
  });

  test("refuses options that are not of their kind", () => {
    const b = "<b id=x></b>";
    // deno-lint-ignore no-explicit-any
    const refusals: [any, string][] = [
      [{ merge: "replace" }, 'no merge mode "replace"; choose from morph, inner'],
      [{ merge: "morph_element" }, 'no merge mode "morph_element"'],
      [{ selector: "" }, 'the selector is ""'],
      [{ selector: " #a" }, "white space"],
      [{ selector: "#a\rb" }, "line end"],
      [{ selector: "#a\nb" }, "line end"],
      [{ selector: "#\ud800" }, "lone surrogate"],
      [{ settle: "1\n2" }, "settle is"],
      [{ retry: "1\r2" }, "retry is"],
      [{ selector: 7 }, "the selector is 7"],
      [{ settle: -1 }, "settle is -1"],
      [{ settle: 0.5 }, "settle is 0.5"],
      [{ settle: NaN }, "settle is NaN"],
      [{ settle: 2 ** 31 }, "settle is 2147483648"],
      [{ retry: -1 }, "retry is -1"],
      [{ retry: "50" }, 'retry is "50"'],
      [{ id: "\u20ac" }, "fits no header"],
      [{ id: " 7" }, "fits no header"],
      [{ id: "7\0" }, "fits no header"],
      [{ id: "7\u2028" }, "fits no header"],
      [{ id: 7 }, "the id 7 fits no header"],
    ];
    for (const [options, why] of refusals) assertThrows(() => fragment(b, options), TypeError, why);
  });
});

describe("signal(), remove(), redirect(), consoleMessage() and comment()", () => {
  test("write their events byte for byte", () => {
    assertTable([
      [signal({ a: 1 }), 'event: datastar-signal\ndata: store {"a":1}\n\n'],
      [signal({}), "event: datastar-signal\ndata: store {}\n\n"],
      [
        signal({ a: { b: [null, "x\ny"] }, c: null }, { onlyIfMissing: true, id: "1", retry: 5 }),
        'event: datastar-signal\nid: 1\nretry: 5\ndata: onlyIfMissing true\ndata: store {"a":{"b":[null,"x\\ny"]},"c":null}\n\n',
      ],
      [signal({ a: "; $x ~y <>" }), 'event: datastar-signal\ndata: store {"a":"; $x ~y <>"}\n\n'],
      [
        signal({ a: [JSON.parse('{"__proto__":{"__proto__":1}}')], 'b"__proto__': '{"__proto__":' }),
        'event: datastar-signal\ndata: store {"a":[{["__proto__"]:{["__proto__"]:1}}],"b\\"__proto__":"{\\"__proto__\\":"}\n\n',
      ],
      [remove({ selector: "#a, .b" }), "event: datastar-delete\ndata: selector #a, .b\n\n"],
      [remove({ paths: ["a.b", "c"] }, { id: "2" }), "event: datastar-delete\nid: 2\ndata: paths a.b c\n\n"],
      // The store is no list, and a last name is removed only where it is a value's own.
      [remove({ paths: ["map.x", "a.length"] }), "event: datastar-delete\ndata: paths map.x a.length\n\n"],
      [remove({ paths: ["form.search.query"] }), "event: datastar-delete\ndata: paths form.search.query\n\n"],
      [remove({ paths: ["a.map.x", "n.at.y"] }), "event: datastar-delete\ndata: paths a.map.x n.at.y\n\n"],
      [remove({ paths: ["a.toString"] }), "event: datastar-delete\ndata: paths a.toString\n\n"],
      [redirect("/a?b=c d#e"), "event: datastar-redirect\ndata: url /a?b=c d#e\n\n"],
      [
        redirect("https://example.com/", { retry: 1 }),
        "event: datastar-redirect\nretry: 1\ndata: url https://example.com/\n\n",
      ],
      [consoleMessage("error", "no"), "event: datastar-console\ndata: error no\n\n"],
      [consoleMessage("log", "a\n\n b \n"), "event: datastar-console\ndata: log a\ndata: \ndata:  b\n\n"],
      [consoleMessage("groupEnd", ""), "event: datastar-console\ndata: groupEnd\n\n"],
      [comment(""), ": \n"],
      [comment("a\nb"), ": a\n: b\n"],
    ]);
  });

  test("refuse values that the client could not read back", () => {
    const circular: Store = {};
    circular.self = circular;
    // deno-lint-ignore no-explicit-any
    const any = (value: unknown) => value as any;
    const refusals: [() => string, string][] = [
      [() => signal(any([])), "it is an object of class Array"],
      [() => signal(any(null)), "it is null"],
      [() => signal(any("a")), 'it is "a"'],
      [() => signal({ a: NaN }), '"a" is NaN'],
      [() => signal({ a: { b: [any(undefined)] } }), '"a.b[0]" is undefined'],
      [() => signal({ a: any(new Date(0)) }), '"a" is an object of class Date'],
      [() => signal({ a: any(() => 1) }), '"a" is a function'],
      [() => signal({ a: { value: 1 } }), '"a.value" is a name the client cannot keep'],
      [() => signal({ peek: 1 }), '"peek" is a name'],
      [() => signal({ _dsPlugins: null }), '"_dsPlugins" is a name'],
      [() => signal({ hasOwnProperty: 1 }), '"hasOwnProperty" is a name'],
      [() => signal(JSON.parse('{"__proto__":1}')), '"__proto__" is a name'],
      [() => signal(circular), "circular|cyclic"],
      [() => remove(any({})), "give either a selector or paths"],
      [() => remove({ selector: "a", paths: ["a"] }), "give either a selector or paths"],
      [() => remove({ selector: "" }), 'the selector is ""'],
      [() => remove({ paths: [] }), "the list of paths is empty"],
      [() => remove({ paths: ["a b"] }), 'the path "a b" has a space in it'],
      [() => remove({ paths: ["a", ""] }), 'a path is ""'],
      [() => redirect(""), 'the url is ""'],
      [() => redirect("javascript:alert(1)"), "is a script"],
      [() => redirect("http://["), "is no address"],
      [() => redirect("//"), "is no address"],
      [() => remove({ paths: ["a", "_dsPlugins"] }), "no signal can have"],
      [() => remove({ paths: ["__proto__.hasOwnProperty"] }), "no signal can have"],
      [() => remove({ paths: ["constructor.assign"] }), "no signal can have"],
      [() => remove({ paths: ["a.constructor.assign"] }), "no signal can have"],
      [() => remove({ paths: ["n", "a.b.toString.name"] }), "no signal can have"],
      [() => remove({ paths: ["a.__defineGetter__.length"] }), "no signal can have"],
      [() => remove({ paths: ["a.peek"] }), "no signal can have"],
      [() => remove({ paths: ["a.search.valueOf.x"] }), "no signal can have"],
      [() => remove({ paths: ["hasOwnProperty.x"] }), "no signal can have"],
      [() => remove({ paths: ["a.__lookupGetter__.x"] }), "no signal can have"],
      [() => redirect("JaVaScRiPt:alert(1)"), "is a script"],
      [() => redirect("java\tscript:alert(1)"), "is a script"],
      [() => redirect("\u0001javascript:alert(1)"), "is a script"],
      [() => consoleMessage(any("table"), "x"), 'no mode "table"'],
      [() => consoleMessage("log", "a\n\uFEFFb"), "byte order mark"],
    ];
    for (const [write, why] of refusals) {
      const error = assertThrows(write, TypeError) as Error;
      assert(new RegExp(why.replace(/[.[\]()]/g, "\\$&")).test(error.message), `${error.message} lacks ${why}`);
    }
  });
});

describe("injection", () => {
  // CWE-93: each of these has opened a line or an event in some encoder of server-sent events.
  const attack = (end: string) =>
    `x${end}data: merge outer${end}event: datastar-redirect${end}data: url /evil${end}${end}`;
  const ends = { CR: "\r", LF: "\n", CRLF: "\r\n", LFCR: "\n\r" };
  const harmless = { "U+2028": "\u2028", "U+0085": "\u0085", VT: "\v", FF: "\f", NUL: "\0" };
  const b = "<b id=x></b>";

  const fields: Record<string, (text: string) => string> = {
    id: (text) => fragment(b, { id: text }),
    selector: (text) => fragment(b, { selector: text }),
    merge: (text) => fragment(b, { merge: text as "morph" }),
    "delete selector": (text) => remove({ selector: text }),
    "delete path": (text) => remove({ paths: [text] }),
    url: (text) => redirect(text),
    "console mode": (text) => consoleMessage(text as "log", "m"),
  };
  for (const [field, write] of Object.entries(fields)) {
    for (const [name, end] of Object.entries(ends)) {
      test(`a ${name} in ${field} is refused`, () => {
        assertThrows(() => write(attack(end)), TypeError, "Cannot write");
        assertThrows(() => write(`a${end}b`), TypeError, "Cannot write");
      });
    }
  }

  const texts: Record<string, (text: string) => string> = {
    "a fragment": (text) => fragment(`<pre id=x>${text}</pre>`),
    "a console message": (text) => consoleMessage("log", text),
    "a comment": (text) => comment(text),
  };
  for (const [where, write] of Object.entries(texts)) {
    for (const [name, end] of Object.entries(ends)) {
      test(`a ${name} in ${where} is refused or stays inside`, () => {
        let written: string;
        try {
          written = write(attack(end));
        } catch (error) {
          assert(name !== "LF", String(error));
          return;
        }
        assertEquals(name, "LF");
        assertEquals(parse(written).length, where === "a comment" ? 0 : 1);
        assert(!/^(event: datastar-redirect|data: url|id|retry)/m.test(written.split("\n").slice(1).join("\n")));
      });
    }
  }

  for (const [name, text] of Object.entries(harmless)) {
    test(`${name} ends no line and arrives unchanged`, () => {
      const html = `<pre id=x>a${text}b</pre>`;
      assertEquals(read(fragment(html)), {
        type: "fragment",
        selector: "",
        merge: "morph",
        settle: 500,
        viewTransition: true,
        html,
      });
      const line = `a${text}b`;
      assertEquals(read(consoleMessage("log", line)), { type: "console", mode: "log", message: line });
      assertEquals(read(remove({ selector: line })), { type: "delete", selector: line });
      assertEquals(read(remove({ paths: [line, "c"] })), { type: "delete", paths: [line, "c"] });
      assertEquals(read(redirect("/?" + line)), { type: "redirect", url: "/?" + line });
      const instruction = read(fragment("<b></b>", { selector: line }));
      assertEquals(instruction?.type === "fragment" && instruction.selector, line);
    });
  }

  test("any text in an html template, of any line ends, stays one line of one element", () => {
    for (const end of [...Object.values(ends), ...Object.values(harmless)]) {
      const written = fragment(html`<pre id="x" title="${attack(end)}">${attack(end)}</pre>`);
      assertEquals(written.split("\n").length, 4);
      assertEquals(parse(written).length, 1);
    }
  });
});

describe("html", () => {
  test("escapes text and quoted attributes, nests, takes lists, and writes nothing for null, undefined and false", () => {
    const hostile = `<b a="1" c='2'>&amp;\r\n\0\ud800`;
    const escaped = "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;amp;&#13;&#10;\uFFFD\uFFFD";
    // deno-fmt-ignore
    const table: [Html, string][] = [
      [html`<p>${hostile}</p>`, `<p>${escaped}</p>`],
      [html`<p title="${hostile}"></p>`, `<p title="${escaped}"></p>`],
      [html`<p title='${hostile}'></p>`, `<p title='${escaped}'></p>`],
      [html`<p title = "a ${1} b ${2n}">${3}</p>`, `<p title = "a 1 b 2">3</p>`],
      [html`<ul>${["a", html`<li>${"<"}</li>`, ["b"]]}</ul>`, "<ul>a<li>&lt;</li>b</ul>"],
      [html`<p>${null}${undefined}${false}${0}${""}</p>`, "<p>0</p>"],
      [html`<p ${trustedHtml("hidden")}>${trustedHtml("<i>")}</p>`, "<p hidden><i></p>"],
      [html`<!-- ' " --><p>${"<"}</p>`, `<!-- ' " --><p>&lt;</p>`],
      [html`<style>a > b { content: "" }</style><p>${"<"}</p>`, `<style>a > b { content: "" }</style><p>&lt;</p>`],
      [html`<p a=b c>${"<"} 1 > 0 "${"<"}" & 2 < 3</p>`, `<p a=b c>&lt; 1 > 0 "&lt;" & 2 < 3</p>`],
      [html`<!doctype html><title>${"<"}</title><textarea id="t">${"</textarea>"}</textarea>`, `<!doctype html><title>&lt;</title><textarea id="t">&lt;/textarea&gt;</textarea>`],
      [html`<br/><img src="a" alt=''\n/>${html`<p>${"&"}`}`, `<br/><img src="a" alt=''\n/><p>&amp;`],
    ];
    assertEquals(table.map(([written]) => String(written)), table.map(([, expected]) => expected));
  });

  test("refuses text where escaping does not help", () => {
    const text = "x";
    // deno-lint-ignore no-explicit-any
    const any = (value: unknown) => value as any;
    // deno-fmt-ignore
    const refusals: [() => Html, string][] = [
      [() => html`<p ${text}></p>`, "outside of quotes"],
      [() => html`<p title="a" ${[text]}>`, "outside of quotes"],
      [() => html`<p ${html`title="a"`}>`, "outside of quotes"],
      [() => html`<p title=${text}></p>`, "without quotes"],
      [() => html`<p title= ${trustedHtml("a")}></p>`, "without quotes"],
      [() => html`<p title=a${undefined}></p>`, "without quotes"],
      [() => html`<!-- ${text} -->`, "comment, a script or a style"],
      [() => html`<script>${text}</script>`, "comment, a script or a style"],
      [() => html`<script>let a = ${html`${text}`}</script>`, "comment, a script or a style"],
      [() => html`<STYLE a="b">i { } ${text}</STYLE>`, "comment, a script or a style"],
      [() => html`<p title="${html`<b>`}"></p>`, "HTML into an attribute"],
      [() => html`<p>${any({ html: "<b>" })}</p>`, "type object"],
      [() => html`<p>${any(true)}</p>`, "type boolean"],
      [() => html`<p>${any(() => 1)}</p>`, "type function"],
    ];
    for (const [write, why] of refusals) assertMatch(String(assertThrows(write, TypeError)), new RegExp(why));
  });
});

describe("html refuses a template in which the place of a value is not certain", () => {
  const x = "x data-pwn=1";
  // deno-fmt-ignore
  const templates: Record<string, () => Html> = {
    "an attribute's name": () => html`<p ${x}="a"></p>`,
    "a tag's name": () => html`<${x}>`,
    "a part of a tag's name": () => html`<h${x}>`,
    "a tag's name with an empty value in it": () => html`<scr${null}ipt>${x}</script>`,
    "an end tag's name": () => html`</${x}>`,
    "a declaration": () => html`<!${x}>`,
    "a value that touches a quote": () => html`<p title="a"${x}>`,
    "a quote in a name": () => html`<p it's ${x}>`,
    "a quote in a value": () => html`<a href=/search?q="${x}">`,
    "a second quote in a value": () => html`<a href=/s?q='b'&c="${x}">`,
    "a value before a quote": () => html`<a href=${undefined}/search?q="${x}">`,
    "a value without quotes before another": () => html`<p x= title="${x}">`,
    "no name before a quote": () => html`<p = "${x}">`,
    "no name and no space before a quote": () => html`<p="${x}">`,
    "a slash before a quote": () => html`<br/="${x}">`,
    "two values": () => html`<p title="a"="${x}">`,
    "a space that is none": () => html`<p title=\u00a0"${x}">`,
    "a space that is none before a name": () => html`<p\u00a0title="${x}">`,
    "the code point that stands for a value": () => html`<p>\uFDD0${x}</p>`,
    "a tab that is none": () => html`<p title=\v"${x}">`,
    "a NUL": () => html`<p \0 title="${x}">`,
    "a tag that has no end": () => html`${html`<p title=`}${x}>`,
    "a quote that has no end": () => html`<p title="${x}`,
    "a script that has no end": () => html`${html`<script>`}${x}</script>`,
    "a comment that has no end": () => html`<!-- ${x}`,
    "a comment that ends at once": () => html`<!--><script>-->${x}`,
    "a comment that ends nearly at once": () => html`<!---><script>-->${x}`,
    "a comment that ends with a bang": () => html`<!-- a --!><script>-->${x}`,
    "a comment in a script": () => html`<script><!--<script></script>${x}`,
    "a comment in a declaration": () => html`<!x <!-- ><script>-->${x}`,
    "a comment in a text": () => html`<textarea><!-- </textarea><script>-->${x}`,
    "CDATA": () => html`<svg><![CDATA[<p title="]]>${x}`,
    "a reference": () => html`<a href="?a=1">&${"copy"}</a>`,
    "a reference in an attribute": () => html`<a href="?a=1&${"copy"}">`,
    "a reference in a title": () => html`<title>&${"copy"}</title>`,
    "a number's reference": () => html`<p>&#${"65"}</p>`,
  };
  for (const [where, template] of Object.entries(templates)) {
    test(where, () => {
      assertMatch(
        String(assertThrows(template, TypeError)),
        /Cannot read the template|without quotes|outside of quotes/,
      );
    });
  }

  test("but a title's tag is text", () => {
    assertThrows(
      () =>
        html`
          <title>
            <p title="</title><p ${x}>
        `,
      TypeError,
      "outside of quotes",
    );
  });
});

describe("storeAttribute()", () => {
  test("escapes the characters that the client or HTML would rewrite", () => {
    assertEquals(
      String(storeAttribute({ "a;": `;$~'<>&\`\u2028\u2029"\\\n\0\ud800é😀` })),
      'data-store="{&quot;a\\u003b&quot;:&quot;\\u003b\\u0024\\u007e\\u0027\\u003c\\u003e\\u0026\\u0060\\u2028\\u2029' +
        '\\&quot;\\\\\\n\\u0000\\ud800é😀&quot;}"',
    );
  });

  test("a long text is escaped as a short one is", () => {
    const all = Array.from({ length: 0x2100 }, (_, code) => String.fromCharCode(code));
    const values = (long: boolean) =>
      all.map((character) => String(storeAttribute({ a: character + "x".repeat(long ? 1000 : 0) })).replace(/x*/g, ""));
    assertEquals(values(true), values(false));
    assertEquals(new Set(values(false)).size, all.length);
  });

  test("a plain store is written like one with a list in it", () => {
    const texts = Array.from({ length: 0x2100 }, (_, code) => "a" + String.fromCharCode(code));
    const numbers = [0, -0, 1e21, 1e-7, -1.5, Number.MAX_VALUE, true, false, null, "", "x".repeat(2000)];
    const stores: Store[] = [
      {},
      ...texts.map((text) => ({ [text]: text })),
      ...numbers.map((value) => ({ a: value, b: 1 })),
    ];
    for (const store of stores) {
      const [alone, listed] = [store, { list: [], ...store }].map((one) => String(storeAttribute(one)));
      assertEquals(alone, listed.replace(/&quot;list&quot;:\[\],?/, ""));
    }
    for (const name of ["peek", "value", "hasOwnProperty", "_dsPlugins"]) {
      assertThrows(() => storeAttribute({ [name]: 1 }), TypeError, `"${name}" is a name`);
    }
    assertThrows(() => storeAttribute({ a: NaN }), TypeError, '"a" is NaN');
    assertThrows(() => storeAttribute([] as unknown as Store), TypeError, "class Array");
  });

  test("keeps __proto__ out of names of signals, as the client would make it a prototype", () => {
    assertEquals(String(storeAttribute({ a: "__proto__" })), 'data-store="{&quot;a&quot;:&quot;__proto__&quot;}"');
    assertThrows(() => storeAttribute(JSON.parse('{"a":{"__proto__":{"b":1}}}')), TypeError, '"a.__proto__" is a name');
  });
});

describe("a store that the client would not get as it is", () => {
  const nest = (depth: number, wrap: (inner: StoreValue) => StoreValue) => {
    let value: StoreValue = 1;
    for (let i = 0; i < depth; i++) value = wrap(value);
    return { a: value };
  };
  const refuses = (store: unknown, why: string) => {
    assertThrows(() => storeAttribute(store as Store), TypeError, why);
    assertThrows(() => signal(store as Store), TypeError, why);
  };

  test("is refused if it lies too deep for the client to compile, or is circular", () => {
    for (const wrap of [(inner: StoreValue) => [inner], (inner: StoreValue) => ({ a: inner })]) {
      assertMatch(String(storeAttribute(nest(500, wrap))), /^data-store=/);
      refuses(nest(501, wrap), "more than 500 deep");
      refuses(nest(5000, wrap), "more than 500 deep");
    }
    const own: Store = {};
    own.a = own;
    refuses(own, "circular");
  });

  test("is refused if a part of it writes itself as something else", () => {
    refuses({ a: Object.assign([1], { toJSON: () => 2 }) }, '"a" has a toJSON()');
    refuses(Object.defineProperty({ a: [1] }, "toJSON", { value: () => 2 }), "has a toJSON()");
    assertEquals(String(storeAttribute({ toJSON: 1 })), 'data-store="{&quot;toJSON&quot;:1}"');
  });
});

describe("for any text", () => {
  /** Texts of parts that once went wrong, and of random ones. */
  const nasty = fc.array(
    fc.oneof(
      fc.constantFrom("\n", "\n\n", " ", "merge", "selector ", "settle 9", "fragment", "vt false", "error", "redirect"),
      fc.constantFrom(
        "<b>",
        "</b>",
        "data: ",
        "event: ",
        ":",
        "\uFEFF",
        "\0",
        "\u2028",
        ";",
        "$a",
        "~b",
        '"',
        "\\",
        "`",
      ),
      fc.string({ unit: "binary" }),
    ),
    { maxLength: 12 },
  ).map((parts) => parts.join(""));
  /** Texts that lines can carry. */
  const carried = nasty.map((text) => text.replaceAll("\r", "").toWellFormed());
  const oneLine = carried.map((text) => text.replaceAll("\n", " ").trim()).filter((text) => text !== "");
  const options = fc.record({
    selector: oneLine,
    merge: fc.constantFrom(...["morph", "inner", "outer", "append", "upsert_attributes"] as const),
    settle: fc.nat(),
    viewTransition: fc.boolean(),
    id: fc.constantFrom("", "7", "a b", "é"),
    retry: fc.nat(),
  }, { requiredKeys: [] });

  test("fragment() is read back unchanged, with its options", () => {
    fc.assert(fc.property(carried, options, (text, options) => {
      const html = `<pre id=x>${text}</pre>`;
      const [event] = parse(fragment(html, options));
      assertEquals(readInstruction(event), {
        type: "fragment",
        selector: options.selector ?? "",
        merge: options.merge ?? "morph",
        settle: options.settle ?? 500,
        viewTransition: options.viewTransition ?? true,
        html,
      });
      assertEquals(event.id, options.id);
    }));
  });

  test("fragment() carries a text unchanged or refuses it", () => {
    fc.assert(fc.property(nasty, (text) => {
      const html = `<pre id=x>${text}</pre>`;
      let written: string;
      try {
        written = fragment(html);
      } catch {
        assert(html.includes("\r") || !html.isWellFormed());
        return;
      }
      const instruction = read(written);
      assertEquals(instruction?.type === "fragment" && instruction.html, html);
    }));
  });

  test("a store, a URL, a selector, paths and a message are read back unchanged", () => {
    const json = fc.dictionary(
      nasty.filter((name) => !["value", "peek", "hasOwnProperty", "__proto__"].includes(name)),
      fc.oneof(nasty, fc.boolean(), fc.integer(), fc.constant(null), fc.array(nasty)),
    );
    fc.assert(fc.property(json, oneLine, carried, (store, line, text) => {
      const written = read(signal(store));
      assertEquals(written?.type === "signal" && JSON.parse(written.store), JSON.parse(JSON.stringify(store)));
      assertEquals(read(remove({ selector: line })), { type: "delete", selector: line });
      assertEquals(read(redirect("/?" + line)), { type: "redirect", url: "/?" + line });
      const path = line.replaceAll(" ", "_");
      assertEquals(read(remove({ paths: [path, "b"] })), { type: "delete", paths: [path, "b"] });
      if (text.includes("\n\uFEFF")) return;
      assertEquals(read(consoleMessage("warn", text)), { type: "console", mode: "warn", message: text.trimEnd() });
    }));
  });

  test("a comment is no event", () => {
    fc.assert(fc.property(carried, (text) => assertEquals(parse(comment(text) + "\n"), [])));
  });
});
