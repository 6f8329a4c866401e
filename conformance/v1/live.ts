/** The checks of a server in use, in the words of v1. */

import { isRefusal, live as shared } from "../checks/live.ts";
import { reword, type Words } from "../checks/reword.ts";
import type { ServerCheck } from "../check.ts";
import { unlessAskedAgain } from "./feed_actions.ts";
import type { V1Stream } from "./interpret.ts";
import { patchesIn } from "./patch.ts";
import type { ServerEvidence } from "./server_evidence.ts";

const disconnected = "Detect that the connection is closed (an abort signal, a failing write)";

/** The words for the checks with many readers, of a server and of an application. */
export const crowdWords: Record<string, Words> = {
  "live-many": { rule: ["v1-live-many", "MUST", "V1-REQ-12"] },
  "live-limit": { rule: ["v1-live-limit", "SHOULD", "V1-REQ-12"] },
  "live-prompt": { rule: ["v1-live-prompt", "SHOULD", "V1-REQ-12"] },
  "live-starved": { rule: ["v1-live-starved", "MUST", "V1-REQ-12"] },
  "live-vanished-target": {
    rule: ["v1-live-vanished-target", "MUST", "V1-REQ-12"],
    why:
      "Clients disconnect all the time: when a tab is hidden, and when an action asks for the same feed again. The " +
      "server no longer answers as before.",
    fix: `${disconnected}, and leave the loop then. Send \`cache-control: no-store\`: without it Chromium leaves a ` +
      "connection open when an action is repeated.",
  },
  "live-vanished-feed": {
    rule: ["v1-live-vanished-feed", "MUST", "V1-REQ-12"],
    fix: `${disconnected}, and free the slot of that client. Do not cut streams to limit them: the client asks for a ` +
      "cut stream again each second, without end.",
  },
};

export const live: ServerCheck<ServerEvidence>[] = reword(shared((feed) => patchesIn(feed as V1Stream), isRefusal), {
  "live-survives": { rule: ["v1-live-survives", "MUST", "V1-REQ-4"] },
  "live-first-event": { rule: ["v1-live-first-event", "MUST", "V1-SSE-8"] },
  "live-one-by-one": { rule: ["v1-live-one-by-one", "MUST", "V1-SSE-8"] },
  "live-blank-line": { rule: ["v1-live-blank-line", "MUST", "V1-SSE-8"] },
  ...crowdWords,
  "live-host": { rule: ["v1-live-host", "SHOULD", "V1-REQ-3"] },
  "live-origin": { rule: ["v1-live-origin", "SHOULD", "V1-REQ-3"] },
}).map((check) => check.id === "v1-live-first-event" ? unlessAskedAgain(check) : check);
