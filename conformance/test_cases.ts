/** A run as tests of any test runner. */

import { AssertionError } from "node:assert";
import { detailsOf } from "./report/details.ts";
import { isUntestedMust } from "./judge.ts";
import { markOf, type Outcome, reasonsOf } from "./report/groups.ts";

/** One check of one endpoint, as a test. */
export interface TestCase {
  /** The title of the test. */
  title: string;
  /** Throws if the check failed, or if it is a MUST without a verdict. A warning and a known failure pass. */
  assert: () => void;
}

/** Makes tests of a run. One of them fails exactly if the exit code of the run is not 0. */
export function testCases(run: Outcome): TestCase[] {
  const { report, dialect, baseline } = run;
  const cases = report.checks.map((result): TestCase => ({
    title: `${result.id} ${result.subject}: ${result.title}`,
    assert() {
      if (markOf(result, baseline) !== "fail" && !isUntestedMust(result)) return;
      const { expected, actual } = result;
      const message = `${result.title}\n${detailsOf(result, dialect)}`;
      throw new AssertionError({ message, expected, actual });
    },
  }));
  const stale = (baseline?.stale ?? []).map(({ id, subject, reason }): TestCase => ({
    title: `${id} ${subject} is a known failure`,
    assert() {
      throw new AssertionError({ message: `The baseline is stale: ${reason}` });
    },
  }));
  const reasons = report.exitCode === 3 ? reasonsOf(run) : [];
  const complete: TestCase = {
    title: "The run has a verdict",
    assert() {
      if (reasons.length > 0) throw new AssertionError({ message: reasons.join("\n") });
    },
  };
  return [...cases, ...stale, complete];
}

/**
 * Makes a test of each action of an application, and one of its page. It fails with all that is wrong there. An action
 * that was not asked passes, with the reason in its title.
 */
export function actionCases(run: Outcome): TestCase[] {
  const { report, dialect, baseline, app } = run;
  const unasked = new Map(app?.actions.map(({ name, leftOut }) => [name, leftOut]));
  return [...Map.groupBy(report.checks, ({ subject }) => subject)].map(([subject, results]): TestCase => {
    const leftOut = unasked.get(subject);
    return {
      title: leftOut === undefined ? subject : `${subject} (not asked: ${leftOut})`,
      assert() {
        const wrong = results.filter((result) => markOf(result, baseline) === "fail" || isUntestedMust(result));
        if (wrong.length === 0) return;
        const message = wrong.map((result) => `${result.title}\n${detailsOf(result, dialect)}`).join("\n\n");
        throw new AssertionError({ message });
      },
    };
  });
}
