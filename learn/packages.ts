/**
 * What the page needs from npm: learn/packages.js is this file with all that it takes in. See learn/bundle.ts.
 *
 * @module
 */

export { parse } from "acorn";
export { createParser } from "eventsource-parser";
