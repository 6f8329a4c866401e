/**
 * Writes the content of an element as Chromium 156 has it in `innerHTML`. happy-dom's own serializer escapes text that
 * parsers read as it is, and keeps no processing instructions.
 *
 * @module
 */

import { isHtml, voidElements } from "./html.ts";

/** Elements of HTML whose text is written as it is. */
const rawText = ["style", "script", "xmp", "iframe", "noembed", "noframes", "plaintext"];

const references: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\u00a0": "&nbsp;",
};
const escapeText = (text: string) => text.replace(/[&<>\u00a0]/g, (character) => references[character]);
const escapeValue = (text: string) => text.replace(/[&<>"\u00a0]/g, (character) => references[character]);

/** A node that is to be written, or a text that is. */
type Item = string | { node: Node; isRaw: boolean; hasScripting: boolean };

/**
 * Writes what an element contains. Without recursion: the tree may be deeper than the stack of calls.
 *
 * @param hasScripting Whether its document runs scripts, so that `<noscript>` holds text.
 */
export function writeHtml(element: Element, hasScripting: boolean): string {
  const texts: string[] = [];
  const open = contentOf(element, hasScripting).reverse();
  for (let item = open.pop(); item !== undefined; item = open.pop()) {
    if (typeof item === "string") {
      texts.push(item);
    } else if (item.node.nodeType === 1) {
      const inner = item.node as Element;
      const name = inner.prefix ? `${inner.prefix}:${inner.localName}` : inner.localName;
      const attributes = [...inner.attributes].map(({ name, value }) => ` ${name}="${escapeValue(value)}"`);
      texts.push(`<${name}${attributes.join("")}>`);
      if (!isVoid(inner)) open.push(`</${name}>`, ...contentOf(inner, item.hasScripting).reverse());
    } else texts.push(writeLeaf(item.node, item.isRaw));
  }
  return texts.join("");
}

const isVoid = (element: Element) => isHtml(element) && voidElements.has(element.localName);

/** The nodes that an element contains, in their order. */
function contentOf(element: Element, hasScripting: boolean): Item[] {
  if (isVoid(element)) return [];
  const isTemplate = isHtml(element, "template");
  const { childNodes } = isTemplate ? (element as HTMLTemplateElement).content : element;
  const isRaw = isHtml(element, ...rawText) || hasScripting && isHtml(element, "noscript");
  // The content of a template belongs to a document without scripting.
  return [...childNodes].map((node) => ({ node, isRaw, hasScripting: hasScripting && !isTemplate }));
}

function writeLeaf(node: Node, isRaw: boolean): string {
  if (node.nodeType === 3) return isRaw ? node.nodeValue! : escapeText(node.nodeValue!);
  if (node.nodeType === 7) return `<?${(node as ProcessingInstruction).target} ${node.nodeValue}?>`;
  return `<!--${node.nodeValue}-->`;
}
