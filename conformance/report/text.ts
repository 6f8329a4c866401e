/** The report for people, in a terminal. */

import { styleText } from "node:util";
import { showInvisible } from "../../harness/mod.ts";
import type { Bytes, CheckResult } from "../judge.ts";
import { type Cause, findCauses } from "./causes.ts";
import { columnsOf, cutAt, wrap } from "./columns.ts";
import { startOfText } from "./details.ts";
import { linesOf, pointAt, type Shown } from "./excerpt.ts";
import {
  type CheckGroup,
  countsOf,
  describeCounts,
  groupByCheck,
  groupByFamily,
  type Mark,
  markOf,
  marks,
  type Outcome,
  reasonsOf,
  reasonTitle,
  secondsOf,
  shortReason,
  staleAdvice,
  verdictOf,
  worstOf,
} from "./groups.ts";

/** Options of a text report. */
export interface TextOptions {
  /** Columns at which texts are broken into lines. Default: 80. */
  columns?: number;
  /** Whether texts that are too long are cut: a terminal has no room for them, and a file has. Default: false. */
  cuts?: boolean;
  /** Whether it is coloured. Default: false. */
  color?: boolean;
  /** Whether every check is listed, and every failure in full. Default: only their causes. */
  verbose?: boolean;
}

type Format = Parameters<typeof styleText>[0];

const formats: Record<Mark, Format> = {
  fail: "red",
  open: "yellow",
  warn: "yellow",
  known: "yellow",
  pass: "green",
  untested: "dim",
};

const bold = (format: Format) => [format, "bold"].flat() as Format;

/** The most of each that a terminal shows. */
interface Limits {
  /** Lines of an excerpt. */
  lines: number;
  /** Columns of a text. */
  text: number;
  /** Columns of a line that the server wrote. */
  output: number;
  reasons: number;
  /** Actions that were not asked. */
  unasked: number;
  subjects: number;
  /** Ids of checks that fail because of another. */
  follows: number;
}

const limitsOfTerminal: Limits = {
  lines: 6,
  text: 600,
  output: 200,
  reasons: 5,
  unasked: 10,
  subjects: 4,
  follows: 6,
};

const noLimits = Object.fromEntries(Object.keys(limitsOfTerminal).map((name) => [name, Infinity])) as unknown as Limits;

/** The most characters of a command line: hostile texts have more than a shell takes. */
const maxCommand = 600;

interface Draft {
  outcome: Outcome;
  width: number;
  /** Columns that a line which is not broken may take. */
  room: number;
  limits: Limits;
  paint: (format: Format, text: string) => string;
  /** The only subject of the report, if there is one: then no line has to name it. */
  onlySubject: string | undefined;
  resultsWith: (group: CheckGroup, mark: Mark) => CheckResult[];
}

/** Writes the report as text. */
export function writeText(
  outcome: Outcome,
  { columns = 80, cuts = false, color = false, verbose = false }: TextOptions = {},
): string {
  const { report, dialect, baseline } = outcome;
  const groups = groupByCheck(report.checks, dialect.checks);
  const subjects = new Set(report.checks.map(({ subject }) => subject));
  const draft: Draft = {
    outcome,
    width: Math.max(40, columns),
    room: cuts ? Math.max(40, columns) : Infinity,
    limits: cuts ? limitsOfTerminal : noLimits,
    paint: (format, text) => color && text ? styleText(format, text, { validateStream: false }) : text,
    onlySubject: subjects.size === 1 ? [...subjects][0] : undefined,
    resultsWith: ({ results }, mark) => results.filter((result) => markOf(result, baseline) === mark),
  };
  const title = cutAt(
    `${report.tool} ${report.version}, ${report.dialect}: ${showInvisible(report.target)}`,
    draft.room,
  );
  return [
    draft.paint("bold", title),
    // If nothing was recorded, the reason says it all.
    ...verbose && outcome.why === undefined ? writeFamilies(draft, groups) : [],
    ...verbose ? writeDetails(draft, groups) : writeCauses(draft),
    ...writeUnasked(draft),
    ...writeBaseline(draft),
    ...writeReasons(draft),
    "",
    ...writeCounted(draft),
    writeVerdict(draft),
  ].join("\n") + "\n";
}

/** One line for each check. */
function writeFamilies(draft: Draft, groups: CheckGroup[]): string[] {
  const { outcome: { dialect, baseline }, paint, room } = draft;
  return groupByFamily(groups, dialect.checks).flatMap(([family, some]) => {
    const heading = ["", paint("bold", family)];
    const results = some.flatMap(({ results }) => results);
    if (some.length > 1 && results.every((result) => markOf(result, baseline) === "untested")) {
      const text = `  - ${some.length} checks do not apply: ${showInvisible(shortReason(results[0]))}`;
      return [...heading, paint("dim", cutAt(text, room))];
    }
    const idWidth = Math.min(26, Math.max(...some.map(({ id }) => columnsOf(showInvisible(id)))));
    return [...heading, ...some.map((group) => writeCheckLine(draft, group, idWidth))];
  });
}

function writeCheckLine(draft: Draft, group: CheckGroup, idWidth: number): string {
  const { outcome: { baseline }, paint, room: whole } = draft;
  const worst = worstOf(group.results.map((result) => markOf(result, baseline)));
  const level = group.level.padEnd(6);
  const id = showInvisible(group.id).padEnd(idWidth);
  const before = `  ${marks[worst].sign} ${level} ${id} `;
  const room = whole - columnsOf(before);
  let title = showInvisible(group.title);
  let right = writeRightSide(draft, group, worst, { room, free: room - columnsOf(title) - 2 });
  // Of a check without verdict, the reason is more important than the title.
  if ((worst === "untested" || worst === "open") && columnsOf(title) + 2 + columnsOf(right) > room) {
    [title, right] = [cutAt(right, room), ""];
  }
  const left = cutAt(title, room - (right ? columnsOf(right) + 2 : 0));
  const gap = " ".repeat(room === Infinity ? 2 : Math.max(0, room - columnsOf(left) - columnsOf(right)));
  if (worst === "untested") return paint("dim", (before + left + gap + right).trimEnd());
  const isGood = worst === "pass";
  return [
    "  ",
    paint(formats[worst], marks[worst].sign),
    paint("dim", ` ${level} `),
    paint(isGood ? "reset" : formats[worst], id),
    " ",
    left,
    right ? gap + paint(isGood ? "dim" : formats[worst], right) : "",
  ].join("");
}

/** The right side of a check's line: its subjects, or why it is untested. */
function writeRightSide(
  { onlySubject, resultsWith }: Draft,
  group: CheckGroup,
  worst: Mark,
  { room, free }: { room: number; free: number },
): string {
  const results = resultsWith(group, worst);
  const [first] = results;
  if (worst === "untested" || worst === "open") {
    const reason = showInvisible(shortReason(first));
    return worst === "open" && onlySubject === undefined ? `${showInvisible(first.subject)}: ${reason}` : reason;
  }
  const names = onlySubject === undefined ? results.map(({ subject }) => showInvisible(subject)).join(" ") : "";
  if (worst === "pass") {
    if (columnsOf(names) <= free) return names;
    const count = `×${results.length}`;
    return results.length > 1 && columnsOf(count) <= free ? count : "";
  }
  const half = Math.floor(room / 2); // Infinity, where nothing is cut
  const cut = cutAt(names, half);
  if (results.length === 1 || !cut.endsWith("…")) return cut;
  return `${cutAt(showInvisible(first.subject), half - 4)} +${results.length - 1}`;
}

/** The mistakes, the most harmful first. */
function writeCauses(draft: Draft): string[] {
  const causes = findCauses(draft.outcome);
  const isBrief = ({ harm }: Cause) => harm !== "MUST";
  const warnings = causes.filter(isBrief);
  return [
    ...causes.filter((cause) => !isBrief(cause)).flatMap((cause, i) => writeCause(draft, cause, i + 1)),
    ...warnings.length > 0 ? ["", draft.paint("bold", "Warnings")] : [],
    ...warnings.flatMap((cause) => writeWarning(draft, cause)),
  ];
}

/** A mistake, with all that it takes to repair it. */
function writeCause(draft: Draft, cause: Cause, number: number): string[] {
  const { outcome, paint, width, limits, onlySubject } = draft;
  const { id, level, verdict, title, subjects, expected, actual, command, answer, output, clause, fix, evidence } =
    cause;
  const mark = verdict === "fail" ? "fail" : "warn";
  const { dialect } = outcome;
  const { snippets = {} } = cause;
  const { why } = dialect.checks.find((check) => check.id === id) ?? {};
  const head = `${number}. ${marks[mark].sign} ${showInvisible(`${title} (${level} ${id})`)}`;
  return [
    "",
    ...wrap(head, width).map((line) => paint(bold(formats[mark]), line)),
    ...onlySubject === undefined ? writeLabelled(draft, "where", shorten(subjects, limits.subjects), "bold") : [],
    ...writeLabelled(draft, "expected", expected),
    ...writeLabelled(draft, "actual", actual),
    ...answer?.split("\n").map((line, i) => writeWhole(draft, i === 0 ? "answer" : "", line)) ?? [],
    ...output?.map((line, i) =>
      writeWhole(draft, i === 0 ? "server log" : "", cutAt(showInvisible(line), limits.output))
    ) ?? [],
    ...evidence.length > 0 ? writeExcerpt(draft, evidence[0]) : [],
    ...command && command.length <= maxCommand ? [writeWhole(draft, "try", command)] : [],
    ...writeLabelled(draft, "clause", describeClause(draft, clause)),
    ...why ? writeLabelled(draft, "why", why) : [],
    ...writeLabelled(draft, "fix", fix, "green"),
    ...Object.entries(snippets).map(([language, code], i) =>
      writeWhole(draft, i === 0 ? "code" : "", `${language.padEnd(10)} ${code}`)
    ),
    ...writeFollowers(draft, cause),
  ];
}

/** A clause with its text: in a terminal, its first sentences. */
function describeClause({ outcome: { dialect }, limits }: Draft, clause: string): string {
  const text = dialect.clauseText(clause);
  if (!text) return clause;
  return `${clause}: ${limits === noLimits ? text : startOfText(text)}`;
}

/** A warning, in few lines. */
function writeWarning(draft: Draft, cause: Cause): string[] {
  const { paint, width, limits, onlySubject } = draft;
  const { id, level, title, subjects, actual, fix } = cause;
  const [first, ...more] = wrap(showInvisible(`${marks.warn.sign} ${title} (${level} ${id})`), width);
  return [
    "",
    paint(bold(formats.warn), first),
    ...more.map((line) => paint(bold(formats.warn), line)),
    ...writeLabelled(
      draft,
      "found",
      `${onlySubject === undefined ? `${shorten(subjects, limits.subjects)}: ` : ""}${actual}`,
    ),
    ...writeLabelled(draft, "fix", fix, "green"),
    ...writeFollowers(draft, cause),
  ];
}

/** The checks that fail because of a mistake. */
function writeFollowers(draft: Draft, { id, follows }: Cause): string[] {
  const ids = [...new Set(follows.map((other) => other.id))].filter((other) => other !== id);
  return ids.length > 0 ? writeLabelled(draft, "leads to", shorten(ids, draft.limits.follows)) : [];
}

/** Joins the first words of a list, and says how many others there are. */
const shorten = (words: readonly string[], most: number) =>
  words.length <= most ? words.join(", ") : `${words.slice(0, most).join(", ")} and ${words.length - most} more`;

/** A line after a label that is not broken: it can be copied. */
const writeWhole = ({ paint }: Draft, label: string, text: string) =>
  `${paint("dim", `  ${label}`.padEnd(13))}${showInvisible(text)}`;

/** The actions that were found and not asked. */
function writeUnasked({ outcome: { app }, limits, paint, width }: Draft): string[] {
  const unasked = app?.actions.filter(({ leftOut }) => leftOut !== undefined) ?? [];
  if (unasked.length === 0) return [];
  return [
    "",
    paint("bold", "Not asked"),
    ...unasked.slice(0, limits.unasked).flatMap(({ name, leftOut }) =>
      wrap(showInvisible(`${name}: ${leftOut}`), width - 2).map((line, i) => `${i === 0 ? "  " : "    "}${line}`)
    ),
    ...unasked.length > limits.unasked ? [`  … and ${unasked.length - limits.unasked} more`] : [],
  ];
}

/** Warnings, and failures with everything that it takes to repair them. */
function writeDetails(draft: Draft, groups: CheckGroup[]): string[] {
  const writtenTexts = new Map<string, string>();
  return (["warn", "fail"] as const).flatMap((mark) => {
    const some = groups.filter((group) => draft.resultsWith(group, mark).length > 0)
      .toSorted((a, b) => Number(isUsual(draft, b, mark)) - Number(isUsual(draft, a, mark)));
    if (some.length === 0) return [];
    const heading = ["", draft.paint("bold", mark === "warn" ? "Warnings" : "Failures")];
    return [...heading, ...some.flatMap((group) => writeDetailsOf(draft, group, mark, writtenTexts))];
  });
}

/**
 * Whether a fault shows in the first answer of an endpoint, which was asked for nothing unusual. It comes first, since it
 * may be the cause of others.
 */
function isUsual({ outcome: { streams }, resultsWith }: Draft, group: CheckGroup, mark: Mark): boolean {
  return resultsWith(group, mark).some(({ subject, evidence: [first] }) =>
    first === undefined || streams.find((stream) => stream.subject === subject)?.name === first.request
  );
}

/**
 * The details of one check, with each endpoint below it.
 *
 * @param writtenTexts Long texts that several checks share, each with the name under which it was written.
 */
function writeDetailsOf(
  draft: Draft,
  group: CheckGroup,
  mark: "warn" | "fail",
  writtenTexts: Map<string, string>,
): string[] {
  const { paint, width, onlySubject } = draft;
  const isBrief = mark === "warn";
  const head = `${marks[mark].sign} ${group.level} ${showInvisible(group.id)}`;
  const lines = [
    "",
    ...wrap(`${head}  ${showInvisible(group.title)}`, width).map((part, i) =>
      i === 0 ? paint(bold(formats[mark]), part.slice(0, head.length)) + part.slice(head.length) : part
    ),
  ];
  function writeOnce(label: string, name: string, text: string, format?: Format) {
    const before = writtenTexts.get(text);
    if (before === undefined) writtenTexts.set(text, name);
    const isNew = before === undefined || text.length < 80;
    const shown = isNew ? text : before === name ? `${name}, as above` : `as for ${before}, above`;
    lines.push(...writeLabelled(draft, label, shown, format));
  }

  // Endpoints with the same fault share one passage.
  const alike = Map.groupBy(draft.resultsWith(group, mark), ({ expected, actual }) => `${expected}\n${actual}`);
  for (const [{ subject, expected, actual, evidence }, ...others] of alike.values()) {
    const [first, ...more] = evidence;
    if (onlySubject === undefined) {
      const request = first && first.request !== subject ? `, in ${first.request}` : "";
      const where = [subject + request, ...others.map(({ subject }) => subject)].join("; ");
      lines.push(...writeLabelled(draft, "where", where, "bold"));
    }
    if (isBrief) {
      lines.push(...writeLabelled(draft, "found", actual));
      continue;
    }
    lines.push(...writeLabelled(draft, "expected", expected), ...writeLabelled(draft, "actual", actual));
    if (first) lines.push(...writeExcerpt(draft, first));
    if (more.length > 0) {
      const places = more.slice(0, 8).map(({ start }) => start).join(", ");
      lines.push(...writeLabelled(draft, "", `also at ${places}${more.length > 8 ? " and elsewhere" : ""}`));
    }
  }
  if (!isBrief) {
    writeOnce("clause", group.clause, describeClause(draft, group.clause));
    if (group.why) writeOnce("why", group.id, group.why);
  }
  writeOnce("fix", group.id, group.fix, "green");
  return lines;
}

/** A text after a label, broken into lines below each other. */
function writeLabelled({ width, limits, paint }: Draft, label: string, text: string, format?: Format): string[] {
  const indent = 13;
  return wrap(cutAt(showInvisible(text), limits.text), width - indent).map((part, i) => {
    const head = i === 0 ? `  ${label}`.padEnd(indent) : " ".repeat(indent);
    return paint("dim", head) + (format ? paint(format, part) : part);
  });
}

const isMarked = ({ marked }: Shown) => marked;

/** Bytes that show a fault, with carets below the fault. */
function writeExcerpt(draft: Draft, { request, start, end, ...excerpt }: Bytes): string[] {
  const { outcome: { streams }, room, limits, paint, onlySubject } = draft;
  const size = streams.find(({ name }) => name === request)?.bytes.length;
  const range = start === end ? `before byte ${start}` : `${start} to ${end}`;
  const place = request === onlySubject ? "" : `, in ${request}`;
  const lines = writeLabelled(draft, "bytes", `${range}${size === undefined ? "" : ` of ${size}`}${place}`);

  const indent = " ".repeat(4);
  const all = linesOf(excerpt);
  // Of the lines before the fault, only the last one is shown.
  const first = Math.max(0, all.findIndex((line) => line.some(isMarked)) - 1);
  const wanted = all.slice(first, first + limits.lines);
  const isLongFault = wanted.filter((line) => line.some(isMarked)).length > 1;
  for (const line of wanted) {
    const { shown, carets } = pointAt(line, room - indent.length);
    // A line that is entirely inside a fault of several lines has a sign before it, and no carets.
    const isWhole = isLongFault && line.some(isMarked) &&
      line.every(({ marked, text }) => marked || text === "‹CR›" || text === "‹LF›");
    const text = shown.map(({ text, named, marked }) => paint(marked ? ["red", "bold"] : named ? "dim" : "cyan", text))
      .join("");
    lines.push((isWhole ? `  ${paint("red", ">")} ` : indent) + text);
    if (carets && !isWhole) lines.push(indent + paint("red", carets));
  }
  const more = all.length - first - limits.lines;
  if (more > 0) lines.push(indent + paint("dim", `… and ${more} more ${more === 1 ? "line" : "lines"}`));
  return lines;
}

function writeBaseline({ outcome: { baseline }, width, room, paint }: Draft): string[] {
  const { known = [], stale = [] } = baseline ?? {};
  const lines: string[] = [];
  if (known.length > 0) {
    lines.push("", paint("bold", "Known failures, excused by the baseline"));
    for (const { id, subject } of known) {
      lines.push(cutAt(`  ~ ${showInvisible(id)}  ${showInvisible(subject)}`, room));
    }
  }
  if (stale.length > 0) {
    lines.push("", paint("bold", "Stale in the baseline"));
    for (const { id, subject, reason } of stale) {
      const [first, ...rest] = wrap(`${showInvisible(id)}  ${showInvisible(subject)}: ${reason}`, width - 4);
      lines.push(`  ${paint("red", "✗")} ${first}`, ...rest.map((part) => `    ${part}`));
    }
    for (const part of wrap(`To fix it: ${staleAdvice}`, width - 4)) lines.push(`    ${part}`);
  }
  return lines;
}

function writeReasons({ outcome, width, limits, paint }: Draft): string[] {
  const reasons = reasonsOf(outcome);
  if (reasons.length === 0) return [];
  const more = reasons.length - limits.reasons;
  return [
    "",
    paint("bold", reasonTitle(outcome)),
    ...reasons.slice(0, limits.reasons).flatMap((reason) =>
      wrap(cutAt(showInvisible(reason), limits.text), width - 2).map((part) => `  ${part}`)
    ),
    ...more > 0 ? [`  … and ${more} more`] : [],
  ];
}

/** The line before it: what the counts count. */
const writeCounted = ({ outcome, width, paint }: Draft) =>
  outcome.why === undefined ? wrap(describeCounts(outcome.report), width).map((line) => paint("dim", line)) : [];

/** The last line: the verdict, and the counts. */
function writeVerdict({ outcome, width, paint }: Draft): string {
  const { summary, durationMs, exitCode } = outcome.report;
  const [sign, format] = ({ 0: ["✓", "green"], 1: ["✗", "red"], 3: ["?", "yellow"] } as const)[exitCode];
  const head = `${sign} ${verdictOf(outcome)}`;
  const restWith = (label: string) => `: ${countsOf(summary)} (${secondsOf(durationMs)}, ${label} ${exitCode})`;
  const rest = restWith("exit code");
  return paint(bold(format), head) + (columnsOf(head + rest) <= width ? rest : restWith("exit"));
}
