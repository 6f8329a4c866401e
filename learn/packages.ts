/**
 * The packages that the page's script imports: learn/packages.js is this file with all that it imports. See
 * learn/bundle.ts.
 *
 * @module
 */

export { parse } from "acorn";
export { createParser } from "eventsource-parser";
export { Lexer } from "marked";
