import { assert, assertEquals } from "@std/assert";
import { describe, test } from "node:test";
import { type ClientError, openPage, type Page, readStream } from "../harness/mod.ts";

/** The page that a stream makes of `body`. */
async function apply(body: string, stream: string, initiator?: string): Promise<Page> {
  const page = openPage(body, { initiator });
  const { errors: [error] } = await page.receive(stream);
  if (error) throw error;
  return page;
}

/** The code of the error that the client throws. */
async function failure(body: string, stream: string): Promise<string> {
  let code = "none";
  await apply(body, stream).catch((error) => code = error.code);
  return code;
}

/** The body, without the empty class that the client leaves on its targets [APP-11]. */
const bodyOf = (document: Document) => document.body.innerHTML.replaceAll(' class=""', "");

const fragment = (...lines: string[]) =>
  `event: datastar-fragment\n${lines.map((line) => `data: ${line}\n`).join("")}\n`;

async function instructions(stream: string) {
  const read = [];
  for await (const { instruction, client } of readStream(stream)) if (client) read.push(instruction); // without it the event is cut off
  return read;
}

async function htmlOf(...lines: string[]): Promise<string | undefined> {
  const [instruction] = await instructions(fragment(...lines));
  return instruction?.type === "fragment" ? instruction.html : undefined;
}

// The page of the vectors forbids styles in HTML, so no vector can have one.
test("data-show writes the inline style as the browser does", () => {
  const cases: [html: string, style: string | null][] = [
    ['<p style="color:red; display:none" data-show="true"></p>', "color: red;"],
    ['<p style="display:block" data-show="true"></p>', ""],
    ['<p style="color:red" data-show="true"></p>', "color:red"],
    ['<p data-show="true"></p>', null],
    ['<p style="color:red" data-show="false"></p>', "color: red; display: none;"],
    ['<p style="color:red;display:none" data-show="false"></p>', "color:red;display:none"],
    ['<p style="display:none" data-show.important="false"></p>', "display: none !important;"],
  ];
  for (const [html, style] of cases) {
    assertEquals([html, openPage(html).document.querySelector("p")!.getAttribute("style")], [html, style]);
  }
});

test("a <noscript> of a fragment holds elements, since its document has no scripting", async () => {
  const page = openPage('<p id="x"></p>');
  await page.receive('event: datastar-fragment\ndata: fragment <noscript id="x"><b>1</b></noscript>\n\n');
  assertEquals(page.document.querySelectorAll("noscript > b").length, 1);
});

test("an attribute's name may have any white space in it but that of ASCII", async () => {
  const html = '<p id="a" x\u2028y="1" x\u00a0y="2"></p>';
  const { document } = await apply('<p id="a"></p>', fragment("merge upsert_attributes", `fragment ${html}`));
  assertEquals(bodyOf(document), html);
});

describe("readStream()", () => {
  test("reads the same from any source, in any pieces", async () => {
    const text = `\uFEFF: hi\r\n\r\nevent: datastar-fragment\rdata: fragment <b id=é>😀</b>\n\r\n: tail`;
    const bytes = new TextEncoder().encode(text);
    const expected = await instructions(text);
    assertEquals(expected.length, 1);
    async function* pieces(size: number) {
      for (let i = 0; i < bytes.length; i += size) yield await Promise.resolve(bytes.subarray(i, i + size));
    }
    const answer = () => new Response(text, { headers: { "content-type": "text/event-stream; charset=utf-8" } });
    for (const source of [bytes, answer(), answer().body!, pieces(1), pieces(2), pieces(7)]) {
      const read = [];
      for await (const { instruction, client } of readStream(source)) if (client) read.push(instruction);
      assertEquals(read, expected);
    }
  });

  test("drops one byte order mark and no second one", async () => {
    const event = "event: datastar-console\ndata: log x\n\n";
    assertEquals((await instructions("\uFEFF" + event)).length, 1);
    assertEquals(await instructions("\uFEFF\uFEFF" + event), [undefined]);
  });

  test("gives up on an event that has no end", async () => {
    async function* endless() {
      yield new TextEncoder().encode("data: ");
      for (;;) yield await Promise.resolve(new Uint8Array(1024 * 1024).fill(0x61));
    }
    let message = "";
    try {
      for await (const _ of readStream(endless()));
    } catch (error) {
      message = (error as Error).message;
    }
    assertEquals(
      message,
      "Cannot go on: an event is over 16777216 bytes, and its blank line has not arrived",
    );
  });

  test("dispatches nothing without the blank line at the end, and nothing for comments", async () => {
    assertEquals(await instructions("event: datastar-fragment\ndata: fragment <b id=x></b>\n"), []);
    assertEquals(await instructions(": a\n\n: b\n\n"), []);
  });

  test("ignores events that the client ignores", async () => {
    for (const name of ["message", "datastar-merge-fragments", "datastar-error", "Datastar-fragment"]) {
      assertEquals(await instructions(`event: ${name}\ndata: fragment <b id=x></b>\n\n`), [undefined]);
    }
  });

  test("takes a second keyword in a row for text, and a keyword at a line's start for an option", async () => {
    const table: [lines: string[], html: string][] = [
      [["fragment <p id=x>", "a", "  b</p>"], "<p id=x>\na\n  b</p>"],
      [["fragment <p id=x>", "fragment a</p>"], "<p id=x>\nfragment a</p>"],
      [["fragment <p id=x>", "settle 10", "fragment a</p>"], "<p id=x>\na</p>"],
      [["fragment <p id=x>", "vt is great", "a</p>"], "<p id=x>"],
      [["fragment <p id=x>", "", "a</p>"], "<p id=x>\na</p>"],
      [["fragment <p id=x>", "unknown a</p>"], "<p id=x>\nunknown a</p>"],
      [["fragment", "<p id=x></p>"], "<p id=x></p>"],
      [["Fragment <p id=x></p>"], "<div></div>"],
      [["fragment\t<p id=x></p>"], "<div></div>"],
      [["fragment"], ""],
    ];
    for (const [lines, html] of table) assertEquals([lines, await htmlOf(...lines)], [lines, html]);
  });

  test("reads the options of a fragment", async () => {
    const read = { type: "fragment", selector: "", merge: "morph", settle: 500, viewTransition: true, html: "<b></b>" };
    const table: [lines: string[], Record<string, unknown>][] = [
      [[], {}],
      [["selector #a .b"], { selector: "#a .b" }],
      [["merge inner", "settle 20ms", "vt false"], { merge: "inner", settle: 20, viewTransition: false }],
      [["vt TRUE"], { viewTransition: false }],
      [["selector a", "selector b"], { selector: "a" }],
      [["selector a", "vt true", "selector b"], { selector: "b" }],
    ];
    for (const [lines, options] of table) {
      assertEquals(await instructions(fragment(...lines, "fragment <b></b>")), [{ ...read, ...options }]);
    }
  });
});

describe("page.receive()", () => {
  test("merges a fragment by each mode", async () => {
    const body = '<ul id="l" class="c"><li id="a">A</li><li id="b" title="t">B</li></ul>';
    const table: [lines: string[], body: string][] = [
      [
        ['fragment <li id="a" class="n">N</li>'],
        '<ul id="l" class="c"><li id="a" class="n">N</li><li id="b" title="t">B</li></ul>',
      ],
      [
        ['fragment <ul id="l"><li id="b">B2</li><li id="z">Z</li></ul>'],
        '<ul id="l"><li id="b">B2</li><li id="z">Z</li></ul>',
      ],
      [["merge inner", 'fragment <li id="a">N<i>I</i></li>'], body.replace("A</li>", "N<i>I</i></li>")],
      [
        ["merge outer", 'fragment <p id="a">N</p>'],
        '<ul id="l" class="c"><p id="a">N</p><li id="b" title="t">B</li></ul>',
      ],
      [
        ["selector #l", "merge prepend", "fragment <li>N</li>"],
        '<ul id="l" class="c"><li>N</li><li id="a">A</li><li id="b" title="t">B</li></ul>',
      ],
      [
        ["selector #l", "merge append", "fragment <li>N</li>"],
        '<ul id="l" class="c"><li id="a">A</li><li id="b" title="t">B</li><li>N</li></ul>',
      ],
      [["selector #b", "merge before", "fragment <li>N</li>"], body.replace('<li id="b"', '<li>N</li><li id="b"')],
      [["selector #a", "merge after", "fragment <li>N</li>"], body.replace("A</li>", "A</li><li>N</li>")],
      [
        ["merge upsert_attributes", 'fragment <p id="b" lang="en" title="n">ignored</p>'],
        '<ul id="l" class="c"><li id="a">A</li><li id="b" title="n" lang="en">B</li></ul>',
      ],
    ];
    for (const [lines, after] of table) {
      assertEquals([lines, bodyOf((await apply(body, fragment(...lines))).document)], [lines, after]);
    }
  });

  test("applies each root for itself, and moves one node from target to target", async () => {
    const body = '<p class="t">1</p><p class="t">2</p><b id="x">x</b><b id="y">y</b>';
    const table: [lines: string[], body: string][] = [
      [['fragment <b id="y">Y</b> lost <b id="x">X</b>'], body.replace("x</b>", "X</b>").replace("y</b>", "Y</b>")],
      [["selector .t", "merge append", "fragment <i>N</i>"], body.replace("2</p>", "2<i>N</i></p>")],
      [["selector .t", "merge inner", "fragment <i>N</i>"], body.replace("1</p>", "N</p>").replace("2</p>", "N</p>")],
      [["selector .t", "merge outer", "fragment <i>N</i>"], '<i>N</i><b id="x">x</b><b id="y">y</b>'],
      [["fragment only text"], body],
    ];
    for (const [lines, after] of table) {
      assertEquals([lines, bodyOf((await apply(body, fragment(...lines))).document)], [lines, after]);
    }
  });

  test("finds the element that made the request for the selector self", async () => {
    const page = await apply("<b>1</b><i>2</i>", fragment("selector self", "merge inner", "fragment <b>N</b>"), "i");
    assertEquals(bodyOf(page.document), '<b>1</b><i id="ds--0">N</i>');
  });

  test("morphs as the client does, with the attribute that it forgets to remove", async () => {
    const page = await apply('<p id="x" a="1" b="2" c="3" d="4">t</p>', fragment('fragment <p id="x">t</p>'));
    assertEquals(bodyOf(page.document), '<p id="x" b="2" d="4">t</p>');
  });

  test("keeps nodes that share an id, and those that the next two new ones could use", async () => {
    const table: [before: string, kept: string, lines: string[], after: string][] = [
      [
        '<ul id="l"><li id="a">A</li><li id="b">B</li></ul>',
        "#b",
        ['fragment <ul id="l"><li id="b">B2</li><li>N</li></ul>'],
        '<ul id="l"><li id="b">B2</li><li>N</li></ul>',
      ],
      [
        '<p id="p"><b>1</b><b>2</b><i>3</i></p>',
        "b",
        ['fragment <p id="p"><i>0</i><b>1</b><b>2</b></p>'],
        '<p id="p"><i>0</i><b>1</b><b>2</b></p>',
      ],
    ];
    for (const [before, kept, lines, after] of table) {
      const page = openPage(before);
      const { document } = page;
      const node = document.querySelector(kept);
      await page.receive(fragment(...lines));
      assertEquals(bodyOf(document), after);
      assert(document.querySelector(kept) === node, kept);
    }
  });

  test("copies what a form's elements hold", async () => {
    const table: [before: string, line: string, after: string][] = [
      ['<input id="x" value="a" checked disabled>', 'fragment <input id="x" value="b">', '<input id="x" value="b">'],
      ['<input id="x">', 'fragment <input id="x" value="" checked="y">', '<input id="x" value="" checked="y">'],
      [
        '<select id="x"><option selected="y">1</option></select>',
        "fragment <select id=x><option>1</option></select>",
        '<select id="x"><option>1</option></select>',
      ],
      ['<textarea id="x">a</textarea>', "fragment <textarea id=x>b</textarea>", '<textarea id="x">b</textarea>'],
    ];
    for (const [before, line, after] of table) {
      const { document } = await apply(before, fragment(line));
      assertEquals([line, bodyOf(document)], [line, after]);
      const { value } = document.querySelector("#x") as HTMLInputElement;
      assertEquals([line, value], [line, /value="(.)"|>(.)</.exec(after)?.slice(1).join("") ?? ""]);
    }
  });

  test("reads stores, removes them, and merges what signals bring", async () => {
    const page = await apply(
      `<main id="m" data-store='{"a":{"b":1,"c":2},"d":[1]}'></main>`,
      fragment("merge upsert_attributes", `fragment <main id="m" data-store='{"a":{"b":3},"d":null}'></main>`) +
        'event: datastar-signal\ndata: store {"e":{"f":1},\ndata: store "a":{"c":null}}\n\n' +
        'event: datastar-signal\ndata: onlyIfMissing true\ndata: store {"a":9,"g":1}\n\n' +
        "event: datastar-delete\ndata: paths e.f h.i g.j\n\n" +
        "event: datastar-signal\ndata: onlyIfMissing true\n\nevent: datastar-signal\ndata: store null\n\n" +
        "event: datastar-signal\ndata: store {oops\n\n",
    );
    assertEquals(page.signals, { a: { b: 3 }, e: {}, g: 1, h: {} });
    assertEquals(page.console.map(({ mode }) => mode), ["error"]); // here the client catches what it throws
    assertEquals(bodyOf(page.document), '<main id="m"></main>');
  });

  test("deletes, redirects and writes to the console", async () => {
    const page = await apply(
      '<b class="x"></b><i class="x"></i><u></u>',
      "event: datastar-delete\ndata: selector .x\n\nevent: datastar-delete\ndata: selector .none\n\n" +
        "event: datastar-redirect\ndata: url /a b\n\nevent: datastar-console\ndata: warn a\ndata: b\n\n",
    );
    assertEquals(bodyOf(page.document), "<u></u>");
    assertEquals(page.location, "/a b");
    assertEquals(page.console, [{ mode: "warn", message: "a\nb" }]);
  });

  test("fails by name where the client throws", async () => {
    const table: [stream: string, name: string][] = [
      [fragment("merge replace", "fragment <b id=x></b>"), "unknown-merge"],
      [fragment("merge inner ", "fragment <b id=x></b>"), "unknown-merge"],
      [fragment("fragment <b id=none></b>"), "no-target"],
      [fragment("fragment <b></b>"), "no-target"],
      [fragment("fragment <b id=1a></b>"), "bad-selector"],
      [fragment("selector [", "fragment <b id=x></b>"), "bad-selector"],
      ["event: datastar-fragment\ndata:\n\n", "no-target"],
      ["event: datastar-fragment\ndata: fragment\n\n", "none"],
      ["event: datastar-signal\ndata: {}\n\n", "unknown-signal-key"],
      ["event: datastar-delete\ndata: #x\n\n", "unknown-delete-key"],
      ["event: datastar-redirect\ndata: /x\n\n", "unknown-redirect-key"],
      ["event: datastar-console\ndata: table x\n\n", "unknown-console-mode"],
      [fragment("merge upsert_attributes", `fragment <b id=x data-store='{"a":"b;c"}'></b>`), "bad-store"],
      [fragment("merge upsert_attributes", "fragment <b id=x data-store='{'></b>"), "bad-store"],
      [fragment("fragment <b id=x></b>"), "none"],
    ];
    for (const [stream, name] of table) assertEquals([stream, await failure("<b id=x></b>", stream)], [stream, name]);
  });

  // Bug 4 of the seed: escaping HTML alone does not save a store from the client's rewriting.
  test("rewrites a store that is escaped for HTML alone", async () => {
    const ref = (name: string) => `document.querySelector(ctx.store()._dsPlugins.refs.${name})`;
    const table: [text: string, read: string][] = [
      ["cost $money", "cost ctx.store().money.value"],
      ["$show(1)", "ctx.store()..value.show(1)"],
      ["$a.b(c)", "ctx.store().a.value.b(c)"],
      ["$$get(x, y)", "ctx.store()..value.get(x, y)"], // $$ is one $ to replace(), and then it is a signal
      ["$$", "$"],
      ["~ref", ref("ref")],
      ["${money}", "${money}"],
    ];
    for (const [text, read] of table) {
      const page = await apply(`<b data-store='{"a":"${text}"};'></b>`, "");
      assertEquals([text, page.signals.a], [text, read]);
    }
    for (const text of ["a;b", "$&", "${", "\u2028"]) {
      let result = "none";
      try {
        if (openPage(`<b data-store='{"a":"${text}"}'></b>`).signals.a !== text) result = "changed";
      } catch (error) {
        result = (error as ClientError).code;
      }
      assert(result !== "none", text);
    }
  });

  test("assigns to signals what a data-on-load says, and shows it", async () => {
    const table: [expression: string, store: unknown][] = [
      ["$a = $a + 1", { a: 2, o: { b: "x" } }],
      ["$a++", { a: 2, o: { b: "x" } }],
      ["--$a; $a -= 4; $a /= -2", { a: 2, o: { b: "x" } }],
      ["$a = $o.b = 'y'", { a: "y", o: { b: "y" } }],
      ["$o.b = $o.b.toUpperCase()\n$a = [$o.b]", { a: ["X"], o: { b: "X" } }],
      ["$a = null", { a: null, o: { b: "x" } }],
      ["$a > 0 && ($a = 5), $o.b += $a", { a: 5, o: { b: "x5" } }],
      ["$a = 2; $none = 1; $a = 3", { a: 2, o: { b: "x" } }], // what throws ends it, and is only logged
      ["$a = 'b'.none", { a: 1, o: { b: "x" } }],
      ["$a = 2; $o = 1", { a: 2, o: { b: "x" } }], // an object has signals of its own: only running would tell
      ["$a = 2; $a = {}", { a: 2, o: { b: "x" } }],
      ["$a = 2; ctx.store().a = 3", { a: 2, o: { b: "x" } }],
    ];
    for (const [expression, store] of table) {
      const body = `<p data-store="{a: 1, o: {b: 'x'}}" data-text="$a"></p><b data-on-load="${expression}"></b>`;
      const page = await apply(body, "");
      assertEquals([expression, page.signals], [expression, store]);
      assertEquals(
        bodyOf(page.document).replaceAll(/ id="\S+"/g, ""),
        `<p data-text="$a">${page.signals.a}</p><b></b>`,
      );
    }
  });

  test("assigns once, or each time with a modifier, and leaves the store of before as it was", async () => {
    const events = [];
    for await (const event of readStream("event: datastar-signal\ndata: store {}\n\n".repeat(2))) events.push(event);
    const page = openPage(
      `<i data-store="{o: {a: 0, b: 0}}"></i><b data-on-load="$o.a++" data-on-load.once="$o.b++"></b>`,
    );
    assertEquals(page.signals, { o: { a: 1, b: 1 } });
    const { signals } = page;
    const changes = events.map((event) => page.apply([event]).changes.signals);
    assertEquals([page.signals, changes], [{ o: { a: 1, b: 3 } }, [["o.b"], ["o.b"]]]);
    assertEquals(signals, { o: { a: 1, b: 1 } });
  });

  test("cannot read a reference anew once a server has removed what the client keeps in the store", async () => {
    const page = `<i data-ref="i"></i>`;
    const signal = (store: string) => `event: datastar-signal\ndata: store ${store}\n\n`;
    const table: [stream: string, name: string, messages: number][] = [
      [signal("{a: 1}"), "none", 0],
      ["event: datastar-delete\ndata: paths _dsPlugins\n\n", "bad-attribute", 0],
      [
        fragment("selector i", "merge upsert_attributes", 'fragment <i data-store="{_dsPlugins: null}"></i>'),
        "none",
        0,
      ],
      [signal("{_dsPlugins: null}") + signal("{a: 1}"), "none", 2], // here the client catches what it throws
      ["event: datastar-signal\ndata: onlyIfMissing true\ndata: store {_dsPlugins: null}\n\n", "none", 0],
    ];
    for (const [stream, name, messages] of table) {
      assertEquals([stream, await failure(page, stream)], [stream, name]);
      if (name === "none") assertEquals((await apply(page, stream)).console.length, messages, stream);
    }
  });

  test("gives an element no empty class where data-class has nothing to remove", async () => {
    const page = await apply(`<i data-store="{n: 1}"></i><b data-class="{two: $n === 2}"></b>`, "");
    assertEquals(page.find("[class]"), []);
  });

  test("says which code of the page it did not run, once and not without end", async () => {
    const attributes: [attribute: string, noted: boolean][] = [
      [`data-text="document.title"`, true],
      [`data-text="$a + 1"`, false],
      [`data-text="$a.trim()"`, false], // throws, which is known
      [`data-text="$b.trim()"`, false],
      [`data-text="$b.at(0)"`, true],
      [`data-text="$a = 2"`, true],
      [`data-show="Math.random()"`, true],
      [`data-show="a b"`, false], // cannot be run
      [`data-show.duration_1s="false"`, true],
      [`data-bind-title="$b + location"`, true],
      [`data-bind-title="$b"`, false],
      [`data-class="{a: window}"`, true],
      [`data-on-load="alert($a)"`, true],
      [`data-on-load="$a = 2; alert($a)"`, true],
      [`data-on-load.debounce_1s="$a = 2"`, true],
      [`data-on-load.once="$a = 2"`, false],
      [`data-on-raf="$a"`, true],
      [`data-on-store-change="$a"`, true],
      [`data-on-click="alert(1)"`, false], // no click comes
      [`data-computed-c="$a"`, true],
      [`data-intersects="$a = 2"`, true],
      [`data-store="{d: Date.now()}"`, true],
      [`data-store="{d: 1}"`, false],
      [`data-ref="r"`, false],
    ];
    const signals = "event: datastar-signal\ndata: store {}\n\n".repeat(2);
    for (const [attribute, noted] of attributes) {
      const page = await apply(`<i data-store="{a: 1, b: 'x'}"></i><b ${attribute}></b>`, signals);
      assertEquals([attribute, page.unevaluated], [attribute, noted ? [attribute] : []]);
    }
    const page = await apply("", "event: datastar-signal\ndata: store {d: Date.now()}\n\n");
    assertEquals(page.unevaluated, ['datastar-signal="{d: Date.now()}\\n"']);
    const many = Array.from({ length: 200 }, (_, i) => `<b data-text="f(${i})"></b>`).join("");
    assertEquals((await apply(many, "")).unevaluated.length, 100);
  });

  test("tells what an event has written to the console from what the client says by itself", async () => {
    const page = await apply(
      "",
      "event: datastar-signal\ndata: store {oops\n\nevent: datastar-console\ndata: error x\n\n",
    );
    assertEquals(page.console.map(({ own }) => own), [true, undefined]);
  });
});
