/** A recorded stream with its events, as far as it needs no dialect. */

import type { ByteRange, SseEvent } from "../harness/mod.ts";
import type { Exchange } from "./recording.ts";

/** An event of a stream. A dialect adds what it makes of it. */
export interface SeenEvent {
  /** The event as it was read. */
  event: SseEvent;
}

/** A recorded stream, with its events. */
export interface StreamEvidence<Seen extends SeenEvent = SeenEvent> {
  /** The endpoint, such as `/get`, or the name of a file. */
  subject: string;
  /** The name of the request, such as `GET /get (quotes)`; the subject, for a stream from a file. */
  name: string;
  /** The request and its response. Absent for a stream from a file. */
  exchange?: Exchange;
  /** The bytes. */
  bytes: Uint8Array;
  /** Whether the stream has ended by itself. If not, its last event may be incomplete. */
  ended: boolean;
  /** Whether it is meant to go on for ever. */
  endless: boolean;
  /** The events, as far as they could be read. */
  events: Seen[];
  /** Why they could not all be read or applied. */
  why?: string;
  /** Whether there is a page that the events were applied to. */
  hasPage: boolean;
  /** The message of the error that the client raises as it starts on the page: then nothing could be applied. */
  pageError?: string;
}

/** The text of some bytes of a stream. */
export function textOf({ bytes }: Pick<StreamEvidence, "bytes">, { start, end }: ByteRange): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(start, end));
}
