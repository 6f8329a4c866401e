/**
 * Documents in which nothing runs and for which nothing is fetched.
 *
 * @module
 */

import { Window } from "happy-dom"; // a DOM outside of a browser
import { useLiveControls } from "./controls.ts";
import { writePage } from "./html.ts";

/**
 * Creates a document.
 *
 * @param html The HTML of a page, which is parsed as a browser does: tags such as `<body>` may be left out.
 */
export function createDocument(html: string): Document {
  const window = new Window({
    settings: { enableJavaScriptEvaluation: false, disableJavaScriptFileLoading: true, disableCSSFileLoading: true },
  });
  useLiveControls(window);
  const document = window.document as unknown as Document;
  writePage(document, html);
  return document;
}

/** Frees the memory of a document of {@linkcode createDocument}: happy-dom keeps each one until it is closed. */
export function closeDocument({ defaultView }: Document): void {
  (defaultView as unknown as Window | null)?.happyDOM.close().catch(() => {}); // it may be closed already
}
