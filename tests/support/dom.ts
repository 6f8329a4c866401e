/**
 * Documents of happy-dom for the harness to work on.
 *
 * @module
 */

import type { Surroundings } from "../../vectors/compare.ts";
import { createDocument, parseHtml } from "../../harness/mod.ts";

/** Creates a document whose body has this content. Nothing in it runs, and nothing is fetched. */
export function createBody(content: string): Document {
  const document = createDocument("");
  document.body.append(parseHtml(content, document.body));
  return document;
}

/** The surroundings in which tests compare vectors. */
export const surroundings: Surroundings = {
  parseBody: (html) => createBody(html).body,
  origin: "http://localhost",
};
