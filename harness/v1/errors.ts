/**
 * The errors and warnings of the clients 1.0.x: docs/PROTOCOL-V1.md says what causes each. An error takes away one event
 * and the stream goes on, but for `reserved-key`, after which the client sends its request again.
 *
 * @module
 */

import { ClientError } from "../client_error.ts";

/** The codes, and the clause that describes each. */
export const errorClauses = {
  "invalid-mode": "PEL-3",
  "selector-needed": "PEL-4",
  "invalid-namespace": "PEL-5",
  "bad-selector": "PEL-14",
  "no-target": "PEL-12",
  "no-parent": "PEL-22",
  "bad-html": "PEL-23",
  "signals-needed": "PSG-1",
  "bad-signals": "PSG-3",
  "hostile-key": "PSG-12",
  "bad-attribute": "V1-APP-4",
  "bad-expression": "V1-APP-5",
  "failed-expression": "V1-APP-6",
  "reserved-key": "V1-SSE-21",
} as const;

/** The code of an error. */
export type ErrorCode = keyof typeof errorClauses;

/** Creates an error of the client. */
export function clientError(code: ErrorCode, message: string): ClientError<ErrorCode> {
  return new ClientError(code, errorClauses[code], message);
}

/** Throws an error of the client. */
export function raise(code: ErrorCode, message: string): never {
  throw clientError(code, message);
}
