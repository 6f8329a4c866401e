/**
 * Rewrites the expressions of `data-*` attributes as client 0.19.9 does, and evaluates them without running code: a
 * literal, a signal or a simple combination of these has a value, which can be assigned to a signal. Everything else is
 * unknown.
 *
 * @module
 */

import { type AnyNode, type Expression, parse, type Program, type SpreadElement } from "acorn"; // what compiles is JavaScript's to say
import { type Budget, createBudget, isStackOverflow, type PageLimits } from "../limits.ts";

/** Thrown for an expression whose value only running it would give. */
export class UnknownValue extends Error {}

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

/** Parses code within the budget. Parsing can take time that grows with the square of the text, or all of the stack. */
export function parseCode(text: string, budget: Budget): Program {
  try {
    return parse(text, { ecmaVersion: "latest", allowReturnOutsideFunction: true, onToken: budget.checkTime });
  } catch (error) {
    if (!isStackOverflow(error as Error)) throw error;
    throw new RangeError("Cannot go on: an expression is nested too deeply");
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
  return valueOf(parseExpression(`(${text}\n)`, budget), createScope(signals, budget));
}

/**
 * Evaluates a part of a parsed expression.
 *
 * @throws As {@linkcode evaluate}, but for the `SyntaxError`.
 */
export function evaluateNode(node: Expression, signals: Signals, budget: Budget): unknown {
  return valueOf(node, createScope(signals, budget));
}

/** Parses code that is one expression. Several statements have a value that only running them would give. */
function parseExpression(code: string, budget: Budget): Expression {
  const { body: [statement, ...more] } = parseCode(code, budget);
  if (more.length > 0 || statement?.type !== "ExpressionStatement") throw new UnknownValue(code);
  return statement.expression;
}

/**
 * Evaluates the arguments of a call.
 *
 * @throws As {@linkcode evaluate}.
 */
export function evaluateArguments(text: string, signals: Signals, budget: Budget): unknown[] {
  budget.checkSize("an expression", text.length);
  const call = parseExpression(`f(${text}\n)`, budget);
  if (call.type !== "CallExpression" || call.callee.type !== "Identifier") throw new UnknownValue(text);
  const scope = createScope(signals, budget);
  return call.arguments.flatMap((argument) =>
    argument.type === "SpreadElement" ? [...valueOf(argument.argument, scope) as unknown[]] : [valueOf(argument, scope)]
  );
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
      place = { kind: isObject(inner) ? "object" : "signal", value: inner };
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

/** Counts the characters and the values of a value. */
export function sizeOf(value: unknown, budget: Budget): number {
  let size = 0;
  const open: [value: unknown, depth: number][] = [[value, 0]];
  while (open.length > 0) {
    const [inner, depth] = open.pop()!;
    size += typeof inner === "string" ? 1 + inner.length : 1;
    budget.checkTime();
    budget.checkSize("the store", size, depth); // in the loop: a value may be in another one many times
    if (typeof inner !== "object" || inner === null) continue;
    for (const [name, member] of Object.entries(inner)) {
      if (!Array.isArray(inner)) size += name.length;
      open.push([member, depth + 1]);
    }
  }
  return size;
}

interface Scope {
  signals: Signals;
  budget: Budget;
  /** Counts the intermediate values. */
  hold: (size: number) => void;
}

function createScope(signals: Signals, budget: Budget): Scope {
  let size = 0;
  return { signals, budget, hold: (made) => budget.checkSize("a value", size += made) };
}

function valueOf(node: Expression | SpreadElement, scope: Scope): unknown {
  scope.hold(1);
  switch (node.type) {
    case "Literal":
      if (node.regex) break;
      if (typeof node.value === "string") scope.hold(node.value.length);
      return node.bigint ? BigInt(node.bigint) : node.value;
    case "Identifier":
      if (node.name === "undefined") return undefined;
      if (node.name === "NaN") return NaN;
      if (node.name === "Infinity") return Infinity;
      break;
    case "ParenthesizedExpression":
      return valueOf(node.expression, scope);
    case "TemplateLiteral":
      return node.quasis.map(({ value }, i) => {
        const text = value.cooked + (i < node.expressions.length ? String(valueOf(node.expressions[i], scope)) : "");
        scope.hold(text.length);
        return text;
      }).join("");
    case "ArrayExpression":
      return node.elements.flatMap((element) => {
        if (element?.type !== "SpreadElement") return [element ? valueOf(element, scope) : undefined];
        return [...valueOf(element.argument, scope) as unknown[]];
      });
    case "ObjectExpression": {
      const object: Record<string, unknown> = {};
      for (const property of node.properties) {
        if (property.type === "SpreadElement") {
          for (const [name, value] of Object.entries(valueOf(property.argument, scope) ?? {})) {
            scope.hold(1);
            define(object, name, value);
          }
          continue;
        }
        if (property.kind !== "init" || property.method) throw new UnknownValue(property.type);
        const name = property.computed || property.key.type !== "Identifier"
          ? String(valueOf(property.key as Expression, scope))
          : property.key.name;
        const value = valueOf(property.value as Expression, scope);
        // Written so it would become the prototype, which no later step looks at [STO-17].
        if (name === "__proto__" && !property.computed) continue;
        define(object, name, value);
      }
      return object;
    }
    case "UnaryExpression": {
      const value = valueOf(node.argument, scope);
      if (node.operator === "-") return -(value as number);
      if (node.operator === "+") return +(value as number);
      if (node.operator === "!") return !value;
      break;
    }
    case "BinaryExpression":
      if (node.left.type === "PrivateIdentifier") break;
      return combine(node.operator, valueOf(node.left, scope), valueOf(node.right, scope), scope);
    case "LogicalExpression": {
      const left = valueOf(node.left, scope);
      if (node.operator === "&&") return left && valueOf(node.right, scope);
      if (node.operator === "||") return left || valueOf(node.right, scope);
      return left ?? valueOf(node.right, scope);
    }
    case "ConditionalExpression":
      return valueOf(valueOf(node.test, scope) ? node.consequent : node.alternate, scope);
    case "SequenceExpression":
      return node.expressions.map((expression) => valueOf(expression, scope)).at(-1);
    case "AssignmentExpression": {
      const path = node.left.type === "MemberExpression" && signalPath(node.left);
      if (!path || /^(&&|\|\||\?\?)=$/.test(node.operator)) break;
      const before = node.operator === "=" ? undefined : readSignal(path, scope);
      const value = valueOf(node.right, scope);
      return assign(
        path,
        node.operator === "=" ? value : combine(node.operator.slice(0, -1), before, value, scope),
        scope,
      );
    }
    case "UpdateExpression": {
      const path = signalPath(node.argument);
      const before = path && readSignal(path, scope);
      if (!path || typeof before === "bigint") break;
      const after = assign(path, Number(before) + (node.operator === "++" ? 1 : -1), scope);
      return node.prefix ? after : Number(before);
    }
    case "MemberExpression": {
      const path = signalPath(node);
      if (path) return readSignal(path, scope);
      break;
    }
    case "CallExpression": {
      const { callee } = node;
      if (callee.type === "Identifier" && callee.name === "encodeURIComponent" && node.arguments.length === 1) {
        return encode(valueOf(node.arguments[0], scope), scope);
      }
      if (callee.type !== "MemberExpression" || callee.computed || callee.property.type !== "Identifier") break;
      if (node.arguments.length > 0 || callee.object.type === "Super") break;
      return callMethod(callee.property.name, callee.object, scope);
    }
  }
  throw new UnknownValue(node.type);
}

function combine(operator: string, left: unknown, right: unknown, { hold }: Scope): unknown {
  const [a, b] = [left as number, right as number];
  // Their arithmetic is unbounded: a few multiplications can take forever.
  if (typeof a === "bigint" && typeof b === "bigint") throw new UnknownValue(operator);
  switch (operator) {
    case "+": {
      const sum: unknown = a + b;
      if (typeof sum === "string") hold(sum.length);
      return sum;
    }
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "===":
      return a === b;
    case "!==":
      return a !== b;
    case "%":
      return a % b;
    case "==":
      return a == b;
    case "!=":
      return a != b;
    case "<=":
      return a <= b;
    case ">=":
      return a >= b;
    case "<":
      return a < b;
    case ">":
      return a > b;
  }
  throw new UnknownValue(operator);
}

/** Reads a signal of the client: each name of its path must exist. */
function readSignal(path: string[], { signals, budget, hold }: Scope): unknown {
  if (signals.isUnknown) throw new UnknownValue("store");
  const { kind, value } = findPlace(path, signals.store, budget);
  if (kind === "value" && (value === null || value === undefined)) {
    throw new TypeError(`${path.join(".")} does not exist`);
  }
  const read = kind === "value" ? Object(value).value : value;
  hold(sizeOf(read, budget));
  return read;
}

function assign(path: string[], value: unknown, scope: Scope): unknown {
  if (!scope.signals.assign) throw new UnknownValue("AssignmentExpression");
  // An object has signals of its own: an assignment does not simply replace one value by another.
  const before = readSignal(path, scope);
  if (isObject(before) || isObject(value)) throw new UnknownValue("ObjectExpression");
  if (before !== value) scope.signals.assign(path, value);
  return value;
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `encodeURIComponent`, by which the signals of a URL are encoded. */
function encode(value: unknown, { hold }: Scope): string {
  const text = String(value);
  hold(text.length * 9); // the UTF-8 of one character, each byte as three
  if (!text.isWellFormed()) throw new TypeError("It contains half of a surrogate pair");
  return encodeURIComponent(text);
}

/** Calls a method without arguments, of a value whose kind defines it. */
function callMethod(name: string, object: Expression, scope: Scope): unknown {
  // Only a literal list: a list of the store would be changed.
  if (name === "reverse" && object.type === "ArrayExpression") return (valueOf(object, scope) as unknown[]).reverse();
  if (name !== "toUpperCase" && name !== "toLowerCase" && name !== "trim") throw new UnknownValue(name);
  const text = valueOf(object, scope);
  if (isObject(text)) throw new UnknownValue(name); // it may define such a method
  if (typeof text !== "string") throw new TypeError(`${name} does not exist here`);
  scope.hold(text.length * 3); // one character may become three
  return text[name]();
}

/** Defines a property as a literal does: assigning `__proto__` would set the prototype. */
function define(object: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}

/** The names in `ctx.store().a.b.value`. */
function signalPath(node: AnyNode): string[] | undefined {
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
