/**
 * The vectors, family by family. A new file in vectors/ gets two lines here.
 *
 * @module
 */

import framing from "../vectors/framing.json" with { type: "json" };
import grammar from "../vectors/grammar.json" with { type: "json" };
import merge from "../vectors/merge.json" with { type: "json" };
import modes from "../vectors/modes.json" with { type: "json" };
import transitions from "../vectors/transitions.json" with { type: "json" };
import signal from "../vectors/signal.json" with { type: "json" };
import deleteFamily from "../vectors/delete.json" with { type: "json" };
import redirect from "../vectors/redirect.json" with { type: "json" };
import consoleFamily from "../vectors/console.json" with { type: "json" };
import store from "../vectors/store.json" with { type: "json" };
import application from "../vectors/application.json" with { type: "json" };
import type { Family } from "./compare.ts";

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
