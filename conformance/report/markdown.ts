/** The report for a summary page of continuous integration: GitHub-flavoured Markdown. */

import { showInvisible } from "../../harness/mod.ts";
import { splitCode, writeCodeSpan } from "../../prose.ts";
import { type Bytes, type CheckResult, isUntestedMust } from "../judge.ts";
import { cutAt } from "./columns.ts";
import { type Cause, findCauses } from "./causes.ts";
import { writeExcerpt } from "./excerpt.ts";
import {
  countsOf,
  describeActual,
  describeCounts,
  groupByCheck,
  groupByFamily,
  markOf,
  marks,
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
    `${report.tool} ${report.version}, ${report.dialect})`,
    ...outcome.why === undefined ? ["", describeCounts(report)] : [],
    "",
    "| family | pass | fail | warn | untested |",
    "| --- | ---: | ---: | ---: | ---: |",
    ...groupByFamily(groups, dialect.checks).map(([family, some]) => {
      const count = (verdict: CheckResult["verdict"]) =>
        some.flatMap(({ results }) => results).filter((result) => result.verdict === verdict).length;
      return `| ${family} | ${count("pass")} | ${count("fail")} | ${count("warn")} | ${count("untested")} |`;
    }),
  ];

  const causes = findCauses(outcome);
  if (causes.length > 0) lines.push("", "### What is wrong");
  causes.forEach((cause, i) => lines.push("", ...writeCause(cause, i + 1, outcome)));

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
    lines.push("", `To fix it: ${staleAdvice}.`);
  }

  const listed = (["fail", "warn", "known"] as const).flatMap((mark) =>
    report.checks.filter((result) => markOf(result, baseline) === mark).map((result) => ({ mark, ...result }))
  );
  if (listed.length > 0) {
    lines.push("", "<details>", `<summary>All ${listed.length} failures and warnings</summary>`, "");
    for (const { mark, level, id, subject, actual } of listed) {
      lines.push(`- ${marks[mark].word}: ${level} ${code(id)}, ${code(subject)}: ${escape(actual)}`);
    }
    lines.push("", "</details>");
  }

  const untested = report.checks.filter(({ verdict }) => verdict === "untested");
  // If nothing could be recorded, the reason is already above.
  if (untested.length > 0 && outcome.why === undefined) {
    lines.push("", "<details>", `<summary>${untested.length} untested</summary>`, "");
    for (const result of untested) {
      const { id, subject } = result;
      lines.push(
        `- ${isUntestedMust(result) ? "**not observed:** " : ""}${code(id)}, ${code(subject)}: ${
          writeProse(describeActual(result))
        }`,
      );
    }
    lines.push("", "</details>");
  }
  return lines.join("\n") + "\n";
}

/** Writes a cause, with all that it takes to fix it. */
function writeCause(cause: Cause, number: number, { dialect }: Outcome): string[] {
  const {
    id,
    level,
    harm,
    title,
    subjects,
    expected,
    actual,
    command,
    answer,
    output,
    clause,
    evidence,
    fix,
    follows,
  } = cause;
  const { snippets = {} } = cause;
  const { why } = dialect.checks.find((check) => check.id === id) ?? {};
  const ids = [...new Set(follows.map((other) => other.id))].filter((other) => other !== id);
  return [
    `#### ${number}. ${harm === "MUST" ? "❌" : "⚠️"} ${level} ${code(id)}: ${writeProse(title)}`,
    "",
    `- where: ${subjects.map(code).join(", ")}`,
    `- expected: ${escape(expected)}`,
    `- actual: ${escape(actual)}`,
    `- clause: **${escape(clause)}** ${writeProse(dialect.clauseText(clause) ?? "")}`.trimEnd(),
    ...why ? [`- why: ${writeProse(why)}`] : [],
    `- fix: ${writeProse(fix)}`,
    ...Object.entries(snippets).map(([language, text]) => `- ${language}: ${code(text)}`),
    ...ids.length > 0 ? [`- leads to: ${ids.map(code).join(", ")}`] : [],
    ...evidence.length > 0 ? ["", ...writeBytes(evidence[0])] : [],
    ...answer === undefined
      ? []
      : ["", "The answer begins:", "", ...writeFenced("text", answer.split("\n").map(showInvisible))],
    ...output === undefined
      ? []
      : ["", "The server wrote at that time:", "", ...writeFenced("text", output.map(showInvisible))],
    ...command === undefined ? [] : ["", ...writeFenced("sh", [showInvisible(command)])],
  ];
}

/** Writes lines as code. A fence ends at the next fence of its length. */
function writeFenced(language: string, lines: string[]): string[] {
  const longest = Math.max(2, ...lines.flatMap((line) => line.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = "`".repeat(longest + 1);
  return [fence + language, ...lines, fence];
}

function writeBytes({ request, start, end, ...evidence }: Bytes): string[] {
  return [
    `Bytes ${start} to ${end} of ${code(request)}:`,
    "",
    ...writeFenced("text", writeExcerpt(evidence, Infinity)),
  ];
}

/** Escapes markup, formulas, links and mentions. The result is part of a line. */
function escape(value: string): string {
  return cutAt(showInvisible(value), 600)
    .replace(/[\\`*_[\]#|~]/g, "\\$&")
    .replace(/[&<>@$]|:(?=\/\/)|(?<=www)\./gi, (character) => `&#${character.codePointAt(0)};`);
}

/** Writes text as code. */
const code = (value: string) => writeCodeSpan(showInvisible(value));

/** Writes text of this project, with its code spans. */
const writeProse = (text: string) =>
  splitCode(text).map(({ text, isCode }) => isCode ? code(text) : escape(text)).join("");
