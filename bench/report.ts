/**
 * Figures as tables: for a terminal, and for docs/PERFORMANCE.md.
 *
 * @module
 */

import { type Goal, median, type Part, ratio, type Series } from "./part.ts";

type Row = string[];

/** Plain tables, a column as wide as what is in it. */
export function text({ series, goals }: Part): string {
  const blocks = groupsOf(series).map((group) => `${nameOf(group)}\n${plain(figures(group))}`);
  if (goals.length > 0) blocks.push(`goals\n${plain(rowsOf(goals))}`);
  return blocks.join("\n\n") + "\n";
}

/** The same as Markdown, goals first. */
export function markdown({ series, goals }: Part): string {
  const blocks = groupsOf(series).map((group) => `**${nameOf(group)}**\n\n${piped(figures(group))}`);
  return [piped(rowsOf(goals)), ...blocks].join("\n\n") + "\n";
}

function groupsOf(series: Series[]): Series[][] {
  return [...Map.groupBy(series, ({ runtime, what }) => `${runtime} ${what}`).values()];
}

function nameOf([{ what, runtime, unit }]: Series[]): string {
  return `${what} (${runtime === "deno" ? "Deno" : "Bun"}, ${unit})`;
}

function figures(group: Series[]): Row[] {
  const reference = group.find((one) => one.reference);
  const rows = group.map(({ who, samples }) => [
    who,
    number(median(samples)),
    `${number(Math.min(...samples))} to ${number(Math.max(...samples))}`,
    reference && median(reference.samples) > 0 ? ratio(samples, reference.samples).toFixed(2) : "",
  ]);
  return [["", "median", "from, to", reference ? `of ${reference.who}` : ""], ...rows];
}

function rowsOf(goals: Goal[]): Row[] {
  const rows = goals.map(({ what, runtime, goal, result, met }) => [
    what,
    runtime === "deno" ? "Deno" : "Bun",
    goal,
    result,
    met ? "met" : "MISSED",
  ]);
  return [["", "runtime", "goal", "result", ""], ...rows];
}

/** As many digits as mean something. */
function number(value: number): string {
  return value.toLocaleString("en", { maximumSignificantDigits: Math.abs(value) >= 1000 ? 6 : 3 });
}

function plain(rows: Row[]): string {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  return rows.map((row) => row.map((cell, i) => cell.padEnd(widths[i])).join("  ").trimEnd()).join("\n");
}

function piped([head, ...rows]: Row[]): string {
  const line = (row: Row) => `| ${row.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
