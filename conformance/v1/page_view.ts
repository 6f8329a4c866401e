/** A page in the view that the checks of patches read: they find the same faults in its attributes. */

import { v1 } from "../../harness/mod.ts";
import { parsePage } from "../markup.ts";
import { holdsOrIsTooMuch } from "../too_much.ts";
import { clientAttributesIn } from "./client_attributes.ts";
import { attributesIn, type ElementsPatch } from "./patch.ts";
import type { V1View } from "./view.ts";

/** Makes the view of a page. It has no bytes of a stream: findings quote the line and the column. */
export function viewPage(html: string): Pick<V1View, "attributes" | "clientAttributes" | "canCompile"> {
  const { elements } = parsePage(html);
  const patch = {
    instruction: { type: "elements", elements: html, mode: "outer" },
    event: { reading: { content: { bytesAt: () => [] } } },
  } as unknown as ElementsPatch;
  const markup = { html } as NonNullable<ElementsPatch["markup"]>;
  const attributes = attributesIn(elements.map((element) => ({ patch, markup, element })));
  return {
    attributes,
    clientAttributes: clientAttributesIn(attributes),
    canCompile: (text) => holdsOrIsTooMuch(() => v1.compilesExpression(text)),
  };
}
