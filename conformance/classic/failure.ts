/** The client's behaviour after an event that throws: for the texts of all checks. */

import { type ClientError, type Instruction, isHiddenByTransition } from "../../harness/mod.ts";
import { asksAgain } from "../checks/failure.ts";

/** The consequence of an error. */
export const afterError = `it drops the rest of the answer and ${asksAgain}`;

/** The consequence of an error of the merge itself [APP-15]. */
export const afterMergeError = `${afterError}; within a view transition it drops only this merge and does not retry`;

/** An error in words, with its consequence. */
export function describeError(instruction: Instruction | undefined, error: ClientError): string {
  const thrown = `the client throws ${error.code}: ${error.message}`;
  return isHiddenByTransition(instruction, error)
    ? `${thrown} (in a browser with view transitions, it only logs this)`
    : thrown;
}
