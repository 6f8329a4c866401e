/**
 * The seat of a dialect in this room: all that the checker needs of it.
 *
 * @module
 */

import type { Check } from "./check.ts";
import type { ServerFacts } from "./checks/server_facts.ts";
import type { StreamEvidence } from "./interpret.ts";
import type { ServerEvidence } from "./record/record.ts";
import type { StreamView } from "./stream_view.ts";

/** The checks of a dialect, and the views that they read. */
export interface Seat {
  /** All checks, in the order of a report. Their ids are permanent. */
  readonly checks: readonly Check[];
  /** Makes the view of a stream. To be called once for each stream: a view computes each of its parts once. */
  viewStream: (stream: StreamEvidence) => StreamView;
  /** Makes the view of a server of the example contract. */
  viewServer: (server: ServerEvidence) => ServerFacts;
}
