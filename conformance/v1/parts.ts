/** Patches of parts of an image or a formula: the client takes each second node of the text only [PEL-8]. */

import type { DefaultTreeAdapterTypes } from "parse5";
import type { v1 } from "../../harness/mod.ts";
import { type Element, parseMarkup, type Spot } from "../markup.ts";

export type Node = DefaultTreeAdapterTypes.ChildNode;

/** The parts of a text. */
export interface Parts {
  /** The elements that the client takes. */
  kept: Element[];
  /** Elements and texts that it loses. */
  lost: Node[];
  /** The places of what the parser puts outside of the image or the formula. */
  outside: Spot[];
  spotOf: (node: Node) => Spot;
}

/** The element that the client puts around the parts. */
const wrappers = { svg: "svg", mathml: "math" };

/** Parses a text as the client parses one with this namespace. */
export function parseParts(html: string, namespace: Exclude<v1.Namespace, "html">): Parts {
  const [start, end] = [`<${wrappers[namespace]}>`, `</${wrappers[namespace]}>`];
  const { roots: [wrapper, ...others], texts } = parseMarkup(start + html + end);
  const toSpot = (name: string, from: number, to: number): Spot => {
    const [first, last] = [from, to].map((offset) => Math.min(Math.max(offset - start.length, 0), html.length));
    return { name, from: first, to: Math.max(last, first + 1) };
  };
  const spotOf = ({ nodeName, sourceCodeLocation: at }: Node) =>
    toSpot(nodeName, at?.startOffset ?? 0, at?.endOffset ?? 0);
  const nodes = wrapper.childNodes;
  return {
    kept: nodes.filter((node, i): node is Element => i % 2 === 0 && "tagName" in node),
    lost: nodes.filter((node, i) => i % 2 === 1 && isContent(node)),
    outside: [...others.map(spotOf), ...texts.map(({ name, from, to }) => toSpot(name, from, to))],
    spotOf,
  };
}

const isContent = (node: Node) =>
  "tagName" in node || node.nodeName === "#text" && "value" in node && node.value.trim() !== "";
