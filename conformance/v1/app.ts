/** The parts of the check of an application that are v1's. */

import type { v1 } from "../../harness/mod.ts";
import { withWrongTypes } from "../app/contract.ts";
import type { ActionEvidence as SharedAction, AppEvidence as SharedEvidence } from "../app/evidence.ts";
import type { AppParts, Start } from "../app/parts.ts";
import type { AppOptions, Exchange } from "../recording.ts";
import { type Action, findActions, isPlainObject, requestOf } from "./actions.ts";
import { clientHeaders } from "./contract.ts";
import { writeForm } from "./form.ts";
import { inputs } from "./inputs.ts";
import type { WithPageView } from "./page_view.ts";
import { interpretExchange, type PageSource, sourceOf, startOn, type V1Stream } from "./interpret.ts";

/** All that is known of an action. */
export type ActionEvidence = SharedAction<Action, V1Stream>;

/** All that is known of an application. */
export type AppEvidence = SharedEvidence<Action, V1Stream, PageSource> & WithPageView;

/** Data that the page does not send, but others do. A form has no JSON. */
const badData = {
  "empty": () => "{}",
  "missing": () => undefined,
  "malformed": () => "{oops",
  "list": () => "[1,2]",
  "wrong-type": withWrongTypes,
} satisfies Record<string, (store: v1.Store) => string | undefined>;

/** The name of such data. */
export type BadDataName = keyof typeof badData;

export const badDataNames = Object.keys(badData) as BadDataName[];

const isForm = ({ sent }: Action) => sent === "urlencoded" || sent === "multipart";

export const appParts: AppParts<Action, V1Stream, PageSource> = {
  id: "v1",
  headers: clientHeaders,
  inputs,
  badNoun: "bodies or parameters",
  start,
  findActions,
  actionSign: "@",
  // A form and a payload are no signals of the page.
  pageOf: (action, store) => action.sent === "signals" ? { ...action.source, signals: store } : action.source,
  pageAfter: ({ after }) => after,
  interpret: interpretExchange,
  writeData: (action, store) =>
    action.sent === "urlencoded" || action.sent === "multipart" ? writeForm(store, action.sent) : JSON.stringify(
      action.sent === "payload" && !isPlainObject(action.options.payload) ? action.options.payload : store,
    ),
  badDataOf: (action) =>
    isForm(action)
      ? { missing: "" }
      : Object.fromEntries(badDataNames.map((name) => [name, badData[name](action.store)])),
  requestOf: (action, data, address) => requestOf(action, action.url!, { data, address }),
};

function start(page: Exchange, address: URL, { signals }: AppOptions): Start<Action, PageSource> {
  const own = sourceOf(page);
  if (!own) return { actions: [] };
  const { store, errors: [error], why = error?.message } = startOn(own);
  if (why !== undefined) return { source: own, pageError: why, actions: [] };
  const source: PageSource = { ...own, signals, isAssumed: true };
  // A redirect may have led to the page.
  return { source, store, actions: findActions(source, new URL(page.request.path, address)) };
}
