/**
 * Makes documents with happy-dom for the harness to work on.
 *
 * @module
 */

import { Window } from "happy-dom";
import type { Surroundings } from "../../vectors/compare.ts";
import { parseHtml, writePage } from "../../harness/mod.ts";

/** Makes a document with this body. Nothing in it runs, and nothing is fetched. */
export function createDocument(body: string): Document {
  const window = new Window({
    settings: { enableJavaScriptEvaluation: false, disableJavaScriptFileLoading: true, disableCSSFileLoading: true },
  });
  const document = window.document as unknown as Document;
  document.body.append(parseHtml(body, document.body));
  return document;
}

/** The surroundings in which tests compare vectors. */
export const surroundings: Surroundings = {
  parseBody: (html) => createDocument(html).body,
  origin: "http://localhost",
};

/** Makes a document from the text of a whole page. */
export function parseDocument(text: string): Document {
  const document = createDocument("");
  writePage(document, text);
  return document;
}
