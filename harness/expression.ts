/**
 * Expressions of `data-*` attributes, rewritten as client 0.19.9 rewrites them, and evaluated without running anything:
 * what is a literal, a signal or a simple combination of these has a value, all else is unknown.
 *
 * @module
 */

import { type AnyNode, type Expression, parse, type Program, type SpreadElement } from "acorn"; // what compiles is JavaScript's to say
import { type Budget, isStackOverflow } from "./failure.ts";

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
        budget.tick(); // each costs a pass over the text, in the client too
        // replace() with a text, as the client does it: `$&` and `$'` in that text mean something again [STO-7].
        done = done.replace(match[0], rewrite(...match));
        budget.read(done);
      }
      return done;
    }).join("; ");
    budget.read(text);
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
    return parse(text, { ecmaVersion: "latest", allowReturnOutsideFunction: true, onToken: budget.tick });
  } catch (error) {
    if (!isStackOverflow(error as Error)) throw error;
    throw new RangeError("Cannot go on: an expression lies too deep inside itself");
  }
}

/**
 * The value of an expression in JavaScript.
 *
 * @throws {SyntaxError} If it is none.
 * @throws {TypeError} If it throws when it runs.
 * @throws {UnknownValue} If only running it would tell.
 */
export function evaluate(text: string, store: Record<string, unknown>, budget: Budget): unknown {
  budget.read(text);
  const program = parseCode(`(${text}\n)`, budget);
  const [statement] = program.body;
  if (program.body.length !== 1 || statement.type !== "ExpressionStatement") throw new UnknownValue(text);
  let size = 0;
  return valueOf(statement.expression, { store, budget, hold: (made) => budget.hold(size += made) });
}

/** Characters and values that a value consists of. */
export function sizeOf(value: unknown, budget: Budget): number {
  let size = 0;
  const open: [value: unknown, depth: number][] = [[value, 0]];
  while (open.length > 0) {
    const [inner, depth] = open.pop()!;
    size += typeof inner === "string" ? 1 + inner.length : 1;
    budget.tick();
    budget.hold(size, depth); // as it goes: a value may stand in another one many times
    if (typeof inner !== "object" || inner === null) continue;
    for (const [name, member] of Object.entries(inner)) {
      if (!Array.isArray(inner)) size += name.length;
      open.push([member, depth + 1]);
    }
  }
  return size;
}

interface Scope {
  store: Record<string, unknown>;
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
    case "BinaryExpression": {
      if (node.left.type === "PrivateIdentifier") break;
      const [a, b] = [valueOf(node.left, scope) as number, valueOf(node.right, scope) as number];
      // Their arithmetic has no bounds: a few multiplications take for ever.
      if (typeof a === "bigint" && typeof b === "bigint") break;
      switch (node.operator) {
        case "+": {
          const sum: unknown = a + b;
          if (typeof sum === "string") scope.hold(sum.length);
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
      break;
    }
    case "LogicalExpression": {
      const left = valueOf(node.left, scope);
      if (node.operator === "&&") return left && valueOf(node.right, scope);
      if (node.operator === "||") return left || valueOf(node.right, scope);
      return left ?? valueOf(node.right, scope);
    }
    case "ConditionalExpression":
      return valueOf(valueOf(node.test, scope) ? node.consequent : node.alternate, scope);
    case "MemberExpression": {
      const path = signalPath(node);
      if (!path) break;
      // The client's signals: each name on the way has to be there.
      let value: unknown = scope.store;
      for (const name of path) {
        if (typeof value !== "object" || value === null || Array.isArray(value)) throw new TypeError(path.join("."));
        value = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : raiseUndefined(path);
      }
      scope.hold(sizeOf(value, scope.budget));
      return value;
    }
  }
  throw new UnknownValue(node.type);
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
