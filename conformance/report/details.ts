/** The details of one result as plain text, and the shortened text of clauses. */

import type { Dialect } from "../dialect.ts";
import type { Bytes, CheckResult } from "../judge.ts";
import { describeActual } from "./groups.ts";
import { writeExcerpt } from "./excerpt.ts";
import { showInvisible } from "../../harness/mod.ts";

/** Lists what it takes to fix a fault, one label on each line. */
export function detailsOf(result: CheckResult, dialect: Dialect): string {
  const { id, expected, evidence, clause, fix } = result;
  return [
    `check:    ${showInvisible(id)}`,
    `expected: ${showInvisible(expected)}`,
    `actual:   ${showInvisible(describeActual(result))}`,
    ...evidence.slice(0, 3).flatMap(writeBytes),
    `clause:   ${showInvisible([clause, dialect.clauseText(clause)].filter(Boolean).join(": "))}`,
    `fix:      ${showInvisible(fix)}`,
  ].join("\n");
}

function writeBytes({ request, start, end, ...evidence }: Bytes): string[] {
  const lines = writeExcerpt(evidence, Infinity).map((line) => `  ${line}`);
  return [`bytes:    ${start} to ${end} of ${showInvisible(request)}`, ...lines];
}

/** The first sentences of a clause's text, up to about 240 characters. */
export function startOfText(text: string): string {
  const most = 240;
  if (text.length <= most) return text;
  const sentences = text.match(/.+?(?:[.:;](?= [A-Z`(])|$)/g) ?? [text];
  let start = "";
  for (const sentence of sentences) {
    if (start && start.length + sentence.length > most) break;
    start += sentence;
  }
  return start.length < text.length ? `${start} …` : start;
}
