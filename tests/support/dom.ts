/**
 * happy-dom pages for the harness to work on.
 *
 * @module
 */

import { Window } from "happy-dom";
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

/** A body with this HTML in it. */
export const parseBody = (html: string): Element => createDocument(html).body;

/** A document from the text of a whole page. */
export function parseDocument(text: string): Document {
  const document = createDocument("");
  writePage(document, text);
  return document;
}
