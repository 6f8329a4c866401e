/** The example contract: where the endpoints of a server are, and what they are asked. */

import type { Store } from "../../harness/mod.ts";
import { findMismatch } from "../example/mismatch.ts";
import { createPlan, defaultRoutes, type Routes } from "../example/plan.ts";
import { createInputs, type TextName } from "../inputs.ts";
import { parsePage } from "../markup.ts";
import type { Contract } from "../record/contract.ts";
import { findActions } from "./actions.ts";
import { planScripts } from "./scripts.ts";
import type { Exchange } from "../recording.ts";
import { whyNotPage } from "../page_kind.ts";
import { describeIdlePage } from "./page_kind.ts";
import { remoteOf, sourceOf, startOn } from "./page_source.ts";

/** Headers that client 0.19.9 sends with each request [REQ-5]. */
export const clientHeaders = {
  "accept": "text/event-stream",
  "content-type": "application/json",
  "datastar-request": "true",
};

/** Texts that are sent through `/get` and have to come back as they were, by the name that checks use. */
export const inputs: Record<TextName, string> = createInputs({
  line: "data: merge outer",
  event: "event: datastar-console\ndata: error x",
});

/** The name of a text that is sent through `/get`. */
export type InputName = TextName;

/** The names, in the order in which the requests are made. */
export const inputNames = Object.keys(inputs) as InputName[];

/** The contract of a server, with its endpoints at the routes of the example unless others are given. */
export function createContract(given: Partial<Routes> = {}): Contract {
  const routes: Routes = { ...defaultRoutes, ...given };
  return {
    id: "classic",
    headers: clientHeaders,
    routes,
    plan: (page) =>
      createPlan({
        routes,
        inputs,
        ofPage: remoteOf(readStore(page)),
        writeDelete: (path, signals) => ({ path, body: JSON.stringify(signals) }),
      }),
    findMismatch(address, page, answers) {
      const source = sourceOf(page);
      return findMismatch(routes, {
        address,
        answers,
        actions: source ? findActions(source, address) : [],
        whyNotPage: () => whyNotPage(page, address),
        describeIdlePage: source && (() => describeIdlePage(source.html)),
      });
    },
    planScripts(page, target, answers) {
      const source = sourceOf(page);
      return source ? planScripts(parsePage(source.html), new URL(routes.page, target), answers) : [];
    },
  };
}

function readStore(page: Exchange): Store {
  const source = sourceOf(page);
  return source && startOn(source).store || {};
}
