/**
 * The store: how values come into it and leave it again.
 *
 * @module
 */

import { compiles, evaluate, statementsOf, UnknownValue } from "./expression.ts";
import { fail } from "./failure.ts";

/** Signals by name. */
export type Store = Record<string, unknown>;

/** What came of evaluating a text: something to merge, or something to say in the console. */
export type Evaluated = { patch: Store } | { message: string };

/** [STO-2 to STO-10] The value of a `data-store`. */
export function readStoreAttribute(expression: string, store: Store): Evaluated {
  const merged = "Object.assign({...ctx.store()}, ";
  const statements = statementsOf(expression, { before: (text) => `${merged}${text})`, joinLines: true });
  if (expression === "" || !compiles(statements)) {
    fail("bad-store", `The client cannot compile the data-store ${JSON.stringify(expression)}`);
  }
  const last = statements.at(-1);
  if (!last?.startsWith(merged)) return { patch: {} };
  return readSignalText(last.slice(merged.length, -1), store);
}

/** [SIG-3 to SIG-5] The text of a `datastar-signal`, which is also what is left of a `data-store`. */
export function readSignalText(text: string, store: Store): Evaluated {
  if (text.trim() === "") return { patch: {} };
  try {
    return { patch: { ...Object(evaluate(text, store)) } };
  } catch (error) {
    if (error instanceof RangeError) throw error;
    const why = error instanceof UnknownValue
      ? "only running it would tell what it gives, and nothing runs here"
      : error;
    return { message: `Cannot evaluate the store ${text.trim()}: ${why}` };
  }
}

/**
 * Merges signals into a store [STO-11 to STO-17, SIG-7]. Gives the new store; the old one stays as it was.
 *
 * @throws {Error} `bad-store`, where a name or a value cannot be merged.
 */
export function mergeStore(store: Store, patch: Store, onlyIfMissing: boolean): Store {
  const merged = copy(store) as Store;
  for (const name of Object.keys(patch)) {
    if (onlyIfMissing && (store[name] ?? null) !== null) continue;
    mergeValue(merged, name, patch[name]);
  }
  checkNames(merged);
  return merged;
}

/** Objects merge, into lists too; `null` deletes; everything else replaces. */
function mergeValue(into: Store, name: string, value: unknown): void {
  if (typeof into.hasOwnProperty !== "function") fail("bad-store", "A signal may not be named hasOwnProperty");
  if (value === null) {
    delete into[name];
  } else if (isObject(value) && !Array.isArray(value)) {
    const present = Object.hasOwn(into, name) ? into[name] : {};
    if (present === null) fail("bad-store", `The signal ${name} is null: the client cannot merge an object into it`);
    into[name] = isObject(present) ? present : {};
    for (const key of Object.keys(value)) mergeValue(into[name] as Store, key, value[key]);
  } else {
    into[name] = value;
  }
}

/** [STO-16] */
function checkNames(store: Store): void {
  for (const [name, value] of Object.entries(store)) {
    if (name === "value" || name === "peek") fail("bad-store", `A signal may not be named ${name}`);
    if (isObject(value) && !Array.isArray(value)) checkNames(value);
  }
}

/** [DEL-4 to DEL-8] Removes paths. Gives the new store. */
export function deletePaths(store: Store, paths: string[]): Store {
  const left = copy(store) as Store;
  for (const path of paths) {
    const names = path.split(".");
    const last = names.pop()!;
    let inner: unknown = left;
    for (const name of names) {
      const object = inner as Store;
      if (isObject(object) ? !object[name] : !(Object(object) as Store)[name]) {
        if (!isObject(object)) fail("bad-path", `The path ${path} leads through a value that is no object`);
        object[name] = {};
      } else if (isObject(object) && !Object.hasOwn(object, name)) {
        fail("bad-path", `The path ${path} leads through ${name}, which every object has`);
      }
      inner = (Object(object) as Store)[name];
    }
    if (isObject(inner)) delete inner[last];
    else if (typeof inner === "string" && Object.hasOwn(Object(inner), last)) {
      fail("bad-path", `The path ${path} leads into a text`);
    }
  }
  return left;
}

/** Objects are copied, lists are not: so the client does it. */
function copy(value: unknown): unknown {
  if (!isObject(value) || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, copy(inner)]));
}

function isObject(value: unknown): value is Store {
  return typeof value === "object" && value !== null;
}
