/** Repairs that can be pasted, where one line of code is enough. */

import { setHeader, type Snippet, splitHtml } from "../snippet.ts";

/** HTML on lines of a fragment: the keyword stands on the first one [FRG-4]. */
const fragment = splitHtml("data: fragment ", "data: ");

/** A text in HTML, in an attribute too. As references, line ends begin no line of the stream. */
const escapedText: Snippet = {
  "JavaScript": String.raw`text.replace(/[&<>"'\r\n]/g, (sign) => "&#" + sign.charCodeAt(0) + ";")`,
  "Python": String.raw`html.escape(text).replace("\r", "&#13;").replace("\n", "&#10;")`,
  "Go": String.raw`strings.NewReplacer("\r", "&#13;", "\n", "&#10;").Replace(html.EscapeString(text))`,
  "C#": String.raw`WebUtility.HtmlEncode(text).Replace("\r", "&#13;").Replace("\n", "&#10;")`,
  "PHP": String.raw`str_replace(["\r", "\n"], ["&#13;", "&#10;"], htmlspecialchars($text, ENT_QUOTES))`,
};

/** The lines of code that repair what a check finds, by its id. */
export const snippets: Readonly<Record<string, Snippet>> = {
  "http-type": setHeader("content-type", "text/event-stream"),
  "http-cache": setHeader("cache-control", "no-cache"),
  "http-buffering": setHeader("x-accel-buffering", "no"),
  "sse-junk": fragment,
  "frg-keyword-once": fragment,
  "app-injection": escapedText,
};
