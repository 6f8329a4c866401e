/**
 * A lesson: a vector that is explained, with a task.
 *
 * @module
 */

import type { Instruction, StreamEvent } from "../harness/core.ts";
import { compare, type Surroundings } from "../vectors/compare.ts";
import type { Expectation, Outcome } from "../vectors/vector.ts";

/** A vector that is explained, and a task to try on it. */
export interface Lesson {
  /** The id of the vector. */
  vector: string;
  /** The subject, in a few words. */
  title: string;
  /** The explanation: short paragraphs, with code in backticks. */
  text: string[];
  task: Task;
}

/** A change to make, so that something happens. */
interface Task {
  /** The task: one or two sentences, with code in backticks. */
  text: string;
  /** A hint for a learner who is stuck. */
  hint: string;
  /** The conditions under which it is done. */
  goal: Goal;
  /** One way to do it: a text that occurs there once is replaced. */
  solution: { in: "stream" | "page"; replace: string; by: string };
}

/** Some fields of an instruction. */
type PartOf<T> = T extends Instruction ? Pick<T, "type"> & Partial<T> : never;

/** The conditions under which a task is done. All that are given must hold; without `error`, no error may occur. */
export interface Goal extends Pick<Expectation, "page" | "error" | "store"> {
  /** Instructions that the stream must have, in any order. A field that is left out may have any value. */
  instructions?: PartOf<Instruction>[];
  /** No event has diagnostics. */
  clean?: true;
}

/** Whether a task is done, given all events of the stream and their outcome. */
export function isDone(
  goal: Goal,
  { outcome, events }: { outcome: Outcome; events: readonly StreamEvent[] },
  surroundings: Surroundings,
): boolean {
  const { instructions = [], clean, ...expected } = goal;
  const hasAll = instructions.every((part) => events.some(({ instruction }) => isPart(part, instruction)));
  const isClean = events.every(({ diagnostics }) => diagnostics.length === 0);
  return hasAll && (!clean || isClean) && compare(expected, outcome, surroundings).length === 0;
}

function isPart(part: PartOf<Instruction>, instruction: Instruction | undefined): boolean {
  const whole: Record<string, unknown> = { ...instruction };
  return Object.entries(part).every(([name, value]) => JSON.stringify(whole[name]) === JSON.stringify(value));
}
