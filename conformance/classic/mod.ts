/** The classic dialect's seat: its checks, and the views that they read. */

import { dialect } from "../../harness/mod.ts";
import { framing } from "../checks/framing.ts";
import { live } from "../checks/live.ts";
import { methods } from "../checks/methods.ts";
import { createAppContract } from "../app/contract.ts";
import { transport } from "../checks/transport.ts";
import type { Dialect } from "../dialect.ts";
import { mergesIn } from "./answer.ts";
import { createRequest } from "./actions.ts";
import { appParts } from "./app.ts";
import { app } from "./app_checks.ts";
import { clauseIds, clauseText } from "./clauses.ts";
import { consequences } from "./consequences.ts";
import { createContract } from "./contract.ts";
import { effect } from "./effect.ts";
import { interpret } from "./evidence.ts";
import { fragments } from "./fragments.ts";
import { get } from "./get.ts";
import { grammar } from "./grammar.ts";
import type { ClassicStream } from "./interpret.ts";
import { marks } from "./marks.ts";
import { page } from "./page.ts";
import { queryChecks } from "./requests.ts";
import { signals } from "./signals.ts";
import { snippets } from "./snippets.ts";
import { target } from "./target.ts";
import { viewServer, viewStream } from "./view.ts";
import { expectedWord, foreignNames, originOfWord } from "./words.ts";

/** All that the checker needs of the classic dialect. */
export const classic: Dialect = {
  id: "classic",
  marks,
  checks: [
    ...transport,
    ...framing({
      names: dialect.events,
      exampleEvent: "datastar-fragment",
      expectedLine: (name) => expectedWord(name, dialect.events, foreignNames, (word) => `event: ${word}`),
      originOf: (name) => originOfWord(name, foreignNames),
    }),
    ...grammar,
    ...fragments,
    ...effect,
    ...signals,
    ...page,
    ...get,
    ...target,
    ...queryChecks,
    ...methods,
    ...app,
    ...live((feed) => mergesIn(feed as ClassicStream)),
  ],
  consequences,
  snippets,
  viewStream,
  viewServer,
  clauseIds,
  clauseText,
  createContract,
  createAppContract: (address, options) => createAppContract(appParts, address, options),
  createRequest,
  interpret,
};

/** Its checks, in the order of a report. Their ids are permanent. */
export const { checks } = classic;
