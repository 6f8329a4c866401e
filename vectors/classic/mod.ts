/**
 * The vectors of the classic dialect, by family. A new file in this folder gets two lines here.
 *
 * @module
 */

import framing from "./framing.json" with { type: "json" };
import grammar from "./grammar.json" with { type: "json" };
import selectors from "./selectors.json" with { type: "json" };
import merge from "./merge.json" with { type: "json" };
import modes from "./modes.json" with { type: "json" };
import values from "./values.json" with { type: "json" };
import transitions from "./transitions.json" with { type: "json" };
import signal from "./signal.json" with { type: "json" };
import deleteFamily from "./delete.json" with { type: "json" };
import redirect from "./redirect.json" with { type: "json" };
import consoleFamily from "./console.json" with { type: "json" };
import store from "./store.json" with { type: "json" };
import application from "./application.json" with { type: "json" };
import type { VectorDialect } from "../dialect.ts";
import type { Family } from "../vector.ts";
import { client } from "./client.ts";
import clientSource from "./client.ts" with { type: "text" };
import messagesSource from "./messages.ts" with { type: "text" };

/** All families, in the order of the clauses of docs/PROTOCOL.md. */
export const families: Family[] = [
  framing,
  grammar,
  selectors,
  merge,
  modes,
  values,
  transitions,
  signal,
  deleteFamily,
  redirect,
  consoleFamily,
  store,
  application,
] as unknown as Family[]; // TypeScript infers narrower types from the files

/** The seat of the dialect among the vectors. */
export const classic: VectorDialect = {
  id: "classic",
  title: "Datastar classic",
  families,
  client,
  clientModules: { "classic/client.ts": clientSource, "classic/messages.ts": messagesSource },
};
