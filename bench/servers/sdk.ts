// A server of the official SDK, as its README has it. Its events are those of a later generation of the protocol.
import { ServerSentEventGenerator } from "@starfederation/datastar-sdk/web";
import { serve } from "../../tests/peers/serve.ts";

async function handle(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname === "/get") {
    const reader = await ServerSentEventGenerator.readSignals(request);
    if (!reader.success) return new Response(reader.error, { status: 400 });
    const { input } = reader.signals as { input: string };
    const store = JSON.stringify({ output: `Your input: ${input}, is ${input.length} long.` });
    return ServerSentEventGenerator.stream((stream) => {
      stream.patchElements(`<main id="main" data-signals="${store.replaceAll('"', "&quot;")}"></main>`);
    });
  }
  return ServerSentEventGenerator.stream((stream) => {
    stream.patchElements(`<div id="target"><b>${new Date().toISOString()}</b></div>`);
  });
}

serve(handle);
