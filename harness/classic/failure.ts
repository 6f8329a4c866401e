/**
 * What makes the client raise, by name, and what makes the harness give up.
 *
 * @module
 */

/** The names of what the client raises: docs/PROTOCOL.md, section APP, says what each is raised by. */
export type FailureName =
  | "unknown-merge"
  | "unknown-signal-key"
  | "unknown-delete-key"
  | "unknown-redirect-key"
  | "unknown-console-mode"
  | "bad-selector"
  | "no-target"
  | "no-parent"
  | "bad-store"
  | "bad-attribute"
  | "bad-path"
  | "bad-html";

/** Throws an `Error` whose `name` is a {@linkcode FailureName}. */
export function fail(name: FailureName, message: string): never {
  throw Object.assign(new Error(message), { name });
}

/** Gives up on a stream that asks for more than a limit allows. The client would not raise here: it would suffer. */
export function exceed(what: string, limit: string, option: string): never {
  throw new RangeError(`Cannot go on: ${what} is over ${limit}; raise the limit "${option}" if that is meant`);
}

/** A text from a stream, as a message can hold it. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}

/** How deep elements and values may lie is the stack's to say. */
export function isStackOverflow({ message }: Error): boolean {
  return /call stack|stack space|too much recursion/i.test(message);
}

/** What an event may still cost. Whatever a server can make long asks it on the way. */
export interface Budget {
  /** Does a part of the work, while the time runs. */
  run: (work: () => void) => void;
  /** Gives up once the time is over. To be called by each loop whose length is a server's to choose. */
  tick: () => void;
  /** Gives up on a value that is too large, in characters and values, those inside it included, or too deep. */
  hold: (size: number, depth?: number) => void;
  /** Gives up on text that is too long to be taken for code. */
  read: (code: string) => void;
}

/** Limits that a budget is made from. See `PageLimits`. */
export interface BudgetLimits {
  /** Milliseconds. */
  maxTime: number;
  /** Values inside each other. */
  maxDepth: number;
  /** Characters and values of the store. */
  maxStore: number;
  /** Characters of an expression. */
  maxExpression: number;
}

/** Makes the budget of one event. */
export function createBudget({ maxTime, maxDepth, maxStore, maxExpression }: BudgetLimits): Budget {
  let left = maxTime;
  let end = performance.now() + left;
  let ticks = 0;
  return {
    run(work) {
      end = performance.now() + left;
      try {
        work();
      } finally {
        left = end - performance.now();
      }
    },
    tick() {
      if (ticks++ % 16 !== 0) return; // to look at the clock costs more than most of what ticks
      if (performance.now() > end) exceed("the time for an event", `${maxTime} ms`, "maxTime");
    },
    hold(size, depth = 0) {
      if (depth > maxDepth) exceed("the depth of the store", `${maxDepth} values`, "maxDepth");
      if (size > maxStore) exceed("the store", `${maxStore} characters and values`, "maxStore");
    },
    read(code) {
      if (code.length > maxExpression) exceed("an expression", `${maxExpression} characters`, "maxExpression");
    },
  };
}
