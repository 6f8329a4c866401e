/** The marks by which pages and streams of the classic dialect are recognised. */

import { dialect } from "../../harness/mod.ts";
import type { Marks } from "../dialect.ts";

export const marks: Marks = {
  isEvent: (name) => dialect.events.some((known) => known === name),
  isKey: (key) => ["fragment", "merge", "vt", "settle", "store"].includes(key),
  isAttribute: (name, value) =>
    /^data-(?:store|model|model-.+|intersects|teleport|fetch-indicator|header-.+)$/.test(name) ||
    name.startsWith("data-") && /\$\$(?:get|post|put|patch|delete)\(/.test(value),
};
