/**
 * Random cases. `SEED=7 deno task test` repeats those of a run that printed this seed.
 *
 * @module
 */

import fc from "fast-check"; // makes random values from a seed, and finds the smallest that fails
import process from "node:process";

/** The seed of all random cases of this process. */
export const seed = Number(process.env.SEED || Date.now() % 2 ** 31);

fc.configureGlobal({ seed });
console.log(`random cases: SEED=${seed}`);

/** fast-check, with this seed. */
export { fc };
