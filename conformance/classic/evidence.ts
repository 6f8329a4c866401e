/** The evidence about a server of the example contract: a recording, with its streams read and applied to the page. */

import type { Store } from "../../harness/mod.ts";
import type { Evidence } from "../dialect.ts";
import { type Action, findActions } from "./actions.ts";
import { interpretApp, streamsOf } from "../app/evidence.ts";
import { appParts } from "./app.ts";
import { createBudget } from "../read_events.ts";
import { type ClassicStream, interpretExchange, interpretStream, type PageSource } from "./interpret.ts";
import type { Recording, ServerRecording } from "../recording.ts";
import { addressOf, type ExampleFacts, readExample } from "../example/evidence.ts";
import { type InputName, inputs } from "./contract.ts";
import { sourceOf, startOn } from "./page_source.ts";

/** All that is known of a server. */
export interface ServerEvidence extends ExampleFacts<ClassicStream, InputName> {
  /** The page, if the answer is one. */
  source?: PageSource;
  /** The signals that the page begins with, if the client starts on it. */
  store?: Store;
  /** The actions of the page, if the client starts on it. */
  actions: Action[];
  /** The message of the error that the client raises as it starts on the page. */
  pageError?: string;
}

/**
 * Interprets a recording. The same recording gives the same evidence.
 *
 * @throws {SyntaxError} If the recording lacks a route of the contract.
 */
export async function interpret(recording: Recording): Promise<Evidence> {
  if (recording.kind === "server") return await interpretServer(recording);
  if (recording.kind === "app") {
    const app = await interpretApp(appParts, recording);
    return { ...streamsOf(app), app };
  }
  if (recording.kind === "sdk") throw new SyntaxError("Cannot judge the recording: classic has no endpoint of an SDK");
  const { subject, exchange, bytes = new Uint8Array(), page } = recording;
  const source = page === undefined ? undefined : { html: page };
  if (exchange) {
    return { streams: [await interpretExchange(subject, exchange, { source, endless: exchange.ending === "left" })] };
  }
  return { streams: [await interpretStream({ subject, name: subject, bytes, ended: true, endless: false }, source)] };
}

async function interpretServer(recording: ServerRecording): Promise<Evidence> {
  const source = sourceOf(recording.page);
  const start = source ? startOn(source) : {};
  // If the client does not start, there is no page for the events.
  const usable = start.store && source;
  const actions = usable ? findActions(usable, addressOf(recording), start.store) : [];
  const budget = createBudget("server");
  const { server, ...streams } = await readExample<ClassicStream, InputName>(recording, {
    inputs,
    read(subject, exchange, { signals, endless, hasPage }) {
      const asker = actions.find(({ url }) => url?.pathname === subject.split("?")[0]);
      return interpretExchange(subject, exchange, {
        source: usable && hasPage ? { ...usable, signals, initiator: asker?.source.initiator } : undefined,
        endless,
        budget,
      });
    },
  });
  return { ...streams, server: Object.assign(server, { source, ...start, actions }) };
}
