// A server of Hono, as its documentation has it: streamSSE() writes the events, html`` escapes.
import client from "@sudodevnull/datastar" with { type: "text" };
import { Hono } from "hono";
import { html } from "hono/html";
import { streamSSE } from "hono/streaming";
import { page } from "./page.js";
import { serve } from "./serve.ts";

const app = new Hono();
const event = "datastar-fragment";

app.get("/", (c) => c.html(page));

app.get("/datastar.js", (c) => c.body(client, 200, { "Content-Type": "text/javascript" }));

app.get("/get", (c) => {
  const store = JSON.parse(c.req.query("datastar")!);
  store.output = `Your input: ${store.input}, is ${store.input.length} long.`;
  return streamSSE(c, async (stream) => {
    const main = html`<main id="main" data-store="${JSON.stringify(store)}"></main>`;
    await stream.writeSSE({ event, data: `merge upsert_attributes\nfragment ${main}` });
  });
});

app.get("/target", (c) =>
  streamSSE(c, async (stream) => {
    await stream.writeSSE({ event, data: `fragment <div id="target"><b>${new Date().toLocaleString()}</b></div>` });
  }));

app.get("/feed", (c) =>
  streamSSE(c, async (stream) => {
    while (!stream.aborted) {
      await stream.writeSSE({ event, data: `fragment <span id="feed">${crypto.randomUUID()}</span>` });
      await stream.sleep(1000);
    }
  }));

serve(app.fetch);
