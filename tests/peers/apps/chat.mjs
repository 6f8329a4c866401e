// A chat: a cookie names the reader, each reader has a feed, and what is said goes to all feeds.
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import process from "node:process";

const readers = new Map();
const said = [];

const escapes = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "\r": "&#13;", "\n": "&#10;" };
const escape = (text) => text.replace(/[&<>"'\r\n]/g, (character) => escapes[character]);

const page = `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Chat</title><script type="module" src="/datastar.js"></script></head>
<body data-store="{message: ''}">
<main data-on-load="$$get('/feed')">
<ul id="messages"><li>Welcome</li></ul>
<p id="notice"></p>
</main>
<form data-on-submit="evt.preventDefault(); $$post('/say')"><input data-model="message" aria-label="Message"></form>
</body>
</html>`;

const stream = { "content-type": "text/event-stream", "cache-control": "no-cache, no-transform" };

function writeFragment(response, html, ...options) {
  const lines = html.split(/\r\n|\r|\n/);
  response.write("event: datastar-fragment\n");
  for (const option of options) response.write(`data: ${option}\n`);
  response.write(`data: fragment ${lines[0]}\n`);
  for (const line of lines.slice(1)) response.write(`data: ${line}\n`);
  response.write("\n");
}

const messages = () => `<ul id="messages">${said.map((text) => `<li>${escape(text)}</li>`).join("")}</ul>`;

async function readBody(request) {
  let text = "";
  for await (const piece of request.setEncoding("utf8")) text += piece;
  return text;
}

function refuse(response, text) {
  response.writeHead(400, stream);
  response.end(`event: datastar-console\ndata: error ${text}\n\n`);
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url, "http://localhost");
  const sid = /\bsid=([\w-]+)/.exec(request.headers.cookie ?? "")?.[1];
  if (url.pathname === "/") {
    const headers = {
      "content-type": "text/html; charset=utf-8",
      "set-cookie": `sid=${randomUUID()}; Path=/; HttpOnly`,
    };
    return response.writeHead(200, headers).end(page);
  }
  if (!sid) return refuse(response, "Who are you? Load the page again");
  if (url.pathname === "/feed") {
    response.writeHead(200, stream);
    readers.set(sid, response);
    response.on("close", () => readers.delete(sid));
    const tick = () => writeFragment(response, messages(), "vt false");
    tick();
    const timer = setInterval(tick, 600);
    return response.on("close", () => clearInterval(timer));
  }
  if (url.pathname === "/say" && request.method === "POST") {
    let store;
    try {
      store = JSON.parse(await readBody(request));
    } catch {
      return refuse(response, "That is not JSON");
    }
    if (typeof store?.message !== "string") return refuse(response, "A message is missing");
    said.push(store.message);
    if (said.length > 50) said.shift();
    for (const reader of readers.values()) writeFragment(reader, messages(), "vt false");
    response.writeHead(200, stream);
    writeFragment(response, `<p id="notice">You said ${escape(store.message)}</p>`);
    return response.end();
  }
  response.writeHead(404, { "content-type": "text/plain" }).end("Not found");
});
server.listen(Number(process.env.PORT), "127.0.0.1", () => {
  console.log(`Listening on http://localhost:${server.address().port}/`);
});
