/**
 * The classic dialect's seat below `/learn`.
 *
 * @module
 */

import { errorClauses, isConsoleMode, openDocument } from "../../harness/core.ts";
import { html } from "../../html.ts";
import type { Dialect } from "../dialect.ts";
import { clauseLink } from "../render.ts";
import { writeCode } from "./code.ts";
import { describeChanges, describeEvent } from "./describe.ts";
import { explainer } from "./explain.ts";

/** The classic dialect, as the page's script needs it. */
export const classic: Dialect = {
  client: "Client 0.19.9",
  explainer,
  openDocument,
  describeEvent,
  describeChanges,
  describeError: (code) => html`The client throws <code>${code}</code>, stops reading, and sends the request again.`,
  describeUnread: (failed) => `The client does not read this event: event ${failed} made it throw (APP-16).`,
  describeAtOnce: () =>
    html`The page depends on the timing. If the events arrive together, the view transitions come later
      (${["APP-13", "APP-14", "APP-15"].map((clause, i) => [i > 0 && ", ", clauseLink(clause)])}).`,
  fragmentOf: ({ instruction }) => instruction?.type === "fragment" ? instruction.html : undefined,
  writeCode,
  vectors: {
    isErrorCode: (code) => Object.hasOwn(errorClauses, code),
    isConsoleMode,
    isClientClass: (name) => name.startsWith("datastar-"), // [APP-11]
    mentionsSignals: (text) => /data-|signal|store|paths/.test(text),
  },
};
