/** The requests that a server of the example is recorded with. */

import type { Route } from "../checks/server_facts.ts";
import { probeNames, probes } from "../probes.ts";
import type { Plan, PlannedRequest } from "../record/contract.ts";
import { badQueries, queryNames } from "./queries.ts";

/** The paths of the example contract: the page, the round trip, the element with the time, the feed. */
export type Routes = Record<Route, string>;

/** The routes of the example. */
export const defaultRoutes: Routes = { page: "/", get: "/get", target: "/target", feed: "/feed" };

/** Signals by name. */
export type Signals = Record<string, unknown>;

/** The signals that are sent with a text. */
export const signalsWith = (input: string): Signals => ({ input, output: "old", show: false });

/** All signals that a request of the page has: the client sends every one. */
export const completeSignals = (ofPage: Signals, changed: Signals = {}): Signals => ({
  input: "",
  output: "",
  show: true,
  ...ofPage,
  ...changed,
});

/** The parts of a plan in which servers and dialects differ. */
export interface PlanParts {
  routes: Routes;
  /** The texts that are sent through `/get`, by name. */
  inputs: Readonly<Record<string, string>>;
  /** The signals that a request of the page has. */
  ofPage: Signals;
  /** Makes the request of an action with the method DELETE. */
  writeDelete: (path: string, signals: Signals) => Pick<PlannedRequest, "path" | "body">;
}

/** Parallel requests with inputs. */
const parallel = 6;

/** Milliseconds between two requests for the time, which shows seconds. */
const betweenTimes = 1_100;

export function createPlan({ routes, inputs, ofPage, writeDelete }: PlanParts): Plan {
  const sent = (changed: Signals) => completeSignals(ofPage, changed);
  const { page, get, target, feed } = routes;
  const targetName = `GET ${target}`;
  const foreignOrigin = { origin: "http://evil.example" };
  const twice = queryOf(queryOf(get, sent({ input: "first" })), sent({ input: "second" }));
  const roundTrips = Object.keys(inputs).map((name): PlannedRequest => ({
    id: `get:${name}`,
    name: `GET ${get} (${name})`,
    path: queryOf(get, sent(signalsWith(inputs[name]))),
  }));
  const intrusions = probeNames.map((name): PlannedRequest => ({
    id: `probe:${name}`,
    name: `GET ${get} (probe ${name})`,
    path: queryOf(get, sent({ input: probes[name], output: probes[name] })),
  }));
  const refusals = queryNames.map((name): PlannedRequest => ({
    id: `bad:${name}`,
    name: `GET ${get} (${name})`,
    path: withQuery(get, badQueries[name]),
  }));
  const times: PlannedRequest[] = [
    { id: "target", name: targetName, path: queryOf(target, sent({})) },
    { id: "target-later", name: `${targetName} (a second later)`, path: target, pause: betweenTimes },
  ];
  const others: PlannedRequest[] = [
    { id: "twice", name: `GET ${get} (parameter twice)`, path: twice },
    { id: "head:page", name: `HEAD ${page}`, path: page, method: "HEAD", headers: { accept: "text/html" } },
    { id: "head:get", name: `HEAD ${get}`, path: queryOf(get, sent({ input: inputs.plain })), method: "HEAD" },
    { id: "head:target", name: `HEAD ${target}`, path: queryOf(target, sent({})), method: "HEAD" },
    { id: "delete", name: `DELETE ${target}`, method: "DELETE", ...writeDelete(target, sent({})) },
    { id: "foreign-host", name: `${targetName} (foreign host)`, path: target, headers: { host: "evil.example" } },
    { id: "foreign-origin", name: `${targetName} (foreign origin)`, path: target, headers: foreignOrigin },
  ];
  return {
    groups: [
      { parallel, requests: roundTrips },
      { parallel, requests: intrusions },
      { parallel: 1, requests: times },
      { parallel: others.length, requests: others },
    ],
    risky: refusals,
    feed: { id: "feed", name: `GET ${feed}`, path: queryOf(feed, sent({})) },
  };
}

/** A path with signals in its query, as the client writes them. */
export function queryOf(path: string, signals: Signals): string {
  return withQuery(path, `?${new URLSearchParams({ datastar: JSON.stringify(signals) })}`);
}

/** A path, which may have a query of its own, with one more. */
function withQuery(path: string, query: string): string {
  return path.includes("?") ? path + query.replace(/^\?/, "&") : path + query;
}
