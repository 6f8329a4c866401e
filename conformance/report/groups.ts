/**
 * What all reports say in the same way: results by check and by family, counts, and the verdict of a run in words.
 *
 * @module
 */

import type { Comparison } from "../baseline.ts";
import { families, type Level } from "../check.ts";
import { checks } from "../classic/mod.ts";
import type { CheckResult, Report, Verdict } from "../judge.ts";
import type { Run } from "../mod.ts";

/** A run, with what makes its report differ from that of the checks alone. */
export interface Outcome extends Run {
  /** Why nothing could be recorded. */
  why?: string;
  /** What the baseline makes of the failures. */
  baseline?: Comparison;
}

/** One check, and what it says of each endpoint. */
export interface CheckGroup {
  id: string;
  level: Level;
  title: string;
  clause: string;
  family: string;
  /** What goes wrong otherwise. Empty for a check that is not known here. */
  why: string;
  fix: string;
  results: CheckResult[];
}

/** Results by check, in their order. */
export function groupByCheck(results: CheckResult[]): CheckGroup[] {
  return [...Map.groupBy(results, ({ id }) => id).values()].map((some) => {
    const [{ id, level, title, clause, fix }] = some;
    const info = checks.find((check) => check.id === id);
    return { id, level, title, clause, family: info?.family ?? "other", why: info?.why ?? "", fix, results: some };
  });
}

/** Checks by family, in the order of a report. Families without one are left out. */
export function groupByFamily<T extends { family: string }>(groups: readonly T[]): [family: string, groups: T[]][] {
  const byFamily = Map.groupBy(groups, ({ family }) => family);
  return [...families, "other"].flatMap((family) => {
    const some = byFamily.get(family);
    return some ? [[family, some] as [string, T[]]] : [];
  });
}

/** A verdict, as a report has it: `known` is a failure that the baseline excuses, `open` a MUST that could not be told. */
export type Mark = Verdict | "known" | "open";

/** The marks, the worst first, with the sign and the word for each. */
export const marks: Record<Mark, { sign: string; word: string }> = {
  fail: { sign: "✗", word: "fails" },
  open: { sign: "?", word: "not told" },
  warn: { sign: "!", word: "warning" },
  known: { sign: "~", word: "known failure" },
  pass: { sign: "✓", word: "passes" },
  untested: { sign: "-", word: "untested" },
};

const notApplicable = "does not apply: ";

/** Whether a MUST could not be told although it applies. */
export function isOpen({ level, verdict, actual }: CheckResult): boolean {
  return level === "MUST" && verdict === "untested" && !actual.startsWith(notApplicable);
}

/** How a result is marked. */
export function markOf(result: CheckResult, baseline?: Comparison): Mark {
  if (baseline?.known.includes(result)) return "known";
  return isOpen(result) ? "open" : result.verdict;
}

/** The worst mark of some. */
export function worstOf(some: Mark[]): Mark {
  return (Object.keys(marks) as Mark[]).find((mark) => some.includes(mark))!;
}

/** Why a check is untested, in few words. */
export function shortReason({ actual }: CheckResult): string {
  return actual.startsWith(notApplicable) ? actual.slice(notApplicable.length) : `not told: ${actual}`;
}

/** Such as `3 fail, 1 warn, 80 pass`. */
export function countsOf(summary: Report["summary"]): string {
  const order: Verdict[] = ["fail", "warn", "pass", "untested"];
  return order.filter((verdict) => summary[verdict] > 0 || verdict === "pass")
    .map((verdict) => `${summary[verdict]} ${verdict}`).join(", ");
}

/** The verdict of a run, in words. */
export function verdictOf({ report, baseline, why }: Outcome): string {
  if (why !== undefined) return "could not be checked";
  if (!report.complete) return "cut short";
  if (report.exitCode === 3) return "could not be told";
  if (report.exitCode === 0) return baseline?.known.length ? "no new failure" : "conforms";
  return report.checks.some((result) => markOf(result, baseline) === "fail") ? "does not conform" : "baseline is stale";
}

/** Why the run could not tell all that it should have; empty if it could. */
export function reasonsOf({ why, server, streams, report }: Outcome): string[] {
  const reasons = [why, server?.why, ...streams.map(({ name, why }) => why && `${name}: ${why}`)];
  const given = [...new Set(reasons.filter((reason) => reason !== undefined && reason !== ""))] as string[];
  if (given.length > 0 || report.exitCode !== 3) return given;
  if (!report.complete) return ["not all could be recorded"];
  const open = report.checks.filter(isOpen).map(({ id }) => id);
  if (open.length > 0) return [`what must be told could not be seen: ${[...new Set(open)].join(", ")}`];
  return ["nothing was there that a check could look at"];
}

/** What stands above those reasons. */
export function reasonTitle({ report, why }: Outcome): string {
  if (why !== undefined) return "Why nothing could be checked";
  return report.complete ? "Why it could not be told" : "Why it was cut short";
}

/** Such as `3.6 s` or `12 ms`. */
export const secondsOf = (ms: number): string => ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;

/** What is asked of those who read that an entry of a baseline is stale. */
export const staleAdvice = "take it out of the baseline, or write the baseline anew with --write-baseline";
