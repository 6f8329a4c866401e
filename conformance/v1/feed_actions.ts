/** The actions of the page that ask for the feed, as far as their options decide how long it lasts. */

import { notApplicable, type ServerCheck } from "../check.ts";
import type { Action } from "./actions.ts";
import { instructionsIn } from "./answer.ts";
import type { ServerEvidence } from "./server_evidence.ts";

const feedActionsOf = ({ actions, routes }: ServerEvidence): Action[] =>
  actions.filter(({ url }) => url?.pathname === routes.feed.split("?")[0]);

/** The actions whose request ends when their element or their attribute goes away [V1-REQ-12]. */
export const fragileActionsOf = (server: ServerEvidence): Action[] =>
  feedActionsOf(server).filter(({ options }) => options.requestCancellation === "cleanup");

/** Makes a check not applicable where a feed ends cleanly, and the page asks for it again each time [V1-REQ-9]. */
export function unlessAskedAgain(check: ServerCheck<ServerEvidence>): ServerCheck<ServerEvidence> {
  return {
    ...check,
    run(server) {
      const finding = check.run(server);
      const { feed } = server;
      const hasEnded = finding.outcome === "fail" && feed.exchange!.ending === "complete" &&
        instructionsIn(feed).length > 0;
      return hasEnded && feedActionsOf(server).some(({ options }) => options.retry === "always")
        ? notApplicable("the feed ends, but the page asks for it again: its action says retry: 'always'")
        : finding;
    },
  };
}
