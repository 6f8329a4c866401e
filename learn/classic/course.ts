/**
 * The course in the classic dialect.
 *
 * @module
 */

import protocol from "../../docs/PROTOCOL.md" with { type: "text" };
import { classic as vectors } from "../../vectors/classic/mod.ts";
import type { Course } from "../dialect.ts";
import { lessons } from "./lessons.ts";
import { classic as dialect } from "./mod.ts";

/** The classic dialect, as the server needs it. */
export const classic: Course = {
  ...dialect,
  id: vectors.id,
  clientPath: vectors.client.script,
  families: vectors.families,
  lessons,
  protocol,
};
