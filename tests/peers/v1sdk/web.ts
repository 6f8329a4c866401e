/**
 * The test endpoint of the official TypeScript SDK, by its entry for web standards.
 *
 * @module
 */

import { ServerSentEventGenerator } from "@starfederation/datastar-sdk/web";
import { replay } from "./replay.mjs";

/** Answers a request. */
export async function answer(request: Request): Promise<Response> {
  const reader = await ServerSentEventGenerator.readSignals(request);
  if (!reader.success) return new Response(reader.error, { status: 400 });
  try {
    return await whole(ServerSentEventGenerator.stream((stream) => replay(stream, reader.signals.events)));
  } catch (error) {
    return new Response(String(error), { status: 400 });
  }
}

/** Waits for the whole answer, so that an error of the SDK is a status. */
async function whole(response: Response): Promise<Response> {
  return new Response(await response.arrayBuffer(), response);
}
