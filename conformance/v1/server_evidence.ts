/** The evidence about a server of the example contract: a recording, with its streams read and applied to the page. */

import type { v1 } from "../../harness/mod.ts";
import type { Evidence } from "../dialect.ts";
import { addPart, addressOf, type ExampleFacts, readExample } from "../example/evidence.ts";
import { signalsWith } from "../example/plan.ts";
import { createBudget } from "../read_events.ts";
import type { ServerRecording } from "../recording.ts";
import { type Action, findActions } from "./actions.ts";
import { type InputName, inputs } from "./inputs.ts";
import { interpretExchange, type PageSource, sourceOf, startOn, type V1Stream } from "./interpret.ts";

/** All that is known of a server. */
export interface ServerEvidence extends ExampleFacts<V1Stream, InputName> {
  /** The page, if the answer is one. */
  source?: PageSource;
  /** The signals that a request of the page has, if the page can be opened. */
  store?: v1.Store;
  /** Whether only running code would tell all signals of the page. */
  isStoreUnknown?: boolean;
  /** The actions of the page. */
  actions: Action[];
  /** The answer to a DELETE of `/get` with the text `hello`. */
  deleted: V1Stream;
}

/** Interprets the recording of a server. */
export async function interpretServer(recording: ServerRecording): Promise<Evidence> {
  const source = sourceOf(recording.page);
  const { store, isStoreUnknown } = source ? startOn(source) : {};
  const actions = source ? findActions(source, addressOf(recording)) : [];
  const budget = createBudget("server");
  const { server: facts, streams, otherStreams } = await readExample<V1Stream, InputName>(recording, {
    inputs,
    read: (subject, exchange, { signals, endless, hasPage }) =>
      interpretExchange(subject, exchange, {
        source: hasPage && source ? { ...source, signals } : undefined,
        endless,
        budget,
      }),
  });
  const server = Object.assign(facts, { source, store, isStoreUnknown, actions }) as ServerEvidence;
  const answer = recording.answers["delete:get"];
  const deleted = answer && await interpretExchange(server.routes.get, answer, {
    source: source && { ...source, signals: signalsWith(inputs.plain) },
    budget,
  });
  addPart(server, "deleted", deleted, "delete:get");
  return { server, streams, otherStreams: deleted ? [...otherStreams, deleted] : otherStreams };
}
