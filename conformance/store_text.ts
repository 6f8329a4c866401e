/** Texts that give signals, in any dialect: taken apart and not run. */

import { type AnyNode, parse, type Token } from "acorn"; // strings and names, with their places
import type { Spot } from "./markup.ts";

/** A signal that a text names. */
export interface NamedSignal extends Spot {
  /** The names that lead to it, with dots between. */
  path: string;
  /** Whether it is at the top, and not inside an object. */
  top: boolean;
  /** Whether `null` is written for it. */
  isNull: boolean;
}

/** A text that gives signals, taken apart. */
export interface StoreText {
  text: string;
  /** `other` is a value that is no object; the value of `code` is known only to those who run it. */
  kind: "empty" | "broken" | "object" | "other" | "code";
  /** Why it is broken, and the place. */
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
    read.kind = valueKind(value);
    read.strings = stringsIn(tokens, text);
    if (value) collectNames(value, "", read.names);
  } catch (error) {
    const { pos = 1, message } = error as SyntaxError & { pos?: number };
    const from = Math.min(Math.max(pos - 1, 0), text.length - 1);
    read.kind = error instanceof SyntaxError ? "broken" : "code"; // any other error: it is too deep to be taken apart
    read.problem = { name: message.replace(/ \(\d+:\d+\)$/, ""), from, to: from + 1 };
  }
  return read;
}

const valuesOnly = ["Literal", "TemplateLiteral", "ArrayExpression", "ArrowFunctionExpression", "FunctionExpression"];

function valueKind(value: AnyNode | undefined): StoreText["kind"] {
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
