/** Repairs that can be pasted, where one line of code is enough. */

import { setHeader, type Snippet, splitHtml } from "../snippet.ts";

const eventStream = setHeader("content-type", "text/event-stream");

/** HTML on lines of an event: the key is on each one [V1-SSE-19]. */
const elements = splitHtml("data: elements ", "data: elements ");

/** The lines of code that repair what a check finds, by its id. */
export const snippets: Readonly<Record<string, Snippet>> = {
  "v1-http-type": eventStream,
  "v1-http-type-events": eventStream,
  "v1-http-cache": setHeader("cache-control", "no-store"),
  "v1-http-buffering": setHeader("x-accel-buffering", "no"),
  "v1-sse-junk": elements,
  "v1-content-split": elements,
  "v1-key-each-line": elements,
  "v1-blank-pre": elements,
};
