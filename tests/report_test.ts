import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { XMLParser } from "fast-xml-parser";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { lexer, type Token, walkTokens } from "marked"; // reads Markdown as GitHub does
import process from "node:process";
import { describe, test } from "node:test";
import { parse } from "parse5";
import { validateXML } from "xmllint-wasm";
import { applyBaseline } from "../conformance/baseline.ts";
import { clauseText } from "../conformance/classic/clauses.ts";
import { checks } from "../conformance/classic/mod.ts";
import { dialects } from "../conformance/dialects.ts";
import { createDocument } from "../harness/mod.ts";
import type { Exchange } from "../conformance/recording.ts";
import type { Bytes, CheckResult, Verdict } from "../conformance/judge.ts";
import { checkStream } from "../conformance/mod.ts";
import { columnsOf, cutAt, wrap } from "../conformance/report/columns.ts";
import { linesOf, pointAt } from "../conformance/report/excerpt.ts";
import { type Outcome, parseReport, type ReporterName, reporters, writeMatrix } from "../conformance/report/mod.ts";
import { emptyRun } from "../conformance/run.ts";
import { showInvisible } from "../harness/mod.ts";
import { runOf } from "./support/conform.ts";
import { slow } from "./support/process.ts";

/** The tokens of Markdown that a line of the report may have. */
const plain = ["heading", "paragraph", "list", "list_item", "text", "escape", "strong", "codespan", "space"];

/** Text that a hostile server could send. */
const hostile = [
  "\x1b[31m\x1b]0;title\x07\x9b2J\0\b\x7f",
  "</script><script>alert(1)</script><img src=x onerror=alert(2)>",
  "</title></style></pre></textarea><!-- --!>",
  "]]> ]]]]>]]> <![CDATA[ &amp; &#x1b; &bogus;",
  "| a | b |\n# heading\n```\n<details>\n[link](javascript:alert(1)) @someone ~~x~~ **y** $z$",
  "\u202e\u2066\u200f\u2028\u2029\ufeff\u200b\u00ad\u{e0041}",
  "\ud800 \udc00 lone, \uffff \ufdd0",
  "` `` ``` ```` %s ${x} \\ \\n \" '",
].join("\r\n");

const bytes = (text: string, from = 0, to = text.length): Bytes => ({
  request: `GET /get (${hostile})`,
  start: from,
  end: to,
  text,
  from,
  to,
});

/** A run against a server from which nothing could be recorded. */
const emptyRunOf = (why: string) =>
  emptyRun(
    { target: "http://localhost:1/", began: new Date(), dialect: dialects.classic },
    { subject: "/", of: "server", why },
  );

const verdicts: Verdict[] = ["fail", "warn", "untested", "pass"];

function hostileRun(): Outcome {
  const run = runOf(
    verdicts.flatMap((verdict): Partial<CheckResult>[] => [
      { id: `hostile-${verdict}`, verdict, level: verdict === "warn" ? "SHOULD" : "MUST" },
      { id: checks[0].id, verdict, level: checks[0].level },
    ]).map((result) => ({
      ...result,
      subject: hostile,
      actual: hostile,
      expected: hostile,
      title: hostile,
      clause: hostile,
      fix: hostile,
      evidence: [bytes(hostile, 3, 40)],
    })),
  );
  run.report.target = hostile;
  const exchange: Exchange = {
    name: hostile,
    request: { method: "GET", path: hostile, headers: { "x-a": hostile, authorization: "secret" } },
    head: {
      version: "1.1",
      status: 200,
      reason: hostile,
      headers: [[hostile, hostile], ["Set-Cookie", "secret"]],
      at: 1,
    },
    body: new TextEncoder().encode(hostile),
    chunks: [{ at: 2, start: 0, end: 9 }, { at: 30, start: 9, end: 20 }],
    ending: "complete",
    endedAt: 40,
    why: hostile,
  };
  run.streams = [
    {
      subject: hostile,
      name: hostile,
      exchange,
      bytes: exchange.body,
      ended: true,
      endless: false,
      events: [],
      why: hostile,
      hasPage: false,
    } as unknown as Outcome["streams"][number],
  ];
  return applyBaseline(run, { checks: [{ id: hostile, subject: hostile }] });
}

/** Characters that a terminal obeys, that reverse a line, or that are invisible. */
const obeyed =
  // deno-lint-ignore no-control-regex
  /[\0-\x09\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ufdd0\uffff\u{e0000}-\u{e007f}]/u;

describe("showInvisible()", () => {
  const table: [text: string, shown: string][] = [
    ["plain ‹text› é 世界 👍", "plain ‹text› é 世界 👍"],
    ["a\r\nb\tc\0", "a‹CR›‹LF›b‹TAB›c‹NUL›"],
    ["\x1b[31m \x9b \x07", "‹ESC›[31m ‹CSI› ‹BEL›"],
    ["\ufeff\u202e\u200d\u2028\u00a0\u3000", "‹BOM›‹RLO›‹ZWJ›‹LS›‹NBSP›‹U+3000›"],
    ["\ud800 \u{e0041} \u{f0000} \u0378", "‹U+D800› ‹U+E0041› ‹U+F0000› ‹U+0378›"],
    ["👍🏽", "👍‹U+1F3FD›"],
  ];
  for (const [text, shown] of table) {
    test(`shows ${shown}`, () => assertEquals(showInvisible(text), shown));
  }
  test("leaves nothing that a terminal obeys", () => assert(!obeyed.test(showInvisible(hostile))));
});

test("the JSON report keeps every character", () => {
  assertEquals(JSON.parse(reporters.json(hostileRun())).target, hostile);
});

test("columnsOf() counts what a terminal shows", () => {
  const table: [text: string, columns: number][] = [
    ["", 0],
    ["abc", 3],
    ["é‹›…✓", 5],
    ["e\u0301", 1],
    ["世界", 4],
    ["ｱｲ", 2],
    ["ＡＢ", 4],
    ["한글", 4],
    ["👍", 2],
    ["🇩🇪", 2],
    ["שלום", 4],
  ];
  for (const [text, columns] of table) assertEquals([text, columnsOf(text)], [text, columns]);
});

test("cutAt() and wrap() stay within their columns", () => {
  for (const text of ["a b c", "word ".repeat(30), "x".repeat(200), "世界".repeat(50), "👍 ".repeat(40)]) {
    for (const columns of [2, 10, 33]) {
      assert(columnsOf(cutAt(text, columns)) <= columns);
      const lines = wrap(text, columns);
      for (const line of lines) assert(columnsOf(line) <= columns, line);
      assertEquals(lines.join("").replaceAll(" ", ""), text.replaceAll(" ", ""));
    }
  }
});

describe("pointAt() puts carets under the fault", () => {
  /** A line as it is shown, and the carets below it. */
  function pointed(text: string, from: number, to: number, columns = 40): string[] {
    return linesOf({ text, from, to }).flatMap((line) => {
      const { shown, carets } = pointAt(line, columns);
      return [shown.map(({ text }) => text).join(""), ...carets ? [carets] : []];
    });
  }
  const table: [name: string, shown: string[], text: string, from: number, to: number, columns?: number][] = [
    ["of one character", ["data: x‹LF›", "      ^"], "data: x\n", 6, 7],
    ["of a line end", ["data: x‹CR›‹LF›", "       ^^^^^^^^"], "data: x\r\n", 7, 9],
    ["after wide characters", ["世界👍 x", "       ^"], "世界👍 x", 5, 6],
    ["on wide characters", ["a世b", " ^^"], "a世b", 1, 2],
    ["after a name", ["‹BOM›‹ZWJ›x", "          ^"], "\ufeff\u200dx", 2, 3],
    ["on a mark of its own", ["e\u0301x", " ^"], "e\u0301x", 2, 3],
    ["between two characters", ["ab", " ^"], "ab", 1, 1],
    ["after the last character", ["ab", "  ^"], "ab", 2, 2],
    ["in nothing", ["", "^"], "", 0, 0],
    ["in each of its lines", ["ab‹CR›", " ^^^^^", "cd", "^"], "ab\rcd", 1, 4],
    ["near the end of a long line", [`…${"x".repeat(8)}!`, "         ^"], "x".repeat(90) + "!", 90, 91, 10],
    ["in the middle of a long line", ["…xxx!xxxx…", "    ^"], "x".repeat(50) + "!" + "x".repeat(50), 50, 51, 10],
    ["at the beginning of a long line", ["!xxxxxxxx…", "^"], "!" + "x".repeat(50), 0, 1, 10],
    ["of more than a line", ["xxxxxxxxx…", "^^^^^^^^^^"], "x".repeat(50), 0, 50, 10],
  ];
  for (const [name, shown, ...args] of table) test(name, () => assertEquals(pointed(...args), shown));

  test("within its columns, wherever the fault is", () => {
    const text = "世‹x›\t👍é\u202e\r\n".repeat(30);
    for (let from = 0; from < text.length; from += 7) {
      for (const line of pointed(text, from, from + 3, 33)) assert(columnsOf(line) <= 33, line);
    }
  });
  test("in a time that does not grow with the fault", () => {
    const text = "x".repeat(4_000_000);
    assertEquals(pointed(text, 2_000_000, 4_000_000, 10), ["…xxxxxxxx…", "    ^^^^^^"].map((line) => line));
  });
});

describe("each report escapes what a server sends", () => {
  for (const [name, write] of Object.entries(reporters)) {
    test(name, () => {
      const text = write(hostileRun());
      const at = obeyed.exec(text)?.index ?? -1;
      assertEquals(at, -1, JSON.stringify(text.slice(at - 40, at + 10)));
      assert(text.isWellFormed());
      assert(!text.includes("secret"));
    });
  }

  test("html: no element, no attribute and no address comes from it", () =>
    assertHarmless(reporters.html(hostileRun())));
  test("matrix: no element, no attribute and no address comes from it", () => {
    const { report } = hostileRun();
    assertHarmless(
      writeMatrix(
        [{ file: hostile, report }, { file: "x", report: parseReport(reporters.json(hostileRun())) }],
        dialects,
      ),
    );
  });

  test("markdown: it stays within its line, and within its fence", () => {
    const lines = reporters.markdown(hostileRun()).split("\n");
    let fence: string | undefined;
    for (const line of lines) {
      const [mark] = /^`{3,}/.exec(line) ?? [];
      if (fence === undefined && mark) fence = mark;
      else if (fence !== undefined && line === fence) fence = undefined;
      else if (fence === undefined) {
        const prose = line.replace(/^<\/?(details|summary)>.*$/, "").replace(/^\|.*\|$/, "");
        const tokens: Token[] = [];
        walkTokens(lexer(prose), (token) => void tokens.push(token));
        const markup = tokens.map(({ type }) => type).filter((type) => !plain.includes(type));
        assertEquals(markup, [], line);
        const texts = tokens.filter((token) => token.type === "text" && !("tokens" in token && token.tokens));
        assertEquals(texts.filter(({ raw }) => /[@<>$]/.test(raw)), [], line);
      }
    }
    assertEquals(fence, undefined);
  });

  test("text: no line is wider than it should be", () => {
    for (const columns of [70, 80, 100]) {
      for (const verbose of [false, true]) {
        for (const line of reporters.text(hostileRun(), { columns, cuts: true, verbose }).split("\n")) {
          assert(columnsOf(line) <= columns, `${columnsOf(line)}: ${line}`);
        }
      }
    }
  });
});

/** Asserts that a document runs only its own script, and fetches nothing. */
function assertHarmless(text: string) {
  const errors: string[] = [];
  parse(text, { onParseError: ({ code }) => errors.push(code) });
  assertEquals(errors, []);
  const document = createDocument(text);
  for (const element of document.querySelectorAll("*")) {
    for (const { name, value } of element.attributes) {
      assert(!/^on|^style$|^src/.test(name), `${element.localName} ${name}`);
      if (name === "href") assertMatch(value, /^#/);
    }
  }
  const names = new Set([...document.querySelectorAll("*")].map(({ localName }) => localName));
  for (const name of ["img", "iframe", "link", "object", "embed", "base"]) assert(!names.has(name), name);
  const scripts = [...document.querySelectorAll("script, style")];
  assertEquals(scripts.filter(({ localName }) => localName === "style").length, 1);
  assert(scripts.length <= 2);
  const policy = document.querySelector("meta[http-equiv]")!.getAttribute("content")!;
  assertMatch(policy, /^default-src 'none';/);
  for (const { textContent, localName } of scripts) {
    assertStringIncludes(
      policy,
      `${localName}-src 'sha256-${createHash("sha256").update(textContent!).digest("base64")}'`,
    );
  }
  // Each reference has one target.
  const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
  assertEquals(ids.filter((id, i) => ids.indexOf(id) !== i), []);
  for (const attribute of ["aria-labelledby", "for"]) {
    for (const element of document.querySelectorAll(`[${attribute}]`)) {
      assert(ids.includes(element.getAttribute(attribute)!));
    }
  }
  for (const link of document.querySelectorAll("a[href^='#']")) {
    assert(ids.includes(link.getAttribute("href")!.slice(1)));
  }
}

describe("the JUnit report", () => {
  const schema = readFileSync(new URL("support/junit.xsd", import.meta.url), "utf8");
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: "",
    isArray: (name) => name === "testsuite" || name === "testcase",
  });
  type Case = {
    classname: string;
    name: string;
    time: string;
    failure?: unknown;
    skipped?: { message: string };
    error?: unknown;
  };
  type Suite = Record<"tests" | "failures" | "errors" | "skipped" | "time" | "system-out", string> & {
    testcase: Case[];
  };
  const findFaults = async (xml: string) =>
    (await validateXML({ xml: [{ fileName: "report.xml", contents: xml }], schema: [schema] })).errors
      .map(({ rawMessage }) => rawMessage);

  async function read(outcome: Outcome) {
    const xml = reporters.junit(outcome);
    assertEquals(await findFaults(xml), []);
    const suites: Suite[] = parser.parse(xml).testsuites.testsuite;
    const sum = (name: keyof Omit<Suite, "testcase">) => suites.reduce((sum, suite) => sum + Number(suite[name]), 0);
    return { suites, cases: suites.flatMap(({ testcase }) => testcase), sum };
  }

  test("has a test case for each check and endpoint, and the counts of the JSON report", async () => {
    const run = await checkStream('event: datastar-fragment\ndata: merge x\ndata: fragment <p id="a">\n');
    const { report } = run;
    const { suites, cases, sum } = await read(run);
    assertEquals(sum("tests"), report.checks.length + 1);
    assertEquals(sum("failures"), report.summary.fail);
    assertEquals(sum("skipped"), report.summary.untested);
    assertEquals(sum("errors"), 0);
    assertEquals(cases.filter(({ failure }) => failure !== undefined).length, report.summary.fail);
    assertEquals(cases.filter(({ skipped }) => skipped !== undefined).length, report.summary.untested);
    for (const { skipped } of cases) if (skipped !== undefined) assert(skipped.message.length > 0);
    for (const { testcase, tests } of suites) assertEquals(Number(tests), testcase.length);
    assertEquals(new Set(cases.map(({ classname, name }) => classname + name)).size, cases.length);
  });

  test("has the time of the recording, and of judging it by each check", async () => {
    const run = await checkStream("data: x\n\n");
    run.report.durationMs = 2_500;
    const { cases, suites } = await read(run);
    const times = cases.map(({ time }) => Number(time));
    assertEquals(times.pop(), 2.5);
    assertEquals(cases.at(-1)!.classname, "run.complete");
    assertEquals(suites.at(-1)!.time, "2.500");
    assert(times.some((time) => time > 0) && times.every((time) => time < 1), String(times));
  });

  test("has names for characters that XML cannot hold", async () => {
    const { cases } = await read(hostileRun());
    const [failed] = cases.filter(({ failure }) => failure !== undefined);
    assertStringIncludes(JSON.stringify(failed), "‹ESC›[31m");
  });

  test("has an error or a failure where nothing was checked, or the baseline is stale", async () => {
    const { sum, cases } = await read(emptyRunOf("there is nothing"));
    assertEquals(sum("errors"), 1);
    assertStringIncludes(JSON.stringify(cases.at(-1)), "there is nothing");
    const stale = applyBaseline(runOf([{ id: "http-type" }]), { checks: [{ id: "http-type", subject: "/get" }] });
    assertEquals((await read(stale)).sum("failures"), 1);
  });

  test("has no failure for a known failure or a warning", async () => {
    const run = runOf([{ id: "http-type", verdict: "fail" }, { id: "sse-space", verdict: "warn", level: "SHOULD" }]);
    const excused = applyBaseline(run, { checks: [{ id: "http-type", subject: "/get" }] });
    const { suites, sum } = await read(excused);
    assertEquals([sum("failures"), sum("errors")], [0, 0]);
    const outputs = suites.map((suite) => suite["system-out"]).join("\n");
    assertStringIncludes(outputs, "known failure, excused by the baseline\ncheck:    http-type");
    assertStringIncludes(outputs, "warning\ncheck:    sse-space");
  });

  test("would not fit the schema without a time, or with a zone", async () => {
    const xml = reporters.junit(runOf([{}]));
    for (const wrong of [xml.replace(/ time="[^"]*"/, ""), xml.replace(/(timestamp="[^"]*)/, "$1Z")]) {
      assertEquals((await findFaults(wrong)).length, 1);
    }
  });
});

test("the JSON report has exactly the documented fields", async () => {
  const report = JSON.parse(reporters.json(await checkStream("data: x")));
  assertEquals(Object.keys(report), [
    "tool",
    "version",
    "dialect",
    "target",
    "startedAt",
    "durationMs",
    "complete",
    "exitCode",
    "summary",
    "causes",
    "checks",
  ]);
  assertEquals(Object.keys(report.summary), ["pass", "fail", "warn", "untested"]);
  for (const check of report.checks) {
    assertEquals(Object.keys(check), [
      "id",
      "level",
      "title",
      "clause",
      "verdict",
      ...check.verdict === "untested" ? ["reason"] : [],
      "subject",
      "expected",
      "actual",
      "evidence",
      "fix",
    ]);
  }
});

/** One run with every mark, an exchange and a baseline: the golden files show it in each format. */
function goldenRun(): Outcome {
  const run = runOf([
    { id: "http-type", title: "The type is text/event-stream", subject: "/get" },
    { id: "http-type", title: "The type is text/event-stream", subject: "/feed" },
    {
      id: "sse-final-blank",
      title: "The last event ends with a blank line",
      verdict: "fail",
      subject: "/feed",
      expected: "a blank line",
      actual: "none",
      evidence: [{ request: "GET /feed", start: 10, end: 11, text: "data: 世!\n", from: 7, to: 8 }],
    },
    { id: "sse-space", level: "SHOULD", verdict: "warn", subject: "/get", expected: "a space", actual: "no space" },
    {
      id: "sse-data",
      title: "Each line has a `data` field",
      verdict: "fail",
      subject: "/get",
      expected: "data",
      actual: "no data",
    },
    {
      id: "sse-retry",
      verdict: "untested",
      reason: "not-applicable",
      subject: "/get",
      expected: "a number",
      actual: "there is no `retry`",
    },
    {
      id: "sse-utf8",
      verdict: "untested",
      reason: "unobserved",
      subject: "/get",
      expected: "UTF-8",
      actual: "the server was gone",
    },
  ]);
  const text =
    "A server MUST do it right, as ``the ` sign`` says here and nowhere else, in a sentence that is not short. " +
    "Both the standard and the client read it so. The client goes on: this sentence makes the clause so long that " +
    "a report for people leaves the last sentence out. This is that sentence.";
  run.dialect = {
    ...dialects.classic,
    checks: [...new Set(run.report.checks.map(({ id }) => id))].map((id) => ({
      ...checks.find((check) => check.id === id)!,
      why: `The client fails without \`${id}\`.`,
    })),
    clauseText: () => text,
  };
  const body = new TextEncoder().encode("data: x\n\ndata: 世!\n");
  const exchange: Exchange = {
    name: "GET /feed",
    request: { method: "GET", path: "/feed", headers: { host: "localhost" } },
    head: { version: "1.1", status: 200, reason: "OK", headers: [["content-type", "text/event-stream"]], at: 1 },
    body,
    chunks: [{ at: 2, start: 0, end: 9 }, { at: 30, start: 9, end: body.length }],
    ending: "complete",
    endedAt: 40,
  };
  run.streams = [
    { subject: "/feed", name: "GET /feed", exchange, bytes: body, ended: true, events: [] } as unknown as Outcome[
      "streams"
    ][number],
  ];
  run.judgeTimes = new Map(run.report.checks.map((result, i) => [result, 1.5 + i]));
  return applyBaseline(run, {
    checks: [{ id: "sse-data", subject: "/get" }, { id: "http-type", subject: "/feed" }],
  });
}

describe("each report is that of its golden file (GOLDEN=write writes them)", () => {
  const files: [ReporterName, string][] = [
    ["text", "report.txt"],
    ["text", "report-verbose.txt"],
    ["json", "report.json"],
    ["junit", "report.xml"],
    ["markdown", "report.md"],
    ["html", "report.html"],
  ];
  for (const [name, file] of files) {
    test(file, () => {
      const path = new URL(`golden/${file}`, import.meta.url);
      const text = reporters[name](goldenRun(), { cuts: true, verbose: file === "report-verbose.txt" })
        // The look of the HTML report is no part of it.
        .replace(/<(style|script)>.*?<\/\1>/gs, "<$1></$1>").replace(/&#39;sha256-.*?&#39;/g, "&#39;sha256-&#39;");
      if (process.env.GOLDEN === "write") writeFileSync(path, text);
      assertEquals(text, readFileSync(path, "utf8"));
    });
  }
});

describe("the text report", () => {
  const run = goldenRun();

  test("has the same text in colour", () => {
    const coloured = reporters.text(run, { color: true });
    assert(coloured.includes("\x1b[31m"));
    // deno-lint-ignore no-control-regex
    assertEquals(coloured.replace(/\x1b\[[\d;]*m/g, ""), reporters.text(run));
  });

  test("cuts long texts in a terminal, and nothing anywhere else", () => {
    const long = "A sentence that is long. ".repeat(60).trim();
    const subjects = Array.from({ length: 12 }, (_, i) => `/endpoint-${i}`);
    const wide: Bytes = { request: "GET /get", start: 0, end: 3, text: `data: ${"x".repeat(300)}\n`, from: 6, to: 9 };
    const failures = subjects.map((subject) => ({
      id: "http-type",
      verdict: "fail" as const,
      subject,
      actual: long,
      evidence: [wide],
    }));
    const run = { ...runOf(failures), why: undefined };
    run.dialect = { ...dialects.classic, clauseText: () => long };
    const inTerminal = reporters.text(run, { cuts: true });
    const inFile = reporters.text(run);
    assertStringIncludes(inTerminal, "…");
    assertStringIncludes(inTerminal, "/endpoint-3 and 8 more");
    const onOneLine = inFile.replace(/\s+/g, " ");
    for (const part of [long, subjects.join(", "), wide.text.trim()]) assertStringIncludes(onOneLine, part);
    assert(!inFile.includes("…"), inFile);
  });

  test("says what it counts, and why results are untested", () => {
    assertStringIncludes(
      reporters.text(run).replace(/\s+/g, " "),
      "7 results from 6 checks, each at every endpoint it is for. Untested: 1 does not apply, 1 could not be observed.",
    );
    assert(!reporters.text(runOf([{}])).includes("Untested"));
  });

  test("has one sentence where nothing could be checked", () => {
    const why = "Cannot check http://localhost:1/: nothing listens on localhost:1";
    const text = reporters.text(emptyRunOf(why));
    assertStringIncludes(text, `\n  ${why}\n`);
    assert(text.split("\n").length < 9, text);
  });
});

describe("the HTML report", () => {
  test("holds every check, its evidence, and the timeline of each exchange", slow, () => {
    const document = createDocument(reporters.html(hostileRun()));
    assertEquals(document.querySelectorAll(".check").length, 5);
    assertEquals(document.querySelectorAll(".result").length, 8);
    assertEquals(document.querySelectorAll(".exchange").length, 1);
    assertEquals(document.querySelectorAll(".exchange tbody tr").length, 2);
    assertEquals(document.querySelectorAll("svg line").length, 4);
    const [mark] = document.querySelectorAll("pre mark");
    assertEquals(mark.parentElement!.textContent!.includes("‹ESC›"), true);
  });

  test("has a word for screen readers beside each mark", () => {
    const document = createDocument(reporters.html(hostileRun()));
    for (const mark of document.querySelectorAll(".mark")) {
      assertEquals(mark.getAttribute("aria-hidden"), "true");
      assertEquals(mark.nextElementSibling!.className, "spoken");
    }
  });
});

describe("the matrix", () => {
  const a =
    runOf([{ id: "http-type" }, { id: "sse-utf8", verdict: "fail" }, { id: "sse-utf8", subject: "/feed" }]).report;
  const b = runOf([{ id: "http-type", verdict: "warn", level: "SHOULD" }, {
    id: "own-check",
    verdict: "untested",
    reason: "unobserved",
  }]).report;
  const text = writeMatrix([{ file: "a.json", report: a }, { file: "b.json", report: b }], dialects);

  test("has a row for each check and a column for each server", () => {
    const document = createDocument(text);
    const rows = [...document.querySelectorAll("tbody tr")].filter((row) => row.querySelector("td"));
    const cells = rows.map((row) => [
      row.querySelector(".id")!.textContent,
      ...[...row.querySelectorAll("td")].map((cell) => cell.textContent!.trim().replace(/\s+/g, " ")),
    ]);
    assertEquals(cells, [
      [
        "http-type",
        "P passes: http-type, http://localhost/ (a.json)",
        "W warning: http-type, http://localhost/ (b.json)",
      ],
      ["sse-utf8", "F 1/2 fails: sse-utf8, http://localhost/ (a.json)", "·none"],
      ["own-check", "·none", "? not observed: own-check, http://localhost/ (b.json)"],
    ]);
    assertHarmless(text);
  });

  test("names two runs of one server by their files", () => {
    const document = createDocument(text);
    const names = [...document.querySelectorAll("article h3")].slice(0, 2).map((name) => name.textContent.trim());
    assertEquals(names, ["✗fails:  http://localhost/ (a.json)", "?not observed:  http://localhost/ (b.json)"]);
    const other = structuredClone(b);
    other.target = "http://other.example/";
    const different = createDocument(
      writeMatrix([{ file: "a.json", report: a }, { file: "b.json", report: other }], dialects),
    );
    assertMatch(different.querySelector("article h3")!.textContent!, / http:\/\/localhost\/$/);
  });

  test("has a table for each dialect", () => {
    const other = { ...structuredClone(b), dialect: "v1" };
    const document = createDocument(
      writeMatrix([{ file: "a.json", report: a }, { file: "b.json", report: other }], dialects),
    );
    assertEquals([...document.querySelectorAll("h2")].map(({ textContent }) => textContent), [
      "Servers",
      "Table of the dialect classic",
      "Table of the dialect v1",
    ]);
    const columns = [...document.querySelectorAll("table")].map((table) => table.querySelectorAll("thead th").length);
    assertEquals(columns, [2, 2]);
    assertEquals(document.querySelectorAll("table .id").length, 4);
  });

  test("parseReport() refuses what is no report", () => {
    const good = JSON.parse(reporters.json(runOf([{}])));
    assertEquals(parseReport(JSON.stringify(good)), good);
    const { checks: [check] } = good;
    const table = [
      null,
      [],
      {},
      { ...good, tool: "x" },
      { ...good, dialect: undefined },
      { ...good, summary: {} },
      { ...good, checks: {} },
      {
        ...good,
        exitCode: 2,
      },
      { ...good, complete: 1 },
      { ...good, checks: [null] },
      { ...good, checks: [{ ...check, verdict: "good" }] },
      {
        ...good,
        checks: [{ ...check, evidence: [{}] }],
      },
      { ...good, checks: [{ ...check, level: "<b>" }] },
    ];
    for (const value of table) {
      let message = "";
      try {
        parseReport(JSON.stringify(value));
      } catch (error) {
        message = (error as Error).message;
      }
      assertMatch(message, /^it is no report of --reporter json: /);
    }
  });
});

test("clauseText() knows each clause, on one line", () => {
  assertMatch(
    clauseText("SSE-8")!,
    /^A server MUST end each event, the last one too, with a blank line\. Both [^\n]+\.$/,
  );
  assertStringIncludes(clauseText("SSE-4")!, "`data:  x`");
  assertEquals(clauseText("XYZ-1"), undefined);
});
