// What depends on the runtime, under Deno.
import "./runtime/mod.ts";
