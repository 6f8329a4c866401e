/**
 * The dialects that can be learned. A dialect's seat is a folder such as classic/, with the interfaces of dialect.ts: its
 * course.ts is listed here.
 *
 * @module
 */

import { classic } from "./classic/course.ts";
import type { Course } from "./dialect.ts";

/** One course for each dialect. The first is at `/learn`. */
export const courses: readonly [Course, ...Course[]] = [classic];
