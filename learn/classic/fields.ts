/**
 * The fields of lines in the classic dialect: their clauses, and the reading of `retry`.
 *
 * @module
 */

import type { LineClauses } from "../explanation.ts";

/** The clauses on lines and fields. */
export const clauses: LineClauses = {
  lineEnd: "SSE-1",
  encoding: "SSE-3",
  colon: "SSE-4",
  unknownField: "SSE-5",
  comment: "SSE-6",
  lastName: "SSE-7",
  blankLine: "SSE-8",
  data: "SSE-9",
  firstMark: "SSE-12",
  innerMark: "SSE-13",
  name: "SSE-14",
  id: "SSE-17",
  retry: "SSE-17",
  sentId: "REQ-11",
  delay: "REQ-10",
  notField: ["SSE-12", "SSE-5", "SSE-10", "SSE-11", "REQ-11", "REQ-10"],
};

/** Reads the milliseconds of a `retry` [REQ-10]. */
export const readRetry = (value: string): number => Number.parseInt(value);
