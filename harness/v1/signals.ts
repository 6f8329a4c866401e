/**
 * The signals of the clients 1.0.x: a tree of values in which each value knows the effects that have read it.
 *
 * @module
 */

import type { Budget } from "../limits.ts";
import { raise } from "./errors.ts";

/** Signals by name, as plain data. */
export type Store = Record<string, unknown>;

/** Work that the client does again when a signal changes that it has read. */
export interface Effect {
  /** Reads signals, and changes the page. */
  run: () => void;
  /** The signals that it read last, with the values they had. */
  readonly seen: Map<Signal, unknown>;
  /** Whether it waits for the end of the batch. */
  isQueued: boolean;
  /** Whether it runs again now: then what it changes itself does not make it run once more. */
  isRunningAgain: boolean;
  /** Whether its attribute is gone. */
  isEnded: boolean;
}

/** One value: a scalar, or signals of its own. */
export interface Signal {
  value: unknown;
  readonly effects: Set<Effect>;
}

/** An object or a list of signals. */
export class SignalGroup {
  readonly isList: boolean;
  readonly members = new Map<string, Signal>();
  /** The length of a list. It stays as it is where a member is deleted. */
  length = 0;
  /** Changes with each name that comes or goes. */
  readonly names: Signal = { value: 0, effects: new Set() };

  constructor(isList: boolean) {
    this.isList = isList;
  }
}

/** The signals of a page, and the effects that depend on them. */
export class Signals {
  readonly root = new SignalGroup(false);
  readonly #queue: Effect[] = [];
  #depth = 0;
  #reader?: Effect;
  /** Whether the client never runs an effect again [PSG-12]. */
  isFrozen = false;
  /** Whether an effect has failed. After that the client links signals to it that it has not read. */
  hasFailedEffect = false;

  /** Does some work as one batch: effects run at its end [PSG-15]. */
  batch(work: () => void): void {
    this.#depth++;
    try {
      work();
    } finally {
      if (--this.#depth === 0) this.#flush(); // also after an error: the other effects run
    }
  }

  /** Runs an effect for the first time. */
  start(run: () => void): Effect {
    const effect: Effect = { run, seen: new Map(), isQueued: false, isRunningAgain: false, isEnded: false };
    this.#run(effect, false);
    return effect;
  }

  /** Ends an effect. */
  end(effect: Effect): void {
    effect.isEnded = true;
    for (const signal of effect.seen.keys()) signal.effects.delete(effect);
  }

  /** Reads a member of a group. One that does not exist is created as an empty text [PSG-13]. */
  read(group: SignalGroup, name: string): unknown {
    let signal = group.members.get(name);
    if (!signal || signal.value === null || signal.value === undefined) {
      signal = addMember(group, name, "");
      // An effect that creates a signal when it runs again does so with the next name that comes, or at once if it creates
      // two.
      const reader = this.#reader;
      if (reader && !reader.isQueued && reader.seen.has(group.names)) this.#enqueue(reader);
      this.#see(group.names);
      this.#change(group.names, Number(group.names.value) + 1);
    }
    return this.#see(signal);
  }

  /** Reads the names of a group. */
  readNames(group: SignalGroup): string[] {
    this.#see(group.names);
    return [...group.members.keys()];
  }

  /** Sets a member of a group to a value of plain data. */
  set(group: SignalGroup, name: string, value: unknown, budget: Budget): void {
    const signal = group.members.get(name);
    if (signal) return this.#change(signal, toSignals(value, budget));
    addMember(group, name, toSignals(value, budget));
    this.#change(group.names, Number(group.names.value) + 1);
  }

  /** Removes a member of a group. Only an effect that lists the names runs again [PSG-14]. */
  delete(group: SignalGroup, name: string): void {
    group.members.delete(name);
    this.#change(group.names, Number(group.names.value) + 1);
  }

  #see(signal: Signal): unknown {
    if (this.#reader) {
      signal.effects.add(this.#reader);
      this.#reader.seen.set(signal, signal.value);
    }
    return signal.value;
  }

  #change(signal: Signal, value: unknown): void {
    if (signal.value === value) return;
    signal.value = value;
    for (const effect of signal.effects) {
      if (!effect.isQueued && !effect.isRunningAgain) this.#enqueue(effect);
    }
    if (this.#depth === 0) this.#flush();
  }

  #enqueue(effect: Effect): void {
    effect.isQueued = true;
    this.#queue.push(effect);
  }

  #flush(): void {
    if (this.isFrozen) return;
    for (let effect = this.#queue.shift(); effect; effect = this.#queue.shift()) {
      effect.isQueued = false;
      const isStale = [...effect.seen].some(([signal, value]) => signal.value !== value);
      if (isStale && !effect.isEnded) this.#run(effect, true);
    }
  }

  #run(effect: Effect, isAgain: boolean): void {
    for (const signal of effect.seen.keys()) signal.effects.delete(effect);
    effect.seen.clear();
    const before = this.#reader;
    this.#reader = effect;
    effect.isRunningAgain = isAgain;
    try {
      this.batch(effect.run);
    } catch (error) {
      this.hasFailedEffect = true;
      throw error;
    } finally {
      effect.isRunningAgain = false;
      this.#reader = before;
    }
  }
}

function addMember(group: SignalGroup, name: string, value: unknown): Signal {
  const signal: Signal = { value, effects: new Set() };
  group.members.set(name, signal);
  if (group.isList && isIndex(name)) group.length = Math.max(group.length, Number(name) + 1);
  return signal;
}

/** Makes signals of plain data. */
function toSignals(value: unknown, budget: Budget, depth = 0): unknown {
  budget.checkTime();
  budget.checkSize("the store", 0, depth);
  if (!isObject(value)) return value;
  const group = new SignalGroup(Array.isArray(value));
  for (const name of Object.keys(value)) {
    addMember(group, name, toSignals(value[name], budget, depth + 1));
  }
  return group;
}

/** The signals that a patch is merged into, and the way. */
interface Merge {
  signals: Signals;
  onlyIfMissing: boolean;
  budget: Budget;
}

/** Merges a patch [PSG-4 to PSG-11]. */
export function mergePatch(signals: Signals, patch: unknown, onlyIfMissing: boolean, budget: Budget): void {
  const merge: Merge = { signals, onlyIfMissing, budget };
  signals.batch(() => {
    for (const name of namesOf(patch)) mergeMember(signals.root, name, (patch as Store)[name], merge);
  });
}

/** The names of what a patch contains: for a text or a list, the places [PSG-5]. */
function namesOf(patch: unknown): string[] {
  return patch === null || patch === undefined ? [] : Object.keys(Object(patch));
}

function mergeMember(group: SignalGroup, name: string, value: unknown, merge: Merge): void {
  const { signals, onlyIfMissing, budget } = merge;
  budget.checkTime();
  if (name === "__proto__") {
    if (isObject(value) && !Array.isArray(value) && Object.keys(value).length > 0) {
      signals.isFrozen = true;
      raise("hostile-key", "The client fails at an object with the name __proto__, and never shows a change again");
    }
    return;
  }
  if (value === null || value === undefined) {
    if (!onlyIfMissing) signals.delete(group, name);
  } else if (isObject(value) && !Array.isArray(value)) {
    if (!(group.members.get(name)?.value instanceof SignalGroup)) signals.set(group, name, {}, budget);
    const inner = group.members.get(name)!.value as SignalGroup;
    for (const key of Object.keys(value)) mergeMember(inner, key, value[key], merge);
  } else if (!onlyIfMissing || !group.members.has(name)) {
    if (group.isList && name === "length") setLength(signals, group, value);
    else signals.set(group, name, value, budget);
  }
}

/** Sets the length of a list. */
function setLength(signals: Signals, list: SignalGroup, value: unknown): void {
  list.length = Number(value);
  for (const name of [...list.members.keys()]) {
    if (isIndex(name) && Number(name) >= list.length) signals.delete(list, name);
  }
}

const isIndex = (name: string) => /^(0|[1-9]\d*)$/.test(name);

/** Merges a value at a path such as `a.b`. */
export function mergePath(
  signals: Signals,
  path: string,
  value: unknown,
  onlyIfMissing: boolean,
  budget: Budget,
): void {
  const patch: Store = {};
  setPath(patch, path, value);
  mergePatch(signals, patch, onlyIfMissing, budget);
}

/** Reads the value at a path such as `a.b`, or undefined. */
export function readPath(signals: Signals, path: string): unknown {
  let value: unknown = signals.root;
  for (const name of path.split(".")) {
    if (!(value instanceof SignalGroup) || !value.members.has(name)) return undefined;
    value = signals.read(value, name);
  }
  return value;
}

/**
 * The signals that a request carries, as plain data [V1-REQ-4]. A name with a dot is taken for a path, which most often
 * leads nowhere. If it leads through a text, the client fails to make a request at all.
 */
export function toRequest(signals: Signals): Store {
  return JSON.parse(JSON.stringify(listValues(signals, (path) => !/(^|\.)_/.test(path))));
}

/** The values at the paths that a filter lets through: those of an object before those of objects in it. */
export function listValues(signals: Signals, filter: (path: string) => boolean = () => true): Store {
  const store: Store = {};
  const open: [group: SignalGroup, prefix: string][] = [[signals.root, ""]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [group, prefix] = next;
    for (const name of signals.readNames(group)) {
      const path = prefix + name;
      const value = signals.read(group, name);
      if (value instanceof SignalGroup && !value.isList) open.push([value, `${path}.`]);
      else if (filter(path)) setPath(store, path, toData(signals, readPath(signals, path)));
    }
  }
  return store;
}

function setPath(store: Store, path: string, value: unknown): void {
  const names = path.split(".");
  let inner = store;
  for (const name of names.slice(0, -1)) {
    const next = inner[name] ??= {};
    if (!isObject(next)) return;
    inner = next;
  }
  inner[names.at(-1)!] = value;
}

/** A value as plain data. */
export function toData(signals: Signals, value: unknown): unknown {
  if (!(value instanceof SignalGroup)) return value;
  const names = signals.readNames(value);
  if (!value.isList) {
    const object = Object.fromEntries(names.map((name) => [name, toData(signals, signals.read(value, name))]));
    return Object.defineProperty(object, Symbol.toPrimitive, { value: () => refuseText(signals, value) });
  }
  return Array.from({ length: value.length }, (_, i) => toData(signals, signals.read(value, String(i))));
}

/** [PSG-13] To make text of an object, JavaScript looks for two methods, which the client creates as signals. */
function refuseText(signals: Signals, group: SignalGroup): never {
  for (const name of ["toString", "valueOf"]) signals.read(group, name);
  return raise("failed-expression", "Signals that are an object have no text");
}

function isObject(value: unknown): value is Store {
  return typeof value === "object" && value !== null;
}
