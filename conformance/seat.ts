/**
 * The seat of a dialect in this room: all that the checker needs of it.
 *
 * @module
 */

import type { Check } from "./check.ts";
import type { StreamEvidence } from "./interpret.ts";
import type { ServerEvidence } from "./record/record.ts";

/** The checks of a dialect, and the views that they read. */
export interface Seat<Stream, Server> {
  /** All checks, in the order of a report. Their ids are permanent. */
  readonly checks: readonly Check<Stream, Server>[];
  /** Makes the view of a stream. To be called once for each stream: the view computes its parts once. */
  viewStream: (stream: StreamEvidence) => Stream;
  /** Makes the view of a server of the example contract. */
  viewServer: (server: ServerEvidence) => Server;
}
