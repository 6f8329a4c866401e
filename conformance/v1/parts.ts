/** Patches of parts of an image or a formula: the client takes each second node of the text only [PEL-8]. */

import type { DefaultTreeAdapterTypes, Token } from "parse5";
import type { v1 } from "../../harness/mod.ts";
import { type Element, elementsIn, type Markup, parseMarkup, type Spot } from "../markup.ts";

type Node = DefaultTreeAdapterTypes.ChildNode;

/** The parts of a text. */
export interface Parts {
  /** The elements that the client takes. */
  kept: Element[];
  /** Elements and texts that it loses. */
  lost: Node[];
  /** Nodes that the parser puts outside of the image or the formula. */
  outside: Node[];
  /** The elements that come into the page, and their markup. */
  elements: Element[];
  markup: Markup;
}

/** The element that the client puts around the parts. */
const wrappers = { svg: "svg", mathml: "math" };

/** Parses a text as the client parses one with this namespace. */
export function parseParts(html: string, namespace: Exclude<v1.Namespace, "html">): Parts {
  const [start, end] = [`<${wrappers[namespace]}>`, `</${wrappers[namespace]}>`];
  const markup = parseMarkup(start + html + end);
  const [wrapper] = markup.roots;
  const top = wrapper.parentNode!.childNodes;
  const shift = createShift(start.length, html.length);
  for (const node of top) shift(node);
  const nodes = wrapper.childNodes;
  const kept = nodes.filter((node, i): node is Element => i % 2 === 0 && "tagName" in node);
  return {
    kept,
    lost: nodes.filter((node, i) => i % 2 === 1 && isContent(node)),
    outside: top.filter((node) => node !== wrapper && isContent(node)),
    elements: kept.flatMap(elementsIn),
    markup: { ...markup, html },
  };
}

/** The place of a node in the text. */
export function spotOfNode({ nodeName, sourceCodeLocation: at }: Node): Spot {
  const from = at?.startOffset ?? 0;
  return { name: nodeName, from, to: Math.max(at?.endOffset ?? 0, from + 1) };
}

/** Makes a function that moves the places of a node and of all in it to those in the text without the wrapper. */
function createShift(by: number, length: number): (top: Node) => void {
  const moved = new Set<Token.Location>(); // a start tag can share its place with its element
  const move = (place: Token.Location) => {
    if (moved.has(place)) return;
    moved.add(place);
    place.startOffset = Math.min(Math.max(place.startOffset - by, 0), length);
    place.endOffset = Math.min(Math.max(place.endOffset - by, 0), length);
  };
  return function shift(top) {
    const open = [top];
    for (let node = open.pop(); node; node = open.pop()) {
      if ("childNodes" in node) { for (const child of node.childNodes) open.push(child); }
      const at: Token.ElementLocation | null | undefined = node.sourceCodeLocation;
      for (const place of [at, at?.startTag, at?.endTag, ...Object.values(at?.attrs ?? {})]) if (place) move(place);
    }
  };
}

const isContent = (node: Node) =>
  "tagName" in node || node.nodeName === "#text" && "value" in node && node.value.trim() !== "";
