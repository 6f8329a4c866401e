/**
 * The expressions of `data-*` attributes, rewritten as the clients 1.0.x do, and evaluated without running code.
 *
 * @module
 */

import type { AnyNode, Program } from "acorn"; // what compiles is JavaScript's to say
import { type Budget, createBudget, quoteText } from "../limits.ts";
import { evaluateNode, parseCode, parseExpression, UnknownValue } from "../script/evaluate.ts";
import { raise } from "./errors.ts";
import { SignalGroup, type Signals, toData } from "./signals.ts";

/** A string, a regular expression or a function that is called at once: a `;` in it ends no statement. */
const closed = [
  /\/(?:\\\/|[^/])*\//,
  /"(?:\\"|[^"])*"/,
  /'(?:\\'|[^'])*'/,
  /`(?:\\`|[^`])*`/,
  /\(\s*(?:function\s*\(\s*\)|\(\s*\)\s*=>)\s*(?:\{[^]*?\}|[^;){]*)\s*\)\s*\(\s*\)/,
];
const statementPattern = new RegExp(`(?:${closed.map(({ source }) => source).join("|")}|[^;])+`, "g");

const namePattern = /\$([a-zA-Z_\d]\w*(?:[.-]\w+)*)/g;

/** A string without a placeholder, a placeholder of a template, or a signal. */
const signalPattern =
  /("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\$]|\$(?!\{))*`)|\$\{([^{}]*)\}|\$([a-zA-Z_\d]\w*(?:[.-]\w+)*)/g;

const toBrackets = (name: string) => name.split(".").reduce((path, part) => `${path}['${part}']`, "$");

/** The plugins that run an expression as statements. The others use the value of its last statement. */
const runningPlugins = ["effect", "init", "on", "on-intersect", "on-interval"];

/** Rewrites an expression into the JavaScript that the client compiles for a plugin [V1-APP-7, V1-APP-8]. */
export function rewriteExpression(expression: string, plugin: string): string {
  const body = runningPlugins.includes(plugin) ? expression.trim() : returnLast(expression.trim());
  const code = body.replace(signalPattern, (match, quoted, placeholder, name) => {
    if (quoted) return match;
    if (placeholder === undefined) return toBrackets(name);
    return `\${${placeholder.replace(namePattern, (_: string, inner: string) => toBrackets(inner))}}`;
  });
  return code.replaceAll(/@([A-Za-z_$][\w$]*)\(/g, '__action("$1",evt,');
}

/** Makes the body of a function that returns the value of the last statement. */
function returnLast(expression: string): string {
  const statements = expression.match(statementPattern) ?? [];
  const last = statements.at(-1)?.trim();
  if (last !== undefined && !last.startsWith("return")) statements[statements.length - 1] = `return (${last});`;
  return statements.join(";\n");
}

/** Parses the code of an expression, as the body of a function. */
export function parseBody(code: string, budget: Budget): Program | undefined {
  budget.checkSize("an expression", code.length);
  try {
    return parseCode(code, budget);
  } catch (error) {
    if (error instanceof RangeError) throw error;
    return undefined;
  }
}

/**
 * Whether the client can compile the expression of an attribute [V1-APP-5].
 *
 * @param plugin The plugin of the attribute, such as `on`.
 * @throws {RangeError} If it is too long.
 */
export function compilesExpression(expression: string, plugin: string): boolean {
  return parseBody(rewriteExpression(expression, plugin), createBudget()) !== undefined;
}

/**
 * Evaluates the expression of an attribute that returns a value.
 *
 * @throws {ClientError} If it does not compile, or throws.
 * @throws {UnknownValue} If only running it would give the value.
 */
export function evaluateExpression(
  { value: expression, plugin }: { value: string; plugin: string },
  signals: Signals,
  budget: Budget,
): unknown {
  const program = parseBody(rewriteExpression(expression, plugin), budget);
  if (!program) raise("bad-expression", `The client cannot compile ${quoteText(expression)}`);
  const [statement, ...more] = program.body.filter(({ type }) => type !== "EmptyStatement");
  if (!statement) return undefined;
  if (more.length > 0 || statement.type !== "ReturnStatement" || !statement.argument) {
    throw new UnknownValue(expression);
  }
  try {
    return evaluateNode(statement.argument, { findPath, read: (path) => readNames(path, signals) }, budget);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return raise("failed-expression", `The expression ${quoteText(expression)} throws: ${error.message}`);
  }
}

/** The signals of an event, read as far as no code has to run. */
export interface SignalsText {
  /** Their value. Absent where only running the text would tell it. */
  value?: unknown;
  /** Whether they are JSON, or JavaScript, which the client runs. */
  kind: "json" | "javascript" | "unknown";
}

/**
 * Reads the signals of an event [PSG-2, PSG-3].
 *
 * @throws {ClientError} If the client cannot read them.
 * @throws {RangeError} If they are too much.
 */
export function readSignals(text: string, budget: Budget = createBudget()): SignalsText {
  budget.checkSize("the signals", text.length);
  try {
    return { kind: "json", value: JSON.parse(text) };
  } catch {
    // The client runs it.
  }
  try {
    const access = { findPath: () => undefined, read: () => undefined };
    return { kind: "javascript", value: evaluateNode(parseExpression(`(${text})`, budget), access, budget) };
  } catch (error) {
    if (error instanceof RangeError) throw error;
    if (error instanceof UnknownValue) return { kind: "unknown" };
    return raise("bad-signals", `The client cannot read the signals ${quoteText(text)}`);
  }
}

/** The names in `$['a']['b']`. */
export function findPath(node: AnyNode): string[] | undefined {
  const names: string[] = [];
  for (; node.type === "MemberExpression"; node = node.object) {
    if (!node.computed && node.property.type === "Identifier") names.push(node.property.name);
    else if (node.computed && node.property.type === "Literal") names.push(String(node.property.value));
    else return undefined;
  }
  return node.type === "Identifier" && node.name === "$" && names.length > 0 ? names.reverse() : undefined;
}

/** Reads a signal, or a member of its value. One that does not exist is created [PSG-13]. */
export function readNames(names: string[], signals: Signals): unknown {
  let value: unknown = signals.root;
  for (const name of names) {
    if (value instanceof SignalGroup) {
      if (value.isList && name === "length") value = value.length;
      else if (value.isList && name in Array.prototype) throw new UnknownValue(name);
      else value = signals.read(value, name);
    } else if (value === undefined || value === null) {
      throw new TypeError(`There is no ${names.join(".")}`);
    } else if (Object.hasOwn(Object(value), name)) {
      value = Object(value)[name];
    } else {
      if (name in Object(value)) throw new UnknownValue(name);
      value = undefined;
    }
  }
  return toData(signals, value);
}
