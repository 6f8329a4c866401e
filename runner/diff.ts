/**
 * Compares two texts line by line. It is our own, because browsers load it as it is, without a bundler.
 *
 * @module
 */

/** A line, and the side it is on: both texts, only the first, or only the second. */
export interface DiffLine {
  side: "both" | "expected" | "actual";
  text: string;
}

/** Maximum number of pairs of lines that are compared. In larger texts, all lines count as different. */
const maxPairs = 4_000_000;

/** Returns the lines of two texts, with as few as possible on one side only. */
export function diffLines(expected: string, actual: string): DiffLine[] {
  const a = expected.split("\n");
  const b = actual.split("\n");
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let endA = a.length;
  let endB = b.length;
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) endA--, endB--;
  const lines = (side: DiffLine["side"], from: string[]) => from.map((text): DiffLine => ({ side, text }));
  return [
    ...lines("both", a.slice(0, start)),
    ...diffMiddle(a.slice(start, endA), b.slice(start, endB)),
    ...lines("both", a.slice(endA)),
  ];
}

/** Finds the longest common subsequence of lines. */
function diffMiddle(a: string[], b: string[]): DiffLine[] {
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
