/**
 * Baselines: lists of known failures, so that a run fails only for new ones. A failure that was repaired has to leave the
 * list: a stale list would hide it if it came back.
 */

import { normalize } from "node:path";
import type { CheckResult, Selection } from "./judge.ts";
import { exitCodeOf, type Run } from "./run.ts";

/** A check that is known to fail for an endpoint. */
export interface KnownFailure {
  /** The check. */
  id: string;
  /** The endpoint, as the report names it. */
  subject: string;
}

/** A list of known failures: the file that `--write-baseline` writes. */
export interface Baseline {
  /** The known failures. */
  checks: KnownFailure[];
}

/** An entry that has to leave a baseline. */
export interface StaleFailure extends KnownFailure {
  /** Why it has to. */
  reason: string;
}

/** A run, compared with a baseline. */
export interface Comparison {
  /** Failures that the baseline excuses. */
  known: CheckResult[];
  /** Entries of the baseline that should not be there. */
  stale: StaleFailure[];
}

/**
 * Parses the text of a baseline's file.
 *
 * @throws {SyntaxError} If the text is not a baseline.
 */
export function parseBaseline(text: string): Baseline {
  const refuse = (why: string): never => {
    throw new SyntaxError(`${why}; it should be as {"checks": [{"id": "http-type", "subject": "/get"}]}`);
  };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refuse(`it is not JSON: ${(error as Error).message}`);
  }
  const isObject = (some: unknown): some is Record<string, unknown> =>
    typeof some === "object" && some !== null && !Array.isArray(some);
  if (!isObject(value) || !Array.isArray(value.checks)) return refuse(`it has no list "checks"`);
  const other = Object.keys(value).find((key) => key !== "checks");
  if (other !== undefined) return refuse(`it has ${JSON.stringify(other)} beside "checks"`);
  const list = value.checks.map((entry: unknown, i): KnownFailure => {
    const where = `entry ${i + 1} of "checks"`;
    if (!isObject(entry)) return refuse(`${where} is not an object`);
    const { id, subject, ...rest } = entry;
    if (typeof id !== "string" || id === "") return refuse(`${where} has no "id"`);
    if (typeof subject !== "string" || subject === "") return refuse(`${where} has no "subject"`);
    for (const key of Object.keys(rest)) refuse(`${where} has ${JSON.stringify(key)} beside "id" and "subject"`);
    return { id, subject };
  });
  return { checks: list };
}

/** Makes a baseline of the failures of a run. */
export function baselineOf({ report }: Pick<Run, "report">): Baseline {
  const failed = report.checks.filter(({ verdict }) => verdict === "fail").map(({ id, subject }) => ({ id, subject }));
  const keys = new Map(failed.map((failure) => [keyOf(failure), failure]));
  return { checks: [...keys.keys()].sort().map((key) => keys.get(key)!) };
}

/** Writes a baseline as the text of its file: one line for each entry, so that diffs are easy to read. */
export function writeBaseline({ checks }: Baseline): string {
  if (checks.length === 0) return '{\n  "checks": []\n}\n';
  const lines = checks.map(({ id, subject }) =>
    `    { "id": ${JSON.stringify(id)}, "subject": ${escapeJson(subject)} }`
  );
  return `{\n  "checks": [\n${lines.join(",\n")}\n  ]\n}\n`;
}

const escapeJson = (text: string) =>
  JSON.stringify(text).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** Compares a run with a baseline. The exit code of the run that it returns counts failures that are not known. */
export function applyBaseline<R extends Run>(
  run: R,
  baseline: Baseline,
  { only, skip = [] }: Selection = {},
): R & { baseline: Comparison } {
  const { report, dialect } = run;
  const listed = new Set(baseline.checks.map(keyOf));
  const known = report.checks.filter((result) => result.verdict === "fail" && listed.has(keyOf(result)));
  const stale: StaleFailure[] = [];
  // A run that was cut short does not show that an entry is stale.
  for (const entry of report.complete ? baseline.checks : []) {
    const isKnown = dialect.checks.some(({ id }) => id === entry.id);
    if (isKnown && (only && !only.includes(entry.id) || skip.includes(entry.id))) continue;
    const results = report.checks.filter((result) => keyOf(result) === keyOf(entry));
    const reason = !isKnown
      ? `the dialect ${dialect.id} has no such check`
      : results.length === 0
      ? "nothing of that name is checked here"
      : results.every(({ verdict }) => verdict === "pass")
      ? "it passes"
      : undefined;
    if (reason) stale.push({ ...entry, reason });
  }
  const failed = stale.length > 0 ||
    report.checks.some((result) => result.verdict === "fail" && !known.includes(result));
  const exitCode = exitCodeOf({ checks: report.checks, complete: report.complete, failed });
  return { ...run, report: { ...report, exitCode }, baseline: { known, stale } };
}

const keyOf = ({ id, subject }: KnownFailure) => `${id}\n${spellSubject(subject)}`;

/** Spells a subject in one way: `/a/../%67et` and `/get` are one path, `a.sse`, `./a.sse` and `.//a.sse` one file. */
function spellSubject(subject: string): string {
  if (!subject.startsWith("/")) return normalize(subject);
  const { pathname, search } = new URL(`http://localhost${subject}`);
  return pathname.replace(/%[0-9a-f]{2}/gi, spellEscape) + search;
}

/** Spells an escaped octet: a letter, digit, `-`, `.`, `_` or `~` needs no escape, RFC 3986, section 6.2.2. */
function spellEscape(escape: string): string {
  const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
  return /[\w.~-]/.test(character) ? character : escape.toUpperCase();
}
