/**
 * Time as this process sees it. While the machine sleeps or stalls, or others have the processor, it hears nothing: what
 * the other side did meanwhile cannot be told from what it does afterwards, so that time does not count. The time in
 * which it works itself does: otherwise who keeps it busy could keep it for ever.
 *
 * @module
 */

import process from "node:process";

/** How often it is looked at the time, and how late that may be, in milliseconds. */
const [every, tolerance] = [50, 300];

let users = 0;
let timer: ReturnType<typeof setInterval>;
let last = 0;
let lastWorked = 0;
let missed = 0;
let lapses = 0;

/** Milliseconds that this process has worked. */
function worked(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

function look(): number {
  const time = performance.now();
  const work = worked();
  const late = time - last - every;
  if (users > 0 && late > tolerance) {
    missed += Math.max(0, late - (work - lastWorked));
    lapses++;
  }
  [last, lastWorked] = [time, work];
  return time - missed;
}

/** A clock that goes until it is stopped. */
export interface Clock {
  /** Milliseconds since it was started. */
  now: () => number;
  /** Whether this process looked so late at some time that it does not know when things happened. */
  hasStalled: () => boolean;
  /** Calls back when the clock shows so many milliseconds. Gives what prevents it. */
  at: (time: number, callback: () => void) => () => void;
  stop: () => void;
}

/** Starts a clock. */
export function startClock(): Clock {
  const start = look();
  if (users++ === 0) timer = setInterval(look, every);
  const lapsesBefore = lapses;
  let running = true;
  const clock: Clock = {
    now: () => look() - start,
    hasStalled() {
      look();
      return lapses > lapsesBefore;
    },
    at(time, callback) {
      let waiting: ReturnType<typeof setTimeout>;
      const wait = () => {
        // What came while nobody looked is heard before the time is over.
        waiting = setTimeout(() => clock.now() < time ? wait() : callback(), Math.max(1, time - clock.now()));
      };
      wait();
      return () => clearTimeout(waiting);
    },
    stop() {
      if (running && --users === 0) clearInterval(timer);
      running = false;
    },
  };
  return clock;
}

/** Does something, and tells whether this process stalled meanwhile. */
export async function whileAwake<T>(work: () => Promise<T>): Promise<{ result: T; stalled: boolean }> {
  const clock = startClock();
  try {
    const result = await work();
    return { result, stalled: clock.hasStalled() };
  } finally {
    clock.stop();
  }
}
