/**
 * A lesson: a vector that is explained, with a task.
 *
 * @module
 */

import type { Instruction, StreamEvent } from "../harness/core.ts";
import { compare, type Surroundings } from "../vectors/compare.ts";
import type { Difference, Expectation, Outcome } from "../vectors/vector.ts";
import { quoteCode } from "./quote.ts";

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

/** The most lines that are skipped to find where two trees are equal again: the time grows with the square. */
const maxSkipped = 400;

/** Some fields of an instruction. */
type PartOf<T> = T extends Instruction ? Pick<T, "type"> & Partial<T> : never;

/** The conditions under which a task is done. All that are given must hold; without `error`, no error may occur. */
export interface Goal extends Pick<Expectation, "page" | "error" | "store"> {
  /** Instructions that the stream must have, in any order. A field that is left out may have any value. */
  instructions?: PartOf<Instruction>[];
  /** No event has diagnostics. */
  clean?: true;
}

/**
 * Says in a sentence which part of a goal does not hold yet, given all events of the stream and their outcome.
 *
 * @returns `undefined` if the task is done.
 */
export function findMissing(
  { instructions = [], clean, ...expected }: Goal,
  { outcome, events }: { outcome: Outcome; events: readonly StreamEvent[] },
  surroundings: Surroundings,
): string | undefined {
  const differences = compare(expected, outcome, surroundings);
  const error = differences.find(({ what }) => what === "error");
  if (error) return describeDifference(error);
  if (clean) {
    const index = events.findIndex(({ diagnostics }) => diagnostics.length > 0);
    if (index >= 0) return `Event ${index + 1} still has a mistake. ${events[index].diagnostics[0].message}.`;
  }
  if (differences.length > 0) return describeDifference(differences[0]);
  const missing = instructions.find((part) =>
    !events.some(({ instruction }) => wrongFields(part, instruction).length === 0)
  );
  return missing && describeMissing(missing, events);
}

function describeDifference({ what, expected, actual }: Difference): string {
  if (what === "error") {
    const thrown = actual === "none" ? "does not throw" : `throws ${quoteCode(actual)}`;
    if (expected !== "none") return `The client should throw ${quoteCode(expected)}; it ${thrown}.`;
    return `The client ${thrown}; the task asks for a stream without an error.`;
  }
  if (what === "page") return describePages(expected, actual);
  return `The ${what} is ${quoteCode(actual)}; the task asks for ${quoteCode(expected)}.`;
}

/** Says where two trees differ first. */
function describePages(expected: string, actual: string): string {
  const [wanted, found] = [expected, actual].map((tree) => tree === "" ? [] : tree.split("\n"));
  let start = 0;
  while (wanted[start] === found[start]) start++;
  const [more, less] = countUntilEqual(wanted.slice(start), found.slice(start));
  const quote = (lines: string[]) => quoteCode(lines.map((line) => line.replace(/^\| */, "")).join(" "));
  const lacks = quote(wanted.slice(start, start + more));
  const has = quote(found.slice(start, start + less));
  if (less === 0) return `The page still lacks ${lacks}.`;
  if (more === 0) return `The page has ${has}, which the task does not ask for.`;
  return `The page has ${has}; the task asks for ${lacks}.`;
}

/** The fewest lines to skip in each of two lists, so that both go on with the same line or end. */
function countUntilEqual(a: string[], b: string[]): [a: number, b: number] {
  for (let sum = 1; sum < Math.min(a.length + b.length, maxSkipped); sum++) {
    for (let i = Math.max(0, sum - b.length); i <= Math.min(sum, a.length); i++) {
      if (a[i] === b[sum - i]) return [i, sum - i];
    }
  }
  return [a.length, b.length];
}

/** Says which fields are wrong in the instruction that comes closest. */
function describeMissing(part: PartOf<Instruction>, events: readonly StreamEvent[]): string {
  const found = events.flatMap(({ instruction }) => instruction?.type === part.type ? [instruction] : []);
  if (found.length === 0) return `The stream has no ${quoteCode(part.type)} event yet.`;
  const [closest] = found.map((instruction) => wrongFields(part, instruction)).sort((a, b) => a.length - b.length);
  return `No ${quoteCode(part.type)} event has the right ${closest.map((name) => quoteCode(name)).join(" and ")} yet.`;
}

/** The names of the fields that an instruction should have, and has not. */
function wrongFields(part: PartOf<Instruction>, instruction: Instruction | undefined): string[] {
  const whole: Record<string, unknown> = { ...instruction };
  return Object.entries(part).filter(([name, value]) => JSON.stringify(whole[name]) !== JSON.stringify(value))
    .map(([name]) => name);
}
