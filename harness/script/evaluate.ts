/**
 * Evaluates expressions of JavaScript without running code: a literal, a signal or a simple combination of these has a
 * value. Everything else is unknown. A dialect says which expressions are signals.
 *
 * @module
 */

import { type AnyNode, type Expression, parse, type Program, type SpreadElement } from "acorn"; // what compiles is JavaScript's to say
import { type Budget, toLimitError } from "../limits.ts";

/** Thrown for an expression whose value only running it would give. */
export class UnknownValue extends Error {}

/** The signals that an expression can read, and assign. */
export interface SignalAccess {
  /** Finds the names of the path, if an expression is a signal. */
  findPath: (node: AnyNode) => string[] | undefined;
  /** Reads a signal. Throws if the expression does, or an {@linkcode UnknownValue}. */
  read: (path: string[]) => unknown;
  /** Assigns a value to an existing signal that is not an object. Without it, an assignment is unknown. */
  assign?: (path: string[], value: unknown) => void;
}

/**
 * Evaluates a parsed expression.
 *
 * @throws {TypeError} If it throws when it runs.
 * @throws {UnknownValue} If only running it would give the value. Assignments before that point are made.
 */
export function evaluateNode(node: Expression, signals: SignalAccess, budget: Budget): unknown {
  return valueOf(node, createScope(signals, budget));
}

/** Evaluates the arguments of a call, as {@linkcode evaluateNode} does, within one budget of values. */
export function evaluateArguments(
  nodes: readonly (Expression | SpreadElement)[],
  signals: SignalAccess,
  budget: Budget,
): unknown[] {
  const scope = createScope(signals, budget);
  return nodes.flatMap((node) =>
    node.type === "SpreadElement" ? [...valueOf(node.argument, scope) as unknown[]] : [valueOf(node, scope)]
  );
}

/** Parses code within the budget. Parsing can take time that grows with the square of the text, or all of the stack. */
export function parseCode(text: string, budget: Budget): Program {
  try {
    return parse(text, { ecmaVersion: "latest", allowReturnOutsideFunction: true, onToken: budget.checkTime });
  } catch (error) {
    throw toLimitError(error as Error, "an expression is");
  }
}

/** Parses code that is one expression. Several statements have a value that only running them would give. */
export function parseExpression(code: string, budget: Budget): Expression {
  const { body: [statement, ...more] } = parseCode(code, budget);
  if (more.length > 0 || statement?.type !== "ExpressionStatement") throw new UnknownValue(code);
  return statement.expression;
}

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
  signals: SignalAccess;
  budget: Budget;
  /** Counts the intermediate values. */
  hold: (size: number) => void;
}

function createScope(signals: SignalAccess, budget: Budget): Scope {
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
      const path = node.left.type === "MemberExpression" && scope.signals.findPath(node.left);
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
      const path = scope.signals.findPath(node.argument);
      const before = path && readSignal(path, scope);
      if (!path || typeof before === "bigint") break;
      const after = assign(path, Number(before) + (node.operator === "++" ? 1 : -1), scope);
      return node.prefix ? after : Number(before);
    }
    case "MemberExpression": {
      const path = scope.signals.findPath(node);
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

/** Reads a signal. Its size counts. */
function readSignal(path: string[], { signals, budget, hold }: Scope): unknown {
  const value = signals.read(path);
  hold(sizeOf(value, budget));
  return value;
}

function assign(path: string[], value: unknown, scope: Scope): unknown {
  if (!scope.signals.assign) throw new UnknownValue("AssignmentExpression");
  // An object has signals of its own: an assignment does not simply replace one value by another.
  const before = readSignal(path, scope);
  if (isPlainObject(before) || isPlainObject(value)) throw new UnknownValue("ObjectExpression");
  if (before !== value) scope.signals.assign(path, value);
  return value;
}

/** Whether a value is an object and no list. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
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
  if (isPlainObject(text)) throw new UnknownValue(name); // it may define such a method
  if (typeof text !== "string") throw new TypeError(`${name} does not exist here`);
  scope.hold(text.length * 3); // one character may become three
  return text[name]();
}

/** Defines a property as a literal does: assigning `__proto__` would set the prototype. */
function define(object: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}
