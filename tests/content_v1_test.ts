import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import { checkStream, dialects, type Exchange, judgeRecording, type Run } from "../conformance/mod.ts";
import { effect } from "../conformance/v1/effect.ts";
import { elements } from "../conformance/v1/elements.ts";
import { clauseIds } from "../conformance/v1/clauses.ts";
import { signals } from "../conformance/v1/signals.ts";
import { families } from "../vectors/v1/mod.ts";
import { bytesOf, type Vector } from "../vectors/vector.ts";
import { v1 } from "../harness/mod.ts";
import { type ContentMutant, healthy, mutants, page } from "./mutants/v1/content.ts";
import { assertTrips } from "./mutants/mutant.ts";

const checks = [...elements, ...effect, ...signals];
const ids = checks.map(({ id }) => id);
const dialect = { ...dialects.v1, checks };

/** An answer to a GET, in these pieces, each at its time. */
function createExchange(path: string, pieces: [text: string, at: number][], ending: Exchange["ending"]): Exchange {
  const texts = pieces.map(([text]) => new TextEncoder().encode(text));
  let end = 0;
  return {
    name: `GET ${path}`,
    request: { method: "GET", path, headers: {} },
    head: { version: "1.1", status: 200, reason: "OK", headers: [["content-type", "text/event-stream"]], at: 1 },
    body: Uint8Array.from(texts.flatMap((text) => [...text])),
    chunks: texts.map(({ length }, i) => ({ at: pieces[i][1], start: end, end: end += length })),
    ending,
    endedAt: pieces.at(-1)![1] + 1,
  };
}

/** Judges the answer to a GET of a path. */
function judgeAnswer(exchange: Exchange): Promise<Run> {
  const { path } = exchange.request;
  return judgeRecording(
    { kind: "stream", target: path, recordedAt: "2026-01-01", durationMs: 1, subject: path, exchange, page },
    { dialect },
  );
}

function judgeContent({ stream, page, path, endless }: Omit<ContentMutant, "trips">): Promise<Run> {
  if (path === undefined) return checkStream(stream, { page, dialect });
  return judgeAnswer(createExchange(path, [[String(stream), 5]], endless ? "left" : "complete"));
}

for (const mutant of mutants) {
  test(`it is found that ${mutant.name}`, async () => {
    assertTrips(mutant, (await judgeContent(mutant)).report.checks);
  });
}

for (const stream of healthy) {
  test(`nothing is found: ${stream.name}`, async () => {
    const { report } = await judgeContent(stream);
    const found = report.checks.filter(({ verdict }) => verdict === "fail" || verdict === "warn");
    assertEquals(found.map(({ id, actual }) => `${id}: ${actual}`), []);
    assert(report.complete);
  });
}

test("each check of the content of v1 has a mutant", () => {
  const tripped = new Set(mutants.flatMap(({ trips }) => trips));
  assertEquals(ids.filter((id) => !tripped.has(id)), []);
  assertEquals([...tripped].filter((id) => !ids.includes(id)), []);
});

test("each check of the content of v1 has an id of its own, a clause and texts that are sentences", () => {
  assertEquals(new Set(ids).size, ids.length);
  for (const { id, title, why, fix, clause } of checks) {
    assert(/^v1-(el|dom|sig)(-[a-z]+)+$/.test(id), id);
    assert(clauseIds.includes(clause), `${id}: there is no ${clause}`);
    assert(!title.endsWith(".") && why.endsWith(".") && fix.endsWith("."), id);
  }
});

const vectors = families.flatMap(({ vectors }) => vectors);

/** The MUSTs that fail for the stream of a vector, with its page or without. */
async function findFailures(vector: Vector, hasPage: boolean): Promise<string[]> {
  const { report } = await checkStream(bytesOf(vector), { page: hasPage ? vector.page : undefined, dialect });
  return report.checks.filter(({ verdict }) => verdict === "fail").map(({ id }) => id);
}

/**
 * The vectors without an error or a warning for which a MUST fails, by its id: the client loses something without a message,
 * or the vector shows an accident.
 */
const silentLosses: Record<string, string[]> = {
  "v1-el-table-part": [
    "pel-element-before-row",
  ],
  "v1-el-tags": [
    "pel-paragraph-split",
  ],
  "v1-el-template-end": [
    "pel-template-end",
  ],
  "v1-el-page-end": [
    "pel-body-end-in-attribute",
    "pel-body-end-in-comment",
    "pel-rows-in-page",
    "nsp-svg-page",
    "scr-body-end-in-element",
  ],
  "v1-el-outside": [
    "pel-by-id-order",
    "mph-two-roots-page-order",
  ],
  "v1-el-root": [
    "pel-text-only",
    "mph-text-only-no-selector",
  ],
  "v1-dom-nested": [
    "pel-nested-targets",
  ],
  "v1-dom-ignored": [
    "mod-outer-ignore",
    "mod-inner-ignore",
    "mod-ignore-by-id",
    "scr-ignored",
    "mph-ignore-ancestor-outer",
    "mph-ignore-ancestor-inner",
    "mph-ignore-ancestor-far",
  ],
  "v1-el-part-space": [
    "nsp-svg-two",
    "nsp-svg-three",
    "nsp-svg-blank-first",
    "nsp-svg-comment-first",
    "nsp-svg-text",
    "nsp-svg-by-id-touching",
    "nsp-mathml-touching",
    "mph-svg-live-list",
  ],
  "v1-el-part-outside": [
    "nsp-svg-html",
    "nsp-svg-html-outer",
    "nsp-svg-end",
  ],
  "v1-el-svg-part": [
    "nsp-bare-circle",
    "nsp-bare-circle-by-id",
    "nsp-bare-html",
    "nsp-bare-self-closing",
    "nsp-bare-name",
    "mph-svg-tag-case",
  ],
  "v1-el-transition": [
    "trn-overtaken",
    "trn-trimmed",
    "trn-removed-later",
    "trn-replaced-target",
    "trn-selector-waits",
  ],
  "v1-dom-target": [
    "trn-removed-later",
  ],
  "v1-sig-object": [
    "psg-list-top",
    "psg-text-top",
    "psg-number-top",
    "psg-null-top",
    "psg-true-top",
  ],
  "v1-sig-empty-object": [
    "psg-empty-object",
  ],
  "v1-sig-dot": [
    "psg-name-with-dot",
    "psg-name-with-dot-not-sent",
  ],
  "v1-dom-data-text": [
    "app-own-change-restored-text",
  ],
  "v1-el-old-attribute": [
    "gen-attribute-patched",
  ],
};

test("no MUST fails for a vector without an error, a warning or a silent loss", async () => {
  const found: Record<string, string[]> = {};
  for (const vector of vectors) {
    if (vector.expect.errors || vector.expect.warnings) continue;
    for (const id of await findFailures(vector, true)) (found[id] ??= []).push(vector.id);
  }
  assertEquals(found, silentLosses);
});

test("without a page no other MUST fails", async () => {
  const others: string[] = [];
  for (const vector of vectors) {
    if (vector.expect.errors || vector.expect.warnings) continue;
    const ids = await findFailures(vector, false);
    others.push(...ids.filter((id) => !silentLosses[id]?.includes(vector.id)).map((id) => `${vector.id}: ${id}`));
  }
  assertEquals(others, []);
});

/** The errors that the lines of an event cause, which checks of the grammar find. */
const errorsOfLines = "invalid-mode selector-needed invalid-namespace bad-selector signals-needed reserved-key".split(
  " ",
);

test("a MUST fails for each vector whose stream makes the client report an error or warn", async () => {
  const passed: string[] = [];
  for (const vector of vectors) {
    const { errors = [], warnings = [] } = vector.expect;
    const codes = [...errors, ...warnings].filter((code) => !errorsOfLines.includes(code));
    if (codes.length === 0 || v1.openPage(vector.page).errors.length > 0) continue;
    if ((await findFailures(vector, true)).length === 0) passed.push(vector.id);
  }
  // A line without its key makes the signals incomplete.
  assertEquals(passed, ["psg-many-lines-one-keyword"]);
});

const signalsEvent = (text: string) => `event: datastar-patch-signals\ndata: signals ${text}\n\n`;
const elementsEvent = (...data: string[]) =>
  `event: datastar-patch-elements\n${data.map((line) => `data: ${line}\n`).join("")}\n`;

async function verdictOf(id: string, pieces: [text: string, at: number][]): Promise<string> {
  const { report } = await judgeAnswer(createExchange("/time", pieces, "complete"));
  const { verdict, reason } = report.checks.find((check) => check.id === id)!;
  return reason ?? verdict;
}

test("a signal in an element and in an event counts only if both came in one chunk", async () => {
  const element = elementsEvent('elements <p id="target" data-signals:fresh="1">x</p>');
  const event = signalsEvent('{"fresh":2}');
  assertEquals(await verdictOf("v1-sig-both", [[element + event, 5]]), "warn");
  assertEquals(await verdictOf("v1-sig-both", [[element, 5], [event, 6]]), "pass");
  assertEquals(await verdictOf("v1-sig-both", [[event + element, 5]]), "pass");
});

test("a patch overtakes one with a transition only if it comes soon after it", async () => {
  const first = elementsEvent("useViewTransition true", 'elements <p id="target">1</p>');
  const second = elementsEvent('elements <p id="target">2</p>');
  assertEquals(await verdictOf("v1-el-transition", [[first, 5], [second, 50]]), "fail");
  assertEquals(await verdictOf("v1-el-transition", [[first, 5], [second, 5_000]]), "pass");
  assertEquals(await verdictOf("v1-el-transition", [[second + first, 5]]), "not-applicable");
});

test("an answer that was waited for may ask for the next one", async () => {
  const answer = elementsEvent("mode replace", `elements <p id="target" data-init="@get('/time')">1</p>`);
  assertEquals(await verdictOf("v1-el-init-loop", [[answer, 5]]), "fail");
  assertEquals(await verdictOf("v1-el-init-loop", [[answer, 2_000]]), "pass");
});

test("a finding of the content of v1 shows the bytes that are wrong, and no others", async () => {
  const cases: [id: string, stream: string, shown: string, text: string][] = [
    ["v1-el-tags", elementsEvent("elements <p id='target'>é", "elements </b>x</p>"), "</b>", "line 2, column 1"],
    [
      "v1-el-part-space",
      elementsEvent("selector #image", "namespace svg", "mode inner", "elements <g/><a/>"),
      "<a/>",
      "column 5",
    ],
    ["v1-el-page-end", elementsEvent("elements <p id='target' title='</body>'>x</p>"), "</body>", "column 23"],
    [
      "v1-el-old-attribute",
      elementsEvent("elements <p id='target'", "elements data-on-click='$a=1'>x</p>"),
      "data-on-click='$a=1'",
      "line 2",
    ],
    ["v1-sig-dot", signalsEvent('{"é":{"a.b":1}}'), '"a.b"', "column 7"],
    [
      "v1-sig-attribute-null",
      elementsEvent("elements <p id='target' data-signals='{&quot;a&quot;:null}'>x</p>"),
      "&quot;a&quot;",
      "column 2",
    ],
    ["v1-sig-empty-object", signalsEvent('{"count":2,"user":{}}'), '"user"', "column 12"],
    [
      "v1-dom-target",
      elementsEvent('elements <p id="taget">x</p>'),
      elementsEvent('elements <p id="taget">x</p>').trimEnd(),
      '"target"',
    ],
  ];
  for (const [id, stream, shown, text] of cases) {
    const { report } = await checkStream(stream, { only: [id], page, dialect });
    const [{ evidence: [bytes], actual }] = report.checks;
    assertEquals(bytes.text.slice(bytes.from, bytes.to), shown);
    assert(actual.includes(text), `${id}: ${actual}`);
  }
});

test("a fault says what dies with it, and what was meant", async () => {
  const dead = elementsEvent(`elements <p id="target" data-text="("><b data-show="1"></b><i data-show="2"></i></p>`);
  const cases: [id: string, stream: string, expected: string, actual: string][] = [
    ["v1-el-expression", dead, "compiles", "2 attributes after it"],
    [
      "v1-el-old-attribute",
      elementsEvent(`elements <p id="target" data-on-load="@get('/')">x</p>`),
      "data-init",
      "RC.5",
    ],
    ["v1-el-plugin-name", elementsEvent('elements <p id="target" data-txt="$a">x</p>'), "data-text", "data-txt"],
    ["v1-el-action", elementsEvent(`elements <p id="target" data-on:click="@psot('/')">x</p>`), "@post", "@psot"],
    [
      "v1-el-modifier",
      elementsEvent(`elements <p id="target" data-on:click.once="$a=1">x</p>`),
      "data-on:click__once",
      "click.once",
    ],
    [
      "v1-el-key-case",
      elementsEvent('elements <p id="target" data-signals:userName="1">x</p>'),
      "data-signals:user-name",
      "username",
    ],
    ["v1-dom-target", elementsEvent("selector .lines", "mode inner", "elements x"), "an element", '".line"'],
  ];
  for (const [id, stream, expected, actual] of cases) {
    const { report: { checks: [result] } } = await checkStream(stream, { only: [id], page, dialect });
    assert(result.expected.includes(expected), `${id}: ${result.expected}`);
    assert(result.actual.includes(actual), `${id}: ${result.actual}`);
  }
});

test("a page with signals that only its code knows leaves no check of an effect undecided", async () => {
  const html = `<main data-signals="{a: 1, now: Date.now()}" data-ref="main" data-computed:twice="$a * 2">x</main>`;
  const { report } = await checkStream('event: datastar-patch-signals\ndata: signals {"a":2}\n\n', {
    page: html,
    dialect,
  });
  assertEquals([report.complete, report.exitCode], [true, 0]);
  assertEquals(report.checks.filter(({ reason }) => reason === "unobserved"), []);
});

test("a stream can remove the whole page", async () => {
  const { report } = await checkStream(elementsEvent("mode remove", "selector html"), { page, dialect });
  assertEquals(report.checks.filter(({ verdict }) => verdict === "fail"), []);
});
