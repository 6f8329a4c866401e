/** The ids of checks and of clauses: what is known of each, and which ones are near to a wrong one. */

import { levenshteinDistance } from "deno-std/text/levenshtein_distance.js"; // for "did you mean"
import type { Dialect } from "../conformance/dialect.ts";
import { wrap } from "../conformance/report/columns.ts";

type Known = Pick<Dialect, "checks" | "clauseIds" | "clauseText">;

/** The most ids that a hint names. */
const maxHints = 3;

/** The id of a check or of a clause, as its dialect spells it. */
interface FoundId<Some extends Known> {
  id: string;
  dialect: Some;
  isClause: boolean;
}

/** Finds an id among those of some dialects. Capital letters make no difference. */
export function findId<Some extends Known>(text: string, dialects: readonly Some[]): FoundId<Some> | undefined {
  const isMeant = (known: string) => known.toLowerCase() === text.toLowerCase();
  for (const dialect of dialects) {
    const check = dialect.checks.find(({ id }) => isMeant(id));
    const id = check?.id ?? dialect.clauseIds.find(isMeant);
    if (id !== undefined) return { id, dialect, isClause: check === undefined };
  }
}

/** Asks "did you mean ...?" with the ids that are nearest to a wrong one; empty if none is near. */
export function suggestIds(id: string, dialects: readonly Known[], of: "checks" | "both" = "both"): string {
  const word = id.toLowerCase();
  const known = dialects.flatMap(({ checks, clauseIds }) => [
    ...checks.map((check) => check.id),
    ...of === "both" ? clauseIds : [],
  ]);
  const ids = known.map((known) => ({
    known,
    distance: levenshteinDistance(word.slice(0, 80), known.toLowerCase()),
    isPart: word.length > 2 && known.toLowerCase().includes(word),
  })).toSorted((a, b) => Number(b.isPart) - Number(a.isPart) || a.distance - b.distance);
  const least = Math.min(...ids.map(({ distance }) => distance));
  const closest = ids.filter(({ known, distance, isPart }) =>
    isPart || distance === least && distance <= Math.max(2, known.length / 3)
  ).slice(0, maxHints);
  return closest.length === 0 ? "" : `did you mean ${closest.map(({ known }) => known).join(", ")}?`;
}

/** Explains a check, or a clause with the checks that verify it. */
export function explainId(id: string, dialects: readonly Known[], width: number): string {
  const { dialect, isClause } = findId(id, dialects)!;
  return isClause
    ? explainClause(id, dialect, width)
    : explainCheck(dialect.checks.find((check) => check.id === id)!, dialect, width);
}

const writePart = (label: string, text: string, width: number) =>
  wrap(text, width - 10).map((line, i) => `${(i === 0 ? label : "").padEnd(10)}${line}`);

function explainCheck(check: Known["checks"][number], dialect: Known, width: number): string {
  const { id, level, family, title, clause, why, fix, of } = check;
  const subject = {
    stream: "each stream: of a server, of an application, of one endpoint, from a file",
    server: "a whole server",
    app: "an application",
  }[of];
  return [
    `${id}: ${title}`,
    "",
    ...writePart("level", level, width),
    ...writePart("family", family, width),
    ...writePart("looks at", subject, width),
    ...writePart("clause", `${clause}: ${dialect.clauseText(clause)}`, width),
    ...writePart("why", why, width),
    ...writePart("fix", fix, width),
  ].join("\n") + "\n";
}

function explainClause(id: string, dialect: Known, width: number): string {
  const checks = dialect.checks.filter(({ clause }) => clause === id);
  return [
    ...wrap(`${id}: ${dialect.clauseText(id)}`, width),
    "",
    ...checks.length === 0 ? writePart("checks", "none", width) : [],
    ...checks.flatMap(({ id, title }, i) => writePart(i === 0 ? "checks" : "", `${id}: ${title}`, width)),
  ].join("\n") + "\n";
}
