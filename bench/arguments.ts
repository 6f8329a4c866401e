/**
 * The command line of the benchmark and of the soak.
 *
 * @module
 */

import process from "node:process";
import { parseArgs } from "node:util";
import type { Runtime } from "../tests/support/process.ts";

/** The options that both command lines have, and the positional arguments. */
export interface Arguments {
  runtimes: Runtime[];
  /** The file to write the figures to. */
  output?: string;
  names: string[];
}

/** Ends this process with a message for its user. */
export function exitWith(message: string): never {
  console.error(message);
  process.exit(2);
}

/**
 * Reads the command line. Each name of `numbers` is an option that takes a whole number, and `names` are the positional
 * arguments that it may have.
 */
export function readArguments<Name extends string>(
  { usage, numbers, names = [] }: { usage: string; numbers: Name[]; names?: string[] },
): Arguments & { [name in Name]?: number } {
  const texts = ["runtime", "output", ...numbers].map((name) => [name, { type: "string" }] as const);
  try {
    const options = { help: { type: "boolean" as const }, ...Object.fromEntries(texts) };
    const { values, positionals } = parseArgs({ allowPositionals: true, options });
    const { help, runtime, output, ...given } = values as Record<string, string | undefined>;
    if (help) {
      console.log(usage);
      process.exit(0);
    }
    const unknown = positionals.find((name) => !names.includes(name));
    if (unknown !== undefined) throw new Error(`Unknown argument ${JSON.stringify(unknown)}`);
    if (runtime !== undefined && runtime !== "deno" && runtime !== "bun") throw new Error("Unknown runtime");
    const numbersGiven = Object.entries(given).map(([name, value]) => {
      if (!/^\d+$/.test(value!)) throw new Error(`--${name} takes a whole number`);
      return [name, Number(value)];
    });
    return {
      runtimes: runtime ? [runtime] : ["deno", "bun"],
      output,
      names: positionals,
      ...Object.fromEntries(numbersGiven) as { [name in Name]?: number },
    };
  } catch (error) {
    exitWith(`${(error as Error).message.split(".")[0]}\n${usage}`);
  }
}
