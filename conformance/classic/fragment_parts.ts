/** The fragments of a stream, their elements and attributes, and the faults that are found in them. */

import type { ByteRange, StreamEvent } from "../../harness/mod.ts";
import { faultInHtml } from "../checks/html.ts";
import type { Fault } from "../checks/stream_checks.ts";
import type { ClassicStream } from "./interpret.ts";
import { attributeSpot, type Element, type Spot } from "../markup.ts";
import { type Merge, mergesIn } from "./answer.ts";

/** An element that comes into the page. */
export interface PlacedElement {
  fragment: Merge;
  element: Element;
}

/** One of its attributes. */
export interface Attribute extends PlacedElement {
  name: string;
  value: string;
}

/** Whether there is no `fragment` in the data: the client then merges HTML that the server has not written [FRG-16]. */
export function isDefault({ reading: { rows } }: StreamEvent): boolean {
  return !rows.some(({ key, effect }) => key === "fragment" && effect === "opens");
}

/** The events that merge HTML which the server has written. */
export function fragmentsIn(stream: Pick<ClassicStream, "events">): Merge[] {
  return mergesIn(stream).filter(({ event }) => !isDefault(event));
}

/** The elements that come into the page: `inner` leaves the roots out [MRG-11], `upsert_attributes` all else [MRG-17]. */
export function placedElementsIn(fragments: readonly Merge[]): PlacedElement[] {
  return fragments.flatMap((fragment) => {
    const { markup: { roots, elements }, instruction: { merge } } = fragment;
    const placed = merge === "upsert_attributes" ? roots : elements;
    return placed.filter((element) => merge !== "inner" || !roots.includes(element))
      .map((element) => ({ fragment, element }));
  });
}

export function attributesIn(elements: readonly PlacedElement[]): Attribute[] {
  return elements.flatMap((placed) => placed.element.attrs.map(({ name, value }) => ({ ...placed, name, value })));
}

export function bytesOfHtml({ event }: Merge, { from, to }: Pick<Spot, "from" | "to">): ByteRange[] {
  return event.reading.content.bytesAt(from, to);
}

/** A fault in the HTML of a fragment. */
export function faultIn(fragment: Merge, spot: Spot, expected: string, problem: string): Fault {
  return faultInHtml(fragment.markup.html, spot, expected, problem, bytesOfHtml(fragment, spot));
}

export function faultOfAttribute({ fragment, element, name }: Attribute, expected: string, problem: string): Fault {
  return faultIn(fragment, attributeSpot(element, name), expected, problem);
}

export function faultOfEvent({ range }: StreamEvent, expected: string, actual: string): Fault {
  return { expected, actual, at: [{ start: range.start, end: range.end }] };
}
