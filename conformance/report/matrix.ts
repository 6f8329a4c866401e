/** Several reports side by side, as one HTML file: a row for each check, a column for each server. */

import { type Html, html } from "../../html.ts";
import { showInvisible } from "../../harness/mod.ts";
import type { Dialect } from "../dialect.ts";
import type { Bytes, CheckResult } from "../judge.ts";
import type { Report } from "../run.ts";
import type { Cause } from "./causes.ts";
import { writeAbout, writeCauses, writeDocument, writeMark, writeProse, writeResult } from "./document.ts";
import {
  type CheckGroup,
  countsOf,
  describeCounts,
  groupByCheck,
  groupByFamily,
  type Mark,
  markOf,
  marks,
  showTime,
  worstOf,
} from "./groups.ts";

const style = `
body { max-width: none }
.wide { position: relative; overflow: auto; max-height: 95vh; width: fit-content; max-width: 100%; border: 1px solid var(--line) }
table { border-collapse: separate; border-spacing: 0; font-size: .9rem }
th, td { padding: .2rem .5rem; border-right: 1px solid var(--line); border-bottom: 1px solid var(--line); text-align: left;
  vertical-align: top; background: var(--paper) }
thead th { position: sticky; top: 0; z-index: 2; vertical-align: bottom; min-width: 7rem; max-width: 12rem; background: var(--shade) }
tbody th { font-weight: 400; min-width: 9rem; max-width: 26rem; font-size: .8rem }
tbody th[scope=row] { position: sticky; left: 0; z-index: 1 }
tbody th[scope=rowgroup] { background: var(--shade); font-weight: 700 }
td { text-align: center; padding: 0; height: 1px }
td > * { display: block; height: 100%; padding: .5rem; min-width: 2.75rem; font-weight: 700; text-decoration: none }
td > a:hover { text-decoration: underline }
summary { cursor: pointer }
.all > summary { font-size: 1.2rem; font-weight: 700; margin: 2rem 0 .5rem }
article { border-top: 1px solid var(--line); padding: .25rem 0; scroll-margin-top: 1rem }
article:target { outline: 3px solid var(--accent); outline-offset: 4px }
.untested, .none { color: var(--soft); background: var(--none-shade) }
.key { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem }
.key b { display: inline-block; padding: 0 .5rem; border-radius: .25rem }
@media (max-width: 30rem) { tbody th[scope=row] { max-width: 9rem } }
`;

/** Letters, so that a cell can be read without colour. */
const letters: Record<Mark, string> = { pass: "P", fail: "F", warn: "W", untested: "U", open: "?", known: "K" };

/** A report, and the file that it was read from. */
export interface NamedReport {
  /** Name of the file. */
  file: string;
  /** Its content. Reports of older versions have no causes. */
  report: Report & { causes?: Cause[] };
}

/**
 * Writes a matrix of servers against checks: a table for each dialect, since its checks are its own. The dialects describe
 * the checks that the reports name.
 */
export function writeMatrix(reports: readonly NamedReport[], dialects: Readonly<Record<string, Dialect>>): string {
  const targets = reports.map(({ report }) => report.target);
  const columns = reports.map(({ file, report }, i): Column => ({
    key: String(i + 1),
    file: showInvisible(file),
    target: showInvisible(report.target),
    // Several runs of one server differ by their files.
    name: showInvisible(
      targets.filter((target) => target === report.target).length > 1 ? `${report.target} (${file})` : report.target,
    ),
    version: showInvisible(report.version),
    report,
    results: Map.groupBy(report.checks, ({ id }) => id),
  }));
  const tables = [...Map.groupBy(columns, ({ report }) => report.dialect)]
    .map(([id, some]) => createTable(id, some, dialects[id]));
  const count = tables.flatMap(({ groups }) => groups).length;

  const body = html`
    <header>
      <h1>${reports.length} ${reports.length === 1 ? "server" : "servers"} against ${count} checks</h1>
      <p class="key">${(Object.keys(letters) as Mark[]).filter((mark) => mark !== "known").map((mark) =>
        html`<span><b class="${mark}">${letters[mark]}</b> ${marks[mark].word}</span>`
      )}<span><b class="none">·</b> not among the checks of that run</span></p>
    </header>
    <main>
    <h2>Servers</h2>
    ${columns.map(writeServer)}${tables.map((table) =>
      html`<h2>${tables.length === 1 ? "Table" : `Table of the dialect ${table.dialect}`}</h2>${writeTable(table)}`
    )}</main>
  `;
  return writeDocument({ title: `fragstar: ${reports.length} servers`, style, body });
}

/** A check, in the words of a page. */
interface Group extends CheckGroup {
  shownId: string;
  shownTitle: Html;
}

/** The servers of one dialect against its checks. */
interface Table {
  dialect: string;
  columns: readonly Column[];
  groups: readonly Group[];
  families: readonly [family: string, groups: Group[]][];
  clauseText: (id: string) => string | undefined;
}

function createTable(id: string, columns: readonly Column[], dialect?: Dialect): Table {
  const { checks = [], clauseText = () => undefined } = dialect ?? {};
  // The newest report describes a check best.
  const newest = columns.map(({ report }) => report).toSorted((a, b) => a.startedAt < b.startedAt ? 1 : -1);
  const all = Map.groupBy(newest.flatMap((report) => groupByCheck(report.checks, checks)), ({ id }) => id);
  const groups = [...all.values()].map(([group]) => ({
    ...group,
    shownId: showInvisible(group.id),
    shownTitle: writeProse(group.title),
  }));
  const families = groupByFamily(groups, checks);
  return { dialect: showInvisible(id), columns, groups, families, clauseText };
}

function writeTable({ columns, groups, families, clauseText }: Table): Html {
  return html`
    <div class="wide" tabindex="0" role="region" aria-label="Servers against checks">
      <table>
    <caption class="spoken">A row for each check, a column for each server; a cell leads to what was found</caption>
    <thead><tr><th scope="col">check</th>${columns.map(({ target, file, key }) =>
      html`<th scope="col"><a href="#server-${key}">${target}</a><br><span class="soft">${file}</span></th>`
    )}</tr></thead>
    ${families.map(([family, some]) =>
      html`
        <tbody>
        <tr><th scope="rowgroup" colspan="${columns.length + 1}">${family}</th></tr>
        ${some.map(({ id, shownId, level, shownTitle }) =>
          html`
            <tr><th scope="row"><a class="id" href="#${shownId}">${shownId}</a><br><span class="soft">${level} ${shownTitle}</span></th>${columns
              .map((column) => writeCell(shownId, column, column.results.get(id)))}</tr>
          `
        )}</tbody>
      `
    )}</table>
    </div>
    <details class="all"><summary>All ${groups.length} checks</summary>
    ${families.flatMap(([, some]) => some).map((group) =>
      html`
        <article id="${group.shownId}"><h3>${group.level} <span class="id">${group.shownId}</span> ${group
          .shownTitle}</h3>
        ${writeAbout(group, clauseText(group.clause))}
        ${columns.map((column) => writeResults(group.shownId, column, column.results.get(group.id)))}</article>
      `
    )}</details>
  `;
}

interface Column {
  key: string;
  file: string;
  target: string;
  /** The server. Several runs of one server have several names. */
  name: string;
  version: string;
  report: NamedReport["report"];
  /** Its results, by the id of the check. */
  results: ReadonlyMap<string, CheckResult[]>;
}

/** A server with the counts of its run, and what is wrong with it. */
function writeServer({ key, file, name, version, report }: Column): Html {
  const { exitCode, complete, summary, startedAt, tool, dialect, causes = [] } = report;
  return html`
    <article id="server-${key}">
      <h3>${writeMark(exitCode === 0 ? "pass" : exitCode === 1 ? "fail" : "open")} ${name}</h3>
      <p>${countsOf(summary)}; exit code ${exitCode}${!complete && ", cut short"}</p>
      <p class="soft">${describeCounts(report)}</p>
      <p class="soft">${showTime(startedAt)}, ${tool} ${version}, ${showInvisible(dialect)}, from ${file}</p>
      ${causes.length > 0 && html`
        <details><summary>What is wrong (${causes.length})</summary>${writeCauses(causes)}</details>
      `}
    </article>
  `;
}

function writeCell(id: string, { key, name }: Column, results?: CheckResult[]): Html {
  if (!results) {
    return html`<td><span class="none"><span aria-hidden="true">·</span><span class="spoken">none</span></span></td>`;
  }
  const mark = worstOf(results.map((result) => markOf(result)));
  const count = results.filter((result) => markOf(result) === mark).length;
  return html`<td><a class="${mark}" href="#${id}--${key}">${letters[mark]}${
    mark !== "pass" && results.length > 1 && html`<small> ${count}/${results.length}</small>`
  }<span class="spoken"> ${marks[mark].word}: ${id}, ${name}</span></a></td>`;
}

function writeResults(id: string, { key, name }: Column, results?: CheckResult[]): Html | undefined {
  return results && html`
    <article id="${id}--${key}"><h4>${name}</h4>
    ${results.map((result) =>
      html`
        <p>${writeMark(markOf(result))} ${showInvisible(result.subject)}</p>
        ${writeResult(result)}
      `
    )}</article>
  `;
}

/**
 * Parses a JSON report.
 *
 * @throws {SyntaxError} If the text is not a report.
 */
export function parseReport(text: string): Report {
  let report: Report;
  try {
    report = JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`it is no JSON: ${(error as Error).message}`);
  }
  const wrong = findFault(report);
  if (wrong) throw new SyntaxError(`it is no report of --reporter json: ${wrong}`);
  return report;
}

/** Describes the first fault of a report, if it has one. */
function findFault(report: Report): string | undefined {
  if (report?.tool !== "fragstar") return 'its "tool" is not "fragstar"';
  for (const key of ["version", "dialect", "target", "startedAt"] as const) {
    if (typeof report[key] !== "string") return `it has no "${key}"`;
  }
  const { summary, exitCode, complete } = report;
  if (![0, 1, 3].includes(exitCode)) return 'it has no "exitCode"';
  if (typeof complete !== "boolean") return 'it does not say whether it is "complete"';
  const isCount = (count: unknown) => Number.isInteger(count) && count as number >= 0;
  if (!summary || ![summary.pass, summary.fail, summary.warn, summary.untested].every(isCount)) {
    return 'it has no "summary"';
  }
  if (!Array.isArray(report.checks)) return 'it has no "checks"';
  for (const [i, check] of report.checks.entries()) {
    const wrong = findFaultOfResult(check);
    if (wrong) return `check ${i + 1} ${wrong}`;
  }
  const { causes = [] } = report as NamedReport["report"];
  if (!Array.isArray(causes) || !causes.every(isCause)) return 'its "causes" are wrong';
}

function isCause(cause: Cause): boolean {
  const texts = ["id", "title", "level", "harm", "expected", "actual", "fix"] as const;
  return typeof cause === "object" && cause !== null && texts.every((key) => typeof cause[key] === "string") &&
    [cause.command, cause.answer].every((text) => text === undefined || typeof text === "string") &&
    [cause.subjects, cause.output ?? []].every((list) =>
      Array.isArray(list) && list.every((text) => typeof text === "string")
    ) &&
    Array.isArray(cause.evidence) && cause.evidence.every(isBytes) &&
    Array.isArray(cause.follows) && cause.follows.every((other) => typeof other?.id === "string");
}

const isBytes = (bytes: Bytes) =>
  typeof bytes?.text === "string" && typeof bytes.request === "string" &&
  [bytes.start, bytes.end, bytes.from, bytes.to].every(Number.isInteger);

function findFaultOfResult(check: CheckResult): string | undefined {
  if (typeof check !== "object" || check === null) return "is no object";
  for (const key of ["id", "title", "clause", "subject", "expected", "actual", "fix"] as const) {
    if (typeof check[key] !== "string") return `has no "${key}"`;
  }
  if (!["MUST", "SHOULD", "MAY"].includes(check.level)) return 'has no "level"';
  if (!["pass", "fail", "warn", "untested"].includes(check.verdict)) return 'has no "verdict"';
  // Reports of older versions have none.
  if (check.reason !== undefined && !["not-applicable", "unobserved"].includes(check.reason)) return 'has no "reason"';
  if (!Array.isArray(check.evidence) || !check.evidence.every(isBytes)) return 'has no "evidence"';
}
