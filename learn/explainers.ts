/**
 * The dialects whose streams can be explained, without the texts of their courses.
 *
 * @module
 */

import { classic } from "./classic/mod.ts";
import type { Dialect } from "./dialect.ts";

/** The dialects by name. */
export const explainers: { readonly classic: Dialect; readonly [id: string]: Dialect } = { classic };
