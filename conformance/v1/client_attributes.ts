/** The attributes of patches that the client takes for its own. */

import { v1 } from "../../harness/mod.ts";
import { attributeOf, type Element } from "../markup.ts";
import { holdsOrIsTooMuch, remember } from "../too_much.ts";
import type { Attribute } from "./patch.ts";

/** An attribute, as the client reads it. */
export interface ClientAttribute extends Attribute {
  read: v1.Attribute;
  /** Why the client refuses it, if it does [V1-APP-4]. */
  refusal?: string;
}

/** The attributes that the client applies: none inside an element with `data-ignore` [V1-APP-3]. */
export function clientAttributesIn(attributes: readonly Attribute[]): ClientAttribute[] {
  return attributes.flatMap((attribute) => {
    const read = v1.readAttribute(attribute.name, attribute.value);
    if (!read || isIgnored(attribute.element)) return [];
    return [{ ...attribute, read, refusal: v1.whyRefused(read) }];
  });
}

export function isIgnored(element: Element): boolean {
  if (attributeOf(element, "data-ignore__self") !== undefined) return true;
  for (let at: Element["parentNode"] = element; at && "attrs" in at; at = at.parentNode) {
    if (attributeOf(at, "data-ignore") !== undefined) return true;
  }
  return false;
}

/** Plugins whose value is an expression. */
const evaluating = "attr class computed effect init on on-intersect on-interval on-signal-patch show signals style text"
  .split(" ");

/** Whether the client compiles the value of an attribute. */
export const hasExpression = ({ read, refusal, value }: Pick<ClientAttribute, "read" | "refusal" | "value">): boolean =>
  refusal === undefined && value !== "" && evaluating.includes(read.plugin);

/** Whether the client can compile an expression for a plugin. */
export type CanCompile = (expression: string, plugin: string) => boolean;

export function createCanCompile(): CanCompile {
  const ofPlugins = new Map<string, (expression: string) => boolean>();
  return (expression, plugin) => {
    const known = ofPlugins.get(plugin) ??
      remember((text) => holdsOrIsTooMuch(() => v1.compilesExpression(text, plugin)));
    ofPlugins.set(plugin, known);
    return known(expression);
  };
}

/** Whether a value is an expression of the client: it reads a signal, or calls an action. */
export const isExpression = (value: string): boolean =>
  /(?:^|[^\w$])\$[a-z_]|(?:^|[^\w@])@[a-z]\w*\(|\$\$\w+\(/i.test(value);

/** Whether an expression makes a request. */
export const makesRequest = (value: string): boolean =>
  /(?:^|[^\w@])@(?:get|post|put|patch|delete|query)\(/.test(value);
