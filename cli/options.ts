/** The options and words of a command line. */

import { closestString } from "deno-std/text/closest_string.js"; // for "did you mean"
import { levenshteinDistance } from "deno-std/text/levenshtein_distance.js";
import { parseArgs } from "node:util";
import { showInvisible } from "../harness/mod.ts";

/** An option of a command. */
export interface Option {
  type: "string" | "boolean";
  short?: string;
  /** Whether it may be given again. */
  multiple?: boolean;
  /** The word for its value in the help text. */
  value?: string;
  /** Its line in the help text. Absent where the usage shows it. */
  help?: string;
}

/** A command line: the values of each option that was given, and the other words. */
export interface CommandLine<Name extends string> {
  values: Partial<Record<Name, string[]>>;
  words: string[];
}

/** A wrong use of the command line: the message says what could not be done, why, and what to do. */
export class UsageError extends Error {}

/** Writes the help text for options, one line for each. */
export function describeOptions(options: Record<string, Option>): string {
  return Object.entries(options).flatMap(([name, { value, help }]) =>
    help === undefined ? [] : [`  ${[`--${name}`, value].filter(Boolean).join(" ").padEnd(23)} ${help}\n`]
  ).join("");
}

/**
 * Splits a command line into options and words. The messages of `parseArgs` differ between runtimes, so its strict mode
 * is off and the tokens are checked here.
 *
 * @throws {UsageError} If an option is unknown, has no value or a wrong one, or is given twice.
 */
export function readCommandLine<Name extends string>(
  command: string,
  args: string[],
  options: Readonly<Record<Name, Option>>,
): CommandLine<Name> {
  const { tokens } = parseArgs({ args, options, strict: false, allowPositionals: true, tokens: true });
  const values: Partial<Record<Name, string[]>> = {};
  const words: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") words.push(token.value);
    if (token.kind !== "option") continue;
    const { rawName, value, inlineValue } = token;
    if (!Object.hasOwn(options, token.name)) {
      const hint = rawName.startsWith("--") ? didYouMean(token.name, Object.keys(options), "--") : "";
      const help = hint || `see ${command} --help`;
      throw new UsageError(`Cannot understand ${quote(rawName)}: there is no such option; ${help}`);
    }
    const name = token.name as Name;
    const { type, multiple } = options[name];
    if (type === "boolean") {
      if (value !== undefined) throw new UsageError(`Cannot understand ${rawName}: it takes no value; leave it out`);
    } else if (!value || !inlineValue && /^-./.test(value)) {
      throw new UsageError(`Cannot understand ${rawName}: it has no value; give one after it`);
    }
    const given = values[name] ??= [];
    if (given.length > 0 && !multiple) {
      throw new UsageError(`Cannot understand ${rawName}: it is given twice; leave one of them out`);
    }
    given.push(value ?? "");
  }
  return { values, words };
}

/** Quotes a word or a file name for a message: without invisible characters, and cut. */
export function quote(text: string): string {
  return `"${showInvisible(text.length > 200 ? text.slice(0, 200) + "…" : text)}"`;
}

/** Asks "did you mean ...?" if a known word is near; otherwise empty. */
export function didYouMean(word: string, known: string[], before = ""): string {
  const closest = closestString(word.toLowerCase(), known);
  const isNear = closest !== undefined &&
    levenshteinDistance(word.toLowerCase(), closest) <= Math.max(2, closest.length / 3);
  return isNear ? `did you mean ${before}${closest}?` : "";
}
