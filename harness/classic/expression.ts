/**
 * Expressions of `data-*` attributes, rewritten as client 0.19.9 rewrites them, and evaluated without running anything:
 * what is a literal, a signal or a simple combination of these has a value, which can be assigned to a signal. All else
 * is unknown.
 *
 * @module
 */

import { type AnyNode, type Expression, parse, type Program, type SpreadElement } from "acorn"; // what compiles is JavaScript's to say
import { type Budget, createBudget, isStackOverflow, type PageLimits } from "../limits.ts";

/** Thrown where the value would be known to somebody who runs the code: the harness does not. */
export class UnknownValue extends Error {}

/** [STO-5 to STO-7] What the client replaces in an expression, one after the other: it does not know of strings. */
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

/** How a plugin prepares its expression. */
export interface Preparation {
  /** Applied to each statement before the client's own rewrites. */
  before?: (statement: string) => string;
  /** Applied to each statement after them. */
  after?: (statement: string) => string;
  /** Whether lines are joined first [STO-4]. */
  joinLines?: boolean;
}

/** The statements that the client makes of an attribute, the last one being its value. */
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
        // replace() with a text, as the client does it: `$&` and `$'` in that text mean something again [STO-7].
        done = done.replace(match[0], rewrite(...match));
        budget.checkSize("an expression", done.length);
      }
      return done;
    }).join("; ");
    budget.checkSize("an expression", text.length);
  }
  return text.split(/;|\n/).map((part) => part.trim()).filter(Boolean);
}

/** Whether the client can make a function of the statements: they stand in its text twice [STO-8]. */
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

/** To compile can take a time that grows with the square of the text, or as much of the stack as it likes. */
function parseCode(text: string, budget: Budget): Program {
  try {
    return parse(text, { ecmaVersion: "latest", allowReturnOutsideFunction: true, onToken: budget.checkTime });
  } catch (error) {
    if (!isStackOverflow(error as Error)) throw error;
    throw new RangeError("Cannot go on: an expression lies too deep inside itself");
  }
}

/** What an expression can read, and write if it may. */
export interface Signals {
  store: Record<string, unknown>;
  /** Gives a signal, which is there and is no object, another value. Without this only running would tell. */
  assign?: (path: string[], value: unknown) => void;
}

/**
 * The value of an expression in JavaScript.
 *
 * @throws {SyntaxError} If it is none.
 * @throws {TypeError} If it throws when it runs.
 * @throws {UnknownValue} If only running it would tell. What it assigns before that is assigned.
 */
export function evaluate(text: string, signals: Signals, budget: Budget): unknown {
  budget.checkSize("an expression", text.length);
  const program = parseCode(`(${text}\n)`, budget);
  const [statement] = program.body;
  if (program.body.length !== 1 || statement.type !== "ExpressionStatement") throw new UnknownValue(text);
  let size = 0;
  return valueOf(statement.expression, { signals, budget, hold: (made) => budget.checkSize("a value", size += made) });
}

/** Characters and values that a value consists of. */
export function sizeOf(value: unknown, budget: Budget): number {
  let size = 0;
  const open: [value: unknown, depth: number][] = [[value, 0]];
  while (open.length > 0) {
    const [inner, depth] = open.pop()!;
    size += typeof inner === "string" ? 1 + inner.length : 1;
    budget.checkTime();
    budget.checkSize("the store", size, depth); // as it goes: a value may stand in another one many times
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
  /** Counts what is made on the way. */
  hold: (size: number) => void;
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
      if (callee.type !== "MemberExpression" || callee.computed || callee.property.type !== "Identifier") break;
      if (node.arguments.length > 0 || callee.object.type === "Super") break;
      return call(callee.property.name, callee.object, scope);
    }
  }
  throw new UnknownValue(node.type);
}

function combine(operator: string, left: unknown, right: unknown, { hold }: Scope): unknown {
  const [a, b] = [left as number, right as number];
  // Their arithmetic has no bounds: a few multiplications take for ever.
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
    case "<":
      return a < b;
    case ">":
      return a > b;
  }
  throw new UnknownValue(operator);
}

/** The client's signals: each name on the way has to be there. */
function readSignal(path: string[], { signals, budget, hold }: Scope): unknown {
  let value: unknown = signals.store;
  for (const name of path) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw new TypeError(path.join("."));
    value = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : raiseUndefined(path);
  }
  hold(sizeOf(value, budget));
  return value;
}

function assign(path: string[], value: unknown, scope: Scope): unknown {
  if (!scope.signals.assign) throw new UnknownValue("AssignmentExpression");
  // An object has signals of its own: it is not so that one value takes the place of another.
  const before = readSignal(path, scope);
  if (isObject(before) || isObject(value)) throw new UnknownValue("ObjectExpression");
  if (before !== value) scope.signals.assign(path, value);
  return value;
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A method without arguments, of a kind of value that has it by itself. */
function call(name: string, object: Expression, scope: Scope): unknown {
  // Only a list that stands here: one out of the store would be another from then on.
  if (name === "reverse" && object.type === "ArrayExpression") return (valueOf(object, scope) as unknown[]).reverse();
  if (name !== "toUpperCase" && name !== "toLowerCase" && name !== "trim") throw new UnknownValue(name);
  const text = valueOf(object, scope);
  if (isObject(text)) throw new UnknownValue(name); // it may have one of that name
  if (typeof text !== "string") throw new TypeError(`There is no ${name} here`);
  scope.hold(text.length * 3); // as many may be made of one
  return text[name]();
}

/** As a literal does it: by assignment `__proto__` would become the prototype. */
function define(object: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}

function raiseUndefined(path: string[]): never {
  throw new TypeError(`There is no signal ${path.join(".")}`);
}

/** The names in `ctx.store().a.b.value`. */
function signalPath(node: AnyNode): string[] | undefined {
  const names: string[] = [];
  while (node.type === "MemberExpression" && !node.computed && node.property.type === "Identifier") {
    names.push(node.property.name);
    node = node.object;
  }
  names.reverse(); // not put in front one by one: there may be many
  const isStore = node.type === "CallExpression" && node.callee.type === "MemberExpression" &&
    node.callee.object.type === "Identifier" && node.callee.object.name === "ctx";
  return isStore && names.pop() === "value" ? names : undefined;
}

/**
 * Whether the client can compile the expression of an attribute.
 *
 * @throws {RangeError} If it exceeds a limit.
 */
export function compilesExpression(expression: string, limits?: Partial<PageLimits>): boolean {
  const budget = createBudget(limits);
  return compiles(statementsOf(expression, budget), budget);
}
