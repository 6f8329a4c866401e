/** The seat of v1: its checks, and the views that they read. */

import type { Dialect } from "../dialect.ts";
import { clauseIds, clauseText } from "./clauses.ts";
import { consequences } from "./consequences.ts";
import { app } from "./app_checks.ts";
import { createAppContract, createRequest } from "./app_contract.ts";
import { createContract } from "./contract.ts";
import { effect } from "./effect.ts";
import { elements } from "./elements.ts";
import { interpret } from "./evidence.ts";
import { framing } from "./framing.ts";
import { get } from "./get.ts";
import { grammar } from "./grammar.ts";
import { live } from "./live.ts";
import { marks } from "./marks.ts";
import { page } from "./example_page.ts";
import { requests } from "./requests.ts";
import { signals } from "./signals.ts";
import { snippets } from "./snippets.ts";
import { target } from "./target.ts";
import { transport } from "./transport.ts";
import { viewServer, viewStream } from "./view.ts";

/** All that the checker needs of v1. */
export const v1: Dialect = {
  id: "v1",
  marks,
  checks: [
    ...transport,
    ...framing,
    ...grammar,
    ...elements,
    ...effect,
    ...signals,
    ...page,
    ...get,
    ...target,
    ...requests,
    ...app,
    ...live,
  ],
  consequences,
  snippets,
  viewStream,
  viewServer,
  clauseIds,
  clauseText,
  createContract,
  createAppContract,
  createRequest,
  interpret,
};

/** Its checks, in the order of a report. Their ids are permanent. */
export const { checks } = v1;
