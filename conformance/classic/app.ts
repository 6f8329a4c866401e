/** The parts of the check of an application that are classic. */

import type { AppOptions, Exchange } from "../recording.ts";
import type { ActionEvidence as SharedAction, AppEvidence as SharedEvidence } from "../app/evidence.ts";
import { withWrongTypes } from "../app/contract.ts";
import type { AppParts, Start, Store } from "../app/parts.ts";
import { type Action, findActions, requestOf } from "./actions.ts";
import { clientHeaders, inputs } from "./contract.ts";
import { type ClassicStream, interpretExchange, type PageSource } from "./interpret.ts";
import { sourceOf, startOn } from "./page_source.ts";

/** All that is known of an action. */
export type ActionEvidence = SharedAction<Action, ClassicStream>;

/** All that is known of an application. */
export type AppEvidence = SharedEvidence<Action, ClassicStream, PageSource>;

/** Stores that the page does not send, but others do. */
const badStores = {
  "empty-store": (_: Store) => "{}",
  missing: (_: Store) => undefined,
  malformed: (_: Store) => "{oops",
  list: (_: Store) => "[1,2]",
  "wrong-type": withWrongTypes,
} satisfies Record<string, (store: Store) => string | undefined>;

/** The name of such a store. */
export type BadStoreName = keyof typeof badStores;

export const badStoreNames = Object.keys(badStores) as BadStoreName[];

export const appParts: AppParts<Action, ClassicStream, PageSource> = {
  id: "classic",
  headers: clientHeaders,
  inputs,
  badNoun: "stores",
  start,
  findActions: (source, address) => findActions(source, address),
  actionSign: "$",
  pageOf: ({ source }, store) => ({ ...source, signals: store }),
  pageAfter: ({ after }) => after,
  interpret: interpretExchange,
  writeData: (_, store) => JSON.stringify(store),
  badDataOf: ({ store }) => Object.fromEntries(badStoreNames.map((name) => [name, badStores[name](store)])),
  requestOf: (action, datastar, address) => requestOf(action, action.url!, { datastar, address }),
};

function start(page: Exchange, address: URL, { signals }: AppOptions): Start<Action, PageSource> {
  const own = sourceOf(page);
  if (!own) return { actions: [] };
  const { store, pageError } = startOn(own);
  if (!store) return { source: own, pageError, actions: [] };
  const source: PageSource = { ...own, signals, isAssumed: true };
  return { source, store, actions: findActions(source, address, { ...store, ...signals }) };
}
