/**
 * Compares random cases in the real client and in the harness: the page with its kept nodes, errors, warnings, signals and
 * live values.
 *
 * @module
 */

import type { Outcome, Vector } from "../../vectors/vector.ts";
import type { ModelOutcome } from "../support/model.ts";
import { runInHarness } from "../support/model_v1.ts";
import { fc, seed } from "../support/random.ts";
import { type Case, cases, ids } from "./cases.ts";
import type { Judge } from "./judge.ts";

/** Cases that are sent to the browser at a time. */
const batch = 100;

/** Differences that are shrunk and shown. */
const maxShown = 3;

/** The live values that are compared: the text of each element with an id, and whether it is checked. */
const values = Object.fromEntries(ids.flatMap((id) => [[`#${id}`, ""], [`[id=${id}]`, true]]));

const asVector = (one: Case): Vector => ({
  ...one,
  id: "random",
  title: "",
  clause: "",
  teach: "",
  expect: { values },
});

/** A case whose result was recorded, for a test that has no client. */
export interface RecordedCase {
  case: Case;
  outcome: Outcome;
}

/** Cases that are recorded. */
const maxRecorded = 200;

/**
 * Compares random cases, and shows the first that differ as small as possible. Returns how many differ.
 *
 * @param onRecorded Gets cases of which the harness knows the result, if none differs.
 */
export async function compareRandomCases(
  judge: Judge,
  runs: number,
  onRecorded: (recorded: RecordedCase[]) => Promise<void>,
): Promise<number> {
  const recorded: RecordedCase[] = [];
  const sampled = fc.sample(cases, { seed, numRuns: runs });
  let differing = 0;
  let unknown = 0;
  for (let start = 0; start < runs; start += batch) {
    const some = sampled.slice(start, start + batch);
    const outcomes = await judge.run(some.map(asVector));
    for (const [i, one] of some.entries()) {
      const found = await findDifferences(one, outcomes[i]);
      if (found === "unknown") unknown++;
      else if (found.length === 0 && recorded.length < maxRecorded) recorded.push({ case: one, outcome: outcomes[i] });
      else if (found.length > 0 && ++differing <= maxShown) await showSmallest(judge, start + i);
    }
  }
  console.log(
    `${runs} random cases, SEED=${seed}: ${differing} differ; ${unknown} have expressions that the harness does not run`,
  );
  if (differing === 0) await onRecorded(recorded);
  return differing;
}

/** The differences of a case, or that the harness does not know its result. */
export async function findDifferences(one: Case, browser: Outcome): Promise<unknown[] | "unknown"> {
  const harness = await runInHarness(asVector(one), true);
  return harness.unevaluated.length > 0 ? "unknown" : differencesOf(browser, harness);
}

const compared = ["incomplete", "tree", "errors", "warnings", "origins", "store", "values"] as const;

function differencesOf(browser: Outcome, harness: ModelOutcome): unknown[] {
  return compared.filter((field) => field !== "store" || harness.store !== undefined)
    .map((field) => ({ field, browser: browser[field], harness: harness[field] }))
    .filter(({ browser, harness }) => writeSorted(browser) !== writeSorted(harness));
}

/** JSON with sorted keys. */
const writeSorted = (value: unknown) =>
  JSON.stringify(value ?? null, (_, inner) => {
    if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.keys(inner).sort().map((name) => [name, inner[name]]));
  });

/** Repeats case `i` of the same sample as a property, so that fast-check finds the smallest case that differs. */
async function showSmallest(judge: Judge, i: number): Promise<void> {
  let smallest: unknown;
  await fc.check(
    fc.asyncProperty(cases, async (one) => {
      const [outcome] = await judge.run([asVector(one)]);
      const found = await findDifferences(one, outcome);
      if (found === "unknown" || found.length === 0) return true;
      smallest = { one, found };
      return false;
    }),
    { seed, path: String(i), numRuns: 1 },
  );
  console.log(smallest ? JSON.stringify(smallest, null, 2) : `Case ${i} differs once and not again`);
}
