// Search as you type: the answer brings results, a signal, and a button for more of them.
import { createServer } from "node:http";
import process from "node:process";

const titles = Array.from({ length: 40 }, (_, i) => `Book number ${i + 1} about ${i % 2 ? "gardens" : "boats"}`);

const escapes = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escape = (text) => String(text).replace(/[&<>"']/g, (character) => escapes[character]);

/** JSON for `data-signals`: also for clients that read an action in a string. */
const inAttribute = (values) => escape(JSON.stringify(values).replaceAll("@", "\\u0040"));

const page = `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Search</title><script type="module" src="/datastar.js"></script></head>
<body>
<main data-signals="{words: 'boats', count: 0, _open: true}">
<input data-bind:words data-on:input__debounce.200ms="@get('/search')">
<p data-text="$count + ' found'"></p>
<a href="/help" data-on:click__prevent="@get('/help')">Help</a>
<div id="results"></div>
</main>
</body></html>`;

const event = (name, key, text, ...options) =>
  `event: datastar-patch-${name}\n${options.map((option) => `data: ${option}\n`).join("")}${
    text.split(/\r\n|\r|\n/).map((line) => `data: ${key} ${line}\n`).join("")
  }\n`;

const send = (response, ...events) =>
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" }).end(events.join(""));

function handle(request, response) {
  const url = new URL(request.url, "http://localhost");
  if (url.pathname === "/") return response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(page);
  if (url.pathname === "/help") {
    response.writeHead(200, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" });
    return response.end(`<div id="results">Type a word</div>`);
  }
  let words = "";
  try {
    words = JSON.parse(url.searchParams.get("datastar"))?.words ?? "";
  } catch {
    return response.writeHead(400).end();
  }
  if (typeof words !== "string") return response.writeHead(400).end();
  const found = titles.filter((title) => title.toLowerCase().includes(words.toLowerCase()));
  const rows = (from) => found.slice(from, from + 10).map((title) => `<li>${escape(title)}</li>`).join("\n");
  if (url.pathname === "/search") {
    const html = `<div id="results" title="${escape(words)}">
<h2>Results for ${escape(words)}</h2>
<ol id="list">${rows(0)}</ol>
<button data-signals="${inAttribute({ last: words })}" data-on:click="@get('/more?from=10')">More</button>
</div>`;
    return send(
      response,
      event("elements", "elements", html),
      event("signals", "signals", JSON.stringify({ count: found.length })),
    );
  }
  if (url.pathname === "/more") {
    const more = rows(Number(url.searchParams.get("from")) || 0) || "<li>That is all</li>";
    return send(response, event("elements", "elements", more, "selector #list", "mode append"));
  }
  response.writeHead(404, { "content-type": "text/plain" }).end("Not found");
}

const server = createServer((request, response) => {
  try {
    handle(request, response);
  } catch (error) {
    response.writeHead(500, { "content-type": "text/plain" }).end(String(error));
  }
});
server.listen(
  Number(process.env.PORT ?? 0),
  "127.0.0.1",
  () => console.log(`Listening on http://localhost:${server.address().port}/`),
);
