/**
 * The tables of docs/PEERS.md: the checks that a server of others does not pass.
 *
 * @module
 */

import { readFile } from "node:fs/promises";
import type { Report } from "../../conformance/mod.ts";

/** The verdict of a check on each server, by the check's id and the server's name. */
export type Verdicts = Record<string, Record<string, string>>;

/** Reads the first table below a heading. */
export async function readTable(heading: string): Promise<Verdicts> {
  const text = await readFile(new URL("../../docs/PEERS.md", import.meta.url), "utf8");
  const [, section] = text.split(`\n${heading}\n`);
  if (section === undefined) throw new Error(`docs/PEERS.md has no heading "${heading}"`);
  const [, table] = /((?:^\|.*\n)+)/m.exec(section)!;
  const [head, , ...rows] = table.trim().split("\n").map((row) =>
    row.split("|").slice(1, -1).map((cell) => cell.trim())
  );
  const names = head.slice(1);
  return Object.fromEntries(rows.map(([id, ...cells]) => [
    id.replaceAll("`", ""),
    Object.fromEntries(names.map((name, i) => [name, cells[i]])),
  ]));
}

/** The worst verdict of each check in a report, by its id. */
export function worstVerdicts({ checks }: Report): Record<string, string> {
  const ids = [...new Set(checks.map(({ id }) => id))];
  return Object.fromEntries(ids.map((id) => {
    const verdicts = checks.filter((check) => check.id === id).map(({ verdict }) => verdict);
    return [id, ["fail", "warn", "pass"].find((verdict) => verdicts.some((one) => one === verdict)) ?? "untested"];
  }));
}

/** The rows of a table: the checks that some server does not pass. */
export function makeTable(reports: Record<string, Report>): Verdicts {
  const columns = Object.entries(reports).map(([name, report]) => ({ name, verdicts: worstVerdicts(report) }));
  const ids = [...new Set(columns.flatMap(({ verdicts }) => Object.keys(verdicts)))];
  const rows = ids.map((id) => {
    const cells = Object.fromEntries(columns.map(({ name, verdicts }) => [name, verdicts[id] ?? "untested"]));
    return [id, cells] as const;
  });
  return Object.fromEntries(rows.filter(([, cells]) => /fail|warn/.test(Object.values(cells).join())));
}
