/**
 * The fragments of a stream, and what is in them: each is looked at once, and by all checks.
 *
 * @module
 */

import type { ByteRange, Instruction, StreamEvent } from "../../harness/mod.ts";
import type { SeenEvent, StreamEvidence } from "../interpret.ts";
import { type Fault, quote } from "../checks/each.ts";
import { attributeSpot, type Element, type Markup, markupOf, type Spot } from "../checks/markup.ts";
import { htmlOf, placeIn } from "./source.ts";

/** An event that brings HTML. */
export interface Fragment extends SeenEvent {
  instruction: Extract<Instruction, { type: "fragment" }>;
  markup: Markup;
}

/** An element that comes into the page. */
export interface Placed {
  fragment: Fragment;
  element: Element;
}

/** One of its attributes. */
export interface Attribute extends Placed {
  name: string;
  value: string;
}

/** Events with an instruction of one type. */
export function eventsOf<T extends Instruction["type"]>(
  { events }: StreamEvidence,
  type: T,
): (SeenEvent & { instruction: Extract<Instruction, { type: T }> })[] {
  return events.flatMap((seen) => {
    const { instruction } = seen.event;
    return instruction?.type === type
      ? [{ ...seen, instruction: instruction as Extract<Instruction, { type: T }> }]
      : [];
  });
}

/** Things of one kind that are looked at in one place: a hostile stream has more, and each costs a search. */
export const few = <T>(all: Iterable<T>): T[] => Iterator.from(all).take(20).toArray();

/** Makes a function that works once for each stream. */
export function once<T>(work: (stream: StreamEvidence) => T): (stream: StreamEvidence) => T {
  const done = new WeakMap<StreamEvidence, T>();
  return (stream) => {
    if (!done.has(stream)) done.set(stream, work(stream));
    return done.get(stream)!;
  };
}

/** Whether there is no `fragment` in the data: what the client merges then nobody has written [FRG-16]. */
export function isDefault({ client }: StreamEvent): boolean {
  return !/(?:^|\n)fragment(?: |\n|$)/.test(client?.data.trim() ?? "");
}

/** All fragments that somebody has written. */
export const fragmentsOf: (stream: StreamEvidence) => Fragment[] = once((stream) =>
  eventsOf(stream, "fragment").filter(({ event }) => !isDefault(event)).map((seen) => ({
    ...seen,
    markup: markupOf(seen.event),
  }))
);

/** Elements that come into the page: `inner` leaves the roots out [MRG-11], `upsert_attributes` all else [MRG-17]. */
export const elementsOf: (stream: StreamEvidence) => Placed[] = once((stream) =>
  fragmentsOf(stream).flatMap((fragment) => {
    const { markup: { roots, elements }, instruction: { merge } } = fragment;
    const placed = merge === "upsert_attributes" ? roots : elements;
    return placed.filter((element) => merge !== "inner" || !roots.includes(element))
      .map((element) => ({ fragment, element }));
  })
);

/** Their attributes. */
export const attributesOf: (stream: StreamEvidence) => Attribute[] = once((stream) =>
  elementsOf(stream).flatMap((placed) => placed.element.attrs.map(({ name, value }) => ({ ...placed, name, value })))
);

/** The bytes of something in a fragment. */
export function bytesOf({ event }: Fragment, { from, to }: Pick<Spot, "from" | "to">): ByteRange[] {
  return htmlOf(event).at(from, to);
}

/** Something in a fragment, quoted, and where it stands. */
export function show({ markup: { html } }: Fragment, { from, to }: Pick<Spot, "from" | "to">): string {
  return `${quote(html.slice(from, to))} (${placeIn(html, from)})`;
}

/** A fault in the HTML of a fragment. */
export function faultIn(fragment: Fragment, spot: Spot, expected: string, says: string): Fault {
  return { expected, actual: `${show(fragment, spot)} ${says}`, at: bytesOf(fragment, spot) };
}

/** A fault in an attribute. */
export function faultOfAttribute({ fragment, element, name }: Attribute, expected: string, says: string): Fault {
  return faultIn(fragment, attributeSpot(element, name), expected, says);
}

/** A fault of an event as a whole. */
export function faultOfEvent({ range }: StreamEvent, expected: string, actual: string): Fault {
  return { expected, actual, at: [{ start: range.start, end: range.end }] };
}
