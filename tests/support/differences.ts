/**
 * Where the harness on happy-dom makes something else of a vector than the real client in Chromium, by name, with the
 * reason, which docs/PROTOCOL-NOTES.md tells at length. A test fails when a vector no longer differs.
 *
 * @module
 */

/** One reason, and the vectors that show it. */
export interface ExplainedDifference {
  /** The name by which docs/PROTOCOL-NOTES.md speaks of it. */
  name: string;
  /** Ids of vectors. */
  vectors: string[];
}

/** All that are known. */
export const differences: ExplainedDifference[] = [
  {
    name: "code-does-not-run",
    vectors: [
      "app-whole-body",
      "app-after-signal",
      "app-capture",
      "app-window-listener",
      "app-swapping",
      "app-settling",
    ],
  },
];
