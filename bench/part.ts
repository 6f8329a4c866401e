/**
 * Figures side by side, and the goals that they were measured for.
 *
 * @module
 */

import type { Runtime } from "../tests/support/process.ts";

/** One part of the benchmark, under one runtime. */
export interface RunOptions {
  runtime: Runtime;
  /** Number of times that each contestant is measured. Each part has a default of its own. */
  rounds?: number;
  /** Prints what is being measured. */
  log: (line: string) => void;
}

/** Figures of one contestant. Its rounds took turns with those of the other contestants. */
export interface Series {
  /** The quantity, as in `/target requests a second`. Series of one quantity and runtime are compared. */
  what: string;
  runtime: Runtime;
  /** The contestant. */
  who: string;
  unit: string;
  /** A figure for each round. */
  samples: number[];
  /** Whether the other contestants are compared with this one. */
  reference?: boolean;
}

/** A goal, and whether it was met. */
export interface Goal {
  what: string;
  runtime: Runtime;
  /** In words: `at least 0.85 of the bare runtime`. */
  goal: string;
  /** In words, too. */
  result: string;
  met: boolean;
}

/** The measurements of a part. */
export interface Part {
  series: Series[];
  goals: Goal[];
}

/** Makes a series without samples for each contestant. The first is the reference. */
export function createSeries(head: Pick<Series, "what" | "runtime" | "unit">, contestants: string[]): Series[] {
  return contestants.map((who, i) => ({ ...head, who, samples: [], reference: i === 0 }));
}

export function median(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The median of the ratios of figures that were measured in turn: what slows a round down slows both. */
export function ratio({ samples }: Series, reference: Series): number {
  return median(samples.map((sample, i) => sample / reference.samples[i]));
}

/** The goal that a series is at most this part of the reference. */
export function atMost(limit: number, own: Series, reference: Series): Goal {
  return compareWithLimit(`at most ${limit}`, own, reference, (share) => share <= limit);
}

/** The goal that a series is at least this part of the reference. */
export function atLeast(limit: number, own: Series, reference: Series): Goal {
  return compareWithLimit(`at least ${limit}`, own, reference, (share) => share >= limit);
}

function compareWithLimit(words: string, own: Series, reference: Series, isMet: (share: number) => boolean): Goal {
  const share = ratio(own, reference);
  const { what, runtime } = own;
  const goal = `${words} of the ${reference.who}`;
  return { what, runtime, goal, result: share.toFixed(2), met: isMet(share) };
}
