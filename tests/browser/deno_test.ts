// Runs the browser tests that depend on the runtime, with servers under Deno.
import "./runtime/mod.ts";
