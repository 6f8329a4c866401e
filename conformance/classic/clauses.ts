/** The clauses of docs/PROTOCOL.md. */

import protocol from "../../docs/PROTOCOL.md" with { type: "text" };

const clauses = new Map(
  [...protocol.matchAll(/^- \*\*([A-Z]+-\d+)\*\* ([^]*?)(?=\n- \*\*|\n\n|\n#|$(?![^]))/gm)].map(
    ([, id, text]) => [id, text.replace(/\s*\n\s*/g, " ").trim()],
  ),
);

/** The ids of all clauses. */
export const clauseIds: readonly string[] = [...clauses.keys()];

/** Returns the text of a clause, on one line; `undefined` if there is no such clause. */
export function clauseText(id: string): string | undefined {
  return clauses.get(id);
}
