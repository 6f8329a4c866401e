/** The consequences of the classic checks: the results that follow from others at the same endpoint. */

import type { Consequences } from "../consequences.ts";
import { consequences as shared } from "../checks/consequences.ts";

/** The client reads nothing of the answer. */
const unread = [
  "frg-*",
  "html-*",
  "dom-*",
  "sto-*",
  "sig-*",
  "get-*",
  "target-*",
  "feed-*",
  "app-effect",
  "app-pace",
  "app-bad-*",
  "app-injection",
  "app-text",
];

/** The event is read, but does something else or nothing. */
const misread = [
  "dom-*",
  "get-[^n]*", // not get-no-injection, which is a cause of its own
  "target-*",
  "feed-*",
  "app-effect",
];

/** The texts of the round trip that are escaped wrongly come back wrongly. */
const texts = ["get-keeps-*", "get-length"];

/** All consequences: each list of the shared checks goes on with the checks of this dialect. */
export const consequences: Consequences = {
  ...shared,
  "http-body": [...shared["http-body"], ...unread],
  "http-status": [...shared["http-status"], "bad-*", ...unread],
  "http-type": [...shared["http-type"], "bad-*", ...unread],
  "http-type-case": [...shared["http-type-case"], "bad-*", ...unread],
  "http-encoding": [...shared["http-encoding"], ...unread],
  "http-end": [...shared["http-end"], "get-*", "target-*", "bad-*"],
  "sse-utf8": [...shared["sse-utf8"], ...texts],
  "sse-bom": unread,
  "sse-field": misread,
  "sse-junk": [...shared["sse-junk"], "sse-final-blank", ...misread],
  "sse-data-colon": [...shared["sse-data-colon"], "frg-*", ...misread],
  "sse-event-colon": [...shared["sse-event-colon"], ...unread],
  "sse-blank-between": [...shared["sse-blank-between"], "frg-*", "html-*", ...misread, "app-pace"],
  "sse-final-blank": [...shared["sse-final-blank"], ...unread],
  "sse-name": [...shared["sse-name"], ...unread],
  "sse-known-name": unread,
  "sse-one-name": unread,
  "sse-data": unread,
  "frg-*": ["frg-fragment", "html-*", ...misread],
  "html-*": ["sto-*", ...misread, ...texts],
  "sto-*": ["sto-escape", "html-expression*", ...misread],
  "sig-*": misread,
  "dom-target": misread,
  "dom-raises": misread,
  "page-status": ["page-*"],
  "page-type": ["page-*"],
  "page-starts": ["page-*", "app-*"],
  "page-store": ["page-main"],
  "get-event": ["get-*"],
  "get-no-injection": ["sse-*", "frg-*", "html-*", "dom-*", "sto-*", ...texts],
  "app-text": ["html-*", "sto-*"],
  "app-injection": ["app-text", "sse-*", "frg-*", "html-*", "dom-*", "sto-*"],
  "get-root": ["get-output", "get-keeps-*", "get-other-signals"],
  "get-output": ["get-keeps-*", "get-length", "get-plus", "get-last-parameter"],
  "get-keeps-plain": ["get-*"],
  "get-keeps-*": ["get-keeps-*", "get-length", "get-plus"],
  "target-event": ["target-*"],
  "target-element": ["target-time", "target-moves"],
  "target-time": ["target-moves"],
  "feed-goes-on": ["feed-*", "live-*"],
  "feed-open": ["feed-*", "live-many"],
  "live-first-event": [...shared["live-first-event"], "feed-*"],
  "live-one-by-one": ["feed-*"],
  "live-blank-line": ["feed-*"],
  "bad-*": ["bad-*"],
  "app-answer": ["*"],
  "app-bad-*": ["app-bad-*"],
  "app-page": ["app-*"],
};
