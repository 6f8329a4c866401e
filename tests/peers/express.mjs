// A server of Express, as its documentation has it. In JavaScript, since `deno task bench` runs it under Node, too.
import express from "express";
import process from "node:process";
import { page } from "./page.js";

const app = express();

function open(res) {
  res.set({ "Content-Type": "text/event-stream", "Cache-Control": "no-cache", "Connection": "keep-alive" });
  res.flushHeaders();
}

app.get("/", (_req, res) => {
  res.send(page);
});

app.get("/datastar.js", async (_req, res) => {
  // Imported here, since Node 20 knows no imports of text: there, only the streams are asked for.
  const { default: client } = await import("@sudodevnull/datastar", { with: { type: "text" } });
  res.type("js").send(client);
});

app.get("/get", (req, res) => {
  const store = JSON.parse(req.query.datastar);
  store.output = `Your input: ${store.input}, is ${store.input.length} long.`;
  const escaped = JSON.stringify(store).replace(/"/g, "&quot;");
  open(res);
  res.write("event: datastar-fragment\n");
  res.write("data: merge upsert_attributes\n");
  res.write(`data: fragment <main id="main" data-store="${escaped}"></main>\n\n`);
  res.end();
});

app.get("/target", (_req, res) => {
  open(res);
  res.write("event: datastar-fragment\n");
  res.write(`data: fragment <div id="target"><b>${new Date().toUTCString()}</b></div>\n\n`);
  res.end();
});

app.get("/feed", (req, res) => {
  open(res);
  const tick = () => {
    res.write("event: datastar-fragment\n");
    res.write(`data: fragment <span id="feed">${Math.random().toString(16).slice(2)}</span>\n\n`);
  };
  tick();
  const timer = setInterval(tick, 1000);
  req.on("close", () => clearInterval(timer));
});

const server = app.listen(Number(process.env.PORT), "localhost", () => {
  console.log(`Listening on http://localhost:${server.address().port}/`);
});
