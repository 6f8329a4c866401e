/**
 * The vectors of the dialect v1, by family. A new file in this folder gets two lines here.
 *
 * @module
 */

import framing from "./framing.json" with { type: "json" };
import elements from "./elements.json" with { type: "json" };
import modes from "./modes.json" with { type: "json" };
import namespaces from "./namespaces.json" with { type: "json" };
import scripts from "./scripts.json" with { type: "json" };
import transitions from "./transitions.json" with { type: "json" };
import injection from "./injection.json" with { type: "json" };
import morph from "./morph.json" with { type: "json" };
import values from "./values.json" with { type: "json" };
import signals from "./signals.json" with { type: "json" };
import attributes from "./attributes.json" with { type: "json" };
import generations from "./generations.json" with { type: "json" };
import type { VectorDialect } from "../dialect.ts";
import type { Family } from "../vector.ts";
import { client } from "./client.ts";
import clientSource from "./client.ts" with { type: "text" };
import messagesSource from "./messages.ts" with { type: "text" };

/** All families, in the order of the clauses of docs/PROTOCOL-V1.md. */
export const families: Family[] = [
  framing,
  elements,
  modes,
  namespaces,
  scripts,
  transitions,
  injection,
  morph,
  values,
  signals,
  attributes,
  generations,
] as unknown as Family[]; // TypeScript infers narrower types from the files

/** The seat of the dialect among the vectors. */
export const v1: VectorDialect = {
  id: "v1",
  title: "Datastar v1",
  families,
  client,
  clientModules: { "v1/client.ts": clientSource, "v1/messages.ts": messagesSource },
};
