/**
 * Expressions of `data-*` attributes, rewritten as client 0.19.9 rewrites them, and evaluated without running anything:
 * what is a literal, a signal or a simple combination of these has a value, all else is unknown.
 *
 * @module
 */

import { type AnyNode, type Expression, parse, type SpreadElement } from "acorn"; // what compiles is JavaScript's to say

/** Thrown where the value would be known to somebody who runs the code: the harness does not. */
export class UnknownValue extends Error {}

/** Rewrites that one expression may need. Each costs a pass over its text, in the client too. */
const maxRewrites = 10_000;

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
export function statementsOf(expression: string, { before, after, joinLines }: Preparation = {}): string[] {
  let text = joinLines ? expression.split("\n").map((line) => line.trim()).join(" ") : expression;
  const steps: [RegExp, (...groups: string[]) => string][] = [
    ...before ? [[/.+/g, before] as [RegExp, (text: string) => string]] : [],
    ...rewrites,
    ...after ? [[/.+/g, after] as [RegExp, (text: string) => string]] : [],
  ];
  for (const [pattern, rewrite] of steps) {
    text = text.split(/;|\n/).map((part) => {
      const matches = [...part.matchAll(pattern)];
      if (matches.length > maxRewrites) {
        throw new RangeError(`Cannot go on: an expression with ${matches.length} names`);
      }
      // replace() with a text, as the client does it: `$&` and `$'` in that text mean something again [STO-7].
      return matches.reduce((done, match) => done.replace(match[0], rewrite(...match)), part);
    }).join("; ");
  }
  return text.split(/;|\n/).map((part) => part.trim()).filter(Boolean);
}

/** Whether the client can make a function of the statements: they stand in its text twice [STO-8]. */
export function compiles(statements: string[]): boolean {
  const body = statements.map((text, i) => i === statements.length - 1 ? `  return ${text}` : `  ${text}`).join(";\n");
  const text = `try {\nconst _datastarExpression = () => {\n${body}\n}\n} catch (e) {\n` +
    `const msg = \`\n${body.replaceAll("`", "\\`")}\n\`\n}`;
  try {
    parse(text, { ecmaVersion: "latest", sourceType: "script", allowReturnOutsideFunction: true });
    return true;
  } catch {
    return false;
  }
}

/**
 * The value of an expression in JavaScript.
 *
 * @throws {SyntaxError} If it is none.
 * @throws {TypeError} If it throws when it runs.
 * @throws {UnknownValue} If only running it would tell.
 */
export function evaluate(text: string, store: Record<string, unknown>): unknown {
  const program = parse(`(${text}\n)`, { ecmaVersion: "latest", sourceType: "script" });
  const [statement] = program.body;
  if (program.body.length !== 1 || statement.type !== "ExpressionStatement") throw new UnknownValue(text);
  return valueOf(statement.expression, store);
}

function valueOf(node: Expression | SpreadElement, store: Record<string, unknown>): unknown {
  switch (node.type) {
    case "Literal":
      if (node.regex) break;
      return node.bigint ? BigInt(node.bigint) : node.value;
    case "Identifier":
      if (node.name === "undefined") return undefined;
      if (node.name === "NaN") return NaN;
      if (node.name === "Infinity") return Infinity;
      break;
    case "ParenthesizedExpression":
      return valueOf(node.expression, store);
    case "TemplateLiteral":
      return node.quasis.map(({ value }, i) =>
        value.cooked + (i < node.expressions.length ? String(valueOf(node.expressions[i], store)) : "")
      ).join("");
    case "ArrayExpression":
      return node.elements.flatMap((element) => {
        if (element?.type !== "SpreadElement") return [element ? valueOf(element, store) : undefined];
        return [...valueOf(element.argument, store) as unknown[]];
      });
    case "ObjectExpression": {
      const object: Record<string, unknown> = {};
      for (const property of node.properties) {
        if (property.type === "SpreadElement") {
          Object.assign(object, valueOf(property.argument, store));
          continue;
        }
        if (property.kind !== "init" || property.method) throw new UnknownValue(property.type);
        const name = property.computed || property.key.type !== "Identifier"
          ? String(valueOf(property.key as Expression, store))
          : property.key.name;
        const value = valueOf(property.value as Expression, store);
        // Written so it would become the prototype, which no later step looks at [STO-17].
        if (name === "__proto__" && !property.computed) continue;
        Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
      }
      return object;
    }
    case "UnaryExpression": {
      const value = valueOf(node.argument, store);
      if (node.operator === "-") return -(value as number);
      if (node.operator === "+") return +(value as number);
      if (node.operator === "!") return !value;
      break;
    }
    case "BinaryExpression": {
      if (node.left.type === "PrivateIdentifier") break;
      const [a, b] = [valueOf(node.left, store) as number, valueOf(node.right, store) as number];
      switch (node.operator) {
        case "+":
          return a + b;
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
      const left = valueOf(node.left, store);
      if (node.operator === "&&") return left && valueOf(node.right, store);
      if (node.operator === "||") return left || valueOf(node.right, store);
      return left ?? valueOf(node.right, store);
    }
    case "ConditionalExpression":
      return valueOf(valueOf(node.test, store) ? node.consequent : node.alternate, store);
    case "MemberExpression": {
      const path = signalPath(node);
      if (!path) break;
      // The client's signals: each name on the way has to be there.
      let value: unknown = store;
      for (const name of path) {
        if (typeof value !== "object" || value === null || Array.isArray(value)) throw new TypeError(path.join("."));
        value = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : raiseUndefined(path);
      }
      return value;
    }
  }
  throw new UnknownValue(node.type);
}

function raiseUndefined(path: string[]): never {
  throw new TypeError(`There is no signal ${path.join(".")}`);
}

/** The names in `ctx.store().a.b.value`. */
function signalPath(node: AnyNode): string[] | undefined {
  const names: string[] = [];
  while (node.type === "MemberExpression" && !node.computed && node.property.type === "Identifier") {
    names.unshift(node.property.name);
    node = node.object;
  }
  const isStore = node.type === "CallExpression" && node.callee.type === "MemberExpression" &&
    node.callee.object.type === "Identifier" && node.callee.object.name === "ctx";
  return isStore && names.pop() === "value" ? names : undefined;
}
