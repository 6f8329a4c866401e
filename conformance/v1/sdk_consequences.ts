/** The consequences of the checks of an SDK. Its cases say more than what the checks of all streams find in the answers. */

import type { Consequences } from "../consequences.ts";

/** Words of the protocol are wrong: keys, modes and the like. */
const words = ["v1-key-*", "v1-data-*", "v1-mode*", "v1-value-space", "v1-option-once", "v1-signals-key"];

export const sdkConsequences: Consequences = {
  "v1-sdk-answer": ["v1-http-*"],
  "v1-sdk-type": ["v1-http-type*"],
  "v1-sdk-cache": ["v1-http-cache"],
  "v1-sdk-event-names": ["v1-sdk-*", "v1-sse-*", "v1-one-generation", ...words],
  "v1-sdk-id": ["v1-sse-id-*"],
  "v1-sdk-retry": ["v1-sse-retry*", "v1-sdk-default-retry"],
  "v1-sdk-defaults": ["v1-default"],
  "v1-sdk-elements": ["v1-sdk-modes", "v1-sdk-remove", "v1-sdk-events", "v1-selector", ...words],
  "v1-sdk-modes": ["v1-sdk-events", ...words],
  "v1-sdk-remove": [...words, "v1-remove-selector"],
  "v1-sdk-namespace": ["v1-namespace", ...words],
  "v1-sdk-view-transition": ["v1-view-transition", ...words],
  "v1-sdk-view-transition-selector": ["v1-transition-selector", ...words],
  "v1-sdk-line-ends": [
    "v1-sdk-blank-lines",
    "v1-sdk-cr-content",
    "v1-sdk-text",
    "v1-sdk-long",
    "v1-sdk-body",
    "v1-sdk-raw-signals",
    "v1-sse-*",
    "v1-content-split",
    "v1-blank*",
    "v1-el-*",
    "v1-sig-*",
    ...words,
  ],
  "v1-sdk-blank-lines": ["v1-sse-*", "v1-blank*", "v1-el-*", ...words],
  "v1-sdk-raw-signals": ["v1-sse-*", "v1-content-split", "v1-sig-*", ...words],
  "v1-sdk-text": ["v1-selector"],
  "v1-sdk-separators": ["v1-sig-*", "v1-selector"],
  "v1-sdk-signals": ["v1-sdk-raw-signals", "v1-sig-*", ...words],
  "v1-sdk-only-if-missing": ["v1-only-if-missing", ...words],
  "v1-sdk-script": ["v1-el-script*"],
};
