/**
 * HTML as the parser of Chromium 156 reads it: roots and elements, and the parts of the text that it did not take as
 * written.
 */

import { defaultTreeAdapter, type DefaultTreeAdapterTypes, html as names, type ParserError, serialize } from "parse5"; // the standard's own algorithm, with the place of each tag
import { ChromiumParser, voidElements } from "../harness/mod.ts";

/** An element, as the parser has it. */
export type Element = DefaultTreeAdapterTypes.Element;
type Node = DefaultTreeAdapterTypes.ChildNode;
type ParentNode = DefaultTreeAdapterTypes.ParentNode;
type Adapter = DefaultTreeAdapterTypes.DefaultTreeAdapterMap;

/** A place in HTML, and the thing that stands there. */
export interface Spot {
  /** The name of a tag, a text, or the code of an error. */
  name: string;
  /** Its offset in the HTML. */
  from: number;
  /** The offset of its end. */
  to: number;
}

/** A fragment's HTML, parsed. */
export interface Markup {
  /** The text. */
  html: string;
  /** Elements at the top. */
  roots: Element[];
  /** Elements that the client sees, in document order: not those in a `<template>` or in MathML. */
  elements: Element[];
  /** All elements, in document order. */
  all: Element[];
  /** Texts at the top that are not white space. */
  texts: Spot[];
  /** Comments at the top. */
  comments: Spot[];
  /** The errors of the parser. */
  errors: Spot[];
  /** Start tags that it drops. */
  dropped: Spot[];
  /** Elements without the end tag that HTML asks for. */
  unclosed: Spot[];
  /** End tags that close nothing. */
  stray: Spot[];
  /** Elements that it adds or repeats; the place is that of their content. */
  invented: Spot[];
  /** Nodes that it moves to another place. */
  moved: Spot[];
}

/**
 * The limits of the parser: a browser's goes this deep too, and no real fragment has so many elements, or attributes that
 * their tag has already.
 */
const limits = { maxDepth: 512, maxElements: 200_000, maxRepeatedAttributes: 500 };

export function attributeOf({ attrs }: Element, name: string): string | undefined {
  return attrs.find((attribute) => attribute.name === name && !attribute.prefix)?.value;
}

export function startTagOf({ nodeName, sourceCodeLocation: at }: Element): Spot {
  const { startOffset: from = 0, endOffset: to = from } = at?.startTag ?? at ?? {};
  return { name: nodeName, from, to };
}

/** The place of one of an element's attributes: the name with its value. */
export function attributeSpot(element: Element, name: string): Spot {
  const at = element.sourceCodeLocation?.attrs?.[name];
  return at ? { name, from: at.startOffset, to: at.endOffset } : { ...startTagOf(element), name };
}

/** The text in an element. */
export function textIn(element: Element): string {
  return element.childNodes.map((node) =>
    "value" in node ? node.value : "childNodes" in node ? textIn(node as Element) : ""
  ).join("");
}

/** The place of a piece of an attribute's value, which may be written with character references. */
export function valueSpot(
  { html }: Pick<Markup, "html">,
  { element, name, value }: { element: Element; name: string; value: string },
  { from, to }: Pick<Spot, "from" | "to">,
): Spot {
  const spot = attributeSpot(element, name);
  const written = html.slice(spot.from, spot.to);
  const begin = /^[^=]*=\s*["']?/.exec(written)?.[0].length ?? 0;
  const offsets: number[] = []; // in the text, for each character of the value
  for (let i = begin; offsets.length < value.length && i < written.length;) {
    const reference = /^&(?:#x?[\da-f]+|[a-z\d]+);?/i.exec(written.slice(i, i + 40))?.[0];
    const length = reference ? Math.min(lengthOfReference(reference), reference.length) : 1;
    for (let k = 0; k < length; k++) offsets.push(i);
    i += reference && length < reference.length ? reference.length : length;
  }
  const end = /["']$/.test(written) ? written.length - 1 : written.length;
  const place = (offset: number) => spot.from + (offsets[offset] ?? end);
  return { name, from: place(from), to: Math.max(place(to), place(from) + 1) };
}

/** Characters that a character reference stands for in a value. */
function lengthOfReference(reference: string): number {
  const { roots: [root] } = parseMarkup(`<a x="${reference}">`);
  return root.attrs[0].value.length;
}

/** Whether an element is one of HTML's own, and not in an image or a formula. */
export const isHtml = ({ namespaceURI }: Element): boolean => namespaceURI === names.NS.HTML;

/** A page, parsed. */
export interface ParsedPage {
  html: string;
  doctype: boolean;
  /** All elements in document order, but for those in a `<template>`. */
  elements: Element[];
}

export function parsePage(html: string): ParsedPage {
  const document = ChromiumParser.parse<Adapter>(html, { sourceCodeLocationInfo: true });
  const doctype = document.childNodes.some(({ nodeName }) => nodeName === "#documentType");
  return { html, doctype, elements: elementsIn(document) };
}

/** Writes HTML of a body as a browser would write it after it has parsed it. */
export const normalizeHtml = (html: string): string =>
  serialize(ChromiumParser.parse<Adapter>(html)).replace(/^<html><head><\/head><body>|<\/body><\/html>$/g, "");

/** An element and those inside it, or the elements of a document, in document order, but for those in a `<template>`. */
export function elementsIn(top: Element | DefaultTreeAdapterTypes.Document): Element[] {
  const found: Element[] = [];
  const open: (Node | ParentNode)[] = [top];
  for (let node = open.pop(); node; node = open.pop()) {
    if ("tagName" in node) found.push(node);
    if ("childNodes" in node) open.push(...node.childNodes.toReversed());
  }
  return found;
}

interface Tag extends Spot {
  end: boolean;
  selfClosing: boolean;
}

/**
 * Parses HTML as the clients do: as the content of a `<template>`.
 *
 * @param isInQuirks Whether the document around the template has no doctype: then a `<table>` may be in a `<p>`.
 * @throws {RangeError} If there is too much of it.
 */
export function parseMarkup(html: string, isInQuirks = false): Markup {
  const errors: Spot[] = [];
  const tags: Tag[] = [];
  let repeated = 0;
  const parser = ChromiumParser.getFragmentParser<Adapter>(
    defaultTreeAdapter.createElement("template", names.NS.HTML, []),
    {
      sourceCodeLocationInfo: true,
      scriptingEnabled: false, // the content of a template has none, and <noscript> holds elements there
      onParseError({ code, startOffset, endOffset }: ParserError) {
        errors.push({ name: code, from: startOffset, to: Math.max(endOffset, startOffset + 1) });
        // The parser compares each with all others of its tag.
        if (code === "duplicate-attribute" && ++repeated > limits.maxRepeatedAttributes) {
          throw new RangeError("Cannot go on: a fragment has too many attributes that its tags have already");
        }
      },
    },
  );
  if (isInQuirks) defaultTreeAdapter.setDocumentMode(parser.document, names.DOCUMENT_MODE.QUIRKS);
  const { onStartTag, onEndTag, onItemPush } = parser;
  const recordTag = (end: boolean, { tagName, selfClosing, location }: Parameters<typeof onStartTag>[0]) => {
    const { startOffset: from, endOffset: to } = location!;
    tags.push({ name: tagName, from, to, end, selfClosing });
  };
  parser.onStartTag = (tag) => (recordTag(false, tag), onStartTag.call(parser, tag));
  parser.onEndTag = (tag) => (recordTag(true, tag), onEndTag.call(parser, tag));
  let count = 0;
  parser.onItemPush = (...pushed) => {
    if (parser.openElements.stackTop > limits.maxDepth || ++count > limits.maxElements) {
      throw new RangeError(`Cannot go on: a fragment has too many elements, or too many inside each other`);
    }
    onItemPush.apply(parser, pushed);
  };
  parser.tokenizer.write(html, true);
  const top = parser.getFragment();

  const nodes = walkNodes(top);
  const all = nodes.flatMap(({ node }) => "tagName" in node ? [node] : []);
  return {
    html,
    roots: top.childNodes.filter((node) => "tagName" in node),
    elements: nodes.flatMap(({ node, seen }) => seen && "tagName" in node ? [node] : []),
    all,
    texts: spotsOf(top, "#text").filter(({ name }) => name.trim() !== ""),
    comments: spotsOf(top, "#comment"),
    errors,
    ...differences(html, tags, all),
    moved: movedIn(top),
  };
}

function spotsOf({ childNodes }: ParentNode, kind: "#text" | "#comment"): Spot[] {
  return childNodes.filter(({ nodeName }) => nodeName === kind).map((node) => {
    const { startOffset: from = 0, endOffset: to = from } = node.sourceCodeLocation ?? {};
    return { name: "value" in node ? node.value : kind, from, to };
  });
}

function childrenOf(node: Node | ParentNode): Node[] {
  if (node.nodeName === "template") return (node as DefaultTreeAdapterTypes.Template).content.childNodes;
  return "childNodes" in node ? node.childNodes : [];
}

/** All nodes in document order, and whether the client sees them. Without recursion: the tree may be deep. */
function walkNodes(top: ParentNode): { node: Node; seen: boolean }[] {
  const found: { node: Node; seen: boolean }[] = [];
  const open = top.childNodes.map((node) => ({ node, seen: true })).reverse();
  while (open.length > 0) {
    const { node, seen: given } = open.pop()!;
    const seen = given && !("tagName" in node && node.tagName === "math"); // [APP-12]
    found.push({ node, seen });
    for (const child of childrenOf(node).toReversed()) open.push({ node: child, seen: seen && !("content" in node) });
  }
  return found;
}

/** Elements that HTML lets end without an end tag. */
const omissible = setOf("caption colgroup dd dt li optgroup option p rp rt tbody td tfoot th thead tr");

/** Elements that HTML lets begin without a start tag. */
const implied = setOf("tbody colgroup");

/** The tags that are in the text and not in the tree, and the other way round. */
function differences(
  html: string,
  tags: Tag[],
  elements: Element[],
): Pick<Markup, "dropped" | "unclosed" | "stray" | "invented"> {
  const begun = new Map<number, Element>();
  const closed = new Set<number>();
  for (const element of elements) {
    const { sourceCodeLocation: at } = element;
    if (at) begun.set(at.startOffset, element);
    if (at?.endTag) closed.add(at.endTag.startOffset);
  }
  const starts = tags.filter(({ end }) => !end);
  const dropped = starts.filter(({ from }) => !begun.has(from));
  const open = starts.filter(({ name, from, selfClosing }) => {
    const element = begun.get(from);
    if (!element || element.sourceCodeLocation?.endTag) return false;
    return isHtml(element) ? !voidElements.has(element.tagName) && !omissible.has(name) : !selfClosing;
  });
  // The end tag of a dropped start tag is dropped with it.
  const owed = new Map<string, number>();
  const stray = tags.filter(({ name, end, from }) => {
    const count = owed.get(name) ?? 0;
    if (!end) {
      if (!begun.has(from)) owed.set(name, count + 1);
      return false;
    }
    if (closed.has(from)) return false;
    if (count > 0) owed.set(name, count - 1);
    return count === 0;
  });
  const strayNames = new Set(stray.map(({ name }) => name));
  const unclosed = open.filter(({ name }) => !strayNames.has(name));
  const known = new Set([...unclosed, ...stray].map(({ name }) => name));
  const invented = elements.filter(({ tagName, sourceCodeLocation: at }) =>
    !at && !implied.has(tagName) && !known.has(tagName)
  ).map((element) => ({ name: element.tagName, ...contentOf(element, html) }));
  return { dropped, unclosed, stray, invented };
}

/** The place of the first thing inside an element that is in the text. */
function contentOf(element: Element, html: string): { from: number; to: number } {
  for (let node: Node | undefined = element; node; node = childrenOf(node)[0]) {
    const { sourceCodeLocation: at } = node;
    if (at) return { from: at.startOffset, to: at.endOffset };
  }
  return { from: 0, to: html.length };
}

/** Nodes that the text does not have after the one before and inside the one around them. */
function movedIn(top: ParentNode): Spot[] {
  const moved: Spot[] = [];
  for (const parent of [top, ...walkNodes(top).map(({ node }) => node)]) {
    let before: Node | undefined;
    for (const node of childrenOf(parent)) {
      const at = node.sourceCodeLocation;
      if (!at) continue;
      const previous = before?.sourceCodeLocation ?? { startOffset: 0, endOffset: 0 };
      // A text may go on after a tag that was dropped: only its beginning counts.
      const end = before?.nodeName === "#text" ? previous.startOffset : previous.endOffset;
      if (at.startOffset < end) {
        const wrong = before && previous.startOffset > at.startOffset ? before : node;
        const { startOffset: from, endOffset: to } = wrong.sourceCodeLocation!;
        moved.push({ name: wrong.nodeName === "#text" ? "text" : `<${wrong.nodeName}>`, from, to });
      }
      before = node;
    }
  }
  return moved;
}

function setOf(words: string): Set<string> {
  return new Set(words.split(" "));
}
