/** The patches of a stream, their elements and attributes, and the faults that are found in them. */

import type { ByteRange, v1 } from "../../harness/mod.ts";
import { faultInHtml } from "../checks/html.ts";
import type { Fault } from "../checks/stream_checks.ts";
import { attributeSpot, type Element, type Markup, type Spot } from "../markup.ts";
import type { V1Event, V1Stream } from "./interpret.ts";

/** An event that patches elements. */
export interface ElementsPatch extends V1Event {
  instruction: v1.ElementsInstruction;
}

/** An event that patches signals. */
export interface SignalsPatch extends V1Event {
  instruction: v1.SignalsInstruction;
}

/** An element that comes into the page. */
export interface PlacedElement {
  patch: ElementsPatch;
  markup: Markup;
  element: Element;
}

/** One of its attributes. */
export interface Attribute extends PlacedElement {
  name: string;
  value: string;
}

export function patchesIn({ events }: Pick<V1Stream, "events">): ElementsPatch[] {
  return events.flatMap((seen) => {
    const { instruction } = seen.event;
    return instruction?.type === "elements" ? [{ ...seen, instruction }] : [];
  });
}

export function signalPatchesIn({ events }: Pick<V1Stream, "events">): SignalsPatch[] {
  return events.flatMap((seen) => {
    const { instruction } = seen.event;
    return instruction?.type === "signals" ? [{ ...seen, instruction }] : [];
  });
}

/** The elements that come into the page: the content of `remove` does not [PEL-19]. */
export function placedElementsIn(patches: readonly ElementsPatch[]): PlacedElement[] {
  return patches.flatMap((patch) => {
    const { markup, instruction: { mode } } = patch;
    return markup && mode !== "remove" ? markup.elements.map((element) => ({ patch, markup, element })) : [];
  });
}

export function attributesIn(elements: readonly PlacedElement[]): Attribute[] {
  return elements.flatMap((placed) => placed.element.attrs.map(({ name, value }) => ({ ...placed, name, value })));
}

/** The bytes of some characters of a patch's HTML, or of a patch's signals. */
export function bytesOfContent({ event }: V1Event, { from, to }: Pick<Spot, "from" | "to">): ByteRange[] {
  return event.reading.content.bytesAt(from, to);
}

/** A fault in the HTML of a patch. */
export function faultIn(patch: ElementsPatch, spot: Spot, expected: string, problem: string): Fault {
  return faultInHtml(patch.instruction.elements ?? "", spot, expected, problem, bytesOfContent(patch, spot));
}

export function faultOfAttribute({ patch, element, name }: Attribute, expected: string, problem: string): Fault {
  return faultIn(patch, attributeSpot(element, name), expected, problem);
}

export function faultOfEvent({ event: { range } }: V1Event, expected: string, actual: string): Fault {
  return { expected, actual, at: [{ start: range.start, end: range.end }] };
}
