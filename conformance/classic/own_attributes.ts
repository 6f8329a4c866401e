/** The attributes that the client takes for its own, and why it refuses some of them. */

import { type PluginRules, plugins } from "../../harness/mod.ts";
import { quoteSource } from "../checks/quote.ts";
import type { Attribute } from "./fragment_parts.ts";

/** An attribute, and what the client makes of its name. */
export type OwnAttributeOf<A> = A & {
  plugin: PluginRules;
  /** The name without the plugin's prefix, up to the first dot. */
  key: string;
  modifiers: string[];
  /** Why the client refuses it, if it does. */
  refusal?: string;
};

/** An attribute of a fragment that the client takes for its own. */
export type OwnAttribute = OwnAttributeOf<Attribute>;

/** The plugin that takes an attribute for its own: the first whose prefix the name begins with [APP-3]. */
export function pluginOf(name: string): PluginRules | undefined {
  return name.startsWith("data-") ? plugins.find(({ prefix }) => toWord(name).startsWith(prefix)) : undefined;
}

/** `data-scroll-into-view` as `scrollIntoView`. */
const toWord = (name: string) => name.slice(5).replace(/-([a-z])/g, (_, letter) => letter.toUpperCase());

/** The attributes that the client takes for its own. */
export function ownAttributesIn<A extends Pick<Attribute, "element" | "name" | "value">>(
  attributes: readonly A[],
): OwnAttributeOf<A>[] {
  return attributes.flatMap((attribute) => {
    const plugin = pluginOf(attribute.name);
    if (plugin === undefined) return [];
    const [key, ...modifiers] = toWord(attribute.name).slice(plugin.prefix.length).split(".");
    const own = { ...attribute, plugin, key, modifiers };
    return [{ ...own, refusal: whyRefused(own) }];
  });
}

/** The name of a plugin's attributes, as the page has it. */
export const attributeName = ({ prefix }: PluginRules): string => `data-${toKebabCase(prefix)}`;

/** `scrollIntoView` as `scroll-into-view`. */
export function toKebabCase(word: string): string {
  return word.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** [APP-4] */
function whyRefused(
  { plugin, key, modifiers, value, element }: OwnAttributeOf<Pick<Attribute, "element" | "value">>,
): string | undefined {
  const own = attributeName(plugin);
  if (plugin.key === "none" && key !== "") return `nothing may follow ${own} in the name`;
  if (plugin.key === "some" && key === "") return `a name has to follow ${own}-`;
  const unknown = modifiers.map((modifier) => modifier.split("_")[0])
    .find((label) => plugin.modifiers && !plugin.modifiers.includes(label));
  if (unknown !== undefined) return `${own} has no modifier ${quoteSource(unknown)}`;
  if (plugin.expression === "none" && value !== "") return `${own} takes no expression`;
  const needsExpression = plugin.expression === "some" || plugin.compiles === "at once";
  if (needsExpression && value === "") return `${own} needs an expression`;
  if (plugin.prefix === "teleport" && element.tagName !== "template") return `${own} belongs on a <template>`;
}
