/**
 * The errors of client 0.19.9: docs/PROTOCOL.md, section APP, says what causes each.
 *
 * @module
 */

import { ClientError } from "../client_error.ts";

/** The codes, and the clause that describes each. */
export const errorClauses = {
  "unknown-merge": "FRG-13",
  "unknown-signal-key": "SIG-1",
  "unknown-delete-key": "DEL-9",
  "unknown-redirect-key": "RED-2",
  "unknown-console-mode": "CON-2",
  "bad-url": "RED-1",
  "bad-selector": "FRG-23",
  "no-target": "FRG-24",
  "no-parent": "MRG-26",
  "bad-store": "STO-10",
  "bad-attribute": "APP-4",
  "bad-path": "DEL-7",
  "bad-html": "MRG-25",
} as const;

/** The code of an error. */
export type ErrorCode = keyof typeof errorClauses;

/** Throws an error of the client. */
export function raise(code: ErrorCode, message: string): never {
  throw new ClientError(code, errorClauses[code], message);
}
