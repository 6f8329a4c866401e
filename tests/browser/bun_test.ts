// What depends on the runtime, with servers under Bun.
import "./runtime/mod.ts";
