/**
 * The report for programs: the fields of a {@linkcode Report}, in their order, and no others.
 *
 * @module
 */

import { replaceInvisible } from "../../harness/mod.ts";
import type { Run } from "../run.ts";
import { describeActual } from "./groups.ts";

/** Writes the report as JSON. Invisible characters are escaped: a terminal would obey some of them. */
export function writeJson({ report }: Pick<Run, "report">): string {
  const { tool, version, dialect, target, startedAt, durationMs, complete, exitCode, summary, checks } = report;
  const { pass, fail, warn, untested } = summary;
  return escapeInvisible(JSON.stringify(
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
        (result) => {
          const { id, level, title, clause, verdict, reason, subject, expected, evidence, fix } = result;
          const actual = describeActual(result);
          return { id, level, title, clause, verdict, reason, subject, expected, actual, evidence, fix };
        },
      ),
    },
    null,
    2,
  )) + "\n";
}

/** Escapes invisible characters in a text that is JSON already. */
function escapeInvisible(json: string): string {
  return replaceInvisible(json, (character) => {
    if (character === "\n") return character; // between values: JSON has escaped it inside a string
    return character.split("").map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
  });
}
