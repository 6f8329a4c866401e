/**
 * The course: a path through the vectors, each with something to try.
 *
 * @module
 */

import type { Instruction, StreamEvent } from "../harness/mod.ts";
import { compare, type Expectation, type Outcome, type Surroundings } from "../runner/compare.ts";

/** A vector that is explained, and a task to try on it. */
export interface Lesson {
  /** The id of the vector. */
  vector: string;
  /** What it is about, in some words. */
  title: string;
  /** What there is to know: short paragraphs, with code in backticks. */
  text: string[];
  /** What to try. */
  task: Task;
}

/** Something to change, so that something happens. */
export interface Task {
  /** What to do: one or two sentences, with code in backticks. */
  text: string;
  /** Where to look, for somebody who is stuck. */
  hint: string;
  /** What must be so when it is done. */
  goal: Goal;
  /** One way to do it: a text of the stream or of the page that is replaced by another. */
  solution: Solution;
}

/** One way to do a task. */
export interface Solution {
  /** What is changed. */
  in: "stream" | "page";
  /** A text that occurs there once. */
  replace: string;
  /** What takes its place. */
  by: string;
}

/** An instruction of which only a part is known. */
export type PartOfInstruction = { type: Instruction["type"] } & Partial<UnionToIntersection<Instruction>>;

type UnionToIntersection<T> = (T extends unknown ? (value: Omit<T, "type">) => void : never) extends
  (value: infer R) => void ? R : never;

/** What must be so when a task is done. All parts that are given must hold; without `error` nothing may be raised. */
export interface Goal extends Pick<Expectation, "page" | "error" | "store"> {
  /** Instructions that must be among those of the stream, in any order. What a part leaves out may be anything. */
  instructions?: PartOfInstruction[];
  /** Nothing is left to remark on the events. */
  clean?: true;
}

/** Whether a task is done: `outcome` is what became of the page, `events` are all events of the stream. */
export function isDone(
  goal: Goal,
  { outcome, events }: { outcome: Outcome; events: readonly StreamEvent[] },
  surroundings: Surroundings,
): boolean {
  const { instructions = [], clean, ...expected } = goal;
  const wanted = instructions.every((part) =>
    events.some(({ instruction }) =>
      instruction &&
      Object.entries(part).every(([name, value]) =>
        JSON.stringify((instruction as unknown as Record<string, unknown>)[name]) === JSON.stringify(value)
      )
    )
  );
  return wanted && !(clean && events.some(({ diagnostics }) => diagnostics.length > 0)) &&
    compare(expected, outcome, surroundings).length === 0;
}

/** The lessons, in the order in which they are meant to be read. */
export const lessons: readonly Lesson[] = [
  {
    vector: "mod-morph-one",
    title: "One event, one fragment",
    text: ["An event."],
    task: { text: "Change it.", hint: "Look.", goal: {}, solution: { in: "stream", replace: "a", by: "b" } },
  },
];
