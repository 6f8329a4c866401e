/** Functions that define checks of streams, and turn faults into a finding. */

import { type ByteRange, bytesInLine } from "../../harness/mod.ts";
import {
  type CheckInfo,
  type FamilyName,
  type Finding,
  type Level,
  notApplicable,
  pass,
  type StreamCheck,
} from "../check.ts";
import type { StreamView } from "../stream_view.ts";
import type { Field } from "./fields.ts";
import { quoteSource } from "./quote.ts";

/** One thing that is not as it should be. */
export interface Fault {
  expected: string;
  actual: string;
  at: ByteRange[];
}

/** A check as it is written down: its rule, its texts, and how it is made. The family is that of the file. */
export type Definition<Run> = Pick<CheckInfo, "title" | "why" | "fix"> & Run & {
  rule: [id: string, level: Level, clause: string];
};

export function defineStreamCheck<View>(
  family: FamilyName,
  { rule: [id, level, clause], ...rest }: Definition<Pick<StreamCheck<View>, "run">>,
): StreamCheck<View> {
  return { id, level, clause, ...rest, of: "stream", family };
}

/** The things of one kind that a check judges one by one. */
export interface Items<View, Item> {
  /** Their name, in the singular. Where there is none of them, the check does not apply. */
  noun: string;
  items: (view: View) => readonly Item[];
}

/** Most ranges that a finding shows. */
const maxRanges = 10;
/** Most bytes of a range. */
const maxBytes = 400;

/** Faults that are counted: a hostile stream has one in each line. */
const maxFaults = 1_000;

/** Makes one finding of all faults: the first in words, each with its bytes. */
export function toFinding(faults: readonly Fault[], summary: string): Finding {
  if (faults.length === 0) return pass(summary);
  const [{ expected, actual }] = faults;
  const others = faults.length < maxFaults ? `${faults.length - 1} more` : "many more";
  return {
    outcome: "fail",
    expected,
    actual: faults.length > 1 ? `${actual} (and ${others})` : actual,
    at: faults.slice(0, maxRanges).flatMap(({ at }) => at).slice(0, maxRanges)
      .map(({ start, end }) => ({ start, end: Math.min(end, start + maxBytes) })),
  };
}

/** A fault of some characters of a line: of all, where none are given. */
export const faultOfLine = (line: Field, expected: string, from?: number, to?: number): Fault => ({
  expected,
  actual: quoteSource(line.text),
  at: [bytesInLine(line, from, to)],
});

/** Makes the functions that define the checks of one family. */
export function streamChecks<View extends StreamView>(family: FamilyName) {
  /** A check of an event stream. */
  function checkStream({ run, ...info }: Definition<Pick<StreamCheck<View>, "run">>): StreamCheck<View> {
    return defineStreamCheck(family, {
      ...info,
      run: (view) => view.whyNoStream === undefined ? run(view) : notApplicable(view.whyNoStream),
    });
  }

  /** A check of each thing of one kind in an event stream. */
  function checkEach<Item>(
    { noun, items, fault, ...info }: Definition<
      Items<View, Item> & {
        /** Judges one of them. Returns nothing where it is as it should be. */
        fault: (item: Item, view: View) => Fault | Fault[] | false | undefined;
      }
    >,
  ): StreamCheck<View> {
    return checkStream({
      ...info,
      run(view) {
        const all = items(view);
        if (all.length === 0) return notApplicable(`the stream has no ${noun}`);
        let faults: Fault[] = [];
        for (const item of all) {
          const found = fault(item, view);
          if (found) faults = faults.concat(found);
          if (faults.length >= maxFaults) break;
        }
        return toFinding(faults, `${all.length} ${all.length === 1 ? noun : pluralOf(noun)}`);
      },
    });
  }

  return { checkStream, checkEach };
}

/** `events with data`, `` `id` lines ``. */
const pluralOf = (noun: string) => /^\w/.test(noun) ? noun.replace(/^[\w-]+/, "$&s") : `${noun}s`;

/** Takes the first items: a hostile stream may have many, and finding the bytes of each is expensive. */
export const firstFew = <Item>(all: Iterable<Item>): Item[] => Iterator.from(all).take(20).toArray();
