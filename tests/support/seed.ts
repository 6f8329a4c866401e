/**
 * The seed of random cases. `SEED=7 deno task test` repeats those of a run that printed it.
 *
 * @module
 */

import process from "node:process";

/** Tests print it with the cases. */
export const seed = Number(process.env.SEED || Date.now() % 2 ** 31);
