/**
 * The report for a summary page of continuous integration: GitHub-flavoured Markdown.
 *
 * @module
 */

import type { Bytes, CheckResult } from "../judge.ts";
import { clauseStart } from "./clauses.ts";
import {
  type CheckGroup,
  countsOf,
  groupByCheck,
  groupByFamily,
  isOpen,
  type Mark,
  markOf,
  type Outcome,
  reasonsOf,
  reasonTitle,
  secondsOf,
  staleAdvice,
  verdictOf,
} from "./groups.ts";
import { cutAt, linesOf, pointAt, visible } from "./visible.ts";

const signs = { 0: "✅", 1: "❌", 3: "⚠️" };

/** Writes the report as Markdown. What a server sent stays text. */
export function writeMarkdown(outcome: Outcome): string {
  const { report, baseline } = outcome;
  const groups = groupByCheck(report.checks);
  const lines = [
    `## ${signs[report.exitCode]} ${code(report.target)} ${verdictOf(outcome)}`,
    "",
    `${countsOf(report.summary)} (${secondsOf(report.durationMs)}, exit code ${report.exitCode}, ` +
    `${report.tool} ${report.version})`,
    "",
    "| family | pass | fail | warn | untested |",
    "| --- | ---: | ---: | ---: | ---: |",
    ...groupByFamily(groups).map(([family, some]) => {
      const count = (verdict: CheckResult["verdict"]) =>
        some.flatMap(({ results }) => results).filter((result) => result.verdict === verdict).length;
      return `| ${family} | ${count("pass")} | ${count("fail")} | ${count("warn")} | ${count("untested")} |`;
    }),
  ];

  const reasons = reasonsOf(outcome);
  if (reasons.length > 0) {
    lines.push("", `### ${reasonTitle(outcome)}`, "");
    lines.push(...reasons.map((reason) => `- ${escape(reason)}`));
  }
  if (baseline && baseline.stale.length > 0) {
    lines.push("", "### Stale in the baseline", "");
    for (const { id, subject, reason } of baseline.stale) {
      lines.push(`- ${code(id)}, ${code(subject)}: ${reason}`);
    }
    lines.push("", `To repair: ${staleAdvice}.`);
  }

  function section(title: string, mark: Mark) {
    const having = (group: CheckGroup) => group.results.filter((result) => markOf(result, baseline) === mark);
    const some = groups.filter((group) => having(group).length > 0);
    if (some.length > 0) lines.push("", `### ${title}`);
    for (const group of some) {
      lines.push("", `#### ${group.level} ${code(group.id)}: ${escape(group.title)}`);
      for (const { subject, expected, actual, evidence } of having(group)) {
        lines.push("", `**${code(subject)}**`, "");
        lines.push(`- expected: ${escape(expected)}`, `- actual: ${escape(actual)}`);
        for (const one of evidence.slice(0, 3)) lines.push("", ...bytesOf(one));
      }
      lines.push("", `- clause: **${escape(group.clause)}** ${prose(clauseStart(group.clause) ?? "")}`.trimEnd());
      if (group.why) lines.push(`- why: ${prose(group.why)}`);
      lines.push(`- repair: ${prose(group.fix)}`);
    }
  }
  section("Failures", "fail");
  section("Warnings", "warn");
  section("Known failures, excused by the baseline", "known");

  const untested = report.checks.filter(({ verdict }) => verdict === "untested");
  // Where nothing could be recorded, the reason stands above already.
  if (untested.length > 0 && outcome.why === undefined) {
    lines.push("", "<details>", `<summary>${untested.length} untested</summary>`, "");
    for (const result of untested) {
      const { id, subject, actual } = result;
      lines.push(`- ${isOpen(result) ? "**not told:** " : ""}${code(id)}, ${code(subject)}: ${escape(actual)}`);
    }
    lines.push("", "</details>");
  }
  return lines.join("\n") + "\n";
}

function bytesOf({ request, start, end, ...evidence }: Bytes): string[] {
  const shown = linesOf(evidence).slice(0, 8).flatMap((line) => {
    const { shown, carets } = pointAt(line, 110);
    return [shown.map(({ text }) => text).join(""), ...carets ? [carets] : []];
  });
  // A fence ends at a fence that is as long.
  const longest = Math.max(2, ...shown.flatMap((line) => line.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = "`".repeat(longest + 1);
  return [`Bytes ${start} to ${end} of ${code(request)}:`, "", `${fence}text`, ...shown, fence];
}

/** Text in which nothing is markup, a formula, a link or a mention. It stands inside a line. */
function escape(value: string): string {
  return cutAt(visible(value), 600)
    .replace(/[\\`*_[\]#|~]/g, "\\$&")
    .replace(/[&<>@$]|:(?=\/\/)|(?<=www)\./gi, (character) => `&#${character.codePointAt(0)};`);
}

/** Text as code. */
function code(value: string): string {
  const text = visible(value);
  return text.includes("`") ? escape(value) : `\`${text}\``;
}

/** Text of this project, in which code stands between backticks. */
const prose = (text: string) => text.split(/(`[^`]+`)/).map((part, i) => i % 2 ? visible(part) : escape(part)).join("");
