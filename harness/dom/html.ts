/**
 * Parses HTML as browsers do. happy-dom's own parser corrects mistakes in other ways: it leaves a `<div>` inside a `<p>`,
 * and takes one out of a `<tr>`. So parse5 fills its documents; any other document parses with its own parser.
 *
 * @module
 */

import { defaultTreeAdapter, type DefaultTreeAdapterTypes, html as names } from "parse5"; // the standard's own algorithm
import { type Instruction, parseContent, parsePage, readInstruction } from "./parser.ts";

/** Elements without content and end tag, also those that HTML has dropped. */
export const voidElements: ReadonlySet<string> = new Set(
  "area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr".split(" "),
);

/** The namespaces of elements. */
const htmlNamespace = "http://www.w3.org/1999/xhtml";
export const svgNamespace = "http://www.w3.org/2000/svg";

/** Whether an element belongs to HTML, and has one of these names if any are given. */
export function isHtml({ localName, namespaceURI }: Element, ...names: string[]): boolean {
  return namespaceURI === htmlNamespace && (names.length === 0 || names.includes(localName));
}

type Parsed = DefaultTreeAdapterTypes.ChildNode;
type ParsedParent = DefaultTreeAdapterTypes.ParentNode;

/**
 * Parses HTML as if it were assigned to the `innerHTML` of `context`. Scripts in it never run. A happy-dom window never
 * runs or fetches anything again, whatever its settings were: handlers, frames and style sheets would do so otherwise.
 *
 * @param context The element that the HTML is meant for: in a `<tr>` other tags are allowed than in a `<div>`. A
 * `<template>` allows them all.
 */
export function parseHtml(html: string, context: Element): DocumentFragment {
  const document = context.ownerDocument;
  if (!isHappyDom(document)) {
    const copy = context.cloneNode(false) as Element;
    if (context.closest("form")) document.createElement("form").append(copy);
    copy.innerHTML = html;
    const { content } = copy as HTMLTemplateElement;
    if (content) return content;
    const fragment = document.createDocumentFragment();
    fragment.append(...copy.childNodes);
    return fragment;
  }
  silence(document);
  // The content of a template belongs to a document without scripting, where <noscript> holds elements.
  const scriptingEnabled = context.localName !== "template";
  const parsed = parseContent(html, copyContext(context), scriptingEnabled);
  const fragment = document.createDocumentFragment();
  fill(fragment, parsed, html, document);
  return fragment;
}

/** Copies what matters to a parser: the element, and whether it is in a `<form>`, since that can contain no other. */
function copyContext(context: Element): DefaultTreeAdapterTypes.Element {
  const copy = createParsed(context.localName, context.namespaceURI as names.NS);
  if (context.closest("form")) defaultTreeAdapter.appendChild(createParsed("form", names.NS.HTML), copy);
  return copy;
}

const createParsed = (name: string, namespace: names.NS) => defaultTreeAdapter.createElement(name, namespace, []);

/**
 * Parses a whole page as `DOMParser` does: without scripting, so `<noscript>` holds elements. Returns its `<html>`, which
 * is in no document.
 */
export function parseDocument(html: string, document: Document): Element {
  if (!isHappyDom(document)) {
    const { documentElement } = new DOMParser().parseFromString(html, "text/html");
    return document.adoptNode(documentElement);
  }
  silence(document);
  const fragment = document.createDocumentFragment();
  fill(fragment, parsePage(html, false), html, document);
  const page = fragment.children[0];
  page.remove();
  return page;
}

/** Replaces the content of a document by a whole page. Nothing in it runs: see {@linkcode parseHtml}. */
export function writePage(document: Document, html: string): void {
  if (isHappyDom(document)) silence(document);
  const parsed = parsePage(html);
  document.replaceChildren();
  fill(document, parsed, html, document);
}

function isHappyDom({ defaultView }: Document): boolean {
  return defaultView !== null && "happyDOM" in defaultView;
}

/** The settings for what a happy-dom window does by itself. */
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
  // A `<link rel="preload">` obeys none of these.
  settings.fetch.interceptor = { beforeAsyncRequest: () => Promise.resolve(new Response(null, { status: 204 })) };
}

/** Copies nodes that were parsed from `html` into a document. Without recursion: they may be deeper than the call stack. */
function fill(top: ParentNode, from: ParsedParent, html: string, document: Document): void {
  const open: [ParentNode, Parsed][] = [];
  // In document order: of two radio buttons, the second one stays checked.
  const openChildren = (parent: ParentNode, { childNodes }: ParsedParent) => {
    for (let i = childNodes.length - 1; i >= 0; i--) open.push([parent, childNodes[i]]);
  };
  openChildren(top, from);
  while (open.length > 0) {
    const [parent, parsed] = open.pop()!;
    const node = makeNode(parsed, html, document);
    if (!node) continue;
    parent.append(node);
    if ("content" in parsed) openChildren((node as HTMLTemplateElement).content, parsed.content);
    if ("childNodes" in parsed) openChildren(node as unknown as ParentNode, parsed);
  }
}

function makeNode(parsed: Parsed, html: string, document: Document): Node | undefined {
  if (parsed.nodeName === "#text") return document.createTextNode((parsed as DefaultTreeAdapterTypes.TextNode).value);
  if (parsed.nodeName === "#comment") {
    const comment = parsed as DefaultTreeAdapterTypes.CommentNode;
    const instruction = readInstruction(comment, html);
    if (instruction === null) return;
    return instruction ? makeInstruction(instruction, document) : document.createComment(comment.data);
  }
  if (!("tagName" in parsed)) return; // a doctype, which no event can change
  const element = makeElement(parsed, document);
  for (const { name, value, namespace, prefix } of parsed.attrs) {
    if (namespace) element.setAttributeNS(namespace, prefix ? `${prefix}:${name}` : name, value);
    else forceAttribute(element, name, value);
  }
  return element;
}

function makeInstruction({ target, data }: Instruction, document: Document): ProcessingInstruction {
  const node = document.createProcessingInstruction("target", data);
  return Object.defineProperty(node, "target", { value: target }); // happy-dom refuses names of one letter
}

/** Sets an attribute. Returns whether the DOM standard allows its name: HTML can have others. */
export function trySetAttribute(element: Element, name: string, value: string): boolean {
  if (/[\t\n\f\r \0/=>]/.test(name)) return false;
  try {
    element.setAttribute(name, value);
  } catch {
    forceAttribute(element, name, value); // happy-dom refuses more, such as `a<b`
  }
  return true;
}

/** Sets an attribute of any name: a parser accepts names that happy-dom's `setAttribute()` refuses, such as `=x`. */
function forceAttribute(element: Element, name: string, value: string): void {
  // setAttributeNS() would read a colon as the end of a prefix.
  if (!name.includes(":")) return element.setAttributeNS(null, name, value);
  const attribute = element.ownerDocument.createAttribute(name);
  attribute.value = value;
  element.setAttributeNode(attribute);
}

function makeElement({ tagName, namespaceURI }: DefaultTreeAdapterTypes.Element, document: Document): Element {
  if (tagName === "script" && namespaceURI !== names.NS.MATHML) return makeScript(namespaceURI, document);
  if (tagName === "template" && namespaceURI === htmlNamespace) {
    return separateTemplate(document.createElement("template"));
  }
  const element = document.createElementNS(namespaceURI, tagName);
  if (!tagName.includes(":")) return element;
  // A parser knows no prefixes of elements, but createElementNS() does.
  return Object.defineProperties(element, { localName: { value: tagName }, prefix: { value: null } });
}

/** Lets the templates of a happy-dom document have children besides their content. Parsing does so for new ones. */
export function separateTemplates(document: Document): void {
  if (isHappyDom(document)) [...document.getElementsByTagName("template")].forEach(separateTemplate);
}

/** Lets a template have children besides its content: in happy-dom, all that it is given becomes content. */
function separateTemplate(template: Element): Element {
  const own = Object.getPrototypeOf(template);
  const general = Object.getPrototypeOf(own); // of all elements of HTML
  for (const name of Object.getOwnPropertySymbols(own)) {
    if (name.description !== "cloneNode") {
      Object.defineProperty(template, name, { value: general[name], configurable: true });
    }
  }
  return Object.defineProperties(template, {
    firstChild: { get: () => template.childNodes[0] ?? null, configurable: true },
    lastChild: { get: () => template.childNodes[template.childNodes.length - 1] ?? null, configurable: true },
  });
}

/** Creates an empty script of HTML that does not run when it is inserted. */
export function createScript(document: Document): Element {
  return makeScript(htmlNamespace, document);
}

/** Makes a script by parsing and not by creating it: so it does not run even where scripts are allowed. */
function makeScript(namespace: string, document: Document): Element {
  const template = document.createElement("template");
  const isOfHtml = namespace === htmlNamespace;
  template.innerHTML = isOfHtml ? "<script></script>" : "<svg><script></script></svg>";
  const script = template.content.querySelector("script")!;
  script.replaceChildren(); // happy-dom puts an empty text into it
  return script;
}
