/**
 * Renders a page as rows of HTML, with marks for the changes of its elements.
 *
 * @module
 */

import { voidElements } from "../harness/core.ts";
import { type Html, html } from "../html.ts";
import type { Mark, MarkedPage } from "./model.ts";
import { showText } from "./render.ts";

/** The most rows that are shown. */
const maxRows = 1000;

/** The most attributes of an element that are shown, and the most characters of all texts and values. */
const maxAttributes = 50;
const maxCharacters = 100_000;

/** Renders the body's children. Each row that an event changed names the event, as `data-event`. */
export function renderTree({ body, marks }: MarkedPage): Html {
  if (!body) return html`<li>The body was removed.</li>`;
  const rows: Html[] = [];
  let left = maxCharacters;
  const showPart = (value: string) => {
    const shown = showText(value.slice(0, left + 1));
    left = Math.max(0, left - Math.min(value.length, 2000));
    return shown;
  };
  // A stack and no recursion: a page may be deeper than the stack of calls.
  const waiting: (() => void)[] = [];
  const addNodes = (nodes: Iterable<Node>, depth: number) => {
    for (const node of [...nodes].reverse()) waiting.push(() => addNode(node, depth));
  };

  function addRow(depth: number, content: Html, mark?: Mark): void {
    const sign = signOf(mark);
    const event = mark?.event ?? mark?.text ?? mark?.attributes.values().next().value?.event;
    const how = sign && html`<span aria-hidden="true">${signs[sign]}</span><span class="spoken">${sign} by</span>`;
    const badge = sign && event !== undefined &&
      [" ", html`<button type="button" class="pick" data-event="${event}">${how} event ${event + 1}</button>`];
    rows.push(html`<li class="row ${sign}" data-depth="${Math.min(depth, 12)}">${content}${badge}</li>`);
  }

  function addNode(node: Node, depth: number): void {
    if (node.nodeType === 1) return addElement(node as Element, depth);
    const text = node.nodeValue ?? "";
    if (node.nodeType === 8) addRow(depth, html`<span class="comment">&lt;!--${showPart(text)}--&gt;</span>`);
    if (node.nodeType !== 3 || text.trim() === "") return;
    const changed = marks.get(node.parentNode as Element)?.text !== undefined;
    addRow(depth, html`<span class="${changed && "changed-part"}">${showPart(escape(text))}</span>`);
  }

  function addElement(element: Element, depth: number): void {
    const mark = marks.get(element);
    const name = shorten(element.localName);
    const attributes = [...element.attributes];
    const start = html`<span class="tag">&lt;${name}${
      attributes.slice(0, maxAttributes).map(({ name, value }) => [
        " ",
        html`<span class="${mark?.attributes.has(name) && "changed-part"}">${shorten(name)}="${
          showPart(escape(value))
        }"</span>`,
      ])
    }${attributes.length > maxAttributes && ` … and ${attributes.length - maxAttributes} more`}&gt;</span>`;
    const lost = mark ? [...mark.attributes.keys()].filter((name) => !element.hasAttribute(name)) : [];
    const without = lost.slice(0, maxAttributes).map((name) => [
      " ",
      html`<span class="lost">without ${shorten(name)}</span>`,
    ]);
    const end = voidElements.has(name) ? "" : html`<span class="tag">&lt;/${name}&gt;</span>`;
    const children = name === "template" ? (element as HTMLTemplateElement).content.childNodes : element.childNodes;
    const isShort = children.length === 0 || children.length === 1 && children[0].nodeType === 3;
    if (isShort) {
      const content = html`<span class="${mark?.text !== undefined ? "changed-part" : ""}">${
        showPart(escape(children[0]?.nodeValue ?? ""))
      }</span>`;
      return addRow(depth, html`${start}${content}${end}${without}`, mark);
    }
    addRow(depth, html`${start}${without}`, mark);
    waiting.push(() => addRow(depth, html`${end}`));
    addNodes(children, depth + 1);
  }

  addNodes(body.childNodes, 0);
  while (waiting.length > 0 && rows.length < maxRows && left > 0) waiting.pop()!();
  if (rows.length === 0) rows.push(html`<li class="row">The page is empty.</li>`);
  if (waiting.length > 0) rows.push(html`<li class="row">The rest is not shown.</li>`);
  return html`${rows}`;
}

const signs = { added: "+", removed: "−", changed: "~" };

function signOf(mark: Mark | undefined): keyof typeof signs | undefined {
  if (!mark) return undefined;
  return mark.kind ?? (mark.text !== undefined || mark.attributes.size > 0 ? "changed" : undefined);
}

/** Escapes a text as HTML does, so that a text that looks like a tag does not show as one. */
const escape = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

const shorten = (name: string) => name.length > 200 ? `${name.slice(0, 200)}…` : name;
