/**
 * The report for continuous integration: JUnit's XML, one test case for each check and endpoint. It has the elements and
 * attributes that the strictest readers ask for, in their order: tests/support/junit.xsd describes them.
 */

import XMLBuilder from "fast-xml-builder"; // escapes texts and attributes
import { showInvisible } from "../../harness/mod.ts";
import type { CheckResult } from "../judge.ts";
import { detailsOf } from "./details.ts";
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

/** A test case. At most one of `skipped`, `error` and `failure` is there. */
interface Case {
  classname: string;
  name: string;
  /** Milliseconds. */
  ms: number;
  skipped?: { "@message": string };
  error?: { "@type": string; "@message": string };
  failure?: { "@type": string; "@message": string; "#text": string };
  /** A text for the suite's output: Ant's schema has none for a case. */
  output?: string;
}

/** Writes the report as JUnit's XML. Characters that XML cannot hold become their names. */
export function writeJunit(outcome: Outcome): string {
  const { report, dialect } = outcome;
  const families = groupByFamily(groupByCheck(report.checks, dialect.checks), dialect.checks);
  const suites = families.map(([family, groups]): [string, Case[]] => [
    family,
    groups.flatMap(({ results }) => results).map((result) => toCase(family, result, outcome)),
  ]);
  const builder = new XMLBuilder({
    ignoreAttributes: false,
    attributeNamePrefix: "@",
    format: true,
    suppressEmptyNode: true,
  });
  return builder.build({
    "?xml": { "@version": "1.0", "@encoding": "UTF-8" },
    testsuites: { testsuite: [...suites, ["run", casesOfRun(outcome)] as const].map(toSuite, outcome) },
  });
}

/** The elements and attributes of a suite, in the order of the schema. */
function toSuite(this: Outcome, [name, cases]: readonly [string, Case[]], id: number) {
  const { tool, version, dialect, target, startedAt } = this.report;
  const property = Object.entries({ target, dialect, version: `${tool} ${version}` })
    .map(([name, value]) => ({ "@name": name, "@value": showInvisible(value) }));
  return {
    "@id": id,
    "@package": tool,
    "@name": name,
    "@hostname": "localhost", // the schema's word for a host without a name
    "@timestamp": startedAt.slice(0, "2000-01-01T00:00:00".length), // without a time zone, as the schema asks
    "@tests": cases.length,
    "@failures": cases.filter(({ failure }) => failure).length,
    "@errors": cases.filter(({ error }) => error).length,
    "@skipped": cases.filter(({ skipped }) => skipped).length,
    "@time": secondsOf(cases.reduce((sum, { ms }) => sum + ms, 0), 3),
    properties: { property },
    testcase: cases.map(({ classname, name, ms, skipped, error, failure }) => ({
      "@classname": classname,
      "@name": name,
      "@time": secondsOf(ms, 6),
      ...skipped && { skipped },
      ...error && { error },
      ...failure && { failure },
    })),
    "system-out": cases.flatMap(({ output }) => output ?? []).join("\n\n"),
    "system-err": "",
  };
}

/** Seconds with some decimals: Jenkins accepts three for a suite, and a check takes microseconds. */
const secondsOf = (ms: number, decimals: number) => (ms / 1000).toFixed(decimals);

/** The case of a result. Its time is that of judging it: the recording has its own case. */
function toCase(family: string, result: CheckResult, { dialect, baseline, judgeTimes }: Outcome): Case {
  const { id, level, title, subject, verdict } = result;
  const actual = showInvisible(describeActual(result));
  const name = showInvisible(`${level} ${title} [${subject}]`);
  const outputOf = (word: string) => `${name}\n${word}\n${detailsOf(result, dialect)}`;
  const isKnown = markOf(result, baseline) === "known";
  return {
    classname: `${family}.${showInvisible(id)}`,
    name,
    ms: judgeTimes?.get(result) ?? 0, // nothing was judged where nothing could be recorded
    ...verdict === "untested" && { skipped: { "@message": actual } },
    ...verdict === "fail" && !isKnown &&
      { failure: { "@type": level, "@message": actual, "#text": detailsOf(result, dialect) } },
    ...verdict === "warn" && { output: outputOf(marks.warn.word) },
    ...isKnown && { output: outputOf(`${marks.known.word}, excused by the baseline`) },
  };
}

/** The cases of the run as a whole: its recording, and what is stale in the baseline. */
function casesOfRun(outcome: Outcome): Case[] {
  const reasons = reasonsOf(outcome);
  const stale = outcome.baseline?.stale ?? [];
  return [
    {
      classname: "run.complete",
      name: "The run is complete and has a verdict",
      ms: outcome.report.durationMs,
      ...reasons.length > 0 && { error: { "@type": "incomplete", "@message": showInvisible(reasons.join("; ")) } },
    },
    ...stale.map(({ id, subject, reason }): Case => ({
      classname: "run.baseline",
      name: showInvisible(`The baseline is right about ${id} [${subject}]`),
      ms: 0,
      failure: { "@type": "baseline", "@message": `stale: ${reason}`, "#text": `To fix it: ${staleAdvice}` },
    })),
  ];
}
