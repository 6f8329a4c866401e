import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { AssertionError } from "node:assert";
import { describe, test } from "node:test";
import {
  applyBaseline,
  checkServer,
  checkStream,
  type Dialect,
  dialects,
  type Outcome,
  type ReporterName,
  reporters,
  type StreamCheck,
  testCases,
} from "../conformance/mod.ts";
import { emptyRun } from "../conformance/run.ts";
import { withHttp } from "./support/conform.ts";
import { slow } from "./support/process.ts";

const good = 'event: datastar-fragment\ndata: fragment <p id="a">x</p>\n\n';
const cutOff = good.trimEnd();

/** The test cases that fail, by title, with their messages. */
function failuresOf(run: Outcome): Map<string, string> {
  const failures = new Map<string, string>();
  for (const { title, assert } of testCases(run)) {
    try {
      assert();
    } catch (error) {
      failures.set(title, (error as Error).message);
    }
  }
  return failures;
}

describe("testCases()", () => {
  test("has a test for each result, and their titles differ", async () => {
    const run = await checkStream(good);
    const titles = testCases(run).map(({ title }) => title);
    assertEquals(titles.length, run.report.checks.length + 1);
    assertEquals(new Set(titles).size, titles.length);
  });

  test("fails for a broken stream, with everything that it takes to repair it", async () => {
    const run = await checkStream(cutOff, { name: "/get", only: ["sse-final-blank", "sse-utf8"] });
    const [failed, ...others] = testCases(run).filter(({ title }) => title.startsWith("sse-final-blank /get: "));
    assertEquals(others, []);
    const { message, expected, actual } = assertThrows(failed.assert, AssertionError);
    const result = run.report.checks.find(({ id }) => id === "sse-final-blank")!;
    assertEquals([expected, actual], [result.expected, result.actual]);
    for (const part of ["expected: ", "bytes: ", "clause:   SSE-8: A server MUST", "fix: "]) {
      assertStringIncludes(message, part);
    }
  });

  test("fails for a broken server", slow, async () => {
    const run = await withHttp(
      (_, response) => response.setHeader("content-type", "text/html").end(good),
      (url) => checkServer(url, { only: ["http-type", "sse-utf8"] }),
    );
    assertEquals([...failuresOf(run).keys()].map((title) => title.split(":")[0]), [
      "http-type /get",
      "http-type /target",
      "http-type /feed",
    ]);
  });

  test("has a failing test exactly if the exit code is not 0", async () => {
    const only = ["sse-final-blank", "sse-utf8"];
    const broken = await checkStream(cutOff, { name: "/get", only });
    const listed = { checks: [{ id: "sse-final-blank", subject: "/get" }] };
    const head = { target: "x", began: new Date(), dialect: dialects.classic };
    const table: [exitCode: number, run: Outcome][] = [
      [0, await checkStream(good, { only })],
      [1, broken],
      [0, applyBaseline(broken, listed)],
      [1, applyBaseline(await checkStream(good, { name: "/get", only }), listed)],
      [3, await checkStream(good, { only: ["http-type"] })],
      [3, emptyRun(head, { subject: "/get", of: "stream", why: "nothing listens" })],
    ];
    for (const [exitCode, run] of table) {
      assertEquals([run.report.exitCode, failuresOf(run).size > 0], [exitCode, exitCode !== 0]);
    }
  });
});

test("a run has the dialect that it is given, and its checks alone", async () => {
  const check: StreamCheck<never> = {
    id: "own-check",
    level: "MUST",
    family: "effect",
    title: "It is its own",
    clause: "OWN-1",
    why: "because",
    fix: "Do it.",
    of: "stream",
    run: () => ({ outcome: "fail", expected: "this", actual: "that" }),
  };
  const dialect: Dialect = {
    ...dialects.classic,
    id: "own",
    checks: [check],
    clauseText: () => "A clause of its own.",
  };
  const run = await checkStream(good, { dialect });
  assertEquals([run.report.dialect, run.report.checks.map(({ id }) => id)], ["own", ["own-check"]]);
  for (const name of Object.keys(reporters) as ReporterName[]) {
    const text = reporters[name](run);
    assertStringIncludes(text, "own-check");
    if (name !== "json") assertStringIncludes(text, "A clause of its own.");
  }
});

test("an untested result has the reason as a field, and no other result has", async () => {
  const { report } = await checkStream("event: datastar-signal\ndata: {}\n\n");
  for (const { verdict, reason, actual } of report.checks) {
    assertEquals(reason !== undefined, verdict === "untested");
    assertEquals(actual.startsWith("does not apply"), false);
  }
  const { checks } = JSON.parse(reporters.json(await checkStream(good)));
  for (const { reason, actual } of checks) {
    if (reason === "not-applicable") assertMatch(actual, /^does not apply: /);
  }
});
