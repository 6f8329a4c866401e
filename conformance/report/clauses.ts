/**
 * The sentences of docs/PROTOCOL.md.
 *
 * @module
 */

import protocol from "../../docs/PROTOCOL.md" with { type: "text" };

let clauses: Map<string, string> | undefined;

/** What a clause says, on one line and without its markup; nothing if there is no such clause. */
export function clauseText(id: string): string | undefined {
  clauses ??= new Map(
    [...protocol.matchAll(/^- \*\*([A-Z]+-\d+)\*\* ([^]*?)(?=\n- \*\*|\n\n|\n#|$(?![^]))/gm)].map(
      ([, id, text]) => [id, text.replace(/\s*\n\s*/g, " ").trim()],
    ),
  );
  return clauses.get(id);
}

/** The first sentences of a clause, up to about as many characters. */
export function clauseStart(id: string, most = 240): string | undefined {
  const text = clauseText(id);
  if (!text || text.length <= most) return text;
  const sentences = text.match(/.+?(?:[.:;](?= [A-Z`(])|$)/g) ?? [text];
  let start = "";
  for (const sentence of sentences) {
    if (start && start.length + sentence.length > most) break;
    start += sentence;
  }
  return start.length < text.length ? `${start} …` : start;
}
