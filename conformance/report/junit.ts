/** The report for continuous integration: JUnit's XML, one test case for each check and endpoint. */

import junit, { type Builder } from "junit-report-builder"; // writes the XML
import { showInvisible } from "../../harness/mod.ts";
import type { CheckResult } from "../judge.ts";
import * as details from "./details.ts";
import {
  describeActual,
  groupByCheck,
  groupByFamily,
  markOf,
  marks,
  type Outcome,
  reasonsOf,
  staleAdvice,
} from "./groups.ts";

/** The package's types are wrong: its default export is the builder. */
const newBuilder = () => (junit as unknown as Builder).newBuilder();

/** Writes the report as JUnit's XML. Characters that XML cannot hold become their names. */
export function writeJunit(outcome: Outcome): string {
  const { report, dialect, baseline } = outcome;
  const detailsOf = (result: CheckResult) => escapeSectionEnd(details.detailsOf(result, dialect));
  const builder = newBuilder().name(text(`${report.tool} ${report.target}`));
  for (const [family, groups] of groupByFamily(groupByCheck(report.checks, dialect.checks), dialect.checks)) {
    const suite = builder.testSuite().name(family).timestamp(report.startedAt);
    for (const result of groups.flatMap(({ results }) => results)) {
      const { id, level, title, subject, verdict } = result;
      const actual = describeActual(result);
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
  // Failures of the run as a whole.
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

/** Text that XML can hold, and that ends no CDATA section. */
const text = (value: string) => escapeSectionEnd(showInvisible(value));

const escapeSectionEnd = (value: string) => value.replaceAll("]]>", "]] >");
