/**
 * The list of dialects, each with its vectors and its reference client. A dialect's seat is a folder
 * such as classic/, whose mod.ts has the interface of dialect.ts. A new dialect gets one line here.
 *
 * @module
 */

import { classic } from "./classic/mod.ts";
import type { VectorDialect } from "./dialect.ts";
import { v1 } from "./v1/mod.ts";

/** All dialects. The first is that of the example server. */
export const dialects: VectorDialect[] = [classic, v1];
