/** Finds the places of an answer in which a text of probes.ts has become more than text. */

import { v1 } from "../../harness/mod.ts";
import {
  addresses,
  type AttributeContent,
  findInCode,
  findInCss,
  findInHtml,
  findIntrusionIn,
  hasIntruder,
  type Intrusion,
  isIntruder,
  quoteIntruder,
} from "../intrusion.ts";
import type { V1Stream } from "./interpret.ts";

/** Finds the first such place of an answer. */
export function findIntrusion(stream: V1Stream): Intrusion | undefined {
  const { form, exchange } = stream;
  const code = form === "script" && exchange ? new TextDecoder().decode(exchange.body) : "";
  if (findInCode(code)) return { what: `code in a script: ${quoteIntruder(code)}`, at: [] };
  return findIntrusionIn(stream, { readOwnAttribute, findInInstruction });
}

function readOwnAttribute(name: string): AttributeContent | undefined {
  const attribute = v1.readAttribute(name, "");
  if (!attribute) return undefined;
  return attribute.plugin === "attr" && addresses.includes(attribute.key ?? "") ? "address" : "code";
}

function findInInstruction({ client, reading: { rows, content } }: v1.StreamEvent): string | undefined {
  for (const { key, line, from, valueFrom, effect } of rows) {
    const data = line.text.slice(from);
    if (key === "elements" || key === "signals") continue;
    const value = line.text.slice(valueFrom);
    // Each key but one has words of the client as its value.
    if (isIntruder(data) || effect === "value" && (/selector/i.test(key) ? findInCss(value) : hasIntruder(value))) {
      return `the option ${quoteIntruder(data)}`;
    }
  }
  if (client?.event === "datastar-patch-elements") return findInHtml(content.text, readOwnAttribute);
  if (client?.event === "datastar-patch-signals" && findInCode(content.text)) {
    return `code in signals: ${quoteIntruder(content.text)}`;
  }
}
