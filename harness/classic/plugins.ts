/**
 * The plugins of the client, as data: each reads the `data-*` attributes whose names begin with its prefix.
 *
 * @module
 */

/** The beginning of a plugin's attributes after `data-`, in camel case. */
export type PluginPrefix =
  | "store"
  | "computed"
  | "ref"
  | "fetchIndicator"
  | "header"
  | "show"
  | "intersects"
  | "teleport"
  | "scrollIntoView"
  | "viewTransition"
  | "bind"
  | "model"
  | "text"
  | "on"
  | "class";

/** The demands of a plugin on its attributes [APP-4]. The client raises where one of them is not met. */
export interface PluginRules {
  /** The beginning of the names of its attributes. */
  prefix: PluginPrefix;
  /** Whether a key must follow the prefix, or must not. */
  key?: "none" | "some";
  /** Whether there must be an expression, or must not. */
  expression?: "none" | "some";
  /** The modifiers that it accepts; any, where there is no list. */
  modifiers?: readonly string[];
  /** When the client compiles the expression: it raises `at once`, and logs an error `later` [APP-5]. */
  compiles?: "at once" | "later";
  /** Makes the code of each statement, after the client has rewritten it. */
  after?: (statement: string) => string;
}

const intoView = "smooth instant auto hstart hcenter hend hnearest vstart vcenter vend vnearest focus".split(" ");

/** [APP-3] In the order in which the client applies them: each to the whole body, before the next one. */
export const plugins: readonly PluginRules[] = [
  { prefix: "store", modifiers: ["local", "session", "ifmissing"] },
  { prefix: "computed", key: "some", compiles: "later" },
  { prefix: "ref", key: "none", expression: "some" },
  { prefix: "fetchIndicator", key: "none", expression: "some", compiles: "at once" },
  { prefix: "header", key: "some", expression: "some", compiles: "at once", after: (statement) => `'${statement}'` },
  { prefix: "show", modifiers: ["important", "duration"], compiles: "later" },
  { prefix: "intersects", key: "none", modifiers: ["once", "half", "full"], compiles: "later" },
  { prefix: "teleport", modifiers: ["prepend", "append"] },
  { prefix: "scrollIntoView", key: "none", expression: "none", modifiers: intoView },
  { prefix: "viewTransition", compiles: "later" },
  { prefix: "bind", key: "some", expression: "some", compiles: "later" },
  { prefix: "model", key: "none", compiles: "at once", after: (statement) => `ctx.store().${statement}` },
  { prefix: "text", key: "none", compiles: "at once" },
  { prefix: "on", key: "some", expression: "some", compiles: "later" }, // `data-on-load` at once
  { prefix: "class", key: "none", expression: "some", compiles: "at once" },
];
