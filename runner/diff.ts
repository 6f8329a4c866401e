/**
 * Compares two texts line by line. It is our own code because the browser loads it without a bundler.
 *
 * @module
 */

/** A line, and the side it is on: both texts, only the first, or only the second. */
interface DiffLine {
  side: "both" | "expected" | "actual";
  text: string;
}

/** Maximum number of pairs of lines that are compared. In larger texts, all lines count as different. */
const maxPairs = 4_000_000;

/** Returns the lines of two texts, with as few as possible on one side only: a longest common subsequence. */
export function diffLines(expected: string, actual: string): DiffLine[] {
  const a = expected.split("\n");
  const b = actual.split("\n");
  const result: DiffLine[] = [];
  let i = 0;
  let j = 0;
  if (a.length * b.length <= maxPairs) {
    // common[i][j]: the number of lines that a.slice(i) and b.slice(j) have in common
    const common = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
    for (let i = a.length - 1; i >= 0; i--) {
      for (let j = b.length - 1; j >= 0; j--) {
        common[i][j] = a[i] === b[j] ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1]);
      }
    }
    while (i < a.length && j < b.length) {
      if (a[i] === b[j]) result.push({ side: "both", text: a[i++] }), j++;
      else if (common[i + 1][j] >= common[i][j + 1]) result.push({ side: "expected", text: a[i++] });
      else result.push({ side: "actual", text: b[j++] });
    }
  }
  while (i < a.length) result.push({ side: "expected", text: a[i++] });
  while (j < b.length) result.push({ side: "actual", text: b[j++] });
  return result;
}
