/**
 * `/learn/protocol`: the clauses of a dialect. Each can be linked to, and names the vectors that show it.
 *
 * @module
 */

import { Marked, type RendererObject, type Tokens } from "marked"; // reads Markdown as CommonMark and GitHub say
import { html, trustedHtml } from "../html.ts";
import type { Vector } from "../vectors/vector.ts";
import type { Course } from "./dialect.ts";
import { renderPage } from "./page.ts";
import { renderCode } from "./render.ts";

/** Renders the page. The document is this project's own: HTML in it would be trusted. */
export function renderProtocol({ protocol, families }: Pick<Course, "protocol" | "families">): string {
  const vectors = families.flatMap(({ vectors }) => vectors);
  const text = new Marked({ renderer: createRenderer(vectors) }).parse(protocol, { async: false });
  const main = html`<main id="main" class="protocol"><h1>The protocol, clause by clause</h1>${
    trustedHtml(text)
  }</main>`;
  return renderPage({ title: "The protocol", section: "/learn/protocol", main });
}

/** Renders items of lists as clauses: `- **SSE-1** A server MAY ...`. */
function createRenderer(vectors: readonly Vector[]): RendererObject {
  return {
    heading({ depth, text }) {
      if (depth === 1) return ""; // the page has its own
      return String(depth === 2 ? html`<h2>${text}</h2>` : html`<h3>${text}</h3>`);
    },
    code: ({ text }) => String(html`<pre tabindex="0">${text}</pre>`),
    codespan: ({ text }) => String(renderCode(text)),
    tablecell({ header, tokens }) {
      const content = trustedHtml(this.parser.parseInline(tokens));
      return String(header ? html`<th scope="col">${content}</th>` : html`<td>${content}</td>`);
    },
    list({ items }) {
      return items.map((item) => this.listitem(item)).join("");
    },
    listitem({ tokens: [first, ...rest] }) {
      const [{ text: id }, ...words] = (first as Tokens.Text).tokens as Tokens.Strong[];
      const shown = vectors.filter(({ clause }) => clause === id);
      const links = shown.map(({ id, title }, i) => [i > 0 && ", ", html`<a href="/learn/${id}">${title}</a>`]);
      return String(html`
        <section id="${id}" class="rule">
          <h3><a href="#${id}">${id}</a></h3>
          <p>${trustedHtml(this.parser.parseInline(words))}</p>
          ${shown.length > 0 && html`<p class="about">Shown by ${links}</p>`}
          ${trustedHtml(this.parser.parse(rest))}
        </section>
      `);
    },
  };
}
