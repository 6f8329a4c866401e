/**
 * Describes in sentences what an event has changed. Code is between backticks.
 *
 * @module
 */

import { type Changes, voidElements } from "../harness/core.ts";
import { quoteCode as code } from "./quote.ts";

type AttributeChange = Changes["attributes"][number];

/**
 * Describes changes, in one sentence each.
 *
 * @param describeAttribute Describes the change of an attribute that the client makes by itself.
 */
export function describeAllChanges(
  { added, removed, replaced, attributes, texts, signals }: Changes,
  describeAttribute: (change: AttributeChange) => string | undefined = () => undefined,
): string[] {
  return [
    ...replaced.map(({ old, new: root }) => `${show(old)} was replaced by ${show(root)}.`),
    ...added.map((element) => {
      const parent = element.parentElement;
      return `${show(element)} was added${parent ? ` to ${show(parent, "tag")}` : ""}.`;
    }),
    ...removed.map((element) => `${show(element)} was removed.`),
    ...attributes.map((change) => describeAttribute(change) ?? describeAttributeChange(change)),
    ...texts.map((element) => {
      const text = ownText(element);
      const now = text === "" ? "was removed" : `is now ${text.trim() === "" ? "white space" : code(text.trim())}`;
      return `The text of ${show(element, "tag")} ${now}.`;
    }),
    ...signals.map((path) => `The signal ${code(path)} changed.`),
  ];
}

function describeAttributeChange({ element, name, before, after }: AttributeChange): string {
  const what = `${code(name)} of ${show(element, "tag")}`;
  if (after === null) return `${what} was removed; it was ${value(before!)}.`;
  return before === null
    ? `${what} was added: ${value(after)}.`
    : `${what} is now ${value(after)}; it was ${value(before)}.`;
}

const value = (text: string) => text === "" ? "empty" : code(text);

const escape = (text: string) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");

/** The text of an element without that of the elements in it. */
function ownText({ childNodes }: Element): string {
  let text = "";
  for (const node of childNodes) if (node.nodeType === 3) text += node.nodeValue;
  return text;
}

/** Shows an element as its start tag, with the attributes that identify it, and by default with its content. */
function show(element: Element, how?: "tag"): string {
  const names = ["id", "class", "name", "href", "src", "type"].filter((name) => element.getAttribute(name));
  const start = `<${element.localName}${
    names.slice(0, 2).map((name) => ` ${name}="${escape(element.getAttribute(name)!)}"`).join("")
  }>`;
  if (how === "tag" || voidElements.has(element.localName)) return code(start);
  const inside = element.childElementCount > 0 ? "…" : (element.textContent ?? "").trim();
  return inside === "" ? code(start) : code(`${start}${inside}</${element.localName}>`);
}
