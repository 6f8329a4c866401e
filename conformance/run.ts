/**
 * Runs and their reports.
 *
 * @module
 */

import { unobserved } from "./check.ts";
import type { Dialect } from "./dialect.ts";
import type { StreamEvidence } from "./interpret.ts";
import {
  type CheckResult,
  isUntestedMust,
  judge,
  selectChecks,
  type Selection,
  toResult,
  type Verdict,
} from "./judge.ts";
import type { ServerEvidence } from "./record/record.ts";
import { version } from "./version.ts";

/** The report of a run. The JSON report has these fields. */
export interface Report {
  /** The program that made it. */
  tool: "fragstar";
  /** The version of that program. */
  version: string;
  /** The generation of the protocol by which the server was judged. */
  dialect: string;
  /** The URL, or the name of the file. */
  target: string;
  /** When the run began, in the form of ISO 8601. */
  startedAt: string;
  /** How long it took. */
  durationMs: number;
  /** Whether everything that was to be recorded was recorded. */
  complete: boolean;
  /** 0: it conforms. 1: a check failed, or a baseline is stale. 3: there is no verdict. */
  exitCode: 0 | 1 | 3;
  /** How many results have each verdict. */
  summary: Record<Verdict, number>;
  /** One result for each check and endpoint. */
  checks: CheckResult[];
}

/** A run: its report, and the evidence for it. */
export interface Run {
  /** The report. */
  report: Report;
  /** The dialect whose checks were made. */
  dialect: Dialect;
  /** The streams that were judged. */
  streams: StreamEvidence[];
  /** Everything that was recorded of a server. */
  server?: ServerEvidence;
  /** Why nothing could be recorded. */
  why?: string;
}

/** What a run was about, and when it began. */
export interface RunHead {
  /** The URL, or the name of the file. */
  target: string;
  /** When the run began. */
  began: Date;
  /** The dialect whose checks are made. */
  dialect: Dialect;
}

/** Judges evidence, and makes the report. */
export function judgeRun(
  head: RunHead,
  evidence: { streams: StreamEvidence[]; server?: ServerEvidence },
  selection: Selection = {},
): Run {
  const checks = judge(evidence, { ...head.dialect, checks: selectChecks(head.dialect.checks, selection) });
  const complete = evidence.server?.why === undefined && evidence.streams.every(({ why }) => why === undefined);
  return { report: createReport(head, checks, complete), dialect: head.dialect, ...evidence };
}

/** Makes the run in which nothing could be recorded: each check is untested, for the same reason. */
export function emptyRun(
  head: RunHead,
  { subject, of, why, ...selection }: Selection & {
    /** The endpoint, or the file. */
    subject: string;
    /** Whether a whole server was to be checked, or one stream. */
    of: "server" | "stream";
    /** Why nothing could be recorded. */
    why: string;
  },
): Run {
  const checks = selectChecks(head.dialect.checks, selection)
    .filter((check) => of === "server" || check.of === "stream")
    .map((check) => toResult(check, subject, unobserved(why), []));
  return { report: createReport(head, checks, false), dialect: head.dialect, streams: [], why };
}

function createReport({ target, began, dialect }: RunHead, checks: CheckResult[], complete: boolean): Report {
  const failed = checks.some(({ verdict }) => verdict === "fail");
  return {
    tool: "fragstar",
    version,
    dialect: dialect.id,
    target,
    startedAt: began.toISOString(),
    durationMs: Date.now() - began.getTime(),
    complete,
    exitCode: exitCodeOf({ checks, complete, failed }),
    summary: summarize(checks),
    checks,
  };
}

/** Counts the verdicts. */
export function summarize(checks: CheckResult[]): Report["summary"] {
  const summary = { pass: 0, fail: 0, warn: 0, untested: 0 };
  for (const { verdict } of checks) summary[verdict]++;
  return summary;
}

/** The exit code: a failure counts first, unless the run was cut short; then a MUST without a verdict. */
export function exitCodeOf({ checks, complete, failed }: {
  checks: CheckResult[];
  complete: boolean;
  /** Whether a check failed that no baseline excuses, or a baseline is stale. */
  failed: boolean;
}): Report["exitCode"] {
  if (!complete || checks.every(({ verdict }) => verdict === "untested")) return 3;
  if (failed) return 1;
  return checks.some(isUntestedMust) ? 3 : 0;
}
