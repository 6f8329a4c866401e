/** The report for programs: the fields of a {@linkcode Report}, in their order, and no others. */

import { replaceInvisible } from "../../harness/mod.ts";
import type { Run } from "../run.ts";
import { describeActual } from "./groups.ts";

/** The names of the fields of a report and of its parts, in the order in which each part has them. */
const fields =
  ("tool version dialect target startedAt durationMs complete exitCode summary pass fail warn untested checks " +
    "id level title clause verdict reason subject expected actual evidence request start end text from to fix").split(
      " ",
    );

/** Writes the report as JSON. Invisible characters are escaped: a terminal would obey some of them. */
export function writeJson({ report }: Pick<Run, "report">): string {
  const checks = report.checks.map((result) => ({ ...result, actual: describeActual(result) }));
  return escapeInvisible(JSON.stringify({ ...report, checks }, fields, 2)) + "\n";
}

/** Escapes invisible characters in a text that is JSON already. */
function escapeInvisible(json: string): string {
  return replaceInvisible(json, (character) => {
    if (character === "\n") return character; // between values: JSON has escaped it inside a string
    return character.split("").map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
  });
}
