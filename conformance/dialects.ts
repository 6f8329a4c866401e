/** The dialects that the checker knows. */

import { classic } from "./classic/mod.ts";
import type { Dialect } from "./dialect.ts";

/** The dialects, by name. */
export const dialects: { readonly classic: Dialect; readonly [id: string]: Dialect } = { classic };

/** The dialect of a run that names none. */
export const defaultDialect: Dialect = classic;
