/**
 * HTML to nodes, as a browser's parser makes them. happy-dom's own parser forgives in other ways: it lets a `<div>`
 * inside a `<p>` and takes one out of a `<tr>`. So its documents are filled by parse5; any other document parses itself.
 *
 * @module
 */

import { defaultTreeAdapter, type DefaultTreeAdapterTypes, type html as names, parse, parseFragment } from "parse5"; // the standard's own algorithm

/** Elements that have no content and no end tag, those that HTML no longer has among them. */
export const voidElements: ReadonlySet<string> = new Set(
  "area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr".split(" "),
);

type Parsed = DefaultTreeAdapterTypes.ChildNode;
type ParsedParent = DefaultTreeAdapterTypes.ParentNode;

/**
 * Parses HTML as if it were assigned to the `innerHTML` of `context`. Scripts in it never run. A happy-dom window stops
 * to run and to fetch things for good, whatever its settings were: handlers, frames and style sheets would otherwise.
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
  silence(document);
  const namespace = context.namespaceURI as names.NS;
  const parsed = parseFragment(defaultTreeAdapter.createElement(context.localName, namespace, []), html, {});
  const fragment = document.createDocumentFragment();
  fill(fragment, parsed, document);
  return fragment;
}

/** Puts a whole page into a document, in place of all that is in it. Nothing runs then: see {@linkcode parseHtml}. */
export function writePage(document: Document, html: string): void {
  if (isHappyDom(document)) silence(document);
  const parsed = parse(html);
  document.replaceChildren();
  fill(document, parsed, document);
}

function isHappyDom({ defaultView }: Document): boolean {
  return defaultView !== null && "happyDOM" in defaultView;
}

/** What happy-dom's window would do by itself, most of it only where somebody has asked for it. */
interface Settings {
  enableJavaScriptEvaluation: boolean;
  disableJavaScriptFileLoading: boolean;
  enableCSSFileLoading: boolean;
  enableImageFileLoading: boolean;
  enableIframePageLoading: boolean;
  fetch: { interceptor: { beforeAsyncRequest: () => Promise<Response> } | null };
}

function silence({ defaultView }: Document): void {
  const { happyDOM, Response } = defaultView as unknown as {
    happyDOM: { settings: Settings };
    Response: typeof globalThis.Response;
  };
  const { settings } = happyDOM;
  settings.enableJavaScriptEvaluation = false;
  settings.disableJavaScriptFileLoading = true;
  settings.enableCSSFileLoading = false;
  settings.enableImageFileLoading = false;
  settings.enableIframePageLoading = false;
  // A `<link rel="preload">` asks none of these.
  settings.fetch.interceptor = { beforeAsyncRequest: () => Promise.resolve(new Response(null, { status: 204 })) };
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
    if (namespace) element.setAttributeNS(namespace, prefix ? `${prefix}:${name}` : name, value);
    else forceAttribute(element, name, value);
  }
  return element;
}

/** Sets an attribute whatever its name: a parser takes names that happy-dom's `setAttribute()` refuses, such as `=x`. */
export function forceAttribute(element: Element, name: string, value: string): void {
  // A colon is no prefix here, as it would be in the name of setAttributeNS().
  if (!name.includes(":")) return element.setAttributeNS(null, name, value);
  const attribute = element.ownerDocument.createAttribute(name);
  attribute.value = value;
  element.setAttributeNode(attribute);
}

function makeElement({ tagName, namespaceURI }: DefaultTreeAdapterTypes.Element, document: Document): Element {
  if (tagName !== "script") return document.createElementNS(namespaceURI, tagName);
  // Parsed and not made, like a browser's: then it does not run even where somebody has allowed scripts.
  const template = document.createElement("template");
  const isHtml = namespaceURI === "http://www.w3.org/1999/xhtml";
  template.innerHTML = isHtml ? "<script></script>" : "<svg><script></script></svg>";
  const { firstElementChild } = template.content;
  return isHtml ? firstElementChild! : firstElementChild!.firstElementChild!;
}
