/**
 * The dialects that can be learned.
 *
 * @module
 */

import { classic } from "./classic/course.ts";
import type { Course } from "./dialect.ts";

/** One course for each dialect. The first is at `/learn`. */
export const courses: readonly [Course, ...Course[]] = [classic];
