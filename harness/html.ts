/**
 * HTML to nodes, as a browser's parser makes them. happy-dom's own parser forgives in other ways: it lets a `<div>`
 * inside a `<p>` and takes one out of a `<tr>`. So its documents are filled by parse5; any other document parses itself.
 *
 * @module
 */

import { defaultTreeAdapter, type DefaultTreeAdapterTypes, type html as names, parse, parseFragment } from "parse5"; // the standard's own algorithm

type Parsed = DefaultTreeAdapterTypes.ChildNode;
type ParsedParent = DefaultTreeAdapterTypes.ParentNode;

/**
 * Parses HTML as if it were assigned to the `innerHTML` of `context`. Scripts in it never run.
 *
 * @param context The element that the HTML is meant for: in a `<tr>` other tags are allowed than in a `<div>`. A
 * `<template>` allows them all.
 */
export function parseHtml(html: string, context: Element): DocumentFragment {
  const document = context.ownerDocument;
  if (!isHappyDom(document)) {
    const copy = context.cloneNode(false) as Element;
    copy.innerHTML = html;
    const { content } = copy as HTMLTemplateElement;
    if (content) return content;
    const fragment = document.createDocumentFragment();
    fragment.append(...copy.childNodes);
    return fragment;
  }
  const namespace = context.namespaceURI as names.NS;
  const parsed = parseFragment(defaultTreeAdapter.createElement(context.localName, namespace, []), html, {});
  const fragment = document.createDocumentFragment();
  fill(fragment, parsed, document);
  return fragment;
}

/** Puts a whole page into a document, in place of all that is in it. Scripts in it never run. */
export function writePage(document: Document, html: string): void {
  const parsed = parse(html);
  document.replaceChildren();
  fill(document, parsed, document);
}

function isHappyDom({ defaultView }: Document): boolean {
  return defaultView !== null && "happyDOM" in defaultView;
}

/** Without recursion: HTML may be deeper than the stack of calls. */
function fill(top: ParentNode, from: ParsedParent, document: Document): void {
  const open: [ParentNode, ParsedParent][] = [[top, from]];
  while (open.length > 0) {
    const [parent, { childNodes }] = open.pop()!;
    for (const parsed of childNodes) {
      const node = makeNode(parsed, document);
      if (!node) continue;
      parent.append(node);
      if ("content" in parsed) open.push([(node as HTMLTemplateElement).content, parsed.content]);
      if ("childNodes" in parsed) open.push([node as unknown as ParentNode, parsed]);
    }
  }
}

function makeNode(parsed: Parsed, document: Document): Node | undefined {
  if (parsed.nodeName === "#text") return document.createTextNode((parsed as DefaultTreeAdapterTypes.TextNode).value);
  if (parsed.nodeName === "#comment") {
    return document.createComment((parsed as DefaultTreeAdapterTypes.CommentNode).data);
  }
  if (!("tagName" in parsed)) return; // a doctype, which no event can touch
  const element = makeElement(parsed, document);
  for (const { name, value, namespace, prefix } of parsed.attrs) {
    // A parser takes names that setAttribute() refuses, such as `=x`.
    element.setAttributeNS(namespace ?? null, prefix ? `${prefix}:${name}` : name, value);
  }
  return element;
}

function makeElement({ tagName, namespaceURI }: DefaultTreeAdapterTypes.Element, document: Document): Element {
  if (tagName !== "script") return document.createElementNS(namespaceURI, tagName);
  // Parsed and not made, like a browser's: then it does not run even where somebody has allowed scripts.
  const template = document.createElement("template");
  template.innerHTML = "<script></script>";
  return template.content.firstElementChild!;
}
