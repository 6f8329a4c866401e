/**
 * Describes the fields of an event that count for later requests.
 *
 * @module
 */

import { type Line, readField } from "../harness/core.ts";
import type { Explainer } from "./explanation.ts";
import { quoteCode as code } from "./quote.ts";

/** Describes the `id` and the `retry` of an event that gives no instruction. Empty if it has none. */
export function describeKeptFields(
  lines: readonly Line[],
  { clauses: { delay, sentId }, readRetry }: Pick<Explainer, "clauses" | "readRetry">,
): string {
  const fields = lines.map((line) => readField(line, "client"));
  const id = fields.findLast((read) => read?.field === "id")?.value;
  const retry = fields.filter((read) => read?.field === "retry").map((read) => readRetry(read!.value))
    .findLast((ms) => !Number.isNaN(ms));
  const kept: string[] = [];
  if (retry !== undefined) kept.push(`Sets the delay before the next request to ${retry} ms (${delay}).`);
  if (id === "") kept.push(`Clears the id that the next request sends (${sentId}).`);
  else if (id !== undefined) kept.push(`Sets the id that the next request sends to ${code(id)} (${sentId}).`);
  return kept.join(" ");
}
