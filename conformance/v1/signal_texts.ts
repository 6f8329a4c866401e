/** The texts that give signals: those of `datastar-patch-signals`, and `data-signals` in patches. */

import { type ByteRange, v1 } from "../../harness/mod.ts";
import { describePlace, quoteSource } from "../checks/quote.ts";
import type { Fault } from "../checks/stream_checks.ts";
import { type Spot, valueSpot } from "../markup.ts";
import { type NamedSignal, readStoreText, type StoreText } from "../store_text.ts";
import { holdsOrIsTooMuch } from "../too_much.ts";
import type { ClientAttribute } from "./client_attributes.ts";
import type { V1Event, V1Stream } from "./interpret.ts";
import { bytesOfContent, hasLostLine, signalPatchesIn } from "./patch.ts";

/** A text that gives signals, and the bytes of its pieces. */
export interface PlacedSignals extends StoreText {
  /** The event that brings it. */
  seen: V1Event;
  of: "event" | "attribute";
  onlyIfMissing: boolean;
  /** The client's reading of it. Absent if the client cannot read it, and for an attribute. */
  read?: v1.SignalsText;
  /** Whether the client can read it. */
  isReadable: () => boolean;
  at: (spot: Pick<Spot, "from" | "to">) => ByteRange[];
}

/** The texts of all `datastar-patch-signals` whose lines are complete. Where a line was lost, that is the fault. */
export function eventTextsIn(stream: Pick<V1Stream, "events">): PlacedSignals[] {
  return signalPatchesIn(stream).filter(({ event }) => !hasLostLine(event)).map((patch) => {
    const { instruction: { signals, onlyIfMissing } } = patch;
    const read = readSignals(signals);
    return {
      ...readStoreText(signals),
      seen: patch,
      of: "event",
      onlyIfMissing,
      read: read instanceof RangeError ? { kind: "unknown" } : read,
      isReadable: () =>
        holdsOrIsTooMuch(() => {
          if (read instanceof RangeError) throw read;
          return read !== undefined;
        }),
      at: (spot) => bytesOfContent(patch, spot),
    };
  });
}

function readSignals(text: string): v1.SignalsText | RangeError | undefined {
  try {
    return v1.readSignals(text);
  } catch (error) {
    return error instanceof RangeError ? error : undefined;
  }
}

/** The expressions of all `data-signals` that give an object. */
export function attributeTextsIn(attributes: readonly ClientAttribute[]): PlacedSignals[] {
  return attributes.filter(({ read, value }) => read.plugin === "signals" && !read.key && value !== "")
    .map((attribute) => ({
      ...readStoreText(attribute.value),
      seen: attribute.patch,
      of: "attribute",
      isReadable: () => true,
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
