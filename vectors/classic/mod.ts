/**
 * The vectors, family by family. A new file in vectors/ gets two lines here.
 *
 * @module
 */

import framing from "./framing.json" with { type: "json" };
import grammar from "./grammar.json" with { type: "json" };
import merge from "./merge.json" with { type: "json" };
import modes from "./modes.json" with { type: "json" };
import transitions from "./transitions.json" with { type: "json" };
import signal from "./signal.json" with { type: "json" };
import deleteFamily from "./delete.json" with { type: "json" };
import redirect from "./redirect.json" with { type: "json" };
import consoleFamily from "./console.json" with { type: "json" };
import store from "./store.json" with { type: "json" };
import application from "./application.json" with { type: "json" };
import type { Family } from "../compare.ts";

/** All families, in the order of the clauses of docs/PROTOCOL.md. */
export const families: Family[] = [
  framing,
  grammar,
  merge,
  modes,
  transitions,
  signal,
  deleteFamily,
  redirect,
  consoleFamily,
  store,
  application,
] as unknown as Family[]; // what TypeScript makes of the files is narrower than what they may hold
