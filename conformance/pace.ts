/** The pace of a feed: whether its events arrive one by one. Checks judge it, and the recorder watches a bad one again. */

import { eventTimes, type Exchange } from "./recording.ts";

/** The time within which things that were written together arrive, in milliseconds. */
const together = 20;

/** The time after which a reader notices the wait, in milliseconds. */
const noticeable = 700;

/** The pace of a feed. All times are in milliseconds. */
export interface Pace {
  /** The arrival of each event. */
  times: number[];
  /** The moments at which one event or several arrived. */
  moments: number[];
  /** Whether all events came with the end. */
  isAllAtEnd: boolean;
  /** Whether most events waited for others. */
  isHeldBack: boolean;
}

/** Finds the pace of a feed. */
export function paceOf(exchange: Exchange): Pace {
  const { ending, endedAt } = exchange;
  const times = eventTimes(exchange);
  const moments = times.filter((time, i) => i === 0 || time - times[i - 1] > together);
  const waits = moments.map((time, i) => time - (moments[i - 1] ?? 0)).sort((a, b) => a - b);
  return {
    times,
    moments,
    isAllAtEnd: ending !== "left" && ending !== "gave up" && endedAt - times[0] < together,
    isHeldBack: waits[Math.floor(waits.length / 2)] >= noticeable && moments.length * 2 <= times.length,
  };
}
