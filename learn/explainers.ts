/**
 * The dialects whose streams can be explained, without the texts of their courses.
 *
 * @module
 */

import { classic } from "./classic/terminal.ts";
import type { ExplainedDialect } from "./dialect.ts";
import { v1 } from "./v1/mod.ts";

/** The dialects by name. */
export const explainers: { readonly [id: string]: ExplainedDialect } = { classic, v1 };
