/** The texts that are merged into the store: `data-store` in fragments, and the text of `datastar-signal`. */

import type { ByteRange, StreamEvent } from "../../harness/mod.ts";
import { describePlace, quoteSource } from "../checks/quote.ts";
import type { Fault } from "../checks/stream_checks.ts";
import type { ClassicStream } from "./interpret.ts";
import { type Spot, valueSpot } from "../markup.ts";
import { readStoreText, type StoreText } from "../store_text.ts";
import { remember } from "../too_much.ts";
import { canCompileStore } from "./code.ts";
import { type Attribute, bytesOfHtml } from "./fragment_parts.ts";

/** A text that gives signals, and the bytes of its pieces. */
export interface PlacedStore extends StoreText {
  event: StreamEvent;
  at: (spot: Pick<Spot, "from" | "to">) => ByteRange[];
  /** Whether the client can compile it. */
  compiles: () => boolean;
}

/** The `data-store` of all fragments. */
export function storesIn(attributes: readonly Attribute[]): PlacedStore[] {
  const compiles = remember(canCompileStore);
  return attributes.filter(({ name }) => /^data-store(?:\.|$)/.test(name)).map((attribute) => ({
    ...readStoreText(attribute.value),
    event: attribute.fragment.event,
    compiles: () => compiles(attribute.value),
    at: (piece) => bytesOfHtml(attribute.fragment, valueSpot(attribute.fragment.markup, attribute, piece)),
  }));
}

/** The texts of all `datastar-signal`. */
export function signalTextsIn({ events }: Pick<ClassicStream, "events">): PlacedStore[] {
  return events.flatMap(({ event }) =>
    event.instruction?.type === "signal"
      ? [{
        ...readStoreText(event.instruction.store.trim()),
        event,
        compiles: () => true,
        at: ({ from, to }: Pick<Spot, "from" | "to">) => event.reading.content.bytesAt(from, to),
      }]
      : []
  );
}

/** The place of a whole text. */
export const wholeText = ({ text }: StoreText): Spot => ({ name: "", from: 0, to: text.length });

/** A fault in a text that gives signals. */
export function faultInStore(store: PlacedStore, spot: Spot, expected: string, problem: string): Fault {
  const { text, at } = store;
  const excerpt = quoteSource(text.slice(spot.from, Math.max(spot.to, spot.from + 1)));
  return { expected, actual: `${excerpt} (${describePlace(text, spot.from)} of the value) ${problem}`, at: at(spot) };
}
