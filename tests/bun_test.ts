// Runs the tests that depend on the runtime under Bun, and the tests of what only Bun can do.
import "./runtime/mod.ts";
import "./vectors_v1_test.ts";
import "./bun/bundle.ts";
