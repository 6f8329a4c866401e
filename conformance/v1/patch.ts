/** The patches of a stream, their elements and attributes, and the faults that are found in them. */

import { type ByteRange, v1 } from "../../harness/mod.ts";
import { faultInHtml } from "../checks/html.ts";
import type { Fault } from "../checks/stream_checks.ts";
import { attributeSpot, type Element, elementsIn, type Markup, type Spot } from "../markup.ts";
import type { Chunk, Exchange } from "../recording.ts";
import type { V1Event, V1Stream } from "./interpret.ts";
import { parseParts, type Parts } from "./parts.ts";

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

/** A patch of parts of an image or a formula. */
export interface PartsPatch extends ElementsPatch {
  parts: Parts;
}

export function partsPatchesIn(patches: readonly ElementsPatch[]): PartsPatch[] {
  return patches.flatMap((patch): PartsPatch[] => {
    const { namespace, mode, elements = "" } = patch.instruction;
    const isOther = mode === "remove" || elements.trim() === "" || v1.pagePartsOf(elements).length > 0;
    return namespace === "html" || isOther ? [] : [{ ...patch, parts: parseParts(elements, namespace) }];
  });
}

/** The elements that come into the page: the content of `remove` does not [PEL-19]. */
export function placedElementsIn(
  patches: readonly ElementsPatch[],
  partsPatches: readonly PartsPatch[],
): PlacedElement[] {
  const partsOf = new Map(partsPatches.map(({ event, parts }) => [event, parts]));
  return patches.flatMap((patch) => {
    const parts = partsOf.get(patch.event);
    const markup = parts?.markup ?? patch.markup;
    if (!markup || patch.instruction.mode === "remove") return [];
    const elements = parts?.elements ?? markup.roots.flatMap(elementsIn); // those of a formula too
    return elements.map((element) => ({ patch, markup, element }));
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

/** Whether the client ignores a line of an event's data that has text. */
export function hasLostLine({ reading: { rows } }: v1.StreamEvent): boolean {
  return rows.some(({ effect, line, from }) => effect === "ignored" && line.text.slice(from) !== "");
}

/** Milliseconds after which a view transition has made its change, also on a slow machine. */
const transitionTime = 500;

/** Whether an event came so long after an earlier one that it overtakes no view transition. Of a file no times are known. */
export function isChunkApart({ exchange }: Pick<V1Stream, "exchange">, earlier: V1Event, later: V1Event): boolean {
  const [first, second] = [earlier, later].map((seen) => exchange && chunkOf(exchange, seen));
  return first !== undefined && second !== undefined && second.at - first.at > transitionTime;
}

/** The chunk that ends an event. */
export function chunkOf({ chunks }: Exchange, { event: { range } }: V1Event): Chunk | undefined {
  return chunks.find(({ end }) => end > range.end);
}
