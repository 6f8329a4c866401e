/**
 * Figures as the tables of docs/PERFORMANCE.md, and as the JSON of bench/results.
 *
 * @module
 */

import { type Goal, median, ratio, type Series } from "./part.ts";
import type { Runtime } from "../tests/support/process.ts";

/** The figures of one contestant. */
export interface Figure extends Omit<Series, "samples"> {
  samples?: number[];
  median: number;
  least: number;
  most: number;
  /** The median of its rounds' ratios to the reference. */
  ratio?: number;
}

type Row = string[];

const runtimeNames: Record<Runtime, string> = { deno: "Deno", bun: "Bun" };

/** Series that are compared with each other, in groups. */
function groupSeries<T extends Pick<Series, "what" | "runtime">>(series: T[]): T[][] {
  return [...Map.groupBy(series, ({ runtime, what }) => `${runtime} ${what}`).values()];
}

export function summarize(series: Series[]): Figure[] {
  return groupSeries(series).flatMap((group) => {
    const reference = group.find((one) => one.reference);
    const comparable = reference && median(reference.samples) > 0;
    return group.map((one): Figure => ({
      ...one,
      median: median(one.samples),
      least: Math.min(...one.samples),
      most: Math.max(...one.samples),
      ratio: comparable && one !== reference ? ratio(one, reference) : undefined,
    }));
  });
}

/** Tables of medians: one for each set of contestants, with a row for each quantity and runtime. */
export function figureTables(figures: Figure[]): string {
  const tables = Map.groupBy(groupSeries(figures), (group) => group.map(({ who }) => who).join());
  return Array.from(tables.values(), (groups) => {
    const rows = groups.map((group) => {
      const [{ what, unit, runtime }] = group;
      const cells = group.map(({ median, ratio }) =>
        formatNumber(median) + (ratio === undefined ? "" : ` (${ratio.toFixed(2)})`)
      );
      return [unit ? `${what}, ${unit}` : what, runtimeNames[runtime], ...cells];
    });
    return table(["", "runtime", ...groups[0].map(({ who }) => who)], rows);
  }).join("\n");
}

/** A table with a row for each goal, and a column for each runtime. */
export function goalTable(goals: Goal[]): string {
  const runtimes = [...new Set(goals.map(({ runtime }) => runtime))];
  const rows = Array.from(Map.groupBy(goals, ({ what, goal }) => `${what}: ${goal}`).values(), (group) => {
    const cells = runtimes.map((runtime) => {
      const one = group.find((one) => one.runtime === runtime);
      return one ? one.result + (one.met ? "" : " **missed**") : "";
    });
    return [group[0].what, group[0].goal, ...cells];
  });
  return table(["", "goal", ...runtimes.map((runtime) => runtimeNames[runtime])], rows);
}

/** Formats a number with as many digits as mean something. */
function formatNumber(value: number): string {
  const isLarge = Math.abs(value) >= 1000;
  return value.toLocaleString("en", isLarge ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 });
}

function table(head: Row, rows: Row[]): string {
  const widths = head.map((cell, i) => Math.max(3, cell.length, ...rows.map((row) => row[i].length)));
  const line = (row: Row) => `| ${row.map((cell, i) => cell.padEnd(widths[i])).join(" | ")} |\n`;
  return [head, widths.map((width) => "-".repeat(width)), ...rows].map(line).join("");
}
