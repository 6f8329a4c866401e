/**
 * The test endpoint of the official TypeScript SDK, by its entry for Node.
 *
 * @module
 */

import { ServerSentEventGenerator } from "@starfederation/datastar-sdk/node";
import { createServer } from "node:http";
import process from "node:process";
import { replay } from "./replay.mjs";

const server = createServer(async (request, response) => {
  const reader = await ServerSentEventGenerator.readSignals(request);
  if (!reader.success) return response.writeHead(400).end(reader.error);
  ServerSentEventGenerator.stream(request, response, (stream) => replay(stream, reader.signals.events), {
    onError: () => response.destroy(),
  });
});
server.listen(
  process.env.PORT,
  "localhost",
  () => console.log(`Listening on http://localhost:${server.address().port}/`),
);
