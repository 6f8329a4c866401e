// A dashboard with a feed: one timer for all readers, and a policy for its scripts.
import { createServer } from "node:http";
import process from "node:process";

const page = `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Load</title><script type="module" src="/datastar.js"></script></head>
<body data-signals="{unit: '%', paused: false}">
<section data-init="@get('/load', {retry: 'always'})"><b id="load"></b><span data-text="$unit"></span></section>
<button data-on:click="@put('/unit', {payload: {unit: 'MB'}})">Megabytes</button>
<button data-on:click="$paused = !$paused">Pause</button>
<form><button type="button" data-on:click="@patch('/name', {contentType: 'form'})">Name</button>
<input name="name" value="server 1"></form>
<p id="name"></p>
</body></html>`;

const escapes = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escape = (text) => String(text).replace(/[&<>"']/g, (character) => escapes[character]);

const elements = (html) =>
  `event: datastar-patch-elements\n${html.split(/\r\n|\r|\n/).map((line) => `data: elements ${line}\n`).join("")}\n`;
const stream = {
  "content-type": "text/event-stream",
  "cache-control": "no-store, no-transform",
  "x-accel-buffering": "no",
};

let load = 0;
const readers = new Set();
const timer = setInterval(() => {
  load++;
  for (const reader of readers) reader.write(elements(`<b id="load">${load}</b>`));
}, 500);
timer.unref();

async function read(request) {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return text;
}

const server = createServer(async (request, response) => {
  const route = `${request.method} ${request.url.split("?")[0]}`;
  if (route === "GET /") {
    return response.writeHead(200, {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": "default-src 'self'; script-src 'self' 'unsafe-eval'",
    }).end(page);
  }
  if (route === "GET /load") {
    response.writeHead(200, stream);
    response.write(elements(`<b id="load">${load}</b>`));
    readers.add(response);
    return response.on("close", () => readers.delete(response));
  }
  if (route === "PUT /unit") {
    let unit;
    try {
      ({ unit } = JSON.parse(await read(request)));
    } catch {
      unit = undefined;
    }
    if (unit !== "MB" && unit !== "%") return response.writeHead(422).end("No such unit");
    response.writeHead(200, { "content-type": "application/json", "cache-control": "no-store" });
    return response.end(JSON.stringify({ unit }));
  }
  if (route === "PATCH /name") {
    const name = new URLSearchParams(await read(request)).get("name") ?? "";
    return response.writeHead(200, stream).end(elements(`<p id="name">${escape(name)}</p>`));
  }
  response.writeHead(404, { "content-type": "text/plain" }).end("Not found");
});
server.listen(
  Number(process.env.PORT ?? 0),
  "127.0.0.1",
  () => console.log(`Listening on http://localhost:${server.address().port}/`),
);
