/** The way in which the client goes on after an event that raises: for the texts of all checks. */

import { type ClientError, type Instruction, isHiddenByTransition } from "../../harness/mod.ts";
import { asksAgain } from "../checks/failure.ts";

/** The consequence of an error. */
export const afterError = `all that follows in the answer is lost, and it ${asksAgain}`;

/** The consequence of an error of the merge itself [APP-15]. */
export const afterMergeError = `${afterError}; within a view transition only this merge is lost, and it asks once`;

/** An error in words, with its consequence. */
export function describeError(instruction: Instruction | undefined, error: ClientError): string {
  const raised = `the client raises ${error.code}: ${error.message}`;
  return isHiddenByTransition(instruction, error)
    ? `${raised} (where it has view transitions, it only logs this)`
    : raised;
}
