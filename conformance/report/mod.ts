/** The reporters: each writes a run as text. */

import type { Outcome } from "./groups.ts";
import { writeHtml } from "./html.ts";
import { writeJson } from "./json.ts";
import { writeJunit } from "./junit.ts";
import { writeMarkdown } from "./markdown.ts";
import { type TextOptions, writeText } from "./text.ts";

/** The reporters, by name. */
export const reporters: Record<ReporterName, (outcome: Outcome, options?: TextOptions) => string> = {
  text: writeText,
  json: writeJson,
  junit: writeJunit,
  markdown: writeMarkdown,
  html: writeHtml,
};

/** The name of a reporter. */
export type ReporterName = "text" | "json" | "junit" | "markdown" | "html";

export { type Outcome, reasonsOf, verdictOf } from "./groups.ts";
export { type NamedReport, parseReport, writeMatrix } from "./matrix.ts";
export type { TextOptions } from "./text.ts";
