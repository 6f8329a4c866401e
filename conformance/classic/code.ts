/**
 * What stands in an expression, without running it.
 *
 * @module
 */

import { type AnyNode, parse, type Token } from "acorn"; // strings and names, with their places
import { compiles, statementsOf } from "../../harness/classic/expression.ts";
import { createBudget } from "../../harness/classic/failure.ts";
import { readStoreAttribute } from "../../harness/classic/signals.ts";
import type { Spot } from "../checks/markup.ts";

// The time is more than a machine stalls for.
const limits = { maxDepth: 512, maxTime: 5_000, maxStore: 1_000_000, maxExpression: 1_000_000 };

/** A signal that a text names. */
export interface NamedSignal extends Spot {
  /** The names that lead to it, with dots between. */
  path: string;
  /** Whether it stands at the top. */
  top: boolean;
  /** Whether `null` is written for it. */
  isNull: boolean;
}

/** A text that gives signals, taken apart. */
export interface StoreText {
  text: string;
  /** What it is: `other` is a value that is no object, `code` is what only running it would tell. */
  kind: "empty" | "broken" | "object" | "other" | "code";
  /** Why it is broken, and where. */
  problem: Spot;
  /** Strings, without their quotes; `${` in a template counts as one. */
  strings: Spot[];
  /** Signals, at any depth of objects. */
  names: NamedSignal[];
}

/** Takes a text apart that gives signals. */
export function readStoreText(text: string): StoreText {
  const tokens: Token[] = [];
  const read: StoreText = { text, kind: "empty", problem: { name: "", from: 0, to: 0 }, strings: [], names: [] };
  if (text.trim() === "") return read;
  try {
    const { body } = parse(`(${text}\n)`, { ecmaVersion: "latest", onToken: tokens });
    const [statement] = body;
    const value = body.length === 1 && statement.type === "ExpressionStatement" ? statement.expression : undefined;
    read.kind = kindOf(value);
    read.strings = stringsIn(tokens, text);
    if (value) collectNames(value, "", read.names);
  } catch (error) {
    const { pos = 1, message } = error as SyntaxError & { pos?: number };
    const from = Math.min(Math.max(pos - 1, 0), text.length - 1);
    read.kind = error instanceof SyntaxError ? "broken" : "code"; // else it is too deep to be taken apart
    read.problem = { name: message.replace(/ \(\d+:\d+\)$/, ""), from, to: from + 1 };
  }
  return read;
}

const valuesOnly = ["Literal", "TemplateLiteral", "ArrayExpression", "ArrowFunctionExpression", "FunctionExpression"];

function kindOf(value: AnyNode | undefined): StoreText["kind"] {
  if (!value) return "code";
  if (value.type === "ObjectExpression") return "object";
  return valuesOnly.includes(value.type) ? "other" : "code";
}

function stringsIn(tokens: Token[], text: string): Spot[] {
  const kinds: Record<string, number> = { string: 1, template: 0, "${": 0 }; // quotes at either end
  return tokens.flatMap(({ type: { label }, start, end }) => {
    if (!(label in kinds)) return [];
    const [from, to] = [start - 1 + kinds[label], end - 1 - kinds[label]];
    return [{ name: text.slice(from, to), from, to }];
  });
}

function collectNames(node: AnyNode, before: string, names: NamedSignal[]): void {
  if (node.type !== "ObjectExpression") return;
  for (const property of node.properties) {
    if (property.type !== "Property") continue;
    const { key, value, computed } = property;
    const name = key.type === "Literal" ? String(key.value) : key.type === "Identifier" && !computed ? key.name : "";
    if (name === "") continue;
    names.push({
      name,
      path: before + name,
      top: before === "",
      isNull: value.type === "Literal" && value.raw === "null",
      from: key.start - 1,
      to: key.end - 1,
    });
    collectNames(value, `${before}${name}.`, names);
  }
}

const compiled = new Map<string, boolean>();

/** Whether the client can make a function of an expression. What is too much to be looked at counts as one. */
export function canCompile(expression: string): boolean {
  let can = compiled.get(expression);
  if (can === undefined) {
    const budget = createBudget(limits);
    can = tryTo(() => compiles(statementsOf(expression, budget), budget));
    if (compiled.size > 1_000) compiled.clear();
    compiled.set(expression, can);
  }
  return can;
}

/** Whether the client can make a function of a `data-store`. */
export function canCompileStore(expression: string): boolean {
  return tryTo(() => {
    readStoreAttribute(expression, {}, createBudget(limits));
    return true;
  });
}

function tryTo(work: () => boolean): boolean {
  try {
    return work();
  } catch (error) {
    return error instanceof RangeError;
  }
}
