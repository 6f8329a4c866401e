/**
 * The example contract: the page, the round trip, the target and the feed.
 *
 * @module
 */

import type { Check } from "../check.ts";
import { get } from "./get.ts";
import { page } from "./page.ts";
import { target } from "./target.ts";

/** The checks. */
export const example: Check[] = [...page, ...get, ...target];
