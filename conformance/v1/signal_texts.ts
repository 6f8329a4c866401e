/** The texts that give signals: those of `datastar-patch-signals`, and `data-signals` in patches. */

import { type ByteRange, v1 } from "../../harness/mod.ts";
import { describePlace, quoteSource } from "../checks/quote.ts";
import type { Fault } from "../checks/stream_checks.ts";
import { type Spot, valueSpot } from "../markup.ts";
import { type NamedSignal, readStoreText, type StoreText } from "../store_text.ts";
import type { ClientAttribute } from "./client_attributes.ts";
import type { V1Event, V1Stream } from "./interpret.ts";
import { bytesOfContent, hasLostLine, signalPatchesIn } from "./patch.ts";

/** A text that gives signals, and the bytes of its pieces. */
export interface PlacedSignals extends StoreText {
  /** The event that brings it. */
  seen: V1Event;
  of: "event" | "attribute";
  onlyIfMissing: boolean;
  /** How the client reads it. Absent if it cannot, and for an attribute. */
  read?: v1.SignalsText;
  at: (spot: Pick<Spot, "from" | "to">) => ByteRange[];
}

/** The texts of all `datastar-patch-signals` whose lines are complete. Where a line was lost, that is the fault. */
export function eventTextsIn(stream: Pick<V1Stream, "events">): PlacedSignals[] {
  return signalPatchesIn(stream).filter(({ event }) => !hasLostLine(event)).map((patch) => {
    const { instruction: { signals, onlyIfMissing } } = patch;
    return {
      ...readStoreText(signals),
      seen: patch,
      of: "event",
      onlyIfMissing,
      read: readSignals(signals),
      at: (spot) => bytesOfContent(patch, spot),
    };
  });
}

function readSignals(text: string): v1.SignalsText | undefined {
  try {
    return v1.readSignals(text);
  } catch (error) {
    if (error instanceof RangeError) return { kind: "unknown" };
    return undefined;
  }
}

/** The expressions of all `data-signals` that give an object. */
export function attributeTextsIn(attributes: readonly ClientAttribute[]): PlacedSignals[] {
  return attributes.filter(({ read, value }) => read.plugin === "signals" && !read.key && value !== "")
    .map((attribute) => ({
      ...readStoreText(attribute.value),
      seen: attribute.patch,
      of: "attribute",
      onlyIfMissing: attribute.read.modifiers.has("ifmissing"),
      at: (piece) => bytesOfContent(attribute.patch, valueSpot(attribute.markup, attribute, piece)),
    }));
}

/** The place of a whole text. */
export const wholeText = ({ text }: StoreText): Spot => ({ name: "", from: 0, to: text.length });

/** A fault in a text that gives signals. */
export function faultInSignals(signals: PlacedSignals, spot: Spot, expected: string, problem: string): Fault {
  const { text, at } = signals;
  const excerpt = quoteSource(text.slice(spot.from, Math.max(spot.to, spot.from + 1)));
  return { expected, actual: `${excerpt} (${describePlace(text, spot.from)} of the signals) ${problem}`, at: at(spot) };
}

/** The names inside an object of a text. */
export function innerNames({ names }: StoreText, { path }: NamedSignal): NamedSignal[] {
  return names.filter((inner) => inner.path.startsWith(`${path}.`));
}
