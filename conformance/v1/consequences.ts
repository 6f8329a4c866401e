/** The consequences of the checks of v1: the results that follow from others at the same endpoint. */

import { consequences as sharedConsequences } from "../checks/consequences.ts";
import type { Consequences } from "../consequences.ts";

/** Those of the shared checks, with the ids of v1. */
const shared: Consequences = Object.fromEntries(
  Object.entries(sharedConsequences).map(([id, others]) => [`v1-${id}`, others.map((other) => `v1-${other}`)]),
);

/** The results that a user sees. */
const results = [
  "v1-get-[^n]*", // not v1-get-no-injection, which is a cause of its own
  "v1-target-*",
  "v1-feed-*",
  "v1-app-effect",
];

/** The client reads nothing of the answer, or nothing of an event. */
const unread = ["v1-el-*", "v1-sig-*", "v1-dom-*", ...results, "v1-app-pace", "v1-app-text"];

/** The client reads the event, but cannot apply it. */
const refused = ["v1-dom-*", ...results];

/** The consequences of the checks of answers and of their lines. */
const linesConsequences: Consequences = {
  ...shared,
  "v1-http-status": ["v1-bad-*", "v1-app-bad-*", ...unread],
  "v1-http-body": [...shared["v1-http-body"], ...unread],
  "v1-http-type-events": ["v1-http-type-once", "v1-http-script", ...unread],
  "v1-http-type-case": unread,
  "v1-http-type": [], // the client reads an event stream whatever its type is
  "v1-http-script": unread,
  "v1-http-encoding": [...shared["v1-http-encoding"], ...unread],
  "v1-http-end": [...shared["v1-http-end"], ...results, "v1-bad-*"],
  "v1-header-*": refused,
  "v1-sse-bom": ["v1-sse-name", ...unread],
  "v1-content-split": ["v1-sse-junk", "v1-sse-field", "v1-sse-line-ends", ...unread],
  "v1-sse-junk": [...shared["v1-sse-junk"], "v1-sse-data", "v1-sse-blank-between", ...unread],
  "v1-sse-field": ["v1-sse-data", ...unread],
  "v1-sse-event-colon": [...shared["v1-sse-event-colon"], ...unread],
  "v1-sse-events": [...shared["v1-sse-events"], "v1-sse-junk", "v1-sse-field", "v1-sse-final-blank", "v1-http-type"],
  "v1-sse-final-blank": [...shared["v1-sse-final-blank"].filter((id) => id !== "v1-sse-events"), ...unread],
  "v1-sse-blank-between": [...shared["v1-sse-blank-between"], "v1-option-once", "v1-key-*", ...unread],
  "v1-sse-one-name": ["v1-key-event", ...unread],
  "v1-sse-name": [...shared["v1-sse-name"], "v1-sse-data", ...unread],
  "v1-sse-known-name": unread,
  "v1-one-generation": ["v1-sse-old-name"],
  "v1-sse-old-name": unread,
  "v1-sse-data": unread,
  "v1-sse-retry-delay": ["v1-sse-retry"],
  "v1-sse-nul": ["v1-sig-*", "v1-el-error"],
  "v1-data-*": unread,
  "v1-key-*": unread,
  "v1-blank-pre": results,
  "v1-option-once": refused,
  "v1-mode*": refused,
  "v1-remove-selector": refused,
  "v1-value-space": refused,
  "v1-namespace": refused,
  "v1-selector": refused,
  "v1-transition-selector": refused,
  "v1-signals-key": refused,
};

/** The parser takes the HTML of a patch otherwise than it is written. */
const misread = [
  ...["error", "tags", "moved", "table-part", "unclosed", "outside", "root", "root-id", "id-once"].map((id) =>
    `v1-el-${id}`
  ),
  ...refused,
];

/** The consequences of the checks of what events bring and do. */
const contentConsequences: Consequences = {
  "v1-el-page-end": misread,
  "v1-el-template-end": misread,
  "v1-el-error": ["v1-el-tags", "v1-el-moved", "v1-el-root", "v1-el-unclosed"],
  "v1-el-tags": misread,
  "v1-el-moved": misread,
  "v1-el-table-part": misread,
  "v1-el-part-outside": refused,
  "v1-el-part-space": refused,
  "v1-el-root": refused,
  "v1-el-root-id": refused,
  "v1-el-part-id": refused,
  "v1-el-empty": refused,
  "v1-el-outside": results,
  "v1-el-outer-id": ["v1-dom-target"],
  "v1-el-svg-part": ["v1-dom-target"],
  "v1-el-inner-own-id": refused,
  "v1-el-attribute-name": refused,
  "v1-el-transition": refused,
  "v1-el-id-once": ["v1-dom-id-twice"],
  "v1-el-old-attribute": results,
  "v1-el-attribute-form": refused,
  "v1-el-expression": refused,
  "v1-sig-broken": [...refused, "v1-sig-json", "v1-sig-object"],
  "v1-sig-hostile": refused,
  "v1-sig-object": refused,
  "v1-sig-dot": refused,
  "v1-sig-*": results,
  "v1-dom-target": ["v1-dom-change", ...results],
  "v1-dom-raises": ["v1-dom-change", ...results],
  "v1-dom-ignored": results,
};

/** All consequences. */
export const consequences: Consequences = { ...linesConsequences, ...contentConsequences };
