/**
 * Rewrites the expressions of `data-*` attributes as client 0.19.9 does, and finds the signals in them.
 *
 * @module
 */

import type { AnyNode, Expression } from "acorn"; // what compiles is JavaScript's to say
import { type Budget, createBudget, type PageLimits } from "../limits.ts";
import * as script from "../script/evaluate.ts";
import { isPlainObject, parseCode, parseExpression, type SignalAccess, UnknownValue } from "../script/evaluate.ts";

/** [STO-5 to STO-7] The client's replacements, in their order. They ignore where strings begin and end. */
const rewrites: [RegExp, (...groups: string[]) => string][] = [
  [
    /\$\$([a-zA-Z_$]+[0-9a-zA-Z_$.]*)(?:\((.*)\))?/g,
    (_, action, args) => `ctx.actions.${action}(${["ctx", ...args ? args.split(",").map((arg) => arg.trim()) : []]})`,
  ],
  [/\$([a-zA-Z_$]+[0-9a-zA-Z_$.]*)(\([^)]*\))?/g, (_, signal, call) => {
    if (!call) return `ctx.store().${signal}.value`;
    const dot = signal.lastIndexOf(".");
    return `ctx.store().${signal.slice(0, Math.max(dot, 0))}.value.${signal.slice(dot + 1)}${call}`;
  }],
  [/~([a-zA-Z_$]+)/g, (_, ref) => `document.querySelector(ctx.store()._dsPlugins.refs.${ref})`],
];

/** Additional steps of a plugin before its expression is compiled. */
export interface Preparation {
  /** Applied to each statement before the client's own rewrites. */
  before?: (statement: string) => string;
  /** Applied to each statement after them. */
  after?: (statement: string) => string;
  /** Whether lines are joined first [STO-4]. */
  joinLines?: boolean;
}

/** Splits an expression into the statements that the client makes of it. The last one is its value. */
export function statementsOf(
  expression: string,
  budget: Budget,
  { before, after, joinLines }: Preparation = {},
): string[] {
  let text = joinLines ? expression.split("\n").map((line) => line.trim()).join(" ") : expression;
  const steps: [RegExp, (...groups: string[]) => string][] = [
    ...before ? [[/.+/g, before] as [RegExp, (text: string) => string]] : [],
    ...rewrites,
    ...after ? [[/.+/g, after] as [RegExp, (text: string) => string]] : [],
  ];
  for (const [pattern, rewrite] of steps) {
    text = text.split(/;|\n/).map((part) => {
      let done = part;
      for (const match of part.matchAll(pattern)) {
        budget.checkTime(); // each costs a pass over the text, in the client too
        // With a text, as in the client: `$&` and `$'` in it are patterns of replace() [STO-7].
        done = done.replace(match[0], rewrite(...match));
        budget.checkSize("an expression", done.length);
      }
      return done;
    }).join("; ");
    budget.checkSize("an expression", text.length);
  }
  return text.split(/;|\n/).map((part) => part.trim()).filter(Boolean);
}

/** Whether the client can compile the statements, which its function contains twice [STO-8]. */
export function compiles(statements: string[], budget: Budget): boolean {
  const body = statements.map((text, i) => i === statements.length - 1 ? `  return ${text}` : `  ${text}`).join(";\n");
  const text = `try {\nconst _datastarExpression = () => {\n${body}\n}\n} catch (e) {\n` +
    `const msg = \`\n${body.replaceAll("`", "\\`")}\n\`\n}`;
  try {
    parseCode(text, budget);
    return true;
  } catch (error) {
    if (error instanceof RangeError) throw error;
    return false;
  }
}

/** The signals that an expression can read, and assign. */
export interface Signals {
  store: Record<string, unknown>;
  /** Whether the client's store may be another one: then no signal has a known value. */
  isUnknown?: boolean;
  /** Assigns a value to an existing signal that is not an object. Without it, an assignment is unknown. */
  assign?: (path: string[], value: unknown) => void;
}

/**
 * Evaluates an expression of JavaScript.
 *
 * @throws {SyntaxError} If it is not one.
 * @throws {TypeError} If it throws when it runs.
 * @throws {UnknownValue} If only running it would give the value. Assignments before that point are made.
 */
export function evaluate(text: string, signals: Signals, budget: Budget): unknown {
  budget.checkSize("an expression", text.length);
  return evaluateNode(parseExpression(`(${text}\n)`, budget), signals, budget);
}

/**
 * Evaluates a part of a parsed expression.
 *
 * @throws As {@linkcode evaluate}, but for the `SyntaxError`.
 */
export function evaluateNode(node: Expression, signals: Signals, budget: Budget): unknown {
  return script.evaluateNode(node, accessOf(signals, budget), budget);
}

const accessOf = (signals: Signals, budget: Budget): SignalAccess => ({
  findPath: findSignalPath,
  read: (path) => readSignal(path, signals, budget),
  assign: signals.assign,
});

/**
 * Evaluates the arguments of a call.
 *
 * @throws As {@linkcode evaluate}.
 */
export function evaluateArguments(text: string, signals: Signals, budget: Budget): unknown[] {
  budget.checkSize("an expression", text.length);
  const call = parseExpression(`f(${text}\n)`, budget);
  if (call.type !== "CallExpression" || call.callee.type !== "Identifier") throw new UnknownValue(text);
  return script.evaluateArguments(call.arguments, accessOf(signals, budget), budget);
}

/**
 * Finds the signal that a `data-model` names, as `ctx.store().a.b`, or another value at that place.
 *
 * @returns The value that the input gets, or undefined if there is nothing.
 * @throws As {@linkcode evaluate}.
 */
export function findSignal(text: string, store: Signals["store"], budget: Budget): { value: unknown } | undefined {
  let node: AnyNode = parseExpression(`(${text}\n)`, budget);
  const names: string[] = [];
  for (; node.type === "MemberExpression"; node = node.object) {
    if (!node.computed && node.property.type === "Identifier") names.push(node.property.name);
    else if (node.computed && node.property.type === "Literal") names.push(String(node.property.value));
    else throw new UnknownValue(text);
  }
  if (!isStoreCall(node)) throw new UnknownValue(text);
  const place = findPlace(names.reverse(), store, budget); // not unshift(): there may be many
  if (place.kind !== "value") return place;
  return place.value ? { value: Object(place.value).value } : undefined;
}

/** An object of signals, a signal with its value, or a value that is part of one. */
interface Place {
  kind: "object" | "signal" | "value";
  value: unknown;
}

/**
 * Finds what the client finds at a path of the store, inherited names included.
 *
 * @throws {TypeError} If the path leads through nothing.
 */
function findPlace(names: string[], store: Signals["store"], budget: Budget): Place {
  let place: Place = { kind: "object", value: store };
  for (const name of names) {
    budget.checkTime();
    const { kind, value } = place;
    if (kind !== "value" && name === "value") place = { kind: "value", value };
    else if (kind === "signal") place = { kind: "value", value: name in signalMethods ? () => {} : undefined };
    else if (kind === "object" && Object.hasOwn(value as object, name)) {
      const inner = (value as Signals["store"])[name];
      place = { kind: isPlainObject(inner) ? "object" : "signal", value: inner };
    } else {
      if (value === null || value === undefined) throw new TypeError(names.join("."));
      if (kind === "object" && name === "__proto__") place = { kind, value: {} };
      else place = { kind: "value", value: kind === "object" && name === "peek" ? () => {} : Object(value)[name] };
    }
  }
  return place;
}

/** The methods that every signal has, as names. */
const signalMethods = { peek: 0, subscribe: 0, toJSON: 0, toString: 0, valueOf: 0, constructor: 0 };

/** Reads a signal of the client: each name of its path must exist. */
function readSignal(path: string[], { store, isUnknown }: Signals, budget: Budget): unknown {
  if (isUnknown) throw new UnknownValue("store");
  const { kind, value } = findPlace(path, store, budget);
  if (kind === "value" && (value === null || value === undefined)) {
    throw new TypeError(`${path.join(".")} does not exist`);
  }
  return kind === "value" ? Object(value).value : value;
}

/** The names in `ctx.store().a.b.value`. */
function findSignalPath(node: AnyNode): string[] | undefined {
  const names: string[] = [];
  while (node.type === "MemberExpression" && !node.computed && node.property.type === "Identifier") {
    names.push(node.property.name);
    node = node.object;
  }
  names.reverse(); // not unshift(): there may be many
  return isStoreCall(node) && names.pop() === "value" ? names : undefined;
}

/** Whether a node is `ctx.store()`. */
function isStoreCall(node: AnyNode): boolean {
  return node.type === "CallExpression" && node.callee.type === "MemberExpression" &&
    node.callee.object.type === "Identifier" && node.callee.object.name === "ctx";
}

/**
 * Whether the client can compile the expression of an attribute.
 *
 * @throws {RangeError} If it exceeds a limit.
 */
export function compilesExpression(
  expression: string,
  limits?: Partial<PageLimits>,
  after?: Preparation["after"],
): boolean {
  const budget = createBudget(limits);
  return compiles(statementsOf(expression, budget, { after }), budget);
}
