/** The marks by which pages and streams of v1 are recognised. Those of the generations between count as v1's. */

import { v1 } from "../../harness/mod.ts";
import type { Marks } from "../dialect.ts";

export const marks: Marks = {
  isEvent: (name) => /^datastar-(?:patch|merge|remove|execute)-/i.test(name),
  isKey: (key) => v1.dialect.elementKeys.some((known) => known === key) && key !== "selector" || key === "signals",
  isAttribute: (name, value) =>
    /^data-(?:signals|bind|on|class|attr|computed|indicator|ref|style)(?::|__)/.test(name) ||
    /^data-(?:signals|init|json-signals|on-signal-patch|on-intersect|ignore-morph)\b|^data-bind$/.test(name) ||
    name.startsWith("data-") && /(?:^|[^\w@$])@(?:get|post|put|patch|delete|query)\(/.test(value),
};
