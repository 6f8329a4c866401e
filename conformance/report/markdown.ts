/** The report for a summary page of continuous integration: GitHub-flavoured Markdown. */

import { showInvisible } from "../../harness/mod.ts";
import { type Bytes, type CheckResult, isUntestedMust } from "../judge.ts";
import { cutAt } from "./columns.ts";
import { startOfText } from "./details.ts";
import { writeExcerpt } from "./excerpt.ts";
import {
  type CheckGroup,
  countsOf,
  describeActual,
  groupByCheck,
  groupByFamily,
  type Mark,
  markOf,
  type Outcome,
  reasonsOf,
  reasonTitle,
  secondsOf,
  staleAdvice,
  verdictOf,
} from "./groups.ts";

const signs = { 0: "✅", 1: "❌", 3: "⚠️" };

/** Writes the report as Markdown. Text from the server never becomes markup. */
export function writeMarkdown(outcome: Outcome): string {
  const { report, dialect, baseline } = outcome;
  const groups = groupByCheck(report.checks, dialect.checks);
  const lines = [
    `## ${signs[report.exitCode]} ${code(report.target)} ${verdictOf(outcome)}`,
    "",
    `${countsOf(report.summary)} (${secondsOf(report.durationMs)}, exit code ${report.exitCode}, ` +
    `${report.tool} ${report.version})`,
    "",
    "| family | pass | fail | warn | untested |",
    "| --- | ---: | ---: | ---: | ---: |",
    ...groupByFamily(groups, dialect.checks).map(([family, some]) => {
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
        for (const bytes of evidence.slice(0, 3)) lines.push("", ...writeBytes(bytes));
      }
      lines.push(
        "",
        `- clause: **${escape(group.clause)}** ${writeProse(startOfText(dialect.clauseText(group.clause) ?? ""))}`
          .trimEnd(),
      );
      if (group.why) lines.push(`- why: ${writeProse(group.why)}`);
      lines.push(`- repair: ${writeProse(group.fix)}`);
    }
  }
  section("Failures", "fail");
  section("Warnings", "warn");
  section("Known failures, excused by the baseline", "known");

  const untested = report.checks.filter(({ verdict }) => verdict === "untested");
  // If nothing could be recorded, the reason is already above.
  if (untested.length > 0 && outcome.why === undefined) {
    lines.push("", "<details>", `<summary>${untested.length} untested</summary>`, "");
    for (const result of untested) {
      const { id, subject } = result;
      lines.push(
        `- ${isUntestedMust(result) ? "**not told:** " : ""}${code(id)}, ${code(subject)}: ${
          escape(describeActual(result))
        }`,
      );
    }
    lines.push("", "</details>");
  }
  return lines.join("\n") + "\n";
}

function writeBytes({ request, start, end, ...evidence }: Bytes): string[] {
  const shown = writeExcerpt(evidence, 110);
  // A fence ends at the next fence of its length.
  const longest = Math.max(2, ...shown.flatMap((line) => line.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = "`".repeat(longest + 1);
  return [`Bytes ${start} to ${end} of ${code(request)}:`, "", `${fence}text`, ...shown, fence];
}

/** Escapes markup, formulas, links and mentions. The result is part of a line. */
function escape(value: string): string {
  return cutAt(showInvisible(value), 600)
    .replace(/[\\`*_[\]#|~]/g, "\\$&")
    .replace(/[&<>@$]|:(?=\/\/)|(?<=www)\./gi, (character) => `&#${character.codePointAt(0)};`);
}

/** Writes text as code. */
function code(value: string): string {
  const text = showInvisible(value);
  return text.includes("`") ? escape(value) : `\`${text}\``;
}

/** Writes text of this project, in which backticks mean code. */
const writeProse = (text: string) =>
  text.split(/(`[^`]+`)/).map((part, i) => i % 2 ? showInvisible(part) : escape(part)).join("");
