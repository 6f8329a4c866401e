/**
 * happy-dom pages for the harness to work on.
 *
 * @module
 */

import { Window } from "happy-dom";
import type { Surroundings } from "../../vectors/compare.ts";
import { parseHtml, writePage } from "../../harness/mod.ts";

/** A document with this body: nothing in it runs, and nothing is fetched. */
export function createDocument(body: string): Document {
  const window = new Window({
    settings: { enableJavaScriptEvaluation: false, disableJavaScriptFileLoading: true, disableCSSFileLoading: true },
  });
  const document = window.document as unknown as Document;
  document.body.append(parseHtml(body, document.body));
  return document;
}

/** What vectors are compared in here. */
export const surroundings: Surroundings = {
  parseBody: (html) => createDocument(html).body,
  origin: "http://localhost",
};

/** A document from the text of a whole page. */
export function parseDocument(text: string): Document {
  const document = createDocument("");
  writePage(document, text);
  return document;
}
