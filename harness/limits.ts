/**
 * The limits of the model: a hostile stream is given up in time, with an error that names the limit.
 *
 * @module
 */

/** Limits of a page. */
export interface PageLimits {
  /** Milliseconds that one event may take. A single call of the DOM is not interrupted. Default: 10,000. */
  maxTime: number;
  /** Nesting depth of the elements in a fragment, and of the values in the store. Default: 512, as Chromium's parser. */
  maxDepth: number;
  /**
   * Characters that the page, a store or an expression may have. A value counts as 1 character, an element as 40.
   * Default: 4 Mi, which is about 100,000 elements.
   */
  maxSize: number;
}

/** Characters that one element counts as in `maxSize`. */
export const elementSize = 40;

/** The time and size that one event has left. Each loop whose length a server can choose checks it. */
export interface Budget extends PageLimits {
  /** Does a part of the work; the time between two parts does not count. */
  run: (work: () => void) => void;
  /** Throws a `RangeError` once the time is over. */
  checkTime: () => void;
  /** Throws a `RangeError` if something is too large (in characters), or too deep. */
  checkSize: (what: string, size: number, depth?: number) => void;
}

/** Creates the budget of one event. */
export function createBudget(
  { maxTime = 10_000, maxDepth = 512, maxSize = 4 * 1024 * 1024 }: Partial<PageLimits> = {},
): Budget {
  let left = maxTime;
  let end = performance.now() + left;
  let calls = 0;
  return {
    maxTime,
    maxDepth,
    maxSize,
    run(work) {
      end = performance.now() + left;
      try {
        work();
      } finally {
        left = end - performance.now();
      }
    },
    checkTime() {
      if (calls++ % 16 !== 0) return; // reading the clock costs more than most steps of a loop
      if (performance.now() > end) exceed("the time for an event", `${maxTime} ms`, "maxTime");
    },
    checkSize(what, size, depth = 0) {
      if (depth > maxDepth) exceed(`the depth of ${what}`, String(maxDepth), "maxDepth");
      if (size > maxSize) exceed(`the size of ${what}`, `${maxSize} characters`, "maxSize");
    },
  };
}

/** Throws the `RangeError` for a limit that is exceeded. A client would not throw here: it would be slow, or crash. */
export function exceed(what: string, limit: string, option: string): never {
  throw new RangeError(`Cannot go on: ${what} is over ${limit}; raise the limit "${option}" if this is intended`);
}

/** The `RangeError` for an error of the runtime whose stack of calls is full: `what` is nested too deeply. */
export function toLimitError(error: Error, what: string): Error {
  const isStackFull = /call stack|stack space|too much recursion/i.test(error.message);
  return isStackFull ? new RangeError(`Cannot go on: ${what} nested too deeply`) : error;
}

/** Quotes a text from a stream for a message, shortened. */
export function quoteText(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}
