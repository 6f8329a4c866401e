/**
 * Finds elements by selector, and refuses selectors that would take too long.
 *
 * @module
 */

import { type Budget, exceed, isStackOverflow, quoteText } from "../limits.ts";

/** The elements that a selector matches, or undefined if it is not a selector. */
export function findInDocument(document: Document, selector: string, budget: Budget): Element[] | undefined {
  checkCost(document, selector, budget);
  try {
    return [...document.querySelectorAll(selector)];
  } catch (error) {
    if (isStackOverflow(error as Error)) throw error;
  }
}

/** Steps that happy-dom takes in a millisecond, by a careful estimate. */
const stepsPerMillisecond = 1_000;

/**
 * Throws a `RangeError` for a selector that takes too long. happy-dom tries every way to assign the parts of a selector
 * to nested elements, and nothing can interrupt it: `* * * *` on 300 nested elements takes minutes.
 */
function checkCost(document: Document, selector: string, budget: Budget): void {
  const most = Math.max(budget.maxTime, 1) * stepsPerMillisecond;
  let steps = selector.length ** 2; // to parse it
  if (steps <= most && /[\s,>+~(]/.test(selector)) {
    const { elements, depth, breadth } = measureDocument(document, budget);
    const waysOf = (list: string) =>
      list.split(",").reduce((sum, part) => {
        const spaces = part.split(/\s/).length - 1;
        return sum + countChoices(depth, spaces) * countChoices(breadth, part.split("~").length - 1);
      }, 0);
    let outer = selector.replace(/\\.|"[^"]*"|'[^']*'/gs, "x").trim().replace(/\s*([\s,>+~()])\s*/g, "$1");
    let ways = 1;
    for (let found; (found = /([\w-]*)\(([^()]*)\)/.exec(outer));) {
      const [all, name, inner] = found;
      // For each element `:has()` looks at those inside it, `:nth-` at those beside it.
      ways *= waysOf(inner) * (name === "has" ? depth : name.startsWith("nth") ? breadth : 1);
      outer = outer.replace(all, "");
    }
    steps += elements * ways * waysOf(outer);
  }
  if (steps > most) exceed(`the time for the selector ${quoteText(selector)}`, `${budget.maxTime} ms`, "maxTime");
}

/** Number of ways to choose `count` of some elements. */
function countChoices(elements: number, count: number): number {
  let ways = 1;
  for (let i = 0; i < count && i < elements; i++) ways *= (elements - i) / (i + 1);
  return Math.max(ways, 1);
}

/** The number of a document's elements, their depth, and how many are beside each other at most. */
function measureDocument(document: Document, budget: Budget): { elements: number; depth: number; breadth: number } {
  const size = { elements: 0, depth: 0, breadth: 0 };
  const open: [ParentNode, number][] = [[document, 0]];
  while (open.length > 0) {
    const [{ children }, depth] = open.pop()!;
    budget.checkTime();
    size.elements++;
    size.depth = Math.max(size.depth, depth);
    size.breadth = Math.max(size.breadth, children.length);
    for (const child of children) open.push([child, depth + 1]);
  }
  return size;
}
