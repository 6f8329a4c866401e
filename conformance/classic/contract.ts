/** The example contract: where the endpoints of a server are, and what they are asked. */

import type { Store } from "../../harness/mod.ts";
import { isStream } from "../checks/http.ts";
import type { Route } from "../checks/server_facts.ts";
import { findActions } from "./actions.ts";
import { parsePage } from "../markup.ts";
import { createInputs } from "../inputs.ts";
import { probeNames, probes } from "../probes.ts";
import { planScripts } from "./scripts.ts";
import type { Contract, Plan, PlannedRequest } from "../record/contract.ts";
import type { Exchange } from "../recording.ts";
import { describeIdlePage, whyNotPage } from "./page_kind.ts";
import { remoteOf, sourceOf, startOn } from "./page_source.ts";

/** The paths of the example contract: the page, the round trip, the element with the time, the feed. */
export type Routes = Record<Route, string>;

/** The routes of the example. */
export const defaultRoutes: Routes = { page: "/", get: "/get", target: "/target", feed: "/feed" };

/** Headers that client 0.19.9 sends with each request [REQ-5]. */
export const clientHeaders = {
  "accept": "text/event-stream",
  "content-type": "application/json",
  "datastar-request": "true",
};

/** Texts that are sent through `/get` and have to come back as they were, by the name that checks use. */
export const inputs = createInputs("event: datastar-console\ndata: error x");

/** The name of a text that is sent through `/get`. */
export type InputName = keyof typeof inputs;

/** The name of a query that no page of the example sends. */
export type QueryName =
  | "missing"
  | "empty"
  | "malformed"
  | "list"
  | "text"
  | "null"
  | "wrong-type"
  | "null-input"
  | "no-input"
  | "encoding"
  | "huge"
  | "proto";

/** Queries that no page of the example sends, but others do, by the name that checks use. */
export const badQueries: Readonly<Record<QueryName, string>> = {
  missing: "",
  empty: "?datastar=",
  malformed: "?datastar=%7Boops",
  list: `?datastar=${encodeURIComponent("[1,2]")}`,
  text: `?datastar=${encodeURIComponent('"hello"')}`,
  null: "?datastar=null",
  "wrong-type": `?datastar=${encodeURIComponent('{"input":{"a":[1]},"show":"x"}')}`,
  "null-input": `?datastar=${encodeURIComponent('{"input":null}')}`,
  "no-input": `?datastar=${encodeURIComponent('{"other":1}')}`,
  encoding: "?datastar=%ff%fe%zz",
  huge: `?datastar=${encodeURIComponent(JSON.stringify({ input: "x".repeat(14_000) }))}`,
  proto: `?datastar=${encodeURIComponent('{"input":"a","__proto__":{"show":false},"constructor":{"prototype":1}}')}`,
};

/** The names, in the order in which the requests are made. */
export const inputNames = Object.keys(inputs) as InputName[];
export const queryNames = Object.keys(badQueries) as QueryName[];

export const signalsWith = (name: InputName): Store => ({ input: inputs[name], output: "old", show: false });

/** The contract of a server, with its endpoints at the routes of the example unless others are given. */
export function createContract(given: Partial<Routes> = {}): Contract {
  const routes: Routes = { ...defaultRoutes, ...given };
  return {
    id: "classic",
    headers: clientHeaders,
    routes,
    plan: (page) => createPlan(routes, readStore(page)),
    findMismatch: (target, page, answers) => findMismatch(routes, { target, page, answers }),
    planScripts(page, target, answers) {
      const source = sourceOf(page);
      return source ? planScripts(parsePage(source.html), new URL(routes.page, target), answers) : [];
    },
  };
}

/** Explains why a server is not one of the example, with the command that checks it. */
function findMismatch(
  { get, target, feed }: Routes,
  { target: address, page, answers }: { target: URL; page: Exchange; answers?: Readonly<Record<string, Exchange>> },
): string | undefined {
  const source = sourceOf(page);
  const actions = source ? findActions(source, address) : [];
  const routes = [get, target, feed];
  if (actions.some(({ url }) => url && routes.includes(url.pathname))) return;
  const isMissing = (id: string) => answers?.[id]?.head?.status === 404;
  const areMissing = ["get:plain", "target", "feed"].every(isMissing);
  const notPage = answers && !Object.values(answers).some(isStream) ? whyNotPage(page, address) : undefined;
  if (notPage !== undefined) return `Cannot check the server ${address.href}: ${notPage}`;
  if (!areMissing && (answers || actions.length === 0)) return;
  const names = [...new Set(actions.map(({ name }) => name))];
  const found = names.length > 0 ? `, but ${names.slice(0, 8).join(", ")}` : "";
  const advice = source && actions.length === 0
    ? `. As to its page: ${describeIdlePage(source.html)}`
    : `. To check the actions of its own page: conform --app ${address.href}`;
  return `This is not a server of the example contract: ${
    areMissing
      ? `GET ${routes.join(", ")} are answered with 404`
      : `its page has no action for ${routes.join(", ")}${found}`
  }${advice}`;
}

/** Parallel requests with inputs. */
const parallel = 6;

/** Milliseconds between two requests for the time, which shows seconds. */
const betweenTimes = 1_100;

function createPlan(routes: Routes, store: Store): Plan {
  // The client sends the whole store, with all signals of the page.
  const sent = (signals: Store) => ({ input: "", output: "", show: true, ...remoteOf(store), ...signals });
  const { page, get, target, feed } = routes;
  const targetName = `GET ${target}`;
  const foreignOrigin = { origin: "http://evil.example" };
  const twice = queryOf(queryOf(get, sent({ input: "first" })), sent({ input: "second" }));
  const roundTrips = inputNames.map((name): PlannedRequest => ({
    id: `get:${name}`,
    name: `GET ${get} (${name})`,
    path: queryOf(get, sent(signalsWith(name))),
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
    { id: "delete", name: `DELETE ${target}`, path: target, method: "DELETE", body: JSON.stringify(sent({})) },
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

function readStore(page: Exchange): Store {
  const source = sourceOf(page);
  return source && startOn(source).store || {};
}

/** A path with one more store in its query, as the client writes it [REQ-1]. */
function queryOf(path: string, signals: Store): string {
  return withQuery(path, `?${new URLSearchParams({ datastar: JSON.stringify(signals) })}`);
}

/** A path, which may have a query of its own, with one more. */
function withQuery(path: string, query: string): string {
  return path.includes("?") ? path + query.replace(/^\?/, "&") : path + query;
}
