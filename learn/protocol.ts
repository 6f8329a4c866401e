/**
 * docs/PROTOCOL.md as a page: each clause can be linked to, and names the vectors that show it.
 *
 * @module
 */

import { type Html, html } from "../html.ts";
import type { Family, Vector } from "../vectors/vector.ts";
import { renderPage } from "./page.ts";
import { sentence } from "./render.ts";

/** Lines of the document that belong together. */
interface Part {
  kind: "heading" | "clause" | "fence" | "table" | "text";
  /** Without what says which kind it is. */
  lines: string[];
}

/** Splits what the document is written in: headings, clauses, examples, tables and paragraphs. */
function* partsOf(markdown: string): Generator<Part> {
  let part: Part | undefined;
  for (const line of markdown.split("\n")) {
    const text = line.trim();
    if (part?.kind === "fence") {
      if (text !== "```") {
        part.lines.push(line.replace(/^ {2}/, ""));
        continue;
      }
      yield part;
      part = undefined;
      continue;
    }
    const kind = text.startsWith("```")
      ? "fence"
      : text.startsWith("## ")
      ? "heading"
      : text.startsWith("|")
      ? "table"
      : text.startsWith("- **")
      ? "clause"
      : undefined;
    const goesOn = part && (kind === undefined ? part.kind !== "heading" : kind === "table" && part.kind === "table");
    if (part && (text === "" || !goesOn)) {
      yield part;
      part = undefined;
    }
    if (text === "" || text.startsWith("# ")) continue;
    part ??= { kind: kind ?? "text", lines: [] };
    if (kind !== "fence") part.lines.push(text.replace(/^(?:##|-) /, ""));
  }
  if (part) yield part;
}

/** `/learn/protocol`. */
export function renderProtocol(markdown: string, families: readonly Family[]): string {
  const vectors = families.flatMap(({ vectors }) => vectors);
  const main = html`<main id="main" class="protocol"><h1>The protocol, clause by clause</h1>${
    [...partsOf(markdown)].map((part) => renderPart(part, vectors))
  }</main>`;
  return renderPage({ title: "The protocol", main });
}

function renderPart({ kind, lines }: Part, vectors: readonly Vector[]): Html {
  const text = lines.join(" ");
  switch (kind) {
    case "heading":
      return html`<h2>${text}</h2>`;
    case "fence":
      return html`<pre tabindex="0">${lines.join("\n")}</pre>`;
    case "table":
      return renderTable(lines);
    case "text":
      return html`<p>${inline(text)}</p>`;
    case "clause": {
      const [, id, rest] = /^\*\*(.+?)\*\* (.*)$/.exec(text)!;
      const shown = vectors.filter(({ clause }) => clause === id);
      return html`
        <section id="${id}"
          class="rule"><h3><a href="#${id}">${id}</a></h3><p>${inline(rest)}</p>${shown.length > 0 &&
            html`<p class="about">Shown by ${
              shown.map(({ id, title }, i) => [i > 0 && ", ", html`<a href="/learn/${id}">${title}</a>`])
            }</p>`}</section>
      `;
    }
  }
}

function renderTable([head, , ...rows]: string[]): Html {
  const cells = (row: string) => row.slice(1, -1).split("|").map((cell) => cell.trim());
  return html`
    <table>
      <thead>
        <tr>${cells(head).map((cell) => html`<th scope="col">${inline(cell)}</th>`)}</tr>
      </thead>
      <tbody>${rows.map((row) => html`<tr>${cells(row).map((cell) => html`<td>${inline(cell)}</td>`)}</tr>`)}</tbody>
    </table>
  `;
}

/** Text with code and with names that stand out. */
function inline(text: string): Html {
  return html`${text.split("**").map((part, i) => i % 2 === 1 ? html`<strong>${part}</strong>` : sentence(part))}`;
}
