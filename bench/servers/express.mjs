// A server of Express on Node, as its documentation has it.
import express from "express";

const app = express();

function open(res) {
  res.set({ "Content-Type": "text/event-stream", "Cache-Control": "no-cache", "Connection": "keep-alive" });
  res.flushHeaders();
}

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

const server = app.listen(Number(process.env.PORT), "localhost", () => {
  console.log(`Listening on http://localhost:${server.address().port}/`);
});
