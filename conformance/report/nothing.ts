/**
 * The report of a run in which nothing could be recorded: each check is untested, for one and the same reason.
 *
 * @module
 */

import { type CheckResult, select, type Selection, summarize } from "../judge.ts";
import { version } from "../version.ts";
import type { Outcome } from "./groups.ts";

/** Reports that nothing could be recorded, and why. */
export function reportNothing(
  { target, subject, of, began, why, ...selection }: Selection & {
    /** What should have been checked. */
    target: string;
    /** The endpoint, or the file. */
    subject: string;
    /** Whether it was a whole server, or one stream. */
    of: "server" | "stream";
    /** When the run began. */
    began: Date;
    /** Why nothing could be recorded. */
    why: string;
  },
): Outcome {
  const checks = select(selection)
    .filter((check) => of === "server" || check.of === "stream")
    .map(({ id, level, title, clause, fix }): CheckResult => ({
      id,
      level,
      title,
      clause,
      verdict: "untested",
      subject,
      expected: title,
      actual: why,
      evidence: [],
      fix,
    }));
  return {
    report: {
      tool: "fragstar",
      version,
      dialect: "classic",
      target,
      startedAt: began.toISOString(),
      durationMs: Date.now() - began.getTime(),
      complete: false,
      exitCode: 3,
      summary: summarize(checks),
      checks,
    },
    open: true,
    streams: [],
    why,
  };
}
