// A server of Express and the official SDK, as their documentation has it.
import { ServerSentEventGenerator } from "@starfederation/datastar-sdk/node";
import express from "express";
import { randomBytes } from "node:crypto";
import process from "node:process";

const app = express();

app.get("/", (_req, res) => {
  res.send(`<!DOCTYPE html>
<html>
  <head>
    <title>Express + Datastar</title>
    <script type="module" src="https://cdn.jsdelivr.net/gh/starfederation/datastar@1.0.2/bundles/datastar.js"></script>
  </head>
  <body>
    <main id="main" data-signals:input="''" data-signals:output="''" data-signals:show="true">
      <input type="text" placeholder="Send to server..." data-bind="input" />
      <button data-on:click="@get('/get')">Send State Roundtrip</button>
      <button data-on:click="@get('/target')">Target HTML Element</button>
      <button data-on:click="$show = !$show">Toggle Feed</button>
      <div id="output" data-text="$output"></div>
      <div id="target"></div>
      <div data-show="$show">
        <span>Feed from server: </span>
        <span id="feed" data-init="@get('/feed')"></span>
      </div>
    </main>
  </body>
</html>`);
});

app.get("/get", async (req, res) => {
  const reader = await ServerSentEventGenerator.readSignals(req);
  if (!reader.success) {
    console.error("Error reading signals:", reader.error);
    return;
  }
  const { input } = reader.signals;
  ServerSentEventGenerator.stream(req, res, (stream) => {
    stream.patchSignals(JSON.stringify({ output: `Your input: ${input}, is ${input.length} long.` }));
  });
});

app.get("/target", (req, res) => {
  ServerSentEventGenerator.stream(req, res, (stream) => {
    stream.patchElements(`
      <div id="target">
        <b>${new Date().toLocaleTimeString()}</b>
      </div>
    `);
  });
});

app.get("/feed", (req, res) => {
  let timer;
  ServerSentEventGenerator.stream(req, res, (stream) => {
    timer = setInterval(() => {
      stream.patchElements(`<span id="feed">${randomBytes(8).toString("hex")}</span>`);
    }, 1000);
  }, { keepalive: true, onAbort: () => clearInterval(timer) });
});

const server = app.listen(Number(process.env.PORT), "localhost", () => {
  console.log(`Listening on http://localhost:${server.address().port}/`);
});
