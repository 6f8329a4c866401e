/**
 * The report for continuous integration: JUnit's XML, one test case for each check and endpoint.
 *
 * @module
 */

import junit, { type Builder } from "junit-report-builder"; // writes the XML
import type { Bytes, CheckResult } from "../judge.ts";
import { clauseText } from "./clauses.ts";
import { groupByCheck, groupByFamily, markOf, marks, type Outcome, reasonsOf, staleAdvice } from "./groups.ts";
import { linesOf, pointAt, visible } from "./visible.ts";

/** The package's types speak of a module that has a default export, and it is one that is it. */
const newBuilder = () => (junit as unknown as Builder).newBuilder();

/** Writes the report as JUnit's XML. What XML cannot hold is made visible. */
export function writeJunit(outcome: Outcome): string {
  const { report, baseline } = outcome;
  const builder = newBuilder().name(text(`${report.tool} ${report.target}`));
  for (const [family, groups] of groupByFamily(groupByCheck(report.checks))) {
    const suite = builder.testSuite().name(family).timestamp(report.startedAt);
    for (const result of groups.flatMap(({ results }) => results)) {
      const { id, level, title, subject, verdict, actual } = result;
      const test = suite.testCase().className(`${family}.${text(id)}`).name(text(`${level} ${title} [${subject}]`));
      if (verdict === "untested") {
        test.skipped();
        const build = test.build.bind(test);
        test.build = (parent) => { // the builder has no place for the reason
          const element = build(parent);
          element.children.find((child) => "name" in child && child.name === "skipped")?.att("message", text(actual));
          return element;
        };
      } else if (markOf(result, baseline) === "known") {
        test.standardOutput(`${marks.known.word}, excused by the baseline\n${detailsOf(result)}`);
      } else if (verdict === "fail") {
        test.failure(text(actual), level).stacktrace(detailsOf(result));
      } else if (verdict === "warn") {
        test.standardOutput(`${marks.warn.word}\n${detailsOf(result)}`);
      }
    }
  }
  // What no check says of itself, so that the run is not taken for a good one.
  const stale = baseline?.stale ?? [];
  const reasons = reasonsOf(outcome);
  if (stale.length > 0 || reasons.length > 0) {
    const suite = builder.testSuite().name("run").timestamp(report.startedAt);
    for (const { id, subject, reason } of stale) {
      suite.testCase().className("run.baseline").name(text(`The baseline is right about ${id} [${subject}]`))
        .failure(text(`stale: ${reason}`), "baseline").stacktrace(`To repair: ${staleAdvice}`);
    }
    if (reasons.length > 0) {
      suite.testCase().className("run.complete").name("All could be told").error(
        text(reasons.join("; ")),
        "incomplete",
      );
    }
  }
  return builder.build() + "\n";
}

function detailsOf({ id, expected, actual, evidence, clause, fix }: CheckResult): string {
  return [
    `check:    ${text(id)}`,
    `expected: ${text(expected)}`,
    `actual:   ${text(actual)}`,
    ...evidence.slice(0, 3).flatMap(bytesOf),
    `clause:   ${text(clause)}: ${text(clauseText(clause) ?? "see docs/PROTOCOL.md")}`,
    `repair:   ${text(fix)}`,
  ].join("\n");
}

function bytesOf({ request, start, end, ...evidence }: Bytes): string[] {
  const lines = linesOf(evidence).slice(0, 8).flatMap((line) => {
    const { shown, carets } = pointAt(line, 160);
    return [text(shown.map(({ text }) => text).join("")), ...carets ? [carets] : []].map((part) => `  ${part}`);
  });
  return [`bytes:    ${start} to ${end} of ${text(request)}`, ...lines];
}

/** Text that XML can hold, and that ends no CDATA section. */
function text(value: string): string {
  return visible(value).replaceAll("]]>", "]] >");
}
