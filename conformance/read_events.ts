/** Reads the events of a recorded stream within the limits of a run, for any dialect. */

import type { SseEvent } from "../harness/mod.ts";
import type { SeenEvent, StreamEvidence } from "./stream_evidence.ts";
import { workTime } from "./work_time.ts";

/** Limits of a run, which only a hostile server or stream exceeds. */
const limits = {
  /** Milliseconds of processor time to read and apply all events. */
  maxTotalTime: 10_000,
  /** Events that are read of a stream that is alone, and of a server's feed and other answers. */
  maxEvents: { alone: 5_000, feed: 250, answer: 100, probe: 20 },
  /** Characters of HTML in all events of a stream that is alone, and of all streams of a server. */
  maxHtml: { alone: 16 * 1024 * 1024, server: 2 * 1024 * 1024 },
};

/** Milliseconds to apply one event: a machine may stall for some seconds meanwhile. */
export const maxTimeOfEvent = 5_000;

/** The milliseconds of processor time and the characters of HTML that the streams of a run have left. */
export interface Budget {
  time: number;
  html: number;
}

export function createBudget(of: "alone" | "server"): Budget {
  return { time: limits.maxTotalTime, html: limits.maxHtml[of] };
}

/** The parts in which a dialect reads a stream. */
export interface EventReader<Event extends SseEvent, Seen extends SeenEvent> {
  read: (pieces: AsyncIterable<Uint8Array>) => AsyncIterable<Event>;
  /** The HTML that an event brings. */
  htmlOf: (event: Event) => string | undefined;
  /** Makes the evidence of an event, without its effect. It may give up on too much HTML with a `RangeError`. */
  see: (event: Event) => Seen;
  /** Applies the event to the page, if there is one. Returns whether the client reads on. */
  apply?: (seen: Seen) => boolean;
}

/**
 * Reads the events of a stream into its evidence. Where a limit ends that, the evidence says so in `why`.
 *
 * @param budget The budget of the run that the stream belongs to. Default: the stream is alone.
 */
export async function readEvents<Event extends SseEvent, Seen extends SeenEvent>(
  evidence: StreamEvidence<Seen>,
  { read, htmlOf, see, apply }: EventReader<Event, Seen>,
  budget?: Budget,
): Promise<void> {
  const { events, endless, hasPage, pageError } = evidence;
  const isWithPage = hasPage || pageError !== undefined;
  const maxEvents = limits.maxEvents[budget ? endless ? "feed" : isWithPage ? "answer" : "probe" : "alone"];
  const left = budget ?? createBudget("alone");
  let began = workTime();
  try {
    for await (const event of read(piecesOf(evidence.bytes))) {
      const { length } = events;
      if (length === maxEvents) throw new RangeError(`only the first ${maxEvents} events were checked`);
      if (left.time < 0) {
        throw new RangeError(
          `only the first ${length} events were checked: they took ${limits.maxTotalTime} ms of work`,
        );
      }
      left.html -= htmlOf(event)?.length ?? 0;
      if (left.html < 0) {
        throw new RangeError(`only the first ${length} events were checked: the answers have too much HTML`);
      }
      const seen = see(event);
      events.push(seen);
      try {
        if (apply?.(seen) === false) apply = undefined;
      } catch (error) {
        evidence.why ??= `not all events could be applied to the page: ${(error as Error).message}`;
        apply = undefined;
      }
      left.time -= workTime() - began;
      began = workTime();
    }
  } catch (error) {
    evidence.why ??= (error as Error).message;
  }
}

/** The bytes in small pieces, since the reader reads all events of a piece before it returns the first. */
async function* piecesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  const size = 16 * 1024;
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}
