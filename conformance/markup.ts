/**
 * What the HTML parser makes of a fragment: its roots and elements, and what of the text it did not take as written.
 *
 * @module
 */

import { defaultTreeAdapter, type DefaultTreeAdapterTypes, html as names, Parser, type ParserError } from "parse5"; // the standard's own algorithm, with the place of each tag
import type { StreamEvent } from "../../harness/mod.ts";

/** An element, as the parser has it. */
export type Element = DefaultTreeAdapterTypes.Element;
type Node = DefaultTreeAdapterTypes.ChildNode;
type ParentNode = DefaultTreeAdapterTypes.ParentNode;
type Adapter = DefaultTreeAdapterTypes.DefaultTreeAdapterMap;

/** Something in the text of a fragment, and where it stands there. */
export interface Spot {
  /** What it is: the name of a tag, a text, or the code of an error. */
  name: string;
  from: number;
  to: number;
}

/** A fragment's HTML, parsed. */
export interface Markup {
  html: string;
  /** Elements at the top. */
  roots: Element[];
  /** Elements that the client looks at, in document order: not those in a `<template>` or in MathML. */
  elements: Element[];
  /** Texts at the top that are not white space. */
  texts: Spot[];
  /** Comments at the top. */
  comments: Spot[];
  /** What the parser calls an error. */
  errors: Spot[];
  /** Start tags that it drops. */
  dropped: Spot[];
  /** Elements that are closed for want of an end tag that HTML asks for. */
  unclosed: Spot[];
  /** End tags that close nothing. */
  stray: Spot[];
  /** Elements that it adds or repeats: where their content begins. */
  invented: Spot[];
  /** What it moves to another place. */
  moved: Spot[];
}

/** When to give up: this deep a browser's parser goes too, and so many elements no fragment has. */
const limits = { maxDepth: 512, maxElements: 200_000 };

const parsed = new WeakMap<StreamEvent, Markup>();

/**
 * The HTML of an event with a fragment. It is parsed once.
 *
 * @throws {RangeError} If there is too much of it.
 */
export function markupOf(event: StreamEvent): Markup {
  const { instruction } = event;
  let markup = parsed.get(event);
  if (!markup) {
    markup = parseMarkup(instruction?.type === "fragment" ? instruction.html : "");
    parsed.set(event, markup);
  }
  return markup;
}

/** The value of an attribute. */
export function attributeOf({ attrs }: Element, name: string): string | undefined {
  return attrs.find((attribute) => attribute.name === name && !attribute.prefix)?.value;
}

/** Where an element's start tag stands. */
export function startTagOf({ nodeName, sourceCodeLocation: at }: Element): Spot {
  const { startOffset: from = 0, endOffset: to = from } = at?.startTag ?? at ?? {};
  return { name: nodeName, from, to };
}

/** Where one of an element's attributes stands: the name with its value. */
export function attributeSpot(element: Element, name: string): Spot {
  const at = element.sourceCodeLocation?.attrs?.[name];
  return at ? { name, from: at.startOffset, to: at.endOffset } : { ...startTagOf(element), name };
}

/** Whether an element is one of HTML's own, and not in an image or a formula. */
export const isHtml = ({ namespaceURI }: Element) => namespaceURI === names.NS.HTML;

interface Tag extends Spot {
  end: boolean;
  selfClosing: boolean;
}

/**
 * Parses HTML as the client does: as the content of a `<template>` [FRG-27].
 *
 * @throws {RangeError} If there is too much of it.
 */
export function parseMarkup(html: string): Markup {
  const errors: Spot[] = [];
  const tags: Tag[] = [];
  const parser = Parser.getFragmentParser<Adapter>(
    defaultTreeAdapter.createElement("template", names.NS.HTML, []),
    {
      sourceCodeLocationInfo: true,
      onParseError: ({ code, startOffset, endOffset }: ParserError) =>
        errors.push({ name: code, from: startOffset, to: Math.max(endOffset, startOffset + 1) }),
    },
  );
  const { onStartTag, onEndTag, onItemPush } = parser;
  const note = (end: boolean, { tagName, selfClosing, location }: Parameters<typeof onStartTag>[0]) => {
    const { startOffset: from, endOffset: to } = location!;
    tags.push({ name: tagName, from, to, end, selfClosing });
  };
  parser.onStartTag = (tag) => (note(false, tag), onStartTag.call(parser, tag));
  parser.onEndTag = (tag) => (note(true, tag), onEndTag.call(parser, tag));
  let count = 0;
  parser.onItemPush = (...pushed) => {
    if (parser.openElements.stackTop > limits.maxDepth || ++count > limits.maxElements) {
      throw new RangeError(`Cannot go on: a fragment has too many elements, or too many inside each other`);
    }
    onItemPush.apply(parser, pushed);
  };
  parser.tokenizer.write(html, true);
  const top = parser.getFragment();

  const nodes = walk(top);
  const elements = nodes.flatMap(({ node }) => "tagName" in node ? [node] : []);
  return {
    html,
    roots: top.childNodes.filter((node) => "tagName" in node),
    elements: nodes.flatMap(({ node, seen }) => seen && "tagName" in node ? [node] : []),
    texts: spotsOf(top, "#text").filter(({ name }) => name.trim() !== ""),
    comments: spotsOf(top, "#comment"),
    errors,
    ...differences(html, tags, elements),
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

/** All nodes in document order, and whether the client sees them. Without recursion: it may go deep. */
function walk(top: ParentNode): { node: Node; seen: boolean }[] {
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

const words = (text: string) => new Set(text.split(" "));

const voids = words(
  "area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr",
);

/** Elements that HTML lets end without an end tag. */
const omissible = words("caption colgroup dd dt li optgroup option p rp rt tbody td tfoot th thead tr");

/** Elements that HTML lets begin without a start tag. */
const implied = words("tbody colgroup");

/** What is in the text and not in the tree, and the other way round. */
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
    return isHtml(element) ? !voids.has(element.tagName) && !omissible.has(name) : !selfClosing;
  });
  // The end tag of a start tag that was dropped says nothing new.
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

/** Where the first thing inside an element stands that is in the text. */
function contentOf(element: Element, html: string): { from: number; to: number } {
  for (let node: Node | undefined = element; node; node = childrenOf(node)[0]) {
    const { sourceCodeLocation: at } = node;
    if (at) return { from: at.startOffset, to: at.endOffset };
  }
  return { from: 0, to: html.length };
}

/** Nodes that do not stand where the text has them: behind the one before, and inside the one around. */
function movedIn(top: ParentNode): Spot[] {
  const moved: Spot[] = [];
  for (const parent of [top, ...walk(top).map(({ node }) => node)]) {
    let before: Node | undefined;
    for (const node of childrenOf(parent)) {
      const at = node.sourceCodeLocation;
      if (!at) continue;
      const previous = before?.sourceCodeLocation ?? { startOffset: 0, endOffset: 0 };
      // A text may go on behind a tag that was dropped: only where it begins counts.
      const end = before?.nodeName === "#text" ? previous.startOffset : previous.endOffset;
      if (at.startOffset < end) {
        const one = before && previous.startOffset > at.startOffset ? before : node;
        const { startOffset: from, endOffset: to } = one.sourceCodeLocation!;
        moved.push({ name: one.nodeName === "#text" ? "text" : `<${one.nodeName}>`, from, to });
      }
      before = node;
    }
  }
  return moved;
}
