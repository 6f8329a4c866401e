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

/** Writes what an element contains. `hasScripting`: whether its document runs scripts, so that `<noscript>` holds text. */
export function writeHtml(element: Element, hasScripting: boolean): string {
  if (isHtml(element) && voidElements.has(element.localName)) return "";
  const isRaw = isHtml(element, ...rawText) || hasScripting && isHtml(element, "noscript");
  // The content of a template belongs to a document without scripting.
  if (isHtml(element, "template")) return writeNodes((element as HTMLTemplateElement).content, false, false);
  return writeNodes(element, isRaw, hasScripting);
}

function writeNodes(parent: Node, isRaw: boolean, hasScripting: boolean): string {
  return [...parent.childNodes].map((child) => {
    if (child.nodeType === 1) return writeElement(child as Element, hasScripting);
    if (child.nodeType === 3) return isRaw ? child.nodeValue : escapeText(child.nodeValue!);
    if (child.nodeType === 7) return `<?${(child as ProcessingInstruction).target} ${child.nodeValue}?>`;
    return `<!--${child.nodeValue}-->`;
  }).join("");
}

function writeElement(element: Element, hasScripting: boolean): string {
  const name = element.prefix ? `${element.prefix}:${element.localName}` : element.localName;
  const attributes = [...element.attributes].map(({ name, value }) => ` ${name}="${escapeValue(value)}"`);
  const start = `<${name}${attributes.join("")}>`;
  if (isHtml(element) && voidElements.has(name)) return start;
  return `${start}${writeHtml(element, hasScripting)}</${name}>`;
}
