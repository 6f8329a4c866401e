/** Causes: the mistakes behind the failures of a run. What follows from a mistake is listed under it. */

import type { Level } from "../check.ts";
import { isStream } from "../checks/http.ts";
import type { CheckResult } from "../judge.ts";
import { type Exchange, isSecretHeader } from "../recording.ts";
import type { Outcome } from "./groups.ts";

/** A mistake, with all that it leads to. */
export interface Cause extends Omit<CheckResult, "subject" | "reason"> {
  /** The highest level of all that it breaks: itself, and what follows. */
  harm: Level;
  /** The endpoints that have it, or the name of a file. */
  subjects: string[];
  /** A command line that repeats this request. */
  command?: string;
  /** The first lines of its answer, where this is not an event stream. */
  answer?: string;
  /** The lines that the server wrote while it answered. */
  output?: string[];
  /** Lines of code that repair it, by language. */
  snippets?: Readonly<Record<string, string>>;
  /** The results that follow from it. */
  follows: Pick<CheckResult, "id" | "subject">[];
}

/** Finds the causes behind the results of a run, the most harmful first. What a baseline excuses is left out. */
export function findCauses(outcome: Outcome): Cause[] {
  const { report: { checks, target }, dialect, baseline } = outcome;
  const bad = checks.filter((result) =>
    (result.verdict === "fail" || result.verdict === "warn") && !baseline?.known.includes(result)
  );
  const groups = Map.groupBy(bad, createRootFinder(bad, outcome));
  // The same mistake at several endpoints is one cause.
  const byId = Map.groupBy(groups, ([{ id }]) => id);
  const causes = [...byId.values()].map((some): Cause => {
    const roots = some.map(([root]) => root);
    const followers = some.flatMap(([root, results]) => results.filter((result) => result !== root));
    const { subject: _, reason: __, ...root } = roots[0];
    const exchange = exchangesOf(outcome).find(({ name }) => name === root.request);
    const [harm] = [...roots, ...followers].map(({ level }) => level).sort(byLevel);
    return {
      ...root,
      harm,
      subjects: roots.map(({ subject }) => subject),
      ...exchange && {
        command: writeCommand(exchange, target),
        answer: startOfAnswer(exchange),
        output: outputDuring(exchange, outcome),
      },
      ...Object.hasOwn(dialect.snippets, root.id) && { snippets: dialect.snippets[root.id] },
      follows: followers.map(({ id, subject }) => ({ id, subject })),
    };
  });
  return causes.sort((a, b) => byLevel(a.harm, b.harm));
}

/** Makes a function that finds the result behind a result: itself, if it follows from no other. */
function createRootFinder(bad: readonly CheckResult[], { dialect }: Outcome) {
  const rules = Object.entries(dialect.consequences).map(([id, others]) => ({
    causes: toPattern(id),
    follow: others.map(toPattern),
  }));
  const explains = (a: CheckResult, b: CheckResult) =>
    rules.some(({ causes, follow }) => causes.test(a.id) && follow.some((pattern) => pattern.test(b.id)));
  const causeOf = (result: CheckResult) =>
    bad.find((other, i) =>
      other !== result && other.subject === result.subject && explains(other, result) &&
      (!explains(result, other) || i < bad.indexOf(result))
    );
  return function findRoot(result: CheckResult): CheckResult {
    const chain = [result];
    for (let next = causeOf(result); next && !chain.includes(next); next = causeOf(next)) chain.push(next);
    return chain[chain.length - 1];
  };
}

const toPattern = (id: string) => new RegExp(`^${id.replaceAll("*", ".*")}$`);

const levels: Level[] = ["MUST", "SHOULD", "MAY"];
const byLevel = (a: Level, b: Level) => levels.indexOf(a) - levels.indexOf(b);

function exchangesOf({ recording }: Outcome): Exchange[] {
  if (recording?.kind === "stream") return recording.exchange ? [recording.exchange] : [];
  if (!recording) return [];
  return [..."page" in recording ? [recording.page] : [], ...Object.values(recording.answers)];
}

/** Characters of a body that a command line shows. */
const longBody = 1_000;

/** The command line that repeats a request. Secrets are left out. */
function writeCommand({ request: { method, path, headers, body } }: Exchange, target: string): string {
  const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  const ownOfCurl = ["host", "connection", "user-agent", "accept-encoding"];
  const sent = Object.entries(headers).filter(([name]) => !ownOfCurl.includes(name) && name !== "content-length");
  return [
    "curl -iN",
    ...method === "GET" ? [] : [method === "HEAD" ? "-I" : `-X ${method}`],
    quote(new URL(target).origin + path),
    ...sent.map(([name, value]) => `-H ${quote(`${name}: ${isSecretHeader(name) ? "…" : value}`)}`),
    ...body ? [`-d ${quote(body.length > longBody ? `${body.slice(0, longBody)}…` : body)}`] : [],
  ].join(" ");
}

/** The first lines of an answer that is not an event stream. */
function startOfAnswer(exchange: Exchange): string | undefined {
  if (!exchange.head || isStream(exchange)) return;
  const text = new TextDecoder().decode(exchange.body.subarray(0, 2_000)).trim();
  return text.split(/\r\n|\r|\n/).slice(0, 5).map((line) => line.slice(0, 200)).join("\n") || undefined;
}

/** Milliseconds after an answer in which a server may still write about it, and lines that are shown. */
const output = { late: 50, lines: 8 };

/**
 * The lines that the server wrote while it answered: the last ones, since a trace ends with the error. Other requests may
 * have been open at that time.
 */
function outputDuring({ sentAt, endedAt }: Exchange, { recording }: Outcome): string[] | undefined {
  if (sentAt === undefined) return;
  const lines = recording?.output?.filter(({ at }) => at >= sentAt && at <= sentAt + endedAt + output.late) ?? [];
  return lines.length > 0 ? lines.slice(-output.lines).map(({ text }) => text) : undefined;
}
