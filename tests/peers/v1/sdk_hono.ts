// A server of Hono and the official SDK, as their documentation has it.
import { ServerSentEventGenerator } from "@starfederation/datastar-sdk/web";
import { Hono } from "hono";
import { html } from "hono/html";
import { serve } from "../serve.ts";

const app = new Hono();

app.get("/", (c) =>
  c.html(html`<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Hono + Datastar</title>
    <script type="module" src="https://cdn.jsdelivr.net/gh/starfederation/datastar@1.0.2/bundles/datastar.js"></script>
  </head>
  <body>
    <main id="main" data-signals="{input: '', output: '', show: true}">
      <input type="text" placeholder="Send to server..." data-bind:input>
      <button data-on:click="@get('/get')">Send State Roundtrip</button>
      <button data-on:click="@get('/target')">Target HTML Element</button>
      <button data-on:click="$show = !$show">Toggle Feed</button>
      <div id="output" data-text="$output"></div>
      <div id="target"></div>
      <div data-show="$show" data-init="@get('/feed')">
        <span>Feed from server: </span>
        <span id="feed"></span>
      </div>
    </main>
  </body>
</html>`));

app.get("/get", async (c) => {
  const reader = await ServerSentEventGenerator.readSignals(c.req.raw);
  if (!reader.success) {
    return c.text(`Error while reading signals: ${reader.error}`, 400);
  }
  const input = reader.signals.input as string;
  return ServerSentEventGenerator.stream((stream) => {
    stream.patchSignals(JSON.stringify({ output: `Your input: ${input}, is ${input.length} long.` }));
  });
});

app.get("/target", () =>
  ServerSentEventGenerator.stream((stream) => {
    stream.patchElements(`<div id="target"><b>${new Date().toLocaleString()}</b></div>`);
  }));

app.get("/feed", () =>
  ServerSentEventGenerator.stream(async (stream) => {
    while (true) {
      stream.patchElements(`<span id="feed">${crypto.randomUUID()}</span>`);
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }));

serve(app.fetch);
