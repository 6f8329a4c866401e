/**
 * Removes a path from the store, as the client does: by reading one property after the other, inherited ones too.
 *
 * The objects that all values share, such as `Object.prototype`, belong to the browser's page there, and to the whole
 * process here. What a path changes in them is kept apart, so that later paths of the same page meet it.
 *
 * @module
 */

import { type Budget, quoteText } from "../limits.ts";
import { raise } from "./errors.ts";

/** The changed properties of shared objects, by object and name: undefined for one that was removed. */
export type SharedChanges = Map<object, Map<string, PropertyDescriptor | undefined>>;

/** [DEL-4 to DEL-8] Removes a path from the store, or from the shared objects to which it leads. */
export function deletePath(store: object, path: string, changes: SharedChanges, budget: Budget): void {
  const names = path.split(".");
  const last = names.pop()!;
  let inner: unknown = store;
  let isShared = false;
  for (const name of names) {
    budget.checkTime();
    const object = Object(inner) as object;
    let value = readProperty(object, name, changes);
    if (value) isShared ||= !Object.hasOwn(object, name);
    else {
      value = {};
      if (object !== inner || !canSet(object, name, changes)) {
        raise("bad-path", `The client cannot set ${quoteText(name)} in the path ${quoteText(path)}`);
      }
      define(object, name, { value, writable: true, enumerable: true, configurable: true }, isShared && changes);
    }
    inner = value;
  }
  const object = Object(inner) as object;
  const found = ownProperty(object, last, changes);
  if (found?.configurable === false) raise("bad-path", `The client cannot remove ${quoteText(path)}`);
  if (found) define(object, last, undefined, isShared && changes);
}

/** The built-in functions that the client calls to make the store anew. */
const needed: [object, string[]][] = [
  [Object, ["assign", "entries"]],
  [Array, ["isArray"]],
  [Array.prototype, ["forEach", "reduce", "some"]],
  [String.prototype, ["split"]],
];

/** Raises if paths have removed a built-in function that the client calls for further paths, or for a merge [DEL-8]. */
export function mustWork(step: "paths" | "merge", changes: SharedChanges): void {
  const lacks = (object: object, name: string) => !readProperty(object, name, changes);
  if (needed.some(([object, names]) => names.some((name) => lacks(object, name)))) {
    raise("bad-path", "The client cannot create its store again: the page has lost a function of the browser");
  }
  if (step === "paths") return;
  if (lacks(Object, "keys")) raise("bad-path", "The client cannot merge signals: the page has lost Object.keys");
  if (lacks(Object.prototype, "hasOwnProperty")) {
    raise("bad-store", "The client cannot merge a signal: the page has lost hasOwnProperty");
  }
}

/** The names that paths have given to all objects. The client takes them for attributes of each element [DEL-8]. */
export function inheritedNames(changes: SharedChanges): string[] {
  const names = [...changes.get(Object.prototype) ?? []];
  return names.flatMap(([name, property]) => property?.enumerable ? [name] : []);
}

/** The same names with their values. `onlyIfMissing` takes them for signals that are missing [DEL-8]. */
export function inheritedValues(changes: SharedChanges): Record<string, unknown> {
  const properties = changes.get(Object.prototype);
  return Object.fromEntries(inheritedNames(changes).map((name) => [name, properties?.get(name)?.value]));
}

function readProperty(object: object, name: string, changes: SharedChanges): unknown {
  const found = findProperty(object, name, changes);
  if (!found || "value" in found) return found?.value;
  if (name === "__proto__") return Object.getPrototypeOf(object);
  return raise("bad-path", `A function does not let the client read ${quoteText(name)}`); // `caller` and `arguments`
}

function canSet(object: object, name: string, changes: SharedChanges): boolean {
  if (Array.isArray(object) && name === "length") return false;
  const found = findProperty(object, name, changes);
  return !found || found.writable === true;
}

/** Finds a property in an object or in its prototypes. */
function findProperty(object: object, name: string, changes: SharedChanges): PropertyDescriptor | undefined {
  for (let at: object | null = object; at; at = Object.getPrototypeOf(at)) {
    const found = ownProperty(at, name, changes);
    if (found) return found;
  }
}

function ownProperty(object: object, name: string, changes: SharedChanges): PropertyDescriptor | undefined {
  const changed = changes.get(object);
  if (changed?.has(name)) return changed.get(name);
  // Deno has removed it.
  if (name === "__proto__" && object === Object.prototype) return { get: undefined, configurable: true };
  return Object.getOwnPropertyDescriptor(object, name);
}

/** Defines or removes a property: in the object itself, or in the changes if it is shared. */
function define(object: object, name: string, property?: PropertyDescriptor, changes?: SharedChanges | false): void {
  if (changes) changes.set(object, (changes.get(object) ?? new Map()).set(name, property));
  else if (property) Object.defineProperty(object, name, property);
  else Reflect.deleteProperty(object, name);
}
