/**
 * The calls in code.
 *
 * @module
 */

import type { AnyNode, CallExpression } from "acorn"; // the types of its nodes

/** Finds all calls in some code, in the order of the text. */
export function findCalls(top: AnyNode): CallExpression[] {
  const found: CallExpression[] = [];
  const open: AnyNode[] = [top];
  for (let node = open.pop(); node; node = open.pop()) {
    if (node.type === "CallExpression") found.push(node);
    open.push(...Object.values(node).flat().filter(isNode).reverse());
  }
  return found;
}

const isNode = (value: unknown): value is AnyNode => typeof value === "object" && value !== null && "type" in value;
