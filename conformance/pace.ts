/** The pace of a feed: whether its events arrive one by one. Checks judge it, and the recorder watches a bad one again. */

import { findLines } from "../harness/mod.ts";
import { eventEnds, eventTimes, type Exchange, timesOf } from "./recording.ts";

/** The time within which things that were written together arrive, in milliseconds. */
const together = 20;

/** The time after which a reader notices the wait, in milliseconds. */
const noticeable = 700;

/** Why times are not judged: the recorder has watched several times, and did not get to see when events came. */
export const tooBusy = "this machine was too busy to see when events came";

/** The pace of a feed. All times are in milliseconds. */
export interface Pace {
  /** The arrival of each event. */
  times: number[];
  /** The moments at which one event or several arrived. */
  moments: number[];
  /** Whether all events came with the end. */
  isAllAtEnd: boolean;
  /** Whether most events waited for others: later ones for the same place of the page came together with them. */
  isHeldBack: boolean;
  /** The wait of each event between its last line of text and the blank line that ends it. */
  waits: number[];
  /** Whether most events waited noticeably for their blank line. */
  isEndedLate: boolean;
}

/** The time that a blank line may take after the line before it, in milliseconds. */
const lateBlank = 250;

/** Finds the pace of a feed. */
export function paceOf(exchange: Exchange): Pace {
  const { ending, endedAt } = exchange;
  const times = eventTimes(exchange);
  const moments = times.filter((time, i) => i === 0 || time - times[i - 1] > together);
  const gaps = moments.map((time, i) => time - (moments[i - 1] ?? 0)).sort((a, b) => a - b);
  const waits = findWaits(exchange);
  return {
    times,
    moments,
    isAllAtEnd: ending !== "left" && ending !== "gave up" && endedAt - times[0] < together,
    isHeldBack: gaps[Math.floor(gaps.length / 2)] >= noticeable && moments.length * 2 <= times.length &&
      comeInRepeats(exchange, times),
    waits,
    isEndedLate: waits.length >= 2 && waits.filter((wait) => wait >= lateBlank).length * 2 > waits.length,
  };
}

/**
 * Whether most bursts have two events for the same place of the page. A server that sends several things at one time has
 * a different place for each: then no event has waited.
 */
function comeInRepeats({ body }: Exchange, times: readonly number[]): boolean {
  const ends = eventEnds(body);
  const decoder = new TextDecoder();
  const bursts: Set<string>[] = [];
  const repeats = new Set<Set<string>>();
  for (const [i, end] of ends.entries()) {
    if (i === 0 || times[i] - times[i - 1] > together) bursts.push(new Set());
    const burst = bursts[bursts.length - 1];
    const place = placeOf(decoder.decode(body.subarray(ends[i - 1] ?? 0, end)));
    if (burst.has(place)) repeats.add(burst);
    burst.add(place);
  }
  return repeats.size * 2 >= bursts.length;
}

/** The text of an event without the content of elements and the values of JSON. */
const placeOf = (event: string) =>
  event.replace(/>[^<]*/g, ">").replace(/:\s*(?:"(?:[^"\\]|\\.)*"|-?\d[\d.e+-]*)/gi, ":");

/** Finds how long each event waits for its blank line. */
function findWaits({ body, chunks }: Exchange): number[] {
  const ends = eventEnds(body);
  const textEnds: number[] = [];
  let textEnd = 0;
  for (const { start, end, next } of findLines(body)) {
    if (start < end) textEnd = end;
    else if (next === ends[textEnds.length]) textEnds.push(textEnd);
  }
  const textTimes = timesOf(chunks, textEnds);
  return timesOf(chunks, ends).map((time, i) => time - textTimes[i]);
}
