/**
 * The report for people, in a terminal.
 *
 * @module
 */

import { styleText } from "node:util";
import type { Bytes, CheckResult } from "../judge.ts";
import { clauseStart } from "./clauses.ts";
import {
  type CheckGroup,
  countsOf,
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
import { columnsOf, cutAt, linesOf, pointAt, type Shown, visible, wrap } from "./visible.ts";

/** How a text report is written. */
export interface TextOptions {
  /** Columns that a line may take. Default: 80. */
  columns?: number;
  /** Whether it is coloured. Default: false. */
  color?: boolean;
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

/** Lines of one stretch of bytes that are shown, and columns of a text that is. */
const limits = { lines: 6, text: 600 };

const isMarked = ({ marked }: Shown) => marked;

/** Writes the report as text. */
export function writeText(outcome: Outcome, { columns = 80, color = false }: TextOptions = {}): string {
  const width = Math.max(40, columns);
  const paint = (format: Format, text: string) =>
    color && text ? styleText(format, text, { validateStream: false }) : text;
  const lines: string[] = [];
  const { report, baseline, streams } = outcome;
  const groups = groupByCheck(report.checks);
  const mark = (result: CheckResult) => markOf(result, baseline);
  const having = ({ results }: CheckGroup, wanted: Mark) => results.filter((result) => mark(result) === wanted);

  const subjects = [...new Set(report.checks.map(({ subject }) => subject))];
  const isOneSubject = subjects.length === 1;

  /** A text behind a label, broken into lines below each other. */
  function labelled(label: string, text: string, format?: Format) {
    const indent = 13;
    const broken = wrap(cutAt(visible(text), limits.text), width - indent);
    for (const [i, part] of broken.entries()) {
      const head = i === 0 ? `  ${label}`.padEnd(indent) : " ".repeat(indent);
      lines.push(paint("dim", head) + (format ? paint(format, part) : part));
    }
  }

  function bytes({ request, start, end, ...evidence }: Bytes) {
    const size = streams.find(({ name }) => name === request)?.bytes.length;
    const range = start === end ? `before byte ${start}` : `${start} to ${end}`;
    const place = isOneSubject && request === subjects[0] ? "" : `, in ${request}`;
    labelled("bytes", `${range}${size === undefined ? "" : ` of ${size}`}${place}`);
    const indent = " ".repeat(4);
    const shownLines = linesOf(evidence);
    // The lines before the fault are of use only as far as they are near.
    const first = Math.max(0, shownLines.findIndex((line) => line.some(isMarked)) - 1);
    const wanted = shownLines.slice(first, first + limits.lines);
    for (const line of wanted) {
      const { shown, carets } = pointAt(line, width - indent.length);
      // Of a fault that has many lines, those that are part of it as a whole have a sign in front.
      const isWhole = line.every(({ marked, text }) => marked || text === "‹CR›" || text === "‹LF›") &&
        line.some(isMarked) && wanted.filter((other) => other.some(isMarked)).length > 1;
      const text = shown.map(({ text, named, marked }) =>
        paint(marked ? ["red", "bold"] : named ? "dim" : "cyan", text)
      ).join("");
      lines.push((isWhole ? `  ${paint("red", ">")} ` : indent) + text);
      if (carets && !isWhole) lines.push(indent + paint("red", carets));
    }
    const more = shownLines.length - first - limits.lines;
    if (more > 0) lines.push(indent + paint("dim", `… and ${more} more ${more === 1 ? "line" : "lines"}`));
  }

  function heading(title: string) {
    lines.push("", paint("bold", title));
  }

  /** The one line of a check. */
  function oneLine(group: CheckGroup, idWidth: number): string {
    const worst = worstOf(group.results.map(mark));
    const id = visible(group.id);
    const before = `  ${marks[worst].sign} ${group.level.padEnd(6)} ${id.padEnd(idWidth)} `;
    const room = width - columnsOf(before);
    const subjectsOf = (some: CheckResult[]) => some.map(({ subject }) => visible(subject)).join(" ");
    let title = visible(group.title);
    let right = "";
    if (worst === "untested" || worst === "open") {
      const [first] = having(group, worst);
      const reason = visible(shortReason(first));
      right = worst === "open" && !isOneSubject ? `${visible(first.subject)}: ${reason}` : reason;
      // The id tells what it is about; the reason is what nobody knows yet.
      if (columnsOf(title) + 2 + columnsOf(right) > room) [title, right] = [cutAt(right, room), ""];
    } else if (worst === "pass") {
      // Where there is no room to name them, all is well anyway.
      const passed = having(group, "pass");
      const names = isOneSubject ? "" : subjectsOf(passed);
      right = [names, `×${passed.length}`].find((text) => columnsOf(title) + 2 + columnsOf(text) <= room) ?? "";
      if (passed.length === 1 && right !== names) right = "";
    } else {
      const bad = having(group, worst);
      right = isOneSubject ? "" : cutAt(subjectsOf(bad), Math.floor(room / 2));
      if (bad.length > 1 && right.endsWith("…")) {
        right = `${cutAt(visible(bad[0].subject), Math.floor(room / 2) - 4)} +${bad.length - 1}`;
      }
    }
    const left = cutAt(title, room - (right ? columnsOf(right) + 2 : 0));
    const gap = " ".repeat(Math.max(0, room - columnsOf(left) - columnsOf(right)));
    if (worst === "untested") return paint("dim", (before + left + gap + right).trimEnd());
    const isGood = worst === "pass";
    return [
      "  ",
      paint(formats[worst], marks[worst].sign),
      paint("dim", ` ${group.level.padEnd(6)} `),
      paint(isGood ? "reset" : formats[worst], id.padEnd(idWidth)),
      " ",
      left,
      right ? gap + paint(isGood ? "dim" : formats[worst], right) : "",
    ].join("");
  }

  lines.push(paint("bold", cutAt(`${report.tool} ${report.version}: ${visible(report.target)}`, width)));

  // Where nothing was recorded, no line would say more than the reason does.
  for (const [family, some] of outcome.why === undefined ? groupByFamily(groups) : []) {
    heading(family);
    const idWidth = Math.min(26, Math.max(...some.map(({ id }) => columnsOf(visible(id)))));
    // Of a family that has nothing to look at, one reason tells enough.
    const results = some.flatMap(({ results }) => results);
    if (some.length > 1 && results.every((result) => mark(result) === "untested")) {
      const text = `  - ${some.length} checks do not apply: ${visible(shortReason(results[0]))}`;
      lines.push(paint("dim", cutAt(text, width)));
    } else {
      for (const group of some) lines.push(oneLine(group, idWidth));
    }
  }

  /** What several checks have in common is told once. */
  function tell(label: string, name: string, text: string, format?: Format) {
    const before = told.get(text);
    if (before === undefined) told.set(text, name);
    if (before === undefined || text.length < 80) labelled(label, text, format);
    else labelled(label, before === name ? `${name}, as above` : `as for ${before}, above`, format);
  }
  const told = new Map<string, string>();

  /** A check that is told about again: once, with each endpoint below it. */
  function detail(group: CheckGroup, wanted: Mark, brief: boolean) {
    const head = `${marks[wanted].sign} ${group.level} ${visible(group.id)}`;
    lines.push("");
    for (const [i, part] of wrap(`${head}  ${visible(group.title)}`, width).entries()) {
      lines.push(i === 0 ? paint([formats[wanted], "bold"].flat() as Format, head) + part.slice(head.length) : part);
    }
    // Endpoints that all do the same are told about once.
    const alike = Map.groupBy(having(group, wanted), ({ expected, actual }) => `${expected}\n${actual}`);
    for (const [{ subject, expected, actual, evidence }, ...others] of alike.values()) {
      const [first, ...more] = evidence;
      const request = first && first.request !== subject ? `, in ${first.request}` : "";
      if (!isOneSubject) {
        labelled(
          "where",
          [subject + request, ...others.map(({ subject }) => subject)].join("; "),
          "bold",
        );
      }
      if (!brief) labelled("expected", expected);
      labelled(brief ? "found" : "actual", actual);
      if (first && !brief) bytes(first);
      if (more.length > 0 && !brief) {
        const places = more.slice(0, 8).map(({ start }) => start).join(", ");
        labelled("", `likewise at ${places}${more.length > 8 ? " and elsewhere" : ""}`);
      }
    }
    if (!brief) tell("clause", group.clause, `${group.clause}: ${clauseStart(group.clause) ?? "docs/PROTOCOL.md"}`);
    if (group.why && !brief) labelled("why", group.why);
    tell("repair", group.id, group.fix, "green");
  }

  const warned = groups.filter((group) => having(group, "warn").length > 0);
  if (warned.length > 0) heading("Warnings");
  for (const group of warned) detail(group, "warn", true);

  const failed = groups.filter((group) => having(group, "fail").length > 0);
  if (failed.length > 0) heading("Failures");
  for (const group of failed) detail(group, "fail", false);

  if (baseline && baseline.known.length > 0) {
    heading("Known failures, excused by the baseline");
    for (const { id, subject } of baseline.known) lines.push(cutAt(`  ~ ${visible(id)}  ${visible(subject)}`, width));
  }
  if (baseline && baseline.stale.length > 0) {
    heading("Stale in the baseline");
    for (const { id, subject, reason } of baseline.stale) {
      const [first, ...rest] = wrap(`${visible(id)}  ${visible(subject)}: ${reason}`, width - 4);
      lines.push(`  ${paint("red", "✗")} ${first}`, ...rest.map((part) => `    ${part}`));
    }
    for (const part of wrap(`To repair: ${staleAdvice}`, width - 4)) lines.push(`    ${part}`);
  }
  const reasons = reasonsOf(outcome);
  if (reasons.length > 0) {
    heading(reasonTitle(outcome));
    for (const reason of reasons.slice(0, 5)) {
      for (const part of wrap(cutAt(visible(reason), limits.text), width - 2)) lines.push(`  ${part}`);
    }
    if (reasons.length > 5) lines.push(`  … and ${reasons.length - 5} more`);
  }

  const format = report.exitCode === 0 ? "green" : report.exitCode === 1 ? "red" : "yellow";
  const sign = report.exitCode === 0 ? "✓" : report.exitCode === 1 ? "✗" : "?";
  const head = `${sign} ${verdictOf(outcome)}`;
  const rest = (exit: string) =>
    `: ${countsOf(report.summary)} (${secondsOf(report.durationMs)}, ${exit} ${report.exitCode})`;
  const last = ["exit code", "exit"].map(rest).find((text) => columnsOf(head + text) <= width) ?? rest("exit");
  lines.push("", paint([format, "bold"].flat() as Format, head) + last);
  return lines.join("\n") + "\n";
}
