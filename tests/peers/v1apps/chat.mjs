// A chat: a form with `contentType: 'form'`, and a room that each reader follows.
import { createServer } from "node:http";
import process from "node:process";

const page = `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Chat</title><script type="module" src="/datastar.js"></script></head>
<body>
<div data-init="@get('/room')"><ol id="room"></ol></div>
<form data-on:submit="@post('/say', {contentType: 'form'})">
<input name="message" value="Hello"><select name="to"><option>all</option><option>Ann</option></select>
<button name="how" value="aloud">Say</button>
</form>
<p id="notice"></p>
</body></html>`;

const escapes = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escape = (text) => String(text).replace(/[&<>"']/g, (character) => escapes[character]);

const elements = (html, ...options) =>
  `event: datastar-patch-elements\n${options.map((option) => `data: ${option}\n`).join("")}${
    html.split(/\r\n|\r|\n/).map((line) => `data: elements ${line}\n`).join("")
  }\n`;
const headers = { "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" };

const readers = new Set();
let count = 0;
function tell(html) {
  for (const reader of readers) reader.write(elements(html, "selector #room", "mode append"));
}
setInterval(() => tell(`<li id="line-${++count}">The clock strikes</li>`), 600).unref();

async function readForm(request) {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return new URLSearchParams(text);
}

const server = createServer(async (request, response) => {
  const route = `${request.method} ${request.url.split("?")[0]}`;
  if (route === "GET /") return response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(page);
  if (route === "GET /room") {
    response.writeHead(200, headers);
    response.write(elements(`<ol id="room"><li id="line-0">Welcome</li></ol>`));
    readers.add(response);
    return response.on("close", () => readers.delete(response));
  }
  if (route === "POST /say") {
    const form = await readForm(request);
    const message = form.get("message") ?? "";
    if (message === "") return response.writeHead(200, headers).end(elements(`<p id="notice">Say something</p>`));
    tell(`<li id="line-${++count}">${escape(message)}</li>`);
    return response.writeHead(200, headers).end(elements(`<p id="notice">You said ${escape(message)}</p>`));
  }
  response.writeHead(404, { "content-type": "text/plain" }).end("Not found");
});
server.listen(
  Number(process.env.PORT ?? 0),
  "127.0.0.1",
  () => console.log(`Listening on http://localhost:${server.address().port}/`),
);
