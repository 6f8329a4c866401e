/**
 * The tables of docs/PEERS.md: the checks that servers of others do not pass.
 *
 * @module
 */

import { readFile } from "node:fs/promises";
import type { Report } from "../../conformance/mod.ts";

/** The verdict of each check on one server, by the check's id. */
export type Verdicts = Record<string, string>;

/** Reads the first table below a heading: the verdicts on each server, by its name. */
export async function readTable(heading: string): Promise<Record<string, Verdicts>> {
  const text = await readFile(new URL("../../docs/PEERS.md", import.meta.url), "utf8");
  const [, section = ""] = text.split(`\n## ${heading}\n`);
  const [table = ""] = /(?:^\|.*\n)+/m.exec(section) ?? [];
  const rows = table.split("\n").map((row) =>
    row.split("|").slice(1, -1).map((cell) => cell.replaceAll("`", "").trim())
  );
  const [[, ...names], , ...cells] = rows;
  const columns = names.map((name, i) => {
    const verdicts = cells.filter(([id]) => id).map(([id, ...row]) => [id, row[i]]);
    return [name, Object.fromEntries(verdicts)];
  });
  return Object.fromEntries(columns);
}

/** The worst verdict of each check on a server: of those that are in a column, and of all others that do not pass. */
export function verdictsFor(column: Verdicts, { checks }: Report): Verdicts {
  const found: Verdicts = {};
  for (const id of new Set(checks.map(({ id }) => id))) {
    const verdicts = checks.filter((check) => check.id === id).map(({ verdict }) => verdict);
    const worst = (["fail", "warn", "pass"] as const).find((verdict) => verdicts.includes(verdict)) ?? "untested";
    if (Object.hasOwn(column, id) || worst === "fail" || worst === "warn") found[id] = worst;
  }
  return found;
}
