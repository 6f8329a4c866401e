/**
 * A server that is to listen when no file descriptor is left. Limits so low that nothing is left from the outside end
 * either runtime before it has read the server.
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
