/**
 * Measures in this process: `inside.ts PART ROUNDS` prints its series as JSON.
 *
 * @module
 */

import process from "node:process";
import type { Series } from "./part.ts";

const parts: Record<string, () => Promise<{ measure: (rounds: number) => Promise<Series[]> }>> = {
  write: () => import("./write.ts"),
  read: () => import("./read.ts"),
};

const { measure } = await parts[process.argv[2]]();
console.log(JSON.stringify(await measure(Number(process.argv[3]))));
