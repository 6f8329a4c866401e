/** A page as the checks see it: parsed, started, and with its attributes in the view that the checks of patches read. */

import { type ParsedPage, parsePage } from "../markup.ts";
import type { Exchange } from "../recording.ts";
import { type CanCompile, type ClientAttribute, clientAttributesIn, createCanCompile } from "./client_attributes.ts";
import { sourceOf, type Started, startOn } from "./interpret.ts";
import { type Attribute, attributesIn, type ElementsPatch } from "./patch.ts";

/** A page, and what the client makes of it. */
export interface PageView {
  page: Exchange;
  /** The address of the page. */
  address: URL;
  parsed: ParsedPage;
  started: Started;
  attributes: readonly Attribute[];
  /** Those that the client takes for its own and applies. */
  clientAttributes: readonly ClientAttribute[];
  canCompile: CanCompile;
}

/** Evidence with the view of its page, if there is one. */
export interface WithPageView {
  pageView: PageView | undefined;
}

/**
 * Makes the view of a page. Nothing, if the answer is not a whole page. Its attributes are those of one patch without
 * bytes: findings quote the line and the column.
 */
export function viewPage({ page, address }: Pick<PageView, "page" | "address">): PageView | undefined {
  const source = sourceOf(page);
  if (!source || page.head?.status !== 200) return;
  const { html } = source;
  const parsed = parsePage(html);
  const patch = {
    instruction: { type: "elements", elements: html, mode: "outer" },
    event: { reading: { content: { bytesAt: () => [] } } },
  } as unknown as ElementsPatch;
  const markup = { html } as NonNullable<ElementsPatch["markup"]>;
  const attributes = attributesIn(parsed.elements.map((element) => ({ patch, markup, element })));
  return {
    page,
    address: new URL(page.request.path, address),
    parsed,
    started: startOn(source),
    attributes,
    clientAttributes: clientAttributesIn(attributes),
    canCompile: createCanCompile(),
  };
}
