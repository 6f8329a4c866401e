/** Judges evidence by checks. The same evidence gives the same results. */

import type { ByteRange } from "../harness/mod.ts";
import { type Check, type CheckInfo, type Finding, MissingAnswer, type ServerCheck, unobserved } from "./check.ts";
import type { Dialect, Evidence } from "./dialect.ts";
import { type StreamEvidence, textOf } from "./stream_evidence.ts";
import { noticeTooMuch } from "./too_much.ts";

/** The verdict of a check. `warn` is a SHOULD or MAY that is not met; `untested` says why in `reason` and `actual`. */
export type Verdict = "pass" | "fail" | "warn" | "untested";

/**
 * The reason why a check is untested. `not-applicable`: the case that it is about did not occur, and need not occur.
 * `unobserved`: the case should have been seen and was not.
 */
export type UntestedReason = "not-applicable" | "unobserved";

/** Bytes of an answer that show a fault. */
export interface Bytes extends ByteRange {
  /** The request whose answer they are in, or the file. */
  request: string;
  /** The text of the bytes, with the rest of the lines they are in. */
  text: string;
  /** The offset in `text` at which the bytes begin. */
  from: number;
  /** The offset in `text` at which they end. */
  to: number;
}

/** The result of one check for one endpoint. */
export interface CheckResult extends Pick<CheckInfo, "id" | "level" | "title" | "clause" | "fix"> {
  /** The verdict. */
  verdict: Verdict;
  /** Why it is untested. Absent for other verdicts. */
  reason?: UntestedReason;
  /** The endpoint, such as `/get`, or the name of a file. */
  subject: string;
  /** The state that is asked for. Empty for a check that passes. */
  expected: string;
  /** The state that was found, or why there is no verdict. */
  actual: string;
  /** The request whose answer shows it. Absent if no single one does. */
  request?: string;
  /** Bytes that show it. */
  evidence: Bytes[];
}

/** A choice of checks. */
export interface Selection {
  /** Ids: only these. */
  only?: readonly string[];
  /** Ids: not these. */
  skip?: readonly string[];
}

/** Whether a result is a MUST that has no verdict although it applies. */
export function isUntestedMust({ level, reason }: CheckResult): boolean {
  return level === "MUST" && reason === "unobserved";
}

/** The checks of a list that are chosen. */
export function selectChecks(checks: readonly Check[], { only, skip = [] }: Selection): Check[] {
  return checks.filter(({ id }) => (!only || only.includes(id)) && !skip.includes(id));
}

/**
 * Runs the checks of streams, and those of a server, an application or an SDK if there is one. Returns the results, each with the
 * milliseconds that its check took.
 */
export function judge(
  { streams, otherStreams = [], server, app, sdk }: Evidence,
  { checks, viewStream, viewServer }: Pick<Dialect, "checks" | "viewStream" | "viewServer">,
): Map<CheckResult, number> {
  // Views and checks are of the same dialect, so the `never` below is safe.
  const bySubject = Map.groupBy(streams.map(viewStream), ({ subject }) => subject);
  const serverView = server && viewServer(server);
  const results = new Map<CheckResult, number>();
  let since = performance.now();
  function add(...some: CheckResult[]) {
    const now = performance.now();
    for (const result of some) results.set(result, (now - since) / some.length);
    since = now;
  }
  const all = [...streams, ...otherStreams];
  for (const check of checks) {
    if (check.of === "server") {
      if (!serverView) continue;
      const finding = runServerCheck(check, serverView);
      const decided = leaveUndecided(check, finding, all.find(({ name }) => name === finding.where));
      add(toResult(check, check.subject(serverView), decided, all));
      continue;
    }
    if (check.of === "app") {
      const { result: found, isAnswered } = noticeTooMuch(() => app ? check.run(app as never) : []);
      add(
        ...found.map(({ subject, finding }) =>
          toResult(check, subject, isAnswered ? finding : leaveOpen(finding), all)
        ),
      );
      continue;
    }
    if (check.of === "sdk") {
      if (sdk) add(toResult(check, sdk.subject, check.run(sdk as never), all));
      continue;
    }
    for (const [subject, some] of bySubject) {
      const findings = some.map((stream) =>
        leaveUndecided(check, { where: stream.name, ...judgeCertain(() => check.run(stream as never)) }, stream)
      );
      const finding = mostSevere(findings);
      // Where all answers have the same fault, no request is the cause.
      const isCommon = findings.every(({ actual }) => actual === finding.actual);
      add(toResult(check, subject, finding, some, isCommon));
    }
  }
  return results;
}

/** Runs a check. It does not pass if a question of it had no answer. */
function judgeCertain(run: () => Finding): Finding {
  const { result, isAnswered } = noticeTooMuch(run);
  return isAnswered ? result : leaveOpen(result);
}

const leaveOpen = (finding: Finding): Finding =>
  finding.outcome === "pass" ? unobserved("it has a text that is too long or too deep to be judged") : finding;

/** Runs a check of a server. It is untested if an answer is missing that it reads. */
function runServerCheck(check: ServerCheck<never>, view: object): Finding {
  try {
    return judgeCertain(() => check.run(view as never));
  } catch (error) {
    if (error instanceof MissingAnswer) return unobserved(error.message);
    throw error;
  }
}

/**
 * Leaves a fault undecided that no bytes show, in an answer that has more bytes than were read: what is missing may come
 * later in it. Status and headers were read.
 */
function leaveUndecided({ family }: Check, finding: Finding, stream: StreamEvidence | undefined): Finding {
  const { outcome, at = [], where } = finding;
  if (outcome !== "fail" || at.length > 0 || family === "transport" || !stream?.exchange?.tooLong) return finding;
  return { ...unobserved(`${stream.name}: ${stream.exchange.why}`), where };
}

/** The finding that counts for an endpoint: a fault in one answer is a fault. */
function mostSevere(findings: Finding[]): Finding {
  const order: Finding["outcome"][] = ["fail", "unobserved", "pass", "not applicable"];
  return findings.toSorted((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome))[0];
}

/**
 * Makes the result of a check from its finding. The streams hold the bytes to which the finding points; a fault without
 * bytes names its request, unless all of them have it.
 */
export function toResult(
  check: Check,
  subject: string,
  finding: Finding,
  streams: StreamEvidence[],
  isCommon = false,
): CheckResult {
  const { id, level, title, clause, fix } = check;
  const { outcome, expected = title, actual, at = [], where } = finding;
  const verdicts: Record<Finding["outcome"], { verdict: Verdict; reason?: UntestedReason }> = {
    "pass": { verdict: "pass" },
    "fail": { verdict: level === "MUST" ? "fail" : "warn" },
    "not applicable": { verdict: "untested", reason: "not-applicable" },
    "unobserved": { verdict: "untested", reason: "unobserved" },
  };
  const stream = streams.find(({ name }) => name === where);
  const isNamed = stream && outcome === "fail" && at.length === 0 && !isCommon && where !== `GET ${subject}` &&
    where !== subject;
  return {
    id,
    level,
    title,
    clause,
    ...verdicts[outcome],
    subject,
    expected: outcome === "pass" ? "" : expected,
    actual: isNamed ? `${where}: ${actual}` : actual,
    ...where !== undefined && stream?.exchange && { request: where },
    evidence: stream && outcome === "fail" ? at.map((range) => excerpt(stream, range)) : [],
    fix,
  };
}

/** The most bytes of context on each side, and of a fault: a server can send a line of megabytes. */
const limits = { context: 120, fault: 400 };

/** Some bytes of a stream, with the rest of their lines. */
function excerpt(stream: StreamEvidence, { start, end: wholeEnd }: ByteRange): Bytes {
  const end = Math.min(wholeEnd, start + limits.fault);
  const isLineEnd = (byte: number) => byte === 10 || byte === 13;
  let first = start;
  while (first > 0 && start - first < limits.context && !isLineEnd(stream.bytes[first - 1])) first--;
  let last = end;
  const hasMore = () => last < stream.bytes.length && last - end < limits.context;
  while (hasMore() && !isLineEnd(stream.bytes[last])) last++;
  while (hasMore() && isLineEnd(stream.bytes[last])) last++;
  const before = textOf(stream, { start: first, end: start });
  const fault = textOf(stream, { start, end });
  return {
    request: stream.name,
    start,
    end,
    text: before + fault + textOf(stream, { start: end, end: last }),
    from: before.length,
    to: before.length + fault.length,
  };
}
