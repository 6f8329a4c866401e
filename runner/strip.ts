/**
 * Removes the types from TypeScript, with the means of the runtime.
 *
 * @module
 */

import * as nodeModule from "node:module";

/** The part of Bun's API that is used here: Deno's type checker does not know it. */
declare const Bun: { Transpiler: new (options: { loader: "ts" }) => { transformSync(source: string): string } };

/** Returns the JavaScript of a module whose types can be erased. */
export function stripTypes(source: string): string {
  if ("Bun" in globalThis) return new Bun.Transpiler({ loader: "ts" }).transformSync(source);
  const { stripTypeScriptTypes } = nodeModule as unknown as { stripTypeScriptTypes: (source: string) => string };
  return stripTypeScriptTypes(source);
}
