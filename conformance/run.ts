/** Runs and their reports. */

import { unobserved } from "./check.ts";
import type { Dialect, Evidence } from "./dialect.ts";
import { detectDialect } from "./detect.ts";
import {
  type CheckResult,
  isUntestedMust,
  judge,
  selectChecks,
  type Selection,
  toResult,
  type Verdict,
} from "./judge.ts";
import type { Recording } from "./recording.ts";
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
  /** Its duration. */
  durationMs: number;
  /** Whether everything that was to be recorded was recorded. */
  complete: boolean;
  /** 0: it conforms. 1: a check failed, or a baseline is stale. 3: there is no verdict. */
  exitCode: 0 | 1 | 3;
  /** The number of results with each verdict. */
  summary: Record<Verdict, number>;
  /** One result for each check and endpoint. */
  checks: CheckResult[];
}

/** A run: its report, and the evidence for it. */
export interface Run extends Evidence {
  /** The report. */
  report: Report;
  /** The dialect whose checks were made. */
  dialect: Dialect;
  /** The recording that was judged. */
  recording?: Recording;
  /** Why nothing could be recorded. */
  why?: string;
  /** Milliseconds that each check took to judge what was recorded. Absent if nothing could be recorded. */
  judgeTimes?: ReadonlyMap<CheckResult, number>;
}

/** The subject of a run, and its times. */
export interface RunHead {
  /** The URL, or the name of the file. */
  target: string;
  began: Date;
  dialect: Dialect;
  /** Its duration. Default: the time since `began`. */
  durationMs?: number;
}

/** The dialect and the checks of a run. */
export interface JudgeOptions extends Selection {
  /** The dialect that the server should speak. Default: that of the chosen checks, of its page, or of its streams. */
  dialect?: Dialect;
}

/**
 * Judges a recording, new or read from a file. The report has the times of the recording.
 *
 * @throws {SyntaxError} If a route is missing in the recording.
 */
export async function judgeRecording(
  recording: Recording,
  options: JudgeOptions = {},
): Promise<Run> {
  const { dialect = detectDialect(recording, options) } = options;
  const { target, recordedAt, durationMs } = recording;
  const evidence = await dialect.interpret(recording);
  const judgeTimes = await judge(evidence, { ...dialect, checks: selectChecks(dialect.checks, options) });
  const { server, app, sdk, streams } = evidence;
  // That a request has ended the server is a result.
  const isServerComplete = server?.why === undefined || server.endedBy !== undefined;
  const complete = isServerComplete && !server?.page.tooLong &&
    [app, sdk, ...streams].every((part) => part?.why === undefined);
  const head = { target, began: new Date(recordedAt), durationMs, dialect };
  const report = createReport(head, [...judgeTimes.keys()], complete);
  return { report, dialect, ...evidence, recording, judgeTimes };
}

/** Makes the run in which nothing could be recorded: each check is untested, for the same reason. */
export function emptyRun(
  head: RunHead,
  { subject, of, why, ...selection }: Selection & {
    /** The endpoint, or the file. */
    subject: string;
    of: Recording["kind"];
    why: string;
  },
): Run {
  const checks = selectChecks(head.dialect.checks, selection)
    .filter((check) => check.of === of || check.of === "stream")
    .map((check) => toResult(check, subject, unobserved(why), []));
  return { report: createReport(head, checks, false), dialect: head.dialect, streams: [], why };
}

function createReport(
  { target, began, dialect, durationMs = Date.now() - began.getTime() }: RunHead,
  checks: CheckResult[],
  complete: boolean,
): Report {
  const failed = checks.some(({ verdict }) => verdict === "fail");
  return {
    tool: "fragstar",
    version,
    dialect: dialect.id,
    target,
    startedAt: began.toISOString(),
    durationMs,
    complete,
    exitCode: exitCodeOf({ checks, complete, failed }),
    summary: summarize(checks),
    checks,
  };
}

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
