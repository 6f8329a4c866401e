/**
 * The classic dialect in the command `explain`.
 *
 * @module
 */

import { type ClientError, isHiddenByTransition, openDocument, type StreamEvent } from "../../harness/core.ts";
import type { ExplainedDialect, ExplainedPage } from "../dialect.ts";
import { afterRaise, describeChanges, describeEvent } from "./describe.ts";
import { explainer } from "./explain.ts";

/** The classic dialect, as the command `explain` needs it. */
export const classic: ExplainedDialect<StreamEvent> = {
  describeReading: (name) => `How client 0.19.9 reads ${name}.`,
  explainer,
  describeEvent,
  openPage,
};

function openPage(document: Document): ExplainedPage<StreamEvent> {
  const page = openDocument(document, { initiator: null });
  return {
    errors: [], // the client does not work on a page with one
    apply(event) {
      const { changes, errors, console, location } = page.apply([event]);
      return {
        changes: [
          ...describeChanges(changes),
          ...location === undefined ? [] : [`The browser goes to ${JSON.stringify(location)}.`],
          ...console.map(({ mode, message, unevaluated }) =>
            unevaluated
              ? `The store is not known from here on. ${message}.`
              : `The console gets ${JSON.stringify(message)} as ${mode}.`
          ),
        ],
        warnings: [],
        errors: errors.slice(0, 1).map((error) =>
          `Throws ${error.code}: ${error.message}. ${describeRest(event, error)}`
        ),
        ended: errors.length > 0,
      };
    },
    get unevaluated() {
      return page.unevaluated;
    },
  };
}

/** Says how the client goes on after an event that makes it throw. */
function describeRest({ instruction }: StreamEvent, error: ClientError): string {
  if (!isHiddenByTransition(instruction, error)) return afterRaise;
  return `Within a view transition the client only logs this, and continues (APP-15). Without one: ${afterRaise}`;
}
