// Runs the tests that depend on the runtime under Deno.
import "./runtime/mod.ts";
