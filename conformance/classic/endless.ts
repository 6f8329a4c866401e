/** Attributes that make requests without end: the client evaluates them again and again. */

import { eventOf, type PageAttribute } from "./bindings.ts";

/** An action that makes a request. */
const request = /\$\$(?:get|post|put|patch|delete)\b/;

/** Whether an expression makes requests. */
export const makesRequest = (expression: string): boolean => request.test(expression);

/** An assignment to a signal, which may end the repetition. */
const assignment = /\$[\w$.]+\s*(?:\+\+|--|(?:[-+*/%&|^]|\?\?|\|\||&&|\*\*)?=(?![=>]))|(?:\+\+|--)\s*\$/;

/** Plugins whose expression the client evaluates after each merge, and when a signal in it changes. */
const reactive = ["computed", "show", "text", "bind", "class", "viewTransition"];

/** When an attribute makes its request again and again. Nothing, if it does not, or may stop itself. */
export function repeats(attribute: Pick<PageAttribute, "plugin" | "key" | "modifiers" | "value">): string | undefined {
  const { plugin: { prefix }, modifiers, value } = attribute;
  if (!makesRequest(value) || assignment.test(value)) return;
  const has = (name: string) => modifiers.some((modifier) => modifier.split("_")[0] === name);
  if (reactive.includes(prefix)) return "after each merge, including the merge of its own answer";
  if (prefix === "intersects" && !has("once")) return "after each merge, while the element is seen";
  if (prefix !== "on") return;
  const event = eventOf(attribute);
  // With a modifier, the attribute stays [APP-8].
  if (event === "load" && modifiers.length > 0) return "after each merge: with a modifier the attribute is not removed";
  if (event === "raf" && !has("throttle")) return "with each frame, 60 times a second";
}
