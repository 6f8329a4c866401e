/**
 * A server that starts to listen when no file descriptor is left. It uses them up itself: with a limit that leaves none
 * from the start, either runtime ends before it has read this file.
 *
 * @module
 */

import { openSync } from "node:fs";
import { createHandler } from "../../server.ts";
import { serve } from "../../server/serve.ts";

try {
  for (;;) openSync("/dev/null", "r");
} catch {
  await serve({ hostname: "localhost", port: 0 }, createHandler());
}
