// A form that is protected by a token: the page has it in an attribute, and each request sends it as a header.
import { createServer } from "node:http";
import process from "node:process";

const token = "5f0c2a9b1d";
const saved = { name: "Ada", mail: "ada@example.org" };

const escapes = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "\r": "&#13;", "\n": "&#10;" };
const escape = (text) => text.replace(/[&<>"'\r\n]/g, (character) => escapes[character]);

const page = `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Settings</title><script type="module" src="/datastar.js"></script></head>
<body>
<form id="form" data-header-x-csrf-token="${token}" data-store="{name: 'Ada', mail: 'ada@example.org', saved: false}">
<label>Name <input data-model="name"></label>
<label>Mail <input type="email" data-model="mail"></label>
<button type="button" data-on-click="$$put('/settings')">Save</button>
<button type="button" data-on-click="$$patch('/settings/name')">Save the name only</button>
<span data-show="$saved">Saved</span>
<output id="shown">Ada</output>
</form>
</body>
</html>`;

const stream = { "content-type": "text/event-stream", "cache-control": "no-cache" };

function refuse(response, status, text) {
  response.writeHead(status, stream).end(`event: datastar-console\ndata: error ${text}\n\n`);
}

async function readStore(request) {
  let text = "";
  for await (const piece of request.setEncoding("utf8")) text += piece;
  try {
    const store = JSON.parse(text);
    return typeof store.name === "string" && typeof store.mail === "string" ? store : undefined;
  } catch {
    return undefined;
  }
}

createServer(async (request, response) => {
  const route = `${request.method} ${request.url.split("?")[0]}`;
  if (route === "GET /") return response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(page);
  if (route !== "PUT /settings" && route !== "PATCH /settings/name") {
    return response.writeHead(404, { "content-type": "text/plain" }).end("Not found");
  }
  if (request.headers["x-csrf-token"] !== token) return refuse(response, 403, "The token is missing");
  const store = await readStore(request);
  if (!store) return refuse(response, 400, "A name and a mail address are needed");
  saved.name = store.name;
  if (route === "PUT /settings") saved.mail = store.mail;
  const lines = `<output id="shown">${escape(saved.name)}</output>`.split(/\r\n|\r|\n/);
  response.writeHead(200, stream).end(
    "event: datastar-signal\ndata: store {saved: true}\n\n" +
      `event: datastar-fragment\ndata: fragment ${lines.join("\ndata: ")}\n\n`,
  );
}).listen(Number(process.env.PORT), "127.0.0.1", function () {
  console.log(`Listening on http://localhost:${this.address().port}/`);
});
