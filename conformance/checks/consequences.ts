/** The consequences of the shared checks: the results that follow from others at the same endpoint. */

import type { Consequences } from "../consequences.ts";

const all = ["*"];

/** The checks of the times at which the events of a feed come. */
const times = ["live-first-event", "live-one-by-one", "live-blank-line", "live-many", "live-vanished-feed"];

/** The checks of headers that say more about a body. */
const details = ["http-charset", "http-type-*", "http-length*", "http-buffering", "http-compression", "http-delimited"];

/** The consequences of checks that know no dialect. */
export const consequences: Consequences = {
  "http-answer": all,
  "http-redirect": all,
  "http-body": ["http-*", "sse-*", ...times],
  "http-status": ["http-type", ...details],
  "http-type": [...details, "http-status", "sse-*", ...times],
  "http-type-case": details,
  "http-encoding": ["sse-*", "http-compression", ...times],
  "http-length": ["http-end", "sse-final-blank", "sse-utf8"],
  "http-length-once": ["http-length", "http-end", "sse-*"],
  "http-end": ["sse-final-blank"],
  "http-delimited": ["http-version"],
  "http-compression": times,
  "sse-utf8": ["sse-bom-inside"],
  "sse-junk": ["sse-field"],
  "sse-data-colon": ["sse-data"],
  "sse-event-colon": ["sse-name", "sse-one-name"],
  "sse-blank-between": ["sse-one-name", "sse-final-blank", ...times],
  "sse-final-blank": ["sse-events", ...times],
  "sse-name": ["sse-known-name"],
  "sse-events": times,
  "live-first-event": times,
  "live-many": ["live-starved", "live-prompt", "live-vanished-*"],
};
