/**
 * The store of signals: reads values, merges them and deletes them.
 *
 * @module
 */

import { compiles, evaluateArguments, type Signals, statementsOf } from "./expression.ts";
import { sizeOf, UnknownValue } from "../script/evaluate.ts";
import { ClientError } from "../client_error.ts";
import { type Budget, createBudget, type PageLimits, quoteText } from "../limits.ts";
import { raise } from "./errors.ts";
import { deletePath, mustWork, type SharedChanges } from "./paths.ts";

/** Signals by name. */
export type Store = Record<string, unknown>;

/** The result of evaluating a text: signals to merge, or a message for the console. */
export type Evaluated = ReadPatch | FailedText;

/** Signals to merge. */
export interface ReadPatch {
  /** The names and their values. */
  patch: Store;
  /** Whether the client makes a function that does nothing of the text. */
  isEmpty?: true;
}

/** A text that gives no signals. */
export interface FailedText {
  /** The message for the console. */
  message: string;
  /** Whether only running the text would give its value. */
  unevaluated: boolean;
}

/** [STO-2 to STO-10] Evaluates a `data-store`. */
export function readStoreAttribute(expression: string, signals: Signals, budget: Budget): Evaluated {
  const merged = "Object.assign({...ctx.store()}, ";
  const before = (text: string) => `${merged}${text})`;
  const statements = statementsOf(expression, budget, { before, joinLines: true });
  // Of semicolons alone the client makes a function that does nothing.
  if (expression.trim() === "" || !compiles(statements, budget)) {
    raise("bad-store", `The client cannot compile the data-store ${quoteText(expression)}`);
  }
  const last = statements.at(-1);
  if (!last?.startsWith(merged)) return { patch: {}, isEmpty: true };
  // Where an earlier statement throws, the last one has no turn.
  const texts = statements.filter((statement) => statement.startsWith(merged));
  const reads = texts.map((statement) => readSignalText(statement.slice(merged.length, -1), signals, budget));
  const read = reads.find((one) => "message" in one) ?? reads[reads.length - 1];
  // The client writes the value of each attribute as JSON, and goes on without a value where that fails.
  if ("patch" in read && !isJson(read.patch)) {
    return { message: `The client cannot write the data-store ${quoteText(expression)} as JSON`, unevaluated: false };
  }
  return read;
}

/** Whether a value can be written as JSON, which a bigint cannot. */
export function isJson(value: unknown): boolean {
  try {
    JSON.stringify(value);
    return true;
  } catch {
    return false;
  }
}

/** [SIG-3 to SIG-5] Evaluates the text of a `datastar-signal`, or what the rewriting leaves of a `data-store`. */
export function readSignalText(text: string, signals: Signals, budget: Budget): Evaluated {
  try {
    const patch: Store = {};
    for (const argument of evaluateArguments(text, signals, budget)) {
      for (const [name, value] of Object.entries(argument ?? {})) {
        if (name !== "__proto__") patch[name] = value; // [STO-17]
      }
    }
    return { patch };
  } catch (error) {
    if (error instanceof RangeError) throw error;
    const unevaluated = error instanceof UnknownValue;
    const why = unevaluated ? "its value is known only if it runs, and code does not run here" : error;
    return { message: `Cannot evaluate the store ${quoteText(text.trim())}: ${why}`, unevaluated };
  }
}

/**
 * The way to merge a patch. `with store`: the client merges the whole store, with the values of the patch in it. `if
 * missing`: only names for which the store has no value. `alone`: the patch and nothing else.
 */
export type MergeWay = "with store" | "if missing" | "alone";

/**
 * Merges signals into a store [STO-11 to STO-17, SIG-7]. Returns the new store; the old one is unchanged.
 *
 * @throws {ClientError} `bad-store`, if a name or a value cannot be merged.
 */
export function mergeStore(store: Store, patch: Store, way: MergeWay, budget: Budget): Store {
  const merged = copyObjects(store, budget) as Store;
  for (const name of Object.keys(way === "alone" ? patch : { ...store, ...patch })) {
    if (!Object.hasOwn(patch, name)) {
      if (way === "with store") mergeAgain(merged, name, budget);
    } else if (way !== "if missing" || !Object.hasOwn(store, name) || (store[name] ?? null) === null) {
      mergeValue(merged, name, patch[name], budget);
    }
  }
  budget.checkSize("the store", sizeOf(merged, budget));
  checkNames(merged, "bad-store", budget);
  return merged;
}

/** Sets an existing signal. Returns the new store; the old one is unchanged. */
export function setSignal(store: Store, path: string[], value: unknown, budget: Budget): Store {
  const changed = copyObjects(store, budget) as Store;
  let inner = changed;
  for (const name of path.slice(0, -1)) inner = inner[name] as Store;
  inner[path.at(-1)!] = value;
  budget.checkSize("the store", sizeOf(changed, budget));
  return changed;
}

/** Merges a value: objects merge, into lists too; `null` deletes; everything else replaces. */
function mergeValue(into: Store, name: string, value: unknown, budget: Budget): void {
  budget.checkTime();
  if (name === "__proto__") return; // [STO-17]
  if (typeof into.hasOwnProperty !== "function") raiseOwnCheck();
  if (value === null) {
    delete into[name];
  } else if (isObject(value) && !Array.isArray(value)) {
    const present = Object.hasOwn(into, name) ? into[name] : undefined;
    if (present === null) raise("bad-store", `The signal ${name} is null: the client cannot merge an object into it`);
    if (!isObject(present)) {
      // The new object is the patch's own at first, so its names count at once.
      if (Object.hasOwn(value, "hasOwnProperty")) raiseOwnCheck();
      into[name] = {};
    }
    for (const key of Object.keys(value)) mergeValue(into[name] as Store, key, value[key], budget);
  } else {
    into[name] = value;
  }
}

/** Merges a signal into itself, which changes nothing, but may fail [STO-17]. */
function mergeAgain(into: Store, name: string, budget: Budget): void {
  budget.checkTime();
  if (typeof into.hasOwnProperty !== "function") raiseOwnCheck();
  const value = into[name];
  if (!isObject(value) || Array.isArray(value)) return;
  for (const key of Object.keys(value)) mergeAgain(value, key, budget);
}

/** The client calls a method of this name on each object that it merges into. */
function raiseOwnCheck(): never {
  raise("bad-store", "A signal may not be named hasOwnProperty");
}

/** [STO-16] */
function checkNames(store: Store, code: "bad-store" | "bad-path", budget: Budget): void {
  for (const [name, value] of Object.entries(store)) {
    budget.checkTime();
    if (name === "value" || name === "peek") raise(code, `A signal may not be named ${name}`);
    if (isObject(value) && !Array.isArray(value)) checkNames(value, code, budget);
  }
}

/** [DEL-4 to DEL-8] Removes paths. Returns the new store; the old one is unchanged, but for what lies in its lists. */
export function deletePaths(store: Store, paths: string[], changes: SharedChanges, budget: Budget): Store {
  const left = copyObjects(store, budget) as Store;
  for (const path of paths) deletePath(left, path, changes, budget);
  mustWork("paths", changes);
  budget.checkSize("the store", sizeOf(left, budget));
  checkNames(left, "bad-path", budget);
  return left;
}

/** Copies objects but not lists, as the client does. */
function copyObjects(value: unknown, budget: Budget): unknown {
  budget.checkTime();
  if (!isObject(value) || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, copyObjects(inner, budget)]));
}

function isObject(value: unknown): value is Store {
  return typeof value === "object" && value !== null;
}

/** Whether the client can compile the expression of a `data-store`. */
export function compilesStore(expression: string, limits?: Partial<PageLimits>): boolean {
  try {
    readStoreAttribute(expression, { store: {} }, createBudget(limits));
    return true;
  } catch (error) {
    if (error instanceof ClientError) return false;
    throw error;
  }
}

/**
 * Evaluates the text of a `datastar-signal` on an empty store, without running code.
 *
 * @throws {RangeError} If it exceeds a limit.
 */
export function readSignalValue(text: string, limits?: Partial<PageLimits>): Evaluated {
  return readSignalText(text, { store: {} }, createBudget(limits));
}
