/**
 * Replaces parse5 in a browser, which has a parser of its own: see harness/dom/html.ts.
 *
 * @module
 */

function refuse() {
  throw new Error("Cannot parse HTML with parse5 here: in a browser its own parser is used");
}

export class Parser {
  static getFragmentParser = refuse;
  static parse = refuse;
}
export const defaultTreeAdapter = { createElement: refuse };
export const html = { TAG_ID: {} };
export const InsertionMode = {};
