/**
 * Vectors whose result differs between the harness on happy-dom and the real client in Chromium, by the name under which
 * docs/PROTOCOL-NOTES.md explains the reason. A test fails when a vector no longer differs.
 *
 * @module
 */

/** One reason, and the vectors that show it. */
export interface ExplainedDifference {
  /** The name in docs/PROTOCOL-NOTES.md. */
  name: string;
  /** Ids of vectors. */
  vectors: string[];
}

/** All known differences. */
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
