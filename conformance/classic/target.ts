/** The checks of the example's other two endpoints: an element that is fetched, and one that keeps changing. */

import { pass, type ServerCheck } from "../check.ts";
import { feedChecks, type HtmlReading, targetChecks } from "../checks/example.ts";
import { failIn, serverChecks } from "../checks/server_checks.ts";
import { textIn } from "../markup.ts";
import type { ServerEvidence } from "./evidence.ts";
import { htmlRange, judgeFirst, judgeFragment, judgeOneEvent, type Merge, mergesIn, otherTarget } from "./answer.ts";
import type { ClassicStream } from "./interpret.ts";

const checkTarget = serverChecks<ServerEvidence>("example", "target");

const reading: HtmlReading<ClassicStream, Merge> = {
  noun: "fragment",
  findUpdates: mergesIn,
  // `upsert_attributes` merges no text [MRG-17].
  textOf: ({ instruction: { merge }, markup: { roots } }) =>
    merge === "upsert_attributes" ? "" : roots.map(textIn).join("").trim(),
  rangeOf: htmlRange,
  otherTarget,
};

const answerChecks: ServerCheck<ServerEvidence>[] = [
  checkTarget({
    rule: ["target-event", "MUST", "EXA-6"],
    title: "The target is answered with a fragment",
    why: "The button does nothing.",
    fix: 'Answer with `event: datastar-fragment`, `data: fragment <div id="target">…</div>` and an empty line.',
    run: (server) => judgeFragment(server.target[0], server),
  }),
  checkTarget({
    rule: ["target-one-event", "SHOULD", "EXA-6"],
    title: "The target is answered with one event",
    why: "More than one event changes more of the page than the example does.",
    fix: "Send the whole answer in one event.",
    run: ({ target: [first], routes }) => judgeOneEvent(first, routes.target),
  }),
  checkTarget({
    rule: ["target-merge", "SHOULD", "EXA-6"],
    title: "The target uses morph, the default",
    why: "Other modes create a new element, nest the elements, or do not change the content at all.",
    fix: "Leave out the `merge` line.",
    run: ({ target: [answer], routes }) =>
      judgeFirst(
        answer,
        routes.target,
        ({ event, instruction: { merge } }) =>
          merge === "morph" ? pass("morph") : failIn(answer, "morph", `merge ${merge}`, [event.range]),
      ),
  }),
];

export const target: ServerCheck<ServerEvidence>[] = [
  ...answerChecks,
  ...targetChecks(reading),
  ...feedChecks(reading),
];
