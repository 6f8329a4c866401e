/**
 * Plays a capture once more.
 *
 * @module
 */

import type { Capture } from "./capture.ts";

/** Options of {@linkcode replay}. */
interface ReplayOptions {
  /** Receives all bytes so far, with each chunk. */
  onChunk: (capture: Capture) => void;
  /** Ends the replay. */
  signal: AbortSignal;
  /** Waits so many milliseconds, or until the signal. */
  wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** A replay that is going on: a promise of its ending, with controls. */
export type Replay = Promise<"end" | "stopped"> & {
  /** Holds back all chunks. A gap that has begun continues meanwhile. */
  pause: () => void;
  /** Ends a pause. */
  resume: () => void;
};

/** Gives the chunks of a capture once more, with the gaps that were between them. */
export function replay(capture: Capture, { onChunk, signal, wait = sleep }: ReplayOptions): Replay {
  const { bytes, chunks, ...rest } = capture;
  const stopped = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  let pause: { over: Promise<void>; end: () => void } | undefined;

  async function run(): Promise<"end" | "stopped"> {
    await undefined; // the caller has the replay before the first chunk
    let before = 0;
    for (const [i, { at, end }] of chunks.entries()) {
      const gap = at - before;
      before = at;
      if (gap > 0 && !signal.aborted) await Promise.race([wait(gap, signal), stopped]);
      while (pause && !signal.aborted) await Promise.race([pause.over, stopped]);
      if (signal.aborted) return "stopped";
      onChunk({ ...rest, bytes: bytes.subarray(0, end), chunks: chunks.slice(0, i + 1), ended: false });
    }
    return "end";
  }
  return Object.assign(run(), {
    pause() {
      if (pause) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      pause = { over: promise, end: resolve };
    },
    resume() {
      pause?.end();
      pause = undefined;
    },
  });
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    signal.addEventListener("abort", finish);
  });
}
