/** The texts that are merged into the store: `data-store` in fragments, and the text of `datastar-signal`. */

import type { ByteRange, StreamEvent } from "../../harness/mod.ts";
import { describePlace, quoteSource } from "../checks/quote.ts";
import type { Fault } from "../checks/stream_checks.ts";
import type { ClassicStream } from "./interpret.ts";
import { attributeSpot, parseMarkup, type Spot } from "../markup.ts";
import { canCompileStore, readStoreText, type StoreText } from "./code.ts";
import { type Attribute, bytesOfHtml } from "./fragment_parts.ts";

/** A text that gives signals, and the bytes of its pieces. */
export interface PlacedStore extends StoreText {
  event: StreamEvent;
  at: (spot: Pick<Spot, "from" | "to">) => ByteRange[];
  /** Whether the client can compile it. */
  compiles: boolean;
}

/** The `data-store` of all fragments. */
export function storesIn(attributes: readonly Attribute[]): PlacedStore[] {
  return attributes.filter(({ name }) => /^data-store(?:\.|$)/.test(name)).map((attribute) => ({
    ...readStoreText(attribute.value),
    event: attribute.fragment.event,
    compiles: canCompileStore(attribute.value),
    at: ({ from, to }) => bytesOfValue(attribute, from, to),
  }));
}

/** The texts of all `datastar-signal`. */
export function signalTextsIn({ events }: Pick<ClassicStream, "events">): PlacedStore[] {
  return events.flatMap(({ event }) =>
    event.instruction?.type === "signal"
      ? [{
        ...readStoreText(event.instruction.store.trim()),
        event,
        compiles: true,
        at: ({ from, to }: Pick<Spot, "from" | "to">) => event.reading.content.bytesAt(from, to),
      }]
      : []
  );
}

/** The bytes of a piece of an attribute's value, which may be written with character references. */
function bytesOfValue({ fragment, element, name, value }: Attribute, from: number, to: number): ByteRange[] {
  const spot = attributeSpot(element, name);
  const written = fragment.markup.html.slice(spot.from, spot.to);
  const begin = /^[^=]*=\s*["']?/.exec(written)?.[0].length ?? 0;
  const offsets: number[] = []; // in the text, for each character of the value
  for (let i = begin; offsets.length < value.length && i < written.length;) {
    const reference = /^&(?:#x?[\da-f]+|[a-z\d]+);?/i.exec(written.slice(i, i + 40))?.[0];
    const length = reference ? Math.min(lengthOfReference(reference), reference.length) : 1;
    for (let k = 0; k < length; k++) offsets.push(i);
    i += reference && length < reference.length ? reference.length : length;
  }
  const end = /["']$/.test(written) ? written.length - 1 : written.length;
  const place = (offset: number) => spot.from + (offsets[offset] ?? end);
  return bytesOfHtml(fragment, { from: place(from), to: Math.max(place(to), place(from) + 1) });
}

/** Characters that a character reference stands for in a value. */
function lengthOfReference(reference: string): number {
  const { roots: [root] } = parseMarkup(`<a x="${reference}">`);
  return root.attrs[0].value.length;
}

/** The place of a whole text. */
export const wholeText = ({ text }: StoreText): Spot => ({ name: "", from: 0, to: text.length });

/** A fault in a text that gives signals. */
export function faultInStore(store: PlacedStore, spot: Spot, expected: string, problem: string): Fault {
  const { text, at } = store;
  const excerpt = quoteSource(text.slice(spot.from, Math.max(spot.to, spot.from + 1)));
  return { expected, actual: `${excerpt} (${describePlace(text, spot.from)} of the value) ${problem}`, at: at(spot) };
}
