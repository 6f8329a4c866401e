/**
 * The list of dialects, each with its vectors and its reference client. A new dialect gets one line here.
 *
 * @module
 */

import { classic } from "./classic/mod.ts";
import type { VectorDialect } from "./dialect.ts";

/** All dialects. The first is that of the example server. */
export const dialects: VectorDialect[] = [classic];
