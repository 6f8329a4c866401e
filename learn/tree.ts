/**
 * A page as rows of HTML, with what happened to its elements marked.
 *
 * @module
 */

import { type Html, html } from "../html.ts";
import type { Mark, MarkedPage } from "./model.ts";
import { visibleText } from "./render.ts";

/** More rows than this are not shown: nobody would read them. */
const maxRows = 1000;

/** Attributes of an element, and characters of texts and values in all, that are shown at most. */
const maxAttributes = 50;
const maxCharacters = 100_000;

const voids = new Set([
  "area",
  "base",
  "br",
  "col",
  "embed",
  "hr",
  "img",
  "input",
  "link",
  "meta",
  "source",
  "track",
  "wbr",
]);

/** Rows of the body's children. Each that something happened to names its event, as `data-event`. */
export function renderTree({ body, marks }: MarkedPage): Html {
  if (!body) return html`<li>There is no body any more.</li>`;
  const rows: Html[] = [];
  let left = maxCharacters;
  const text = (value: string) => {
    const shown = visibleText(value.slice(0, left + 1));
    left = Math.max(0, left - Math.min(value.length, 2000));
    return shown;
  };
  const open: (() => void)[] = [];
  const visit = (nodes: Iterable<Node>, depth: number) => {
    for (const node of [...nodes].reverse()) open.push(() => show(node, depth));
  };

  /** A row. `mark` is what happened to the element that it shows. */
  function row(depth: number, content: Html, mark?: Mark, sign?: Mark["kind"] | "changed"): void {
    const event = mark?.event ?? mark?.text ?? mark?.attributes.values().next().value?.event;
    const how = sign && html`<span aria-hidden="true">${signs[sign]}</span><span class="spoken">${sign} by</span>`;
    const badge = sign && event !== undefined &&
      [" ", html`<button type="button" class="pick" data-event="${event}">${how} event ${event + 1}</button>`];
    rows.push(html`<li class="row d${Math.min(depth, 12)} ${sign}">${content}${badge}</li>`);
  }

  function show(node: Node, depth: number): void {
    if (node.nodeType === 3) {
      if (node.nodeValue!.trim() === "") return;
      const changed = marks.get(node.parentNode as Element)?.text !== undefined;
      return row(depth, html`<span class="${changed && "changed-part"}">${text(escape(node.nodeValue!))}</span>`);
    }
    if (node.nodeType === 8) {
      return row(depth, html`<span class="comment">&lt;!--${text(node.nodeValue!)}--&gt;</span>`);
    }
    if (node.nodeType !== 1) return;
    const element = node as Element;
    const mark = marks.get(element);
    const changed = mark && (mark.text !== undefined || mark.attributes.size > 0);
    const sign = mark?.kind ?? (changed ? "changed" : undefined);
    const name = short(element.localName);
    const attributes = [...element.attributes];
    const start = html`<span class="tag">&lt;${name}${
      attributes.slice(0, maxAttributes).map(({ name, value }) => [
        " ",
        html`<span class="${mark?.attributes.has(name) && "changed-part"}">${short(name)}="${
          text(escape(value))
        }"</span>`,
      ])
    }${attributes.length > maxAttributes && ` … and ${attributes.length - maxAttributes} more`}&gt;</span>`;
    const lost = mark ? [...mark.attributes].filter(([name]) => !element.hasAttribute(name)) : [];
    const without = lost.slice(0, maxAttributes).map(([name]) => [
      " ",
      html`<span class="lost">without ${short(name)}</span>`,
    ]);
    const end = voids.has(name) ? "" : html`<span class="tag">&lt;/${name}&gt;</span>`;
    const children = name === "template" ? (element as HTMLTemplateElement).content.childNodes : element.childNodes;
    const isShort = children.length === 0 || children.length === 1 && children[0].nodeType === 3;
    if (isShort) {
      const content = html`<span class="${mark?.text !== undefined ? "changed-part" : ""}">${
        text(escape(children[0]?.nodeValue ?? ""))
      }</span>`;
      return row(depth, html`${start}${content}${end}${without}`, mark, sign);
    }
    row(depth, html`${start}${without}`, mark, sign);
    open.push(() => row(depth, html`${end}`));
    visit(children, depth + 1);
  }

  visit(body.childNodes, 0);
  while (open.length > 0 && rows.length < maxRows && left > 0) open.pop()!();
  if (rows.length === 0) rows.push(html`<li class="row">Nothing.</li>`);
  if (open.length > 0) rows.push(html`<li class="row">And more, which is not shown.</li>`);
  return html`${rows}`;
}

const signs = { added: "+", removed: "−", changed: "~" };

/** Text as HTML has it: escaped it looks otherwise than what it could be taken for. */
const escape = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

/** A name, as it is read at most. */
const short = (name: string) => name.length > 200 ? `${name.slice(0, 200)}…` : name;
