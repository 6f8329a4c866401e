// A server of Deno and the official SDK, as their documentation has it.
import { ServerSentEventGenerator } from "@starfederation/datastar-sdk/web";

const page = `<!DOCTYPE html>
<html>
  <head>
    <meta charset="utf-8">
    <script type="module" src="https://cdn.jsdelivr.net/gh/starfederation/datastar@1.0.2/bundles/datastar.js"></script>
  </head>
  <body>
    <main id="main" data-signals="{output: '', show: true}">
      <input data-bind:input />
      <button data-on:click="@get('/get')">Send State Roundtrip</button>
      <button data-on:click="@get('/target')">Target HTML Element</button>
      <button data-on:click="$show = !$show">Toggle Feed</button>
      <div id="output" data-text="$output"></div>
      <div id="target"></div>
      <div data-show="$show">
        Feed from server: <span id="feed" data-init="@get('/feed')"></span>
      </div>
    </main>
  </body>
</html>`;

Deno.serve({
  port: Number(Deno.env.get("PORT")),
  hostname: "localhost",
  onListen: ({ port }) => console.log(`Listening on http://localhost:${port}/`),
}, async (req) => {
  const url = new URL(req.url);

  if (url.pathname === "/") {
    return new Response(page, { headers: { "Content-Type": "text/html" } });
  }

  if (url.pathname === "/get") {
    const reader = await ServerSentEventGenerator.readSignals(req);
    if (!reader.success) {
      console.error("Error while reading signals", reader.error);
      return new Response("Error while reading signals", { headers: { "Content-Type": "text/html" } });
    }
    if (!("input" in reader.signals)) {
      return new Response("The input signal is not present", { headers: { "Content-Type": "text/html" } });
    }
    const input = String(reader.signals.input);
    return ServerSentEventGenerator.stream((stream) => {
      stream.patchSignals(`{output: 'Your input: ${input}, is ${input.length} long.'}`);
    });
  }

  if (url.pathname === "/target") {
    return ServerSentEventGenerator.stream((stream) => {
      stream.patchElements(`<div id="target"><b>${new Date().toISOString()}</b></div>`);
    });
  }

  if (url.pathname === "/feed") {
    let timer: ReturnType<typeof setInterval>;
    return ServerSentEventGenerator.stream((stream) => {
      const tick = () => stream.patchElements(`<span id="feed">${crypto.randomUUID()}</span>`);
      tick();
      timer = setInterval(tick, 1000);
    }, { keepalive: true, onAbort: () => clearInterval(timer) });
  }

  return new Response("Path not found", { status: 404 });
});
