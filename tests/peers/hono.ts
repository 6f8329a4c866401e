// A server of Hono, as its documentation has it: streamSSE() writes the events, html`` escapes.
import client from "@sudodevnull/datastar" with { type: "text" };
import { Hono } from "hono";
import { html } from "hono/html";
import { streamSSE } from "hono/streaming";
import process from "node:process";
import { page } from "./page.ts";

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

/** The part of Bun's API that is used here: Deno's type check does not know it. */
declare const Bun: { serve(options: { port: number; hostname: string; fetch: typeof app.fetch }): { port: number } };

const listen = { port: Number(process.env.PORT), hostname: "localhost" };
const port = "Deno" in globalThis
  ? Deno.serve({ ...listen, onListen() {} }, app.fetch).addr.port
  : Bun.serve({ ...listen, fetch: app.fetch }).port;
console.log(`Listening on http://localhost:${port}/`);
