// What depends on the runtime, with servers under Deno.
import "./runtime/mod.ts";
