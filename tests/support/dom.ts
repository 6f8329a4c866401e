/**
 * happy-dom pages for the harness to work on.
 *
 * @module
 */

import { Window } from "happy-dom";

/** A document with this body: nothing in it runs, and nothing is fetched. */
export function createDocument(body: string): Document {
  const window = new Window({
    settings: { enableJavaScriptEvaluation: false, disableJavaScriptFileLoading: true, disableCSSFileLoading: true },
  });
  window.document.body.innerHTML = body;
  return window.document as unknown as Document;
}

/** A document from the text of a whole page. */
export function parseDocument(text: string): Document {
  const document = createDocument("");
  document.write(text);
  return document;
}
