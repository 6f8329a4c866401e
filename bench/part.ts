/**
 * What a part of the benchmark gives: figures side by side, and the goals they were measured for.
 *
 * @module
 */

import type { Runtime } from "./process.ts";

/** What a part is told. */
export interface RunOptions {
  runtimes: Runtime[];
  /** How often each is measured. */
  rounds?: number;
  /** Says what is going on. */
  log: (line: string) => void;
}

/** Figures of one contestant, from the same rounds as those of the others of its kind. */
export interface Series {
  /** What was measured: `/target requests a second`. Series of the same name and runtime are compared. */
  what: string;
  /** The runtime that it was measured under. */
  runtime: Runtime;
  /** Who was measured. */
  who: string;
  unit: string;
  /** A figure for each round. */
  samples: number[];
  /** Whether the others are given as ratios to this one. */
  reference?: boolean;
}

/** What was aimed at, and what came out. */
export interface Goal {
  what: string;
  runtime: Runtime;
  /** In words: `at least 0.85 of the bare runtime`. */
  goal: string;
  /** In words, too. */
  result: string;
  met: boolean;
}

/** What a part has found. */
export interface Part {
  series: Series[];
  goals: Goal[];
}

/** The middle of some figures. */
export function median(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The middle of the ratios of figures that were measured one after the other: what slows a round down slows both. */
export function ratio(samples: readonly number[], reference: readonly number[]): number {
  return median(samples.map((sample, i) => sample / reference[i]));
}
