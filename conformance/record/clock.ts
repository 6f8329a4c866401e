/**
 * Measures time without the periods in which this process was suspended. While the machine sleeps or other processes use
 * the processor, the order of arriving events is unknown, so that time does not count. The time in which this process
 * works does count: a server that keeps it busy must not stop the clock.
 */

import { workTime } from "../work_time.ts";

/** Interval of the timer that notices a suspension, in ms. */
const tickInterval = 50;

/** Delay of that timer that counts as no suspension, in ms. */
const maxDelay = 300;

let runningClocks = 0;
let timer: ReturnType<typeof setInterval>;
let lastTick = 0;
let workAtLastTick = 0;
let suspendedTime = 0;
let suspensions = 0;

/** Notices a suspension since the last call. Returns the time that counts. */
function tick(): number {
  const time = performance.now();
  const work = workTime();
  const delay = time - lastTick - tickInterval;
  if (runningClocks > 0 && delay > maxDelay) {
    suspendedTime += Math.max(0, delay - (work - workAtLastTick));
    suspensions++;
  }
  [lastTick, workAtLastTick] = [time, work];
  return time - suspendedTime;
}

/** A clock that runs until it is stopped. */
export interface Clock {
  /** Milliseconds since the start that count. */
  now: () => number;
  /** Whether this process was suspended since the start, so that it does not know when things happened. */
  hasStalled: () => boolean;
  /** Calls back when the clock shows that many milliseconds. Returns a function that cancels it. */
  at: (time: number, callback: () => void) => () => void;
  stop: () => void;
}

export function startClock(): Clock {
  const start = tick();
  if (runningClocks++ === 0) timer = setInterval(tick, tickInterval);
  const suspensionsBefore = suspensions;
  let isRunning = true;
  const clock: Clock = {
    now: () => tick() - start,
    hasStalled() {
      tick();
      return suspensions > suspensionsBefore;
    },
    at(time, callback) {
      let timeout: ReturnType<typeof setTimeout>;
      const wait = () => {
        // A suspension puts the time off, so events that arrived meanwhile are handled before the callback.
        timeout = setTimeout(() => clock.now() < time ? wait() : callback(), Math.max(1, time - clock.now()));
      };
      wait();
      return () => clearTimeout(timeout);
    },
    stop() {
      if (isRunning && --runningClocks === 0) clearInterval(timer);
      isRunning = false;
    },
  };
  return clock;
}
