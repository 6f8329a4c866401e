/** Reads the clauses of a document of the protocol. */

/** The clauses of a document. */
export interface Clauses {
  /** The ids, in the order of the document. */
  clauseIds: readonly string[];
  /** Returns the text of a clause, on one line; `undefined` if there is no such clause. */
  clauseText: (id: string) => string | undefined;
}

export function readClauses(document: string): Clauses {
  const items = document.matchAll(/^- \*\*((?:V1-)?[A-Z]+-\d+)\*\* ([^]*?)(?=\n- \*\*|\n\n|\n#|$(?![^]))/gm);
  const clauses = new Map([...items].map(([, id, text]) => [id, text.replace(/\s*\n\s*/g, " ").trim()]));
  return { clauseIds: [...clauses.keys()], clauseText: (id) => clauses.get(id) };
}
