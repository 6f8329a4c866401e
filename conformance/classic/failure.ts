/** The way in which the client goes on after an event that raises: for the texts of all checks. */

import type { ClientError, Instruction } from "../../harness/mod.ts";
import { asksAgain } from "../checks/failure.ts";

/** Errors of the merge itself. All others are found before a view transition begins [APP-15]. */
const mergeErrors = ["bad-store", "bad-attribute", "no-parent", "bad-html"];

/** Whether an error belongs to the merge of a fragment within a view transition, which hides it [APP-15]. */
export function isHidden(instruction: Instruction | undefined, { code }: ClientError): boolean {
  return instruction?.type === "fragment" && instruction.viewTransition && mergeErrors.includes(code);
}

/** The consequence of any other error. */
export const afterError = `all that follows in the answer is lost, and it ${asksAgain}`;

/** The consequence of an error of the merge itself. */
export const afterMergeError = `${afterError}; within a view transition only this merge is lost, and it asks once`;

/** An error in words, with its consequence. */
export function describeError(instruction: Instruction | undefined, error: ClientError): string {
  const raised = `the client raises ${error.code}: ${error.message}`;
  return isHidden(instruction, error) ? `${raised} (where it has view transitions, it only logs this)` : raised;
}
