/** The checks of the example's other two endpoints: an element that is fetched, and one that keeps changing. */

import { notApplicable, pass, type ServerCheck } from "../check.ts";
import { feedChecks, type HtmlReading, targetChecks } from "../checks/example.ts";
import { quoteSource } from "../checks/quote.ts";
import { reword } from "../checks/reword.ts";
import { failIn, serverChecks } from "../checks/server_checks.ts";
import { attributeOf, type Element, parsePage } from "../markup.ts";
import type { Action } from "./actions.ts";
import { contentRange, judgeEvents, otherTarget, textOfPatch } from "./answer.ts";
import { fragileActionsOf, unlessAskedAgain } from "./feed_actions.ts";
import type { PageSource, V1Stream } from "./interpret.ts";
import { type ElementsPatch, patchesIn } from "./patch.ts";
import type { ServerEvidence } from "./server_evidence.ts";

const checkTarget = serverChecks<ServerEvidence>("example", "target");
const checkFeed = serverChecks<ServerEvidence>("example", "feed");

const reading: HtmlReading<V1Stream, ElementsPatch> = {
  noun: "datastar-patch-elements",
  findUpdates: patchesIn,
  textOf: textOfPatch,
  rangeOf: contentRange,
  otherTarget,
};

/** The modes that put the content in the place of the target's. */
const placingModes = ["outer", "inner", "replace"];

const modeFix = "Leave out the line `mode`: the default, `outer`, morphs the element.";

const answerChecks: ServerCheck<ServerEvidence>[] = [
  checkTarget({
    rule: ["v1-target-event", "MUST", "V1-SSE-14"],
    title: "The target is answered with an event that patches elements",
    why: "The button does nothing.",
    fix: 'Answer with `event: datastar-patch-elements`, `data: elements <div id="target">…</div>` and an empty line.',
    run: (server) =>
      judgeEvents(server, server.target[0], {
        expected: "a datastar-patch-elements event",
        events: patchesIn(server.target[0]),
      }),
  }),
  checkTarget({
    rule: ["v1-target-mode", "SHOULD", "PEL-18"],
    title: "The target gets the place of the old one",
    why: "Each click adds one more time to the page.",
    fix: modeFix,
    run: ({ target: [answer], routes }) => judgeMode(answer, routes.target),
  }),
];

/** Judges whether the patches of an answer put their content in the place of the old one. */
function judgeMode(answer: V1Stream, route: string) {
  const patches = patchesIn(answer);
  if (patches.length === 0) return notApplicable(`${route} answers with no ${reading.noun}`);
  const adding = patches.find(({ instruction: { mode } }) => !placingModes.includes(mode));
  if (!adding) return pass(`mode ${patches[0].instruction.mode}`);
  return failIn(answer, "mode outer", `mode ${adding.instruction.mode}`, [adding.event.range]);
}

const placeWhy = "The value appears in the wrong place, or not at all: the client warns in the console, and goes on.";

const sharedTargetChecks = reword(targetChecks(reading), {
  "target-element": {
    rule: ["v1-target-element", "MUST", "PEL-12"],
    title: "The patch is for the element with the id target",
    why: placeWhy,
  },
  "target-time": { rule: ["v1-target-time", "MUST", "PEL-15"] },
  "target-moves": {
    rule: ["v1-target-moves", "MUST", "V1-REQ-13"],
    fix: "Read the clock in the handler, show seconds, and send `cache-control: no-store`.",
  },
});

/** The checks of the feed that do not hold where the page asks for it again after each end. */
const ofOneStream = ["v1-feed-goes-on", "v1-feed-open", "v1-feed-lasts"];

const sharedFeedChecks = reword(feedChecks(reading), {
  "feed-goes-on": { rule: ["v1-feed-goes-on", "MUST", "V1-REQ-9"] },
  "feed-open": {
    rule: ["v1-feed-open", "MUST", "V1-REQ-9"],
    why: "After a clean end the client does not repeat the request: the number stops changing.",
    fix:
      "Do not return from the handler or end the response until the client disconnects. Or let the action ask again: " +
      "`@get('/feed', {retry: 'always'})`.",
  },
  "feed-lasts": { rule: ["v1-feed-lasts", "MUST", "V1-REQ-9"] },
  "feed-first": { rule: ["v1-feed-first", "SHOULD", "V1-SSE-8"] },
  "feed-pace": {
    rule: ["v1-feed-pace", "SHOULD", "PEL-15"],
    why: "Users cannot read faster updates, and a slower feed looks dead.",
  },
  "feed-varies": { rule: ["v1-feed-varies", "MUST", "PEL-15"] },
  "feed-element": { rule: ["v1-feed-element", "MUST", "PEL-12"], why: placeWhy },
}).map((check) => ofOneStream.includes(check.id) ? unlessAskedAgain(check) : check);

const ownFeedChecks: ServerCheck<ServerEvidence>[] = [
  checkFeed({
    rule: ["v1-feed-mode", "SHOULD", "PEL-18"],
    title: "The events of the feed replace the old value",
    why: "The page grows with each event, without end.",
    fix: modeFix,
    run: ({ feed, routes }) => judgeMode(feed, routes.feed),
  }),
  checkFeed({
    rule: ["v1-feed-itself", "MUST", "V1-REQ-12"],
    title: "The feed does not end itself",
    why: "The first event takes the attribute away with which the feed ends: the number never changes again.",
    fix: "Put `data-init` on an element around the one that the feed patches, or leave out `requestCancellation`.",
    run(server) {
      const { feed, routes } = server;
      const patches = patchesIn(feed);
      if (patches.length === 0) return notApplicable(`${routes.feed} answers with no ${reading.noun}`);
      const fragile = fragileActionsOf(server);
      if (fragile.length === 0) return pass("the feed outlives the element that asks for it");
      for (const patch of patches) {
        const lost = fragile.find((action) => takesAway(patch, action, server.source!));
        if (!lost) continue;
        const actual = `an event takes ${quoteSource(lost.attribute)} away`;
        return failIn(feed, "events that leave the attribute", actual, [contentRange(patch)]);
      }
      return pass("no event is about the element that asks for it");
    },
  }),
];

/** Whether a patch takes away the attribute of an action: by a new element, or by one without the attribute. */
function takesAway(
  { instruction: { mode }, markup, effect }: ElementsPatch,
  { attribute }: Action,
  { html }: PageSource,
): boolean {
  const hasAttribute = ({ attrs }: Element) => attrs.some(({ name, value }) => `${name}="${value}"` === attribute);
  const asker = parsePage(html).elements.find(hasAttribute);
  const id = asker && attributeOf(asker, "id");
  if (id === undefined || !effect?.targetIds.includes(id) || !["outer", "replace"].includes(mode)) return false;
  return mode === "replace" || !markup?.roots.some(hasAttribute);
}

export const target: ServerCheck<ServerEvidence>[] = [
  ...answerChecks,
  ...sharedTargetChecks,
  ...sharedFeedChecks,
  ...ownFeedChecks,
];
