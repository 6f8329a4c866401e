import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { describe, test } from "node:test";
import { applyBaseline, baselineOf, parseBaseline, writeBaseline } from "../conformance/baseline.ts";
import type { Verdict } from "../conformance/judge.ts";
import { runOf } from "./support/conform.ts";

/** Ids of real checks. */
const [type, blank, utf8] = ["http-type", "sse-final-blank", "sse-utf8"];

function run(...results: [id: string, subject: string, verdict: Verdict][]) {
  return runOf(results.map(([id, subject, verdict]) => ({ id, subject, verdict })));
}

describe("parseBaseline() and writeBaseline()", () => {
  test("keep the entries, whatever the subject is", () => {
    for (const subject of ["/get", 'a "b" \u202e\0 \x9b', "世界"]) {
      const baseline = { checks: [{ id: type, subject }, { id: blank, subject: "/feed" }] };
      const text = writeBaseline(baseline);
      assertEquals(parseBaseline(text), baseline);
      assert(/^[\n -~]*$/.test(text), text);
    }
    assertEquals(parseBaseline(writeBaseline({ checks: [] })), { checks: [] });
  });

  const malformed: [text: string, why: string][] = [
    ["", "not JSON"],
    ["{", "not JSON"],
    ["[]", 'no list "checks"'],
    ["null", 'no list "checks"'],
    ['{"checks": {}}', 'no list "checks"'],
    ['{"checks": [], "check": []}', '"check" beside "checks"'],
    ['{"checks": ["http-type"]}', 'entry 1 of "checks" is not an object'],
    ['{"checks": [{"subject": "/get"}]}', 'entry 1 of "checks" has no "id"'],
    ['{"checks": [{"id": "a", "subject": "/"}, {"id": "a"}]}', 'entry 2 of "checks" has no "subject"'],
    ['{"checks": [{"id": "a", "subject": "/", "subjects": []}]}', '"subjects" beside'],
  ];
  for (const [text, why] of malformed) {
    test(`refuse ${text || "nothing"}`, () => {
      const error = assertThrows(() => parseBaseline(text), SyntaxError, why);
      assertStringIncludes(error.message, '{"checks": [{"id":');
    });
  }
});

test("baselineOf() lists what fails, sorted and each once, and no warning", () => {
  const { checks } = baselineOf(
    run([utf8, "/feed", "fail"], [type, "/get", "pass"], [type, "/feed", "fail"], [blank, "/get", "warn"], [
      utf8,
      "/feed",
      "fail",
    ], [blank, "/get", "untested"]),
  );
  assertEquals(checks, [{ id: type, subject: "/feed" }, { id: utf8, subject: "/feed" }]);
});

describe("applyBaseline()", () => {
  const baseline = { checks: [{ id: type, subject: "/get" }] };

  test("excuses a failure that is listed, for its endpoint only", () => {
    const known = applyBaseline(run([type, "/get", "fail"], [type, "/feed", "pass"]), baseline);
    assertEquals([known.report.exitCode, known.baseline.known.length, known.baseline.stale], [0, 1, []]);
    const other = applyBaseline(run([type, "/get", "fail"], [type, "/feed", "fail"]), baseline);
    assertEquals([other.report.exitCode, other.baseline.known.length, other.baseline.stale], [1, 1, []]);
    assertEquals(other.report.summary.fail, 2);
  });

  test("excuses a failure however its path is spelt", () => {
    const table: [listed: string, found: string][] = [
      ["/get", "/%67et"],
      ["/a/../get", "/get"],
      ["/caf%c3%a9", "/café"],
      ["//get/./a", "//get/a"],
      ["./captures//a.sse", "captures/a.sse"],
    ];
    for (const [listed, found] of table) {
      const checks = [{ id: type, subject: listed }];
      const { report, baseline: { stale } } = applyBaseline(run([type, found, "fail"]), { checks });
      assertEquals([listed, report.exitCode, stale], [listed, 0, []]);
    }
    const other = applyBaseline(run([type, "/a%2Fb", "fail"]), { checks: [{ id: type, subject: "/a/b" }] });
    assertEquals([other.report.exitCode, other.baseline.known], [1, []]);
  });

  test("finds an entry stale that passes, or that no check has", () => {
    const table: [ReturnType<typeof run>, string][] = [
      [run([type, "/get", "pass"]), "it passes"],
      [run([type, "/feed", "pass"]), "nothing of that name is checked here"],
    ];
    for (const [some, reason] of table) {
      const { report, baseline: { stale } } = applyBaseline(some, baseline);
      assertEquals([report.exitCode, stale], [1, [{ id: type, subject: "/get", reason }]]);
    }
    const gone = applyBaseline(run([type, "/get", "pass"]), { checks: [{ id: "no-check", subject: "/get" }] });
    assertEquals([gone.report.exitCode, gone.baseline.stale[0].reason], [1, "the dialect classic has no such check"]);
  });

  test("finds no entry stale that is untested, warns, or was left out", () => {
    for (const verdict of ["untested", "warn"] as const) {
      assertEquals(applyBaseline(run([type, "/get", verdict], [utf8, "/get", "pass"]), baseline).baseline.stale, []);
    }
    const some = run([utf8, "/get", "pass"]);
    assertEquals(applyBaseline(some, baseline, { skip: [type] }).report.exitCode, 0);
    assertEquals(applyBaseline(some, baseline, { only: [utf8] }).report.exitCode, 0);
    assertEquals(applyBaseline(some, baseline, { only: [type] }).report.exitCode, 1);
  });

  test("finds no entry stale in a run that was cut short", () => {
    const some = run([utf8, "/get", "pass"]);
    some.report.complete = false;
    const { report, baseline: { stale } } = applyBaseline(some, baseline);
    assertEquals([report.exitCode, stale], [3, []]);
  });

  test("does not change its argument", () => {
    const some = run([type, "/get", "fail"]);
    const before = structuredClone(some.report);
    applyBaseline(some, baseline);
    assertEquals(some.report, before);
  });
});
