import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import { effect } from "../conformance/classic/effect.ts";
import { fragments } from "../conformance/classic/fragments.ts";
import { parseMarkup } from "../conformance/markup.ts";
import { isIdentifier, isSelector } from "../conformance/classic/selector.ts";
import { signals } from "../conformance/classic/signals.ts";
import { isDefault } from "../conformance/classic/fragment_parts.ts";
import { interpretStream } from "../conformance/classic/interpret.ts";
import { describePlace } from "../conformance/checks/quote.ts";
import { classic } from "../conformance/classic/mod.ts";
import { judge } from "../conformance/judge.ts";
import { checkStream, dialects } from "../conformance/mod.ts";
import { readStream, type StreamEvent } from "../harness/mod.ts";
import { families } from "../vectors/classic/mod.ts";
import { healthy, mutants, page } from "./mutants/events.ts";
import { assertTrips } from "./mutants/mutant.ts";

const checks = [...fragments, ...effect, ...signals];
const ids = new Set(checks.map(({ id }) => id));

for (const mutant of mutants) {
  test(`it is found that ${mutant.name}`, async () => {
    const { initiator, page = "", stream } = mutant;
    const bytes = new TextEncoder().encode(stream);
    const recorded = { subject: "stream", name: "stream", bytes, ended: true, endless: false };
    const evidence = await interpretStream(recorded, { html: page, initiator });
    assertTrips(mutant, [...(await judge({ streams: [evidence] }, classic)).keys()]);
  });
}

for (const { name, stream, page } of healthy) {
  test(`nothing is found: ${name}`, async () => {
    const { report } = await checkStream(stream, { page, dialect: dialects.classic });
    const found = report.checks.filter(({ verdict }) => verdict === "fail" || verdict === "warn");
    assertEquals(found.map(({ id, actual }) => `${id}: ${actual}`), []);
    assert(report.complete);
  });
}

/** The verdicts of the checks of effects on a stream. */
async function judgeEffects(stream: string): Promise<Record<string, string>> {
  const { report } = await checkStream(stream, { page: '<body data-store="{n: 1}"><p id="a">1</p></body>' });
  return Object.fromEntries(report.checks.map(({ id, verdict, reason }) => [id, reason ?? verdict]));
}

const morph = (html: string) => `event: datastar-fragment\ndata: fragment ${html}\n\n`;

for (const store of ["{now: new Date().getTime()}", "{f: () => 1}", "{x: Math.random()}", "{...window.y}"]) {
  for (
    const [place, first] of [
      ["datastar-signal", `event: datastar-signal\ndata: store ${store}\n\n`],
      ["data-store", morph(`<p id="a" data-store="${store}">1</p>`)],
    ]
  ) {
    test(`after a ${place} that runs code nothing is said of what depends on the store: ${store}`, async () => {
      const used = morph('<p id="a"><input id="m" data-model="now"><b data-text="$f.y" data-class="$x"></b></p>') +
        "event: datastar-delete\ndata: paths n.x now.x.y\n\n" +
        morph('<p id="a" data-class="$now">2</p>');
      const found = await judgeEffects(first + used);
      assertEquals(Object.entries(found).filter(([, verdict]) => verdict === "fail"), []);
      for (const id of ["dom-raises", "dom-console", "dom-lost-signals", "dom-change"]) {
        assertEquals([id, found[id]], [id, "unobserved"]);
      }
      assertEquals([found["dom-target"], found["dom-lost"]], ["pass", "pass"]);
      assertEquals((await judgeEffects(first + morph('<p id="none"></p>')))["dom-target"], "fail");
    });
  }
}

test("after a selector that may meet more elements no effect is told", async () => {
  const remove = "event: datastar-delete\ndata: selector p:hover\n\n";
  const after = remove + morph('<p id="none"></p>') + "event: datastar-delete\ndata: paths n.x.y\n\n";
  const found = await judgeEffects(after);
  for (const id of ["dom-target", "dom-raises", "dom-lost", "dom-console", "dom-change", "dom-nested"]) {
    assertEquals([id, found[id]], [id, "unobserved"]);
  }
  const before = await judgeEffects(morph('<p id="none"></p>') + after);
  assertEquals(before["dom-target"], "fail", "an event before it is told");
});

test("each check of the events has a mutant", () => {
  const named = new Set(mutants.flatMap(({ trips }) => trips));
  assertEquals([...ids].filter((id) => !named.has(id)), []);
});

test("each check has an id of its own, a clause and texts that are sentences", () => {
  assertEquals(ids.size, checks.length);
  for (const { id, title, why, fix, clause } of checks) {
    assert(/^(html|dom|sto|sig|del|red|con)(-[a-z]+)+$/.test(id), id);
    assert(/^[A-Z]{3}-\d+$/.test(clause), id);
    assert(!title.endsWith(".") && why.endsWith(".") && fix.endsWith("."), id);
  }
});

interface Vector {
  id: string;
  page: string;
  stream?: string;
  streamBase64?: string;
  initiator?: string;
  expect: { error?: string };
}

const vectors = families.flatMap(({ vectors }) => vectors as unknown as Vector[]);

/** The results for the stream of a vector, with its page or without. */
async function judgeVector({ stream, streamBase64 = "", page, initiator }: Vector, hasPage: boolean) {
  const bytes = stream === undefined
    ? Uint8Array.from(atob(streamBase64), (character) => character.charCodeAt(0))
    : new TextEncoder().encode(stream);
  const recorded = { subject: "stream", name: "stream", bytes, ended: true, endless: false };
  const evidence = await interpretStream(recorded, hasPage ? { html: page, initiator } : undefined);
  return [...(await judge({ streams: [evidence] }, classic)).keys()];
}

test("no check throws on any vector without its page", async () => {
  for (const vector of vectors) await judgeVector(vector, false);
});

/** Vectors that raise because of the times of events, which no check of a stream sees. */
const unseen = ["frg-vt-default", "vt-pending-target", "vt-pending-root"];

test("in each vector that makes the client raise a MUST fails", async () => {
  const passed: string[] = [];
  for (const vector of vectors) {
    const results = await judgeVector(vector, true);
    if (vector.expect.error && !results.some(({ verdict }) => verdict === "fail")) passed.push(vector.id);
  }
  assertEquals(passed.sort(), unseen.toSorted());
});

async function eventsOf(stream: string): Promise<{ events: StreamEvent[]; bytes: Uint8Array }> {
  const bytes = new TextEncoder().encode(stream);
  return { events: await Array.fromAsync(readStream(bytes)), bytes };
}

const textsOf = (bytes: Uint8Array, ranges: { start: number; end: number }[]) =>
  ranges.map(({ start, end }) => new TextDecoder().decode(bytes.subarray(start, end)));

test("the HTML of each fragment of the vectors is found in its bytes", async () => {
  for (const { stream = "" } of vectors) {
    const { events, bytes } = await eventsOf(stream);
    for (const event of events) {
      const { instruction, reading: { data, content } } = event;
      const hasHtml = instruction?.type === "fragment" && !isDefault(event);
      const source = hasHtml || instruction?.type === "signal" ? content : data;
      if (hasHtml) assertEquals(source.text, instruction.html);
      if (instruction?.type === "signal") assertEquals(source.text, instruction.store.trim());
      if (event.lines.some(({ broken }) => broken) || stream.includes("\uFEFF")) continue;
      assertEquals(textsOf(bytes, source.bytesAt(0, source.text.length)).join("\n"), source.text);
    }
  }
});

test("a place in a fragment is found in its bytes, over lines, line ends and characters of several bytes", async () => {
  const lines = [
    ": é",
    "event: datastar-fragment",
    "data:",
    "data: fragment  <p id='é'>",
    "id: 1",
    "data:😀<b>",
    "data: settle 500",
    "data: fragment x</b></p>  ",
  ];
  for (const end of ["\n", "\r\n", "\r"]) {
    const { events: [event], bytes } = await eventsOf(lines.join(end) + end + end);
    const { content } = event.reading;
    const { text } = content;
    assertEquals(text, "<p id='é'>\n😀<b>\nx</b></p>");
    const find = (part: string) =>
      textsOf(bytes, content.bytesAt(text.indexOf(part), text.indexOf(part) + part.length));
    assertEquals(find("<p id='é'>"), ["<p id='é'>"]);
    assertEquals(find("é"), ["é"]);
    assertEquals(find("😀"), ["😀"]);
    assertEquals(find("<b>"), ["<b>"]);
    assertEquals(find("</p>"), ["</p>"]);
    assertEquals(find(">\n😀<b>\nx<"), [">", "😀<b>", "x<"]);
    assertEquals(describePlace(text, text.indexOf("<b>")), "line 2, column 2");
  }
});

test("a finding shows the bytes that are wrong, and no others", async () => {
  const cases: [id: string, stream: string, shown: string, text: string][] = [
    ["html-tags", "fragment <p id='target'>é\ndata: </b>x</p>", "</b>", "line 2, column 1"],
    ["html-outside", "fragment 12:00 <p id='target'></p>", "12:00 ", "line 1, column 1"],
    ["html-attribute-name", "fragment <p id='target'\ndata:   =x>y</p>", "=x", "line 2, column 3"],
    [
      "sto-dollar",
      "fragment <p id='target' data-store='{&quot;é&quot;:&quot;a&amp;&#36;money&quot;}'></p>",
      "&#36;",
      "line 1, column 9",
    ],
    ["html-selector", "selector #target >\ndata: fragment <p></p>", "#target >", '"#target >"'],
  ];
  for (const [id, data, shown, text] of cases) {
    const { report } = await checkStream(`event: datastar-fragment\ndata: vt false\ndata: ${data}\n\n`, {
      only: [id],
      page,
    });
    const [{ evidence: [bytes], actual }] = report.checks;
    assertEquals(bytes.text.slice(bytes.from, bytes.to), shown);
    assert(actual.includes(text), actual);
  }
});

test("selectors and ids are judged as browsers judge them", () => {
  for (
    const valid of [
      "#a",
      "a:has(> b)",
      "[x='y' i]",
      "*|*",
      "li:nth-child(2n+1)",
      "#\\31 a",
      "a:not(.b, .c)",
      "[x=':first']",
    ]
  ) {
    assert(isSelector(valid), valid);
  }
  for (
    const invalid of ["", " ", "#", "#1a", "> a", "a,", "a{", "a:first", ":contains(x)", "a:eq(0)", "[x=", "/x", "a b)"]
  ) {
    assert(!isSelector(invalid), invalid);
  }
  for (const id of ["a", "_a", "-a", "--1", "é", "😀", "a-1_b"]) assert(isIdentifier(id), id);
  for (const id of ["", "1", "-", "-1", "a.b", "a:b", "a b", "a/b", "a\\.b"]) assert(!isIdentifier(id), id);
});

test("markup without a fault has none", () => {
  for (
    const html of [
      "<p>a<p>b",
      "<table><tr><td>1</table>",
      "<ruby>a<rt>b</ruby>",
      "<svg><g/><path></path></svg>",
      "<template><tr><td>x</td></tr></template>",
      "<textarea>\n<p></textarea><style>a > b { }</style><script>'</p>'</script>",
      "<image src=x>",
      "<table> <!-- x --> <tr> <td> <table><tr><td>1</table> </table>",
    ]
  ) {
    const { dropped, unclosed, stray, invented, moved } = parseMarkup(html);
    assertEquals({ html, dropped, unclosed, stray, invented, moved }, {
      html,
      dropped: [],
      unclosed: [],
      stray: [],
      invented: [],
      moved: [],
    });
  }
});

test("reading gives up on a stream that is too much, and says why", async () => {
  const bytes = (stream: string) => new TextEncoder().encode(stream);
  const read = (stream: string) =>
    interpretStream({ subject: "x", name: "x", bytes: bytes(stream), ended: true, endless: false }, { html: page });
  const fragment = (html: string) => `event: datastar-fragment\ndata: vt false\ndata: fragment ${html}\n\n`;
  const deep = await read(fragment('<p id="target">1</p>') + fragment(`<div id="target">${"<b>".repeat(100_000)}`));
  assert(deep.why?.includes("inside each other"), deep.why);
  assertEquals(deep.events.length, 1);
  const many = await read(": x\n\n" + "event: datastar-console\ndata: log x\n\n".repeat(5_001));
  assertEquals(many.events.length, 5_000);
  assert(many.why?.includes("5000"), many.why);
  const broken = await interpretStream(
    { subject: "x", name: "x", bytes: bytes(fragment('<p id="target">1</p>')), ended: true, endless: false },
    { html: '<p id="target" data-text="+">' },
  );
  assert(broken.pageError);
  assertEquals(broken.events.length, 1);
});
