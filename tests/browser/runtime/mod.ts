/**
 * The browser tests of what depends on the runtime: the example, and an endpoint of it on the learn page. This list is
 * run with servers of each runtime, by deno_test.ts and bun_test.ts.
 *
 * @module
 */

import "./example.ts";
import "./endpoint.ts";
