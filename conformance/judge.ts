/**
 * Evidence to verdicts, and verdicts to a report. Pure: the same evidence gives the same report.
 *
 * @module
 */

import type { Check, Finding, Level } from "./check.ts";
import { classic } from "./classic/mod.ts";
import { type StreamEvidence, textOf } from "./interpret.ts";
import type { ServerEvidence } from "./record/record.ts";

/** What is said of a check. `warn` is a SHOULD or MAY that is not met; `untested` says why in `actual`. */
export type Verdict = "pass" | "fail" | "warn" | "untested";

/** Some bytes that show what was found. */
export interface Bytes {
  /** The request whose answer they are in, or the file. */
  request: string;
  /** Offset of the first byte in that answer. */
  start: number;
  /** Offset behind the last byte. */
  end: number;
  /** The text of the bytes, with that of the lines they stand in. */
  text: string;
  /** Where in `text` the bytes begin. */
  from: number;
  /** Where in `text` they end. */
  to: number;
}

/** What one check says of one endpoint. */
export interface CheckResult {
  /** The check: short, and permanent. */
  id: string;
  /** How much it asks for. */
  level: Level;
  /** What is so where it passes. */
  title: string;
  /** The clause of docs/PROTOCOL.md. */
  clause: string;
  /** What is said of it. */
  verdict: Verdict;
  /** The endpoint, such as `/get`, or the name of a file. */
  subject: string;
  /** What should be so. Empty for a check that passes. */
  expected: string;
  /** What is so, or why nothing can be said. */
  actual: string;
  /** Bytes that show it. */
  evidence: Bytes[];
  /** What to do about it. */
  fix: string;
}

/** All that came of a run: the JSON report. */
export interface Report {
  /** Who says so. */
  tool: "fragstar";
  /** Its version. */
  version: string;
  /** The generation of the protocol that it was held to. */
  dialect: "classic";
  /** The URL, or the name of the file. */
  target: string;
  /** When the run began, in the form of ISO 8601. */
  startedAt: string;
  /** How long it took. */
  durationMs: number;
  /** Whether all that was to be recorded was. */
  complete: boolean;
  /** 0: it conforms. 1: a check failed, or a baseline is stale. 3: it could not be told. */
  exitCode: 0 | 1 | 3;
  /** How many results have each verdict. */
  summary: Record<Verdict, number>;
  /** One result for each check and endpoint. */
  checks: CheckResult[];
}

/** Which checks are made. */
export interface Selection {
  /** Ids: only these. */
  only?: readonly string[];
  /** Ids: not these. */
  skip?: readonly string[];
}

/** A result, and whether a MUST was left untested although it applies. */
interface Judged {
  result: CheckResult;
  open: boolean;
}

/** The checks that are made. */
export function select({ only, skip = [] }: Selection): Check[] {
  return classic.checks.filter(({ id }) => (!only || only.includes(id)) && !skip.includes(id));
}

/** Makes the checks of streams, and those of a server if there is one. */
export function judge(
  { streams, server }: { streams: StreamEvidence[]; server?: ServerEvidence },
  selection: Selection = {},
): { checks: CheckResult[]; open: boolean } {
  // These are the views of the dialect whose checks run, which is all that `never` stands for below.
  const subjects = Map.groupBy(streams.map(classic.viewStream), ({ subject }) => subject);
  const serverView = server && classic.viewServer(server);
  const judged: Judged[] = [];
  const all = [...streams, ...Object.values(server?.bad ?? {})];
  for (const check of select(selection)) {
    if (check.of === "server") {
      if (serverView) judged.push(state(check, check.subject(serverView), check.run(serverView as never), all));
      continue;
    }
    for (const [subject, some] of subjects) {
      judged.push(
        state(check, subject, worst(some.map((stream) => ({ stream, finding: check.run(stream as never) }))), some),
      );
    }
  }
  return { checks: judged.map(({ result }) => result), open: judged.some(({ open }) => open) };
}

/** Of the findings for one endpoint, the one that counts: a fault in one answer is a fault. */
function worst(findings: { stream: StreamEvidence; finding: Finding }[]): Finding {
  const order: Finding["outcome"][] = ["fail", "unobserved", "pass", "not applicable"];
  const [{ stream, finding }] = findings.toSorted((a, b) =>
    order.indexOf(a.finding.outcome) - order.indexOf(b.finding.outcome)
  );
  return { where: stream.name, ...finding };
}

function state(check: Check, subject: string, finding: Finding, streams: StreamEvidence[]): Judged {
  const { id, level, title, clause, fix } = check;
  const { outcome, expected = title, actual, at = [], where } = finding;
  const verdicts: Record<Finding["outcome"], Verdict> = {
    "pass": "pass",
    "fail": level === "MUST" ? "fail" : "warn",
    "not applicable": "untested",
    "unobserved": "untested",
  };
  const verdict = verdicts[outcome];
  const stream = streams.find(({ name }) => name === where);
  return {
    result: {
      id,
      level,
      title,
      clause,
      verdict,
      subject,
      expected: outcome === "pass" ? "" : expected,
      actual: outcome === "not applicable" ? `does not apply: ${actual}` : actual,
      evidence: stream && outcome === "fail" ? at.map((range) => show(stream, range)) : [],
      fix,
    },
    open: outcome === "unobserved" && level === "MUST",
  };
}

/** Bytes before and after that are shown too, at most. */
const context = 120;

/** Bytes of a fault that are shown at most: a server can make a line of megabytes. */
const longest = 400;

/** Some bytes, with the rest of their lines. */
function show(stream: StreamEvidence, { start, end: wholeEnd }: { start: number; end: number }): Bytes {
  const end = Math.min(wholeEnd, start + longest);
  const isEnd = (byte: number) => byte === 10 || byte === 13;
  let first = start;
  while (first > 0 && start - first < context && !isEnd(stream.bytes[first - 1])) first--;
  let last = end;
  while (last < stream.bytes.length && last - end < context && !isEnd(stream.bytes[last])) last++;
  while (last < stream.bytes.length && isEnd(stream.bytes[last]) && last - end < context) last++;
  const before = textOf(stream, { start: first, end: start });
  const shown = textOf(stream, { start, end });
  return {
    request: stream.name,
    start,
    end,
    text: before + shown + textOf(stream, { start: end, end: last }),
    from: before.length,
    to: before.length + shown.length,
  };
}

/** Counts the verdicts. */
export function summarize(checks: CheckResult[]): Report["summary"] {
  const summary = { pass: 0, fail: 0, warn: 0, untested: 0 };
  for (const { verdict } of checks) summary[verdict]++;
  return summary;
}

/**
 * The exit code: what failed counts first, unless the run was cut short; then what could not be told.
 *
 * @param failed Whether a check failed that no baseline excuses, or a baseline is stale.
 * @param open Whether a MUST that applies was left untested.
 */
export function exitCodeOf(
  { checks, complete, failed, open }: { checks: CheckResult[]; complete: boolean; failed: boolean; open: boolean },
): Report["exitCode"] {
  if (!complete || checks.every(({ verdict }) => verdict === "untested")) return 3;
  if (failed) return 1;
  return open ? 3 : 0;
}
