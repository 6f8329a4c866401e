/** The example contract of v1: where the endpoints of a server are, and what they are asked. */

import { findMismatch } from "../example/mismatch.ts";
import { completeSignals, createPlan, defaultRoutes, queryOf, type Routes } from "../example/plan.ts";
import { whyNotPage } from "../page_kind.ts";
import type { Contract, Plan } from "../record/contract.ts";
import type { Exchange } from "../recording.ts";
import { findActions } from "./actions.ts";
import { inputs } from "./inputs.ts";
import { sourceOf, startOn } from "./interpret.ts";
import { describeIdlePage } from "./page_kind.ts";

/** Headers that the clients 1.0.x send with each request [V1-REQ-3]. */
export const clientHeaders = {
  "accept": "text/event-stream, text/html, application/json",
  "datastar-request": "true",
};

/** The contract of a server, with its endpoints at the routes of the example unless others are given. */
export function createContract(given: Partial<Routes> = {}): Contract {
  const routes: Routes = { ...defaultRoutes, ...given };
  return {
    id: "v1",
    headers: clientHeaders,
    routes,
    plan: (page) => planRequests(routes, page),
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
    planScripts: () => [],
  };
}

function planRequests(routes: Routes, page: Exchange): Plan {
  const source = sourceOf(page);
  const ofPage = source && startOn(source).store || {};
  const plan = createPlan({
    routes,
    inputs,
    ofPage,
    writeDelete: (path, signals) => ({ path: queryOf(path, signals) }), // [V1-REQ-2]
  });
  const removal = {
    id: "delete:get",
    name: `DELETE ${routes.get}`,
    method: "DELETE",
    path: queryOf(routes.get, completeSignals(ofPage, { input: inputs.plain })),
  };
  return { ...plan, groups: [...plan.groups, { parallel: 1, requests: [removal] }] };
}
