/**
 * The report for programs: the fields of a {@linkcode Report}, in their order, and no others.
 *
 * @module
 */

import type { Run } from "../mod.ts";
import { visibleJson } from "./visible.ts";

/** Writes the report as JSON. What a terminal would obey is escaped. */
export function writeJson({ report }: Pick<Run, "report">): string {
  const { tool, version, dialect, target, startedAt, durationMs, complete, exitCode, summary, checks } = report;
  const { pass, fail, warn, untested } = summary;
  return visibleJson(JSON.stringify(
    {
      tool,
      version,
      dialect,
      target,
      startedAt,
      durationMs,
      complete,
      exitCode,
      summary: { pass, fail, warn, untested },
      checks: checks.map(
        ({ id, level, title, clause, verdict, subject, expected, actual, evidence, fix }) => ({
          id,
          level,
          title,
          clause,
          verdict,
          subject,
          expected,
          actual,
          evidence,
          fix,
        }),
      ),
    },
    null,
    2,
  )) + "\n";
}
