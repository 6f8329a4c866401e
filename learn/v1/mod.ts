/**
 * The dialect v1 in the command `explain`.
 *
 * @module
 */

import { v1 as client } from "../../harness/mod.ts";
import { describeAllChanges } from "../changes.ts";
import type { ExplainedDialect, ExplainedEffect, ExplainedPage } from "../dialect.ts";
import { describeError, describeEvent, describePageError } from "./describe.ts";
import { explainer } from "./explain.ts";

/** The dialect v1, as the command `explain` needs it. */
export const v1: ExplainedDialect<client.StreamEvent> = {
  describeReading: (name) => `How the clients 1.0.x read ${name}.`,
  explainer,
  describeEvent,
  openPage,
};

function openPage(document: Document): ExplainedPage<client.StreamEvent> {
  const page = client.openPage(document);
  return {
    errors: page.errors.map(describePageError),
    apply(event) {
      const isKnown = !page.isStoreUnknown;
      const effect = page.apply([event]);
      return describeEffect(effect, isKnown && effect.isStoreUnknown);
    },
    get unevaluated() {
      return page.unevaluated;
    },
  };
}

/** Describes the effect of an event. */
function describeEffect(
  { changes, mayBeMore, scriptRuns, warnings, errors, ended }: client.Effect,
  losesStore: boolean,
): ExplainedEffect {
  const runs = scriptRuns === 1 ? "A script runs" : `Scripts run ${scriptRuns} times`;
  return {
    changes: [
      ...describeAllChanges(changes),
      ...scriptRuns > 0 ? [`${runs} (PEL-24).`] : [],
      ...mayBeMore ? ["The selector can match more elements, by the state of the window."] : [],
      ...losesStore ? ["The signals are not known from here on."] : [],
    ],
    warnings: warnings.map(({ code, clause, message }) => `Warns ${code}: ${message} (${clause}).`),
    errors: errors.map(describeError),
    ended,
  };
}
