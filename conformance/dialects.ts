/** The dialects that the checker knows. */

import { classic } from "./classic/mod.ts";
import type { Dialect } from "./dialect.ts";
import { v1 } from "./v1/mod.ts";

/** The dialects, by name. */
export const dialects: { readonly classic: Dialect; readonly v1: Dialect; readonly [id: string]: Dialect } = {
  classic,
  v1,
};

/** The dialect of a run that names none, and where neither the page nor a stream tells. */
export const defaultDialect: Dialect = v1;

/** The dialect of a run against an SDK. */
export const sdkDialect: Dialect = v1;
