import { assertEquals } from "@std/assert";
import { describe, test } from "node:test";
import { type Changes, openPage, type Page, readStream } from "../harness/mod.ts";

/** `Changes` as text: what is not told is not there. */
interface Told {
  added?: string[];
  removed?: string[];
  /** The element that was removed, and the root in its place. */
  replaced?: [old: string, root: string][];
  attributes?: [element: string, name: string, before: string | null, after: string | null][];
  texts?: string[];
  signals?: string[];
}

const html = (element: Element) => element.outerHTML.replaceAll(' class=""', "");
/** The tag and the id: enough to know an element by. */
const label = ({ localName, id }: Element) => id ? `${localName}#${id}` : localName;

function tell(changes: Changes): Told {
  const all: Told = {
    added: changes.added.map(html),
    removed: changes.removed.map(html),
    replaced: changes.replaced.map((pair): [string, string] => [html(pair.old), html(pair.new)]),
    attributes: changes.attributes.map(({ element, name, before, after }) => [label(element), name, before, after]),
    texts: changes.texts.map(label),
    signals: changes.signals,
  };
  return Object.fromEntries(Object.entries(all).filter(([, list]) => list.length > 0));
}

const event = (name: string, ...lines: string[]) =>
  `event: datastar-${name}\n${lines.map((line) => `data: ${line}\n`).join("")}\n`;
const fragment = (...lines: string[]) => event("fragment", ...lines);

/** Applies a stream, all of which arrives at once, to a page with this body. Returns the changes. */
async function changesOf(body: string, stream: string, viewTransitions = false): Promise<Told> {
  const page = openPage(body);
  const events = await Array.fromAsync(readStream(stream));
  const { changes, errors } = page.apply(events, { viewTransitions });
  assertEquals(errors, []);
  return tell(changes);
}

async function assertChanges(body: string, table: [stream: string, told: Told][]) {
  for (const [stream, told] of table) assertEquals([stream, await changesOf(body, stream)], [stream, told]);
}

async function applyTo(page: Page, stream: string): Promise<Told[]> {
  const told = [];
  for await (const event of readStream(stream)) told.push(tell(page.apply([event]).changes));
  return told;
}

describe("the changes of a fragment", () => {
  const list = '<ul id="l"><li id="a" title="t">A</li><li id="b">B</li></ul>';

  test("tell what each mode has done", async () => {
    const root = '<li id="a" lang="en"><b>N</b></li>';
    const b = "<b>N</b>";
    await assertChanges(list, [
      [fragment(`fragment ${root}`), {
        added: [b],
        attributes: [["li#a", "lang", null, "en"], ["li#a", "title", "t", null]],
        texts: ["li#a"],
      }],
      [fragment('fragment <p id="a">N</p>'), {
        replaced: [['<li id="a" title="t">A</li>', '<p id="a">N</p>']],
      }],
      [fragment("merge inner", `fragment ${root}`), { added: [b], texts: ["li#a"] }],
      [fragment("merge outer", `fragment ${root}`), { replaced: [['<li id="a" title="t">A</li>', root]] }],
      [fragment("merge prepend", "selector #l", `fragment ${b}<i>M</i>`), { added: [b, "<i>M</i>"] }],
      [fragment("merge append", "selector #l", "fragment <li>N<b></b></li>"), { added: ["<li>N<b></b></li>"] }],
      [fragment("merge before", "selector #a", `fragment ${b}`), { added: [b] }],
      [fragment("merge after", "selector #b", `fragment ${b}`), { added: [b] }],
      [fragment("merge upsert_attributes", "selector #a", `fragment <p title="u" lang="en">${b}</p>`), {
        attributes: [["li#a", "title", "t", "u"], ["li#a", "lang", null, "en"]],
      }],
    ]);
  });

  test("tell what each mode has done to many targets", async () => {
    const body = '<p class="t" id="x">1</p><p class="t" id="y">2</p>';
    const [x, y] = ['<p class="t" id="x">1</p>', '<p class="t" id="y">2</p>'];
    const to = (mode: string, root: string) => fragment("selector .t", `merge ${mode}`, `fragment ${root}`);
    const n = "<i>N</i>";
    await assertChanges(body, [
      [to("morph", '<p class="t" id="z">3</p>'), {
        attributes: [["p#z", "id", "x", "z"], ["p#z", "id", "y", "z"]],
        texts: ["p#z", "p#z"],
      }],
      [to("morph", n), { removed: [x], replaced: [[y, n]] }],
      [to("inner", `<b>${n}</b>`), { added: [n, n], texts: ["p#x", "p#y"] }],
      [to("outer", n), { removed: [x], replaced: [[y, n]] }],
      [to("prepend", n), { added: [n] }],
      [to("append", n), { added: [n] }],
      [to("before", n), { added: [n] }],
      [to("after", n), { added: [n] }],
      [to("upsert_attributes", '<b lang="en">'), {
        attributes: [["p#x", "lang", null, "en"], ["p#y", "lang", null, "en"]],
      }],
      [to("outer", "<i>1</i><i class='t'>2</i>").replaceAll("<i>1</i>", "<i class='t'>1</i>"), {
        removed: [x],
        replaced: [[y, '<i class="t">2</i>']],
      }],
    ]);
  });

  test("tell of targets inside each other only what has become of them", async () => {
    const body = '<div class="t"><p class="t">1</p></div>';
    const to = (mode: string) => fragment("selector .t", `merge ${mode}`, "fragment <i>N</i>");
    await assertChanges(body, [
      [to("outer"), { removed: ['<div class="t"><i>N</i></div>'] }],
      [to("inner"), { removed: ['<p class="t">N</p>'], texts: ["div"] }],
    ]);
  });

  test("tell an element that comes or goes without those inside it", async () => {
    const outer = '<div id="o"><p id="p"><b></b></p><i></i></div>';
    const more = fragment("merge append", "selector #n", "fragment <u></u>");
    await assertChanges(outer, [
      [fragment("merge append", "selector #o", 'fragment <p><s id="n"></s></p>') + more, {
        added: ['<p><s id="n"><u></u></s></p>'],
      }],
      [fragment("merge outer", 'fragment <p id="o"><s id="n"></s></p>') + more, {
        replaced: [[outer, '<p id="o"><s id="n"><u></u></s></p>']],
      }],
      [event("delete", "selector b") + event("delete", "selector #o"), {
        removed: ['<div id="o"><p id="p"></p><i></i></div>'],
      }],
      [event("delete", "selector b, #o, p, i"), { removed: ['<div id="o"></div>'] }],
      [event("delete", "selector b, i"), { removed: ["<b></b>", "<i></i>"] }],
    ]);
  });

  test("tell nothing of an attribute inside an element that is new", async () => {
    await assertChanges('<div id="o" data-store="{x: 0}"></div>', [
      [
        fragment(
          "merge append",
          "selector #o",
          `fragment <div><p data-show="$x" data-text="'t'" data-store="{y: 1}">a</p></div>`,
        ),
        {
          added: [
            `<div><p data-show="$x" data-text="'t'" id="ds--0" style="display: none;">t</p></div>`,
          ],
          signals: ["y"],
        },
      ],
    ]);
  });

  test("tell nothing that came and went in between", async () => {
    const body = '<p id="x" title="t">1</p>';
    const set = (title: string) => fragment("merge upsert_attributes", `fragment <p id="x" title="${title}"></p>`);
    const n = fragment("merge append", "selector #x", 'fragment <b id="n"></b>');
    await assertChanges(body, [
      [n + event("delete", "selector #n"), {}],
      [set("u") + set("t"), {}],
      [set("u") + set("v"), { attributes: [["p#x", "title", "t", "v"]] }],
      [fragment("merge inner", 'fragment <p id="x">2</p>') + fragment("merge inner", 'fragment <p id="x">1</p>'), {}],
      [fragment('fragment <p id="x" title="t">2</p>') + fragment('fragment <p id="x" title="t">1</p>'), {}],
      [fragment('fragment <b id="x">2</b>') + fragment('fragment <i id="x">3</i>'), {
        replaced: [[body, '<i id="x">3</i>']],
      }],
      [fragment('fragment <b id="x">2</b>') + event("delete", "selector b"), { removed: [body] }],
      [n + fragment("merge outer", 'fragment <i id="n"></i>'), { added: ['<i id="n"></i>'] }],
      [event("signal", "store {a: 1}") + event("signal", "store {a: null}"), {}],
    ]);
  });

  test("tell an attribute that was empty or becomes empty", async () => {
    await assertChanges('<input id="x" disabled title=""><p id="y" lang="en" class="a"></p>', [
      [fragment('fragment <input id="x" title="">'), { attributes: [["input#x", "disabled", "", null]] }],
      [fragment('fragment <input id="x" disabled title="b">'), { attributes: [["input#x", "title", "", "b"]] }],
      [fragment("merge upsert_attributes", 'fragment <p id="y" lang="" hidden></p>'), {
        attributes: [["p#y", "lang", "en", ""], ["p#y", "hidden", null, ""]],
      }],
      [fragment("merge upsert_attributes", 'fragment <p id="y" class="b"></p>'), {
        attributes: [["p#y", "class", "a", "b"]],
      }],
      [fragment("merge upsert_attributes", 'fragment <p id="y" class></p>'), {
        attributes: [["p#y", "class", "a", ""]],
      }],
    ]);
  });

  test("tell nothing of the classes that the client leaves, but where it raises", async () => {
    const body = '<p id="x"></p>';
    await assertChanges(body, [[fragment("merge inner", "settle 0", 'fragment <p id="x"></p>'), {}]]);
    const page = openPage(body);
    const [raising] = await Array.fromAsync(readStream(fragment("merge upsert_attributes", "fragment <p id=x =y>")));
    const { changes, errors } = page.apply([raising]);
    assertEquals(errors.map(({ code }) => code), ["bad-html"]);
    assertEquals(tell(changes), { attributes: [["p#x", "class", null, "datastar-swapping"]] });
  });

  test("have texts that were added, removed or changed, and none that was written anew without a change", async () => {
    const body = '<p id="x" data-text="$t" data-store="{t: 1}"></p><p id="y">a<br>b</p><!-- c --><p id="z"></p>';
    await assertChanges(body, [
      [fragment('fragment <p id="y">a<br>c</p>'), { texts: ["p#y"] }],
      [fragment('fragment <p id="y">a<br></p>'), { texts: ["p#y"] }],
      [fragment('fragment <p id="y">a<br>b</p>'), {}],
      [fragment("merge inner", 'fragment <p id="y">a<b></b>b</p>'), { added: ["<b></b>"], removed: ["<br>"] }],
      [fragment("merge inner", 'fragment <p id="z">n</p>'), { texts: ["p#z"] }],
      [fragment("merge inner", 'fragment <p id="z"><!-- n --></p>'), {}],
      [event("signal", "store {t: 2}"), { texts: ["p#x"], signals: ["t"] }],
      [event("signal", "store {t: 1}"), {}],
      [event("delete", "selector #y"), { removed: ['<p id="y">a<br>b</p>'] }],
    ]);
  });

  test("tell what view transitions have done when they are over", async () => {
    const stream = fragment('fragment <b id="x">1</b>') + fragment("vt false", 'fragment <i id="x">2</i>');
    assertEquals(await changesOf('<p id="x"></p>', stream, true), {
      replaced: [['<p id="x"></p>', '<i id="x">2</i>']],
    });
    assertEquals(await changesOf('<p id="x"></p>', fragment('fragment <p id="x">1</p>'), true), { texts: ["p#x"] });
  });

  test("tell nothing of an element that has left the page", async () => {
    const page = openPage("<p></p><i></i>", { initiator: "i" });
    const self = (mode: string) => fragment("selector self", `merge ${mode}`, 'fragment <b id="n" title="t">1</b>');
    assertEquals(await applyTo(page, event("delete", "selector i") + self("inner") + self("upsert_attributes")), [
      { removed: ['<i id="ds--0"></i>'] },
      {},
      {},
    ]);
    assertEquals(await applyTo(page, self("outer")), [{}]);
  });
});

describe("the changes of a signal, a delete and the rest", () => {
  test("have the paths of signals that were added, removed or changed", async () => {
    const body = `<p data-store='{a: 1, b: {c: 2, d: {e: 3}}, l: [1, {m: 1}], u: undefined, t: ""}'></p>`;
    const store = (text: string) => event("signal", `store ${text}`);
    await assertChanges(body, [
      [store("{a: 1, b: {d: {e: 3}}, l: [1, {m: 1}]}"), {}],
      [store("{a: '1', b: {c: null, d: {e: 4, f: 5}}, n: {o: 1}}"), { signals: ["a", "b.c", "b.d.e", "b.d.f", "n"] }],
      [store("{b: 1}"), { signals: ["b"] }],
      [store("{l: [1, {m: 2}], t: []}"), { signals: ["l", "t"] }],
      [store("{l: [1]}"), { signals: ["l"] }],
      [store("{u: 1, v: undefined, a: NaN}"), { signals: ["a", "u", "v"] }],
      [store("{a: 1n, big: 2n}"), { signals: ["a", "big"] }],
      [store("{a: undefined}"), { signals: ["a"] }],
      [store("{toString: undefined}"), { signals: ["toString"] }],
      [event("signal", "onlyIfMissing true", "store {a: 2, n: 1}"), { signals: ["n"] }],
      [event("delete", "paths a b.d.e b.x.y"), { signals: ["a", "b.d.e", "b.x"] }],
      [event("delete", "paths u"), { signals: ["u"] }],
      [fragment("merge upsert_attributes", 'fragment <p id="ds--0" data-store="{a: 2}"></p>'), { signals: ["a"] }],
      [store("{oops"), {}],
    ]);
    for (const value of ["NaN", "-0", "1n", "[NaN, [undefined]]"]) {
      const stream = store(`{x: ${value}}`);
      const page = openPage("");
      assertEquals([value, await applyTo(page, stream + stream)], [value, [{ signals: ["x"] }, {}]]);
    }
  });

  test("tell what signals change in the page", async () => {
    const body = `<p id="p" data-show="$a" data-store="{a: true}"></p><i id="i" data-class="{on: $a}"></i>`;
    await assertChanges(body, [
      [event("signal", "store {a: false}"), {
        attributes: [["i#i", "class", "on", ""], ["p#p", "style", null, "display: none;"]],
        signals: ["a"],
      }],
    ]);
  });

  test("tell the elements that a delete removes, with all targets", async () => {
    const body = "<p>1</p><div><p>2</p>t</div>";
    await assertChanges(body, [
      [event("delete", "selector p"), { removed: ["<p>1</p>", "<p>2</p>"] }],
      [event("delete", "selector div"), { removed: ["<div><p>2</p>t</div>"] }],
      [event("delete", "selector u"), {}],
    ]);
  });

  test("are none for a redirect, the console, and what the client ignores", async () => {
    const page = openPage("<p></p>");
    const stream = event("redirect", "url /x") + event("console", "log x") + event("merge-fragments", "fragment <b>") +
      fragment("fragment text");
    assertEquals(await applyTo(page, stream), [{}, {}, {}, {}]);
    assertEquals([page.location, page.console], ["/x", [{ mode: "log", message: "x" }]]);
  });

  test("are told for each event by itself, and for events at once together", async () => {
    const stream = event("signal", "store {a: 1}") + fragment('fragment <p id="x">1</p>') +
      event("console", "nonsense") + event("signal", "store {b: 1}");
    const page = openPage('<p id="x"></p>');
    const events = await Array.fromAsync(readStream(stream));
    const { changes, errors: [error] } = page.apply(events);
    assertEquals([tell(changes), error.code], [{ texts: ["p#x"], signals: ["a"] }, "unknown-console-mode"]);
    const other = openPage('<p id="x"></p>');
    assertEquals([events[0], events[1]].map((event) => tell(other.apply([event]).changes)), [
      { signals: ["a"] },
      { texts: ["p#x"] },
    ]);
  });
});
