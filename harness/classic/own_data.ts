/**
 * The data that plugins keep in the store, under `_dsPlugins` [STO-19].
 *
 * A plugin puts it there as plain data beside the signals. Where the client merges signals with a copy of its store, plain
 * data become signals too. Each other way to make the store anew loses them, and a plugin that looks for them later raises.
 *
 * @module
 */

import { quoteText } from "../limits.ts";
import { raise } from "./errors.ts";
import type { Store } from "./signals.ts";
import type { ClientState, OwnPart } from "./state.ts";

/** Makes a part, unless it is there. */
export function addPart(state: ClientState, part: OwnPart): void {
  if (!hasPart(state, part)) state.plainParts.add(part);
}

/** Raises if a part is not there when an attribute is undone. */
export function mustHavePart(state: ClientState, part: OwnPart, name: string): void {
  if (!hasPart(state, part)) {
    raise("bad-attribute", `The client cannot undo ${quoteText(name)}: its store has lost _dsPlugins, or a part of it`);
  }
}

/** The references that the store has as signals. */
export function referencesOf({ store }: ClientState): Store {
  const references = objectOf(store._dsPlugins)?.refs;
  return objectOf(references) ?? {};
}

/** The store, with references as signals, unless they are plain data. */
export function withReferences(state: ClientState): Store {
  const { store, plainParts } = state;
  const own = objectOf(store._dsPlugins);
  if (!own || plainParts.has("refs")) return store;
  return { ...store, _dsPlugins: { ...own, refs: referencesOf(state) } };
}

/** Makes the references plain data. */
export function resetReferences(state: ClientState): void {
  const own = objectOf(state.store._dsPlugins);
  if (own) {
    const { refs: _, ...others } = own;
    state.store = { ...state.store, _dsPlugins: others };
  }
  state.plainParts.add("refs");
}

/** The plain data, as a patch that makes signals of them. */
export function plainPatch({ store, plainParts }: ClientState): Store {
  if (plainParts.size === 0 || store._dsPlugins !== undefined && !objectOf(store._dsPlugins)) return {};
  return {
    _dsPlugins: {
      ...plainParts.has("refs") && { refs: {} },
      ...plainParts.has("headers") && { fetch: { headers: {} } },
    },
  };
}

function hasPart({ store, plainParts }: ClientState, part: OwnPart): boolean {
  if (plainParts.has(part)) return true;
  const own = objectOf(store._dsPlugins);
  const parent = part === "refs" ? own : objectOf(own?.fetch);
  return parent !== undefined && Object.hasOwn(parent, part);
}

function objectOf(value: unknown): Store | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value as Store : undefined;
}
