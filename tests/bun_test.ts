// What depends on the runtime, under Bun, and what only Bun does.
import "./runtime/mod.ts";
import "./bun/bundle.ts";
import "./bun/pack.ts";
