/** The consequences of the checks of v1: the results that follow from others at the same endpoint. */

import { consequences as sharedConsequences } from "../checks/consequences.ts";
import type { Consequences } from "../consequences.ts";
import { sdkConsequences } from "./sdk_consequences.ts";

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

/** The client reads the event, but cannot apply it. */
const refused = ["v1-dom-*", ...results];

/** The parser takes the HTML of a patch otherwise than it is written. */
const misread = [
  ...["empty", "error", "tags", "moved", "table-part", "unclosed", "outside", "root", "root-id", "id-once"].map((id) =>
    `v1-el-${id}`
  ),
  ...refused,
];

/** The client reads nothing of the answer, or not all of an event. */
const unread = [...misread, "v1-sig-*", "v1-app-pace", "v1-app-text"];

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
  // The client ignores the whole event, so its content has no findings of its own.
  "v1-sse-known-name": refused,
  "v1-one-generation": ["v1-sse-old-name"],
  "v1-sse-old-name": refused,
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

/** The texts of the round trip that are written wrongly come back wrongly. */
const texts = ["v1-get-keeps-*", "v1-get-length"];

/** The consequences of the checks of servers of the example. */
const exampleConsequences: Consequences = {
  "v1-get-event": ["v1-get-*"],
  "v1-get-no-injection": [
    ...["v1-sse-*", "v1-content-*", "v1-key-*", "v1-data-*", "v1-el-*", "v1-dom-*", "v1-sig-*"],
    ...texts,
  ],
  "v1-get-output": ["v1-get-keeps-*", "v1-get-length", "v1-get-plus", "v1-get-last-parameter", "v1-get-delete"],
  "v1-get-keeps-plain": ["v1-get-*"],
  "v1-get-keeps-*": ["v1-get-keeps-*", "v1-get-length", "v1-get-plus"],
  "v1-target-event": ["v1-target-*"],
  "v1-target-element": ["v1-target-time", "v1-target-moves"],
  "v1-target-time": ["v1-target-moves"],
  "v1-feed-goes-on": ["v1-feed-*", "v1-live-*"],
  "v1-feed-open": ["v1-feed-*", "v1-live-many"],
  "v1-bad-[^p]*": ["v1-bad-[^p]*", "v1-bad-proto"], // not v1-bad-proto-echo, which no caught error prevents
  "v1-bad-proto-echo": ["v1-bad-proto"],
  "v1-live-first-event": [...shared["v1-live-first-event"], "v1-feed-*"],
  "v1-live-one-by-one": ["v1-feed-*"],
  "v1-live-blank-line": ["v1-feed-*"],
};

/** The consequences of the checks of applications. A dead page makes no request, and a text that gets into lines ruins them. */
const appConsequences: Consequences = {
  "v1-app-page": ["v1-app-*"],
  "v1-app-client": ["v1-app-has-action", "v1-app-csp"],
  "v1-app-attribute-form": ["v1-app-starts", "v1-app-has-action"],
  "v1-app-expression": ["v1-app-starts", "v1-app-has-action"],
  "v1-app-starts": ["v1-app-has-action"],
  "v1-app-old-attribute": ["v1-app-has-action"],
  "v1-app-answer": ["*"],
  "v1-app-bad-*": ["v1-app-bad-*"],
  // The checks of streams judge the answers to plain requests, which have no hostile text.
  "v1-app-injection": ["v1-app-text"],
  "v1-app-key-name": ["v1-app-key-case"],
  "v1-page-key-name": ["v1-page-key-case"],
};

/** All consequences. */
export const consequences: Consequences = {
  ...linesConsequences,
  ...contentConsequences,
  ...exampleConsequences,
  ...appConsequences,
  ...sdkConsequences,
};
