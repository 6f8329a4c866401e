/**
 * Documents in which nothing runs and for which nothing is fetched.
 *
 * @module
 */

import { Window } from "happy-dom"; // a DOM outside of a browser
import { parseHtml, writePage } from "./html.ts";

/**
 * Creates a document.
 *
 * @param html A whole page that begins with a doctype or `<html>`, or else the content of the body.
 */
export function createDocument(html: string): Document {
  const window = new Window({
    settings: { enableJavaScriptEvaluation: false, disableJavaScriptFileLoading: true, disableCSSFileLoading: true },
  });
  const document = window.document as unknown as Document;
  if (/^\s*<(?:!doctype|html)[\s>]/i.test(html)) writePage(document, html);
  else document.body.append(parseHtml(html, document.body));
  return document;
}
