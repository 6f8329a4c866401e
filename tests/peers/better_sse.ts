// A server of better-sse and Express, as the documentation of better-sse has it.
import client from "@sudodevnull/datastar" with { type: "text" };
import { createChannel, createSession } from "better-sse";
import express from "express";
import process from "node:process";
import { page } from "./page.js";

const app = express();
const event = "datastar-fragment";

app.get("/", (_req, res) => {
  res.send(page);
});

app.get("/datastar.js", (_req, res) => {
  res.type("js").send(client);
});

app.get("/get", async (req, res) => {
  const store = JSON.parse(req.query.datastar as string);
  store.output = `Your input: ${store.input}, is ${store.input.length} long.`;
  const escaped = JSON.stringify(store).replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  const session = await createSession(req, res, { serializer: String });
  session.push(`merge upsert_attributes\nfragment <main id="main" data-store="${escaped}"></main>`, event);
  res.end();
});

app.get("/target", async (req, res) => {
  const session = await createSession(req, res, { serializer: String });
  session.push(`fragment <div id="target"><b>${new Date().toISOString()}</b></div>`, event);
  res.end();
});

const feed = createChannel();

app.get("/feed", async (req, res) => {
  feed.register(await createSession(req, res, { serializer: String }));
});

setInterval(() => {
  feed.broadcast(`fragment <span id="feed">${Math.random().toString(16).slice(2)}</span>`, event);
}, 1000);

const server = app.listen(Number(process.env.PORT), "localhost", () => {
  const { port } = server.address() as { port: number };
  console.log(`Listening on http://localhost:${port}/`);
});
