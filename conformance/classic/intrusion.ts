/** Finds the places of an answer in which a text of probes.ts has become more than text. */

import {
  addresses,
  type AttributeContent,
  findInCode,
  findInCss,
  findInHtml,
  findIntrusionIn,
  findInUrl,
  hasIntruder,
  type Intrusion,
  isIntruder,
  quoteIntruder,
} from "../intrusion.ts";
import type { ClassicStream } from "./interpret.ts";
import { pluginOf } from "./own_attributes.ts";

/** Finds the first such place of an answer. */
export const findIntrusion = (stream: ClassicStream): Intrusion | undefined =>
  findIntrusionIn(stream, { readOwnAttribute, findInInstruction });

function readOwnAttribute(name: string): AttributeContent | undefined {
  const plugin = pluginOf(name);
  if (!plugin) return undefined;
  if (plugin.prefix === "teleport") return "selector";
  return plugin.prefix === "bind" && addresses.some((address) => name === `data-bind-${address}`) ? "address" : "code";
}

/** Keys whose values are words of the client: no text belongs there. */
const wordKeys = ["merge", "settle", "vt", "onlyIfMissing"];

function findInInstruction({ client, reading }: ClassicStream["events"][number]["event"]): string | undefined {
  const { data: { text }, rows, content } = reading;
  for (const { effect, key, from, valueFrom, to } of rows) {
    if (effect !== "opens") continue;
    const value = text.slice(valueFrom, to);
    if (isIntruder(text.slice(from, to)) || wordKeys.includes(key) && hasIntruder(value)) {
      return `the option ${quoteIntruder(text.slice(from, to))}`;
    }
    const found = key === "selector"
      ? findInCss(value)
      : key === "paths"
      ? value.split(" ").some(isIntruder)
      : key === "url" && findInUrl(value, readOwnAttribute);
    if (found) return `the option ${quoteIntruder(text.slice(from, to))}`;
  }
  if (client?.event === "datastar-fragment") return findInHtml(content.text, readOwnAttribute);
  if (client?.event === "datastar-signal" && findInCode(content.text)) {
    return `code in store: ${quoteIntruder(content.text)}`;
  }
}
