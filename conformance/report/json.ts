/** The report for programs: the fields of a {@linkcode Report}, in their order, and no others. */

import { replaceInvisible } from "../../harness/mod.ts";
import { findCauses } from "./causes.ts";
import { describeActual, type Outcome } from "./groups.ts";

/** The names of the fields of a report and of its parts, in the order in which each part has them. */
const fields =
  ("tool version dialect target startedAt durationMs complete exitCode summary pass fail warn untested causes checks " +
    "id level title clause verdict reason harm subjects subject expected actual request command answer output evidence start end " +
    "text from to fix follows").split(" ");

/** Writes the report as JSON, with its causes. Invisible characters are escaped: a terminal would obey some of them. */
export function writeJson(outcome: Outcome): string {
  const { report } = outcome;
  const checks = report.checks.map((result) => ({ ...result, actual: describeActual(result) }));
  return escapeInvisible(JSON.stringify({ ...report, causes: findCauses(outcome), checks }, fields, 2)) + "\n";
}

/** Escapes invisible characters in a text that is JSON already. */
function escapeInvisible(json: string): string {
  return replaceInvisible(json, (character) => {
    if (character === "\n") return character; // between values: JSON has escaped it inside a string
    return character.split("").map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
  });
}
