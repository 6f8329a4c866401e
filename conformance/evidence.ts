/**
 * The evidence of a run, as far as it needs no dialect.
 *
 * @module
 */

import type { ServerFacts } from "./checks/server_facts.ts";
import type { StreamEvidence } from "./stream_evidence.ts";

/** The evidence that a dialect reads out of a recording. */
export interface Evidence {
  /** The streams that the checks of streams judge. */
  streams: StreamEvidence[];
  /** Other streams, which only checks of a server read. */
  otherStreams?: StreamEvidence[];
  /** The server that the checks of servers judge. Its dialect knows more of it. */
  server?: ServerFacts;
}
