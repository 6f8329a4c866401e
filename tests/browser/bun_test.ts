// Runs the browser tests that depend on the runtime, with servers under Bun.
import "./runtime/mod.ts";
