/**
 * The common parts of all reports: results by check and by family, marks, counts, and the verdict of a run in words.
 */

import { showInvisible } from "../../harness/mod.ts";
import type { Comparison } from "../baseline.ts";
import type { Check, CheckInfo } from "../check.ts";
import { type CheckResult, isUntestedMust, type Verdict } from "../judge.ts";
import type { Report, Run } from "../run.ts";

/** A run, and its comparison with a baseline if there is one. */
export interface Outcome extends Run {
  /** The comparison. */
  baseline?: Comparison;
}

/** One check, and its results for all endpoints. `why` is empty if the check is not in the list of checks. */
export interface CheckGroup extends Omit<CheckInfo, "family"> {
  family: string;
  results: CheckResult[];
}

/** Groups results by check, in their order. */
export function groupByCheck(results: CheckResult[], checks: readonly Check[]): CheckGroup[] {
  return [...Map.groupBy(results, ({ id }) => id).values()].map((some) => {
    const [{ id, level, title, clause, fix }] = some;
    const { family = unknownFamily, why = "" } = checks.find((check) => check.id === id) ?? {};
    return { id, level, title, clause, family, why, fix, results: some };
  });
}

/** The family of checks that are not in the list of checks: the last one. */
const unknownFamily = "other";

/** Groups checks by family, in the order of the list of all checks. */
export function groupByFamily<T extends { family: string }>(
  groups: readonly T[],
  checks: readonly Check[],
): [family: string, groups: T[]][] {
  const byFamily = Map.groupBy(groups, ({ family }) => family);
  const families = new Set([...checks.map(({ family }) => family), unknownFamily]);
  return [...families].flatMap((family): [string, T[]][] => {
    const some = byFamily.get(family);
    return some ? [[family, some]] : [];
  });
}

/** The mark of a result: its verdict, `known` for a failure that the baseline excuses, `open` for a MUST without verdict. */
export type Mark = Verdict | "known" | "open";

/** The marks, the worst first, with the sign and the word for each. */
export const marks: Record<Mark, { sign: string; word: string }> = {
  fail: { sign: "✗", word: "fails" },
  open: { sign: "?", word: "not observed" },
  warn: { sign: "!", word: "warning" },
  known: { sign: "~", word: "known failure" },
  pass: { sign: "✓", word: "passes" },
  untested: { sign: "-", word: "untested" },
};

/** The mark of a result. Reports of older versions have no `reason`, so nothing in them is `open`. */
export function markOf(result: CheckResult, baseline?: Comparison): Mark {
  if (baseline?.known.includes(result)) return "known";
  return isUntestedMust(result) ? "open" : result.verdict;
}

export function worstOf(some: Mark[]): Mark {
  return (Object.keys(marks) as Mark[]).find((mark) => some.includes(mark))!;
}

/** The state that was found, or why a check is untested. */
export function describeActual({ reason, actual }: CheckResult): string {
  return reason === "not-applicable" ? `does not apply: ${actual}` : actual;
}

/** Why a check is untested, in few words. */
export function shortReason({ reason, actual }: CheckResult): string {
  return reason === "unobserved" ? `not observed: ${actual}` : actual;
}

/** Counts of verdicts, such as `3 fail, 1 warn, 80 pass`. */
export function countsOf(summary: Report["summary"]): string {
  const order: Verdict[] = ["fail", "warn", "pass", "untested"];
  return order.filter((verdict) => summary[verdict] > 0 || verdict === "pass")
    .map((verdict) => `${summary[verdict]} ${verdict}`).join(", ");
}

/** Says what is counted, and why some results are untested. */
export function describeCounts({ checks }: Pick<Report, "checks">): string {
  const untested = checks.filter(({ verdict }) => verdict === "untested");
  const unobserved = untested.filter(({ reason }) => reason === "unobserved").length;
  const inapplicable = untested.filter(({ reason }) => reason === "not-applicable").length;
  const reasons = [
    ...inapplicable > 0 ? [`${inapplicable} ${inapplicable === 1 ? "does" : "do"} not apply`] : [],
    ...unobserved > 0 ? [`${unobserved} could not be observed`] : [],
  ].join(", ");
  const ids = new Set(checks.map(({ id }) => id)).size;
  const counted = `${plural(checks.length, "result")} from ${plural(ids, "check")}, each at every endpoint it is for.`;
  return reasons === "" ? counted : `${counted} Untested: ${reasons}.`;
}

const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? "" : "s"}`;

export function verdictOf({ report, baseline, why }: Outcome): string {
  if (why !== undefined) return "could not be checked";
  if (!report.complete) return "cut short";
  if (report.exitCode === 3) return "inconclusive";
  if (report.exitCode === 0) return baseline?.known.length ? "no new failure" : "conforms";
  return report.checks.some((result) => markOf(result, baseline) === "fail") ? "does not conform" : "baseline is stale";
}

/** Why parts of the run have no verdict. Empty if all have one. */
export function reasonsOf({ why, server, app, sdk, streams, report }: Outcome): string[] {
  const page = server?.page.tooLong ? `${server.page.name}: ${server.page.why}` : undefined;
  const reasons = [
    why,
    server?.why,
    app?.why,
    sdk?.why,
    page,
    ...streams.map(({ name, why }) => why && `${name}: ${why}`),
  ];
  const given = [...new Set(reasons.filter((reason) => reason !== undefined && reason !== ""))] as string[];
  if (given.length > 0 || report.exitCode !== 3) return given;
  if (!report.complete) return ["not everything could be recorded"];
  const untested = report.checks.filter(isUntestedMust);
  if (untested.length === 1) return [`${untested[0].actual} (${untested[0].id})`];
  const open = untested.map(({ id }) => id);
  if (open.length > 0) return [`mandatory checks could not be made: ${[...new Set(open)].join(", ")}`];
  return ["no check applies to what was recorded"];
}

/** The heading of those reasons. */
export function reasonTitle({ report, why }: Outcome): string {
  if (why !== undefined) return "Why nothing could be checked";
  return report.complete ? "Why it is inconclusive" : "Why it was cut short";
}

/** A time, such as `3.6 s` or `12 ms`. */
export const secondsOf = (ms: number): string => ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;

/** The time of a report, such as `2026-01-31 12:00:00 UTC`. */
export const showTime = (startedAt: string): string =>
  showInvisible(startedAt).replace(/T([\d:]{8})(\.\d+)?Z$/, " $1 UTC");

/** The advice for a stale baseline. */
export const staleAdvice = "take it out of the baseline, or write the baseline anew with --write-baseline";
