// A todo list, as a developer writes it: node:http, a list in memory, POST and DELETE.
import { createServer } from "node:http";
import process from "node:process";

const todos = [{ id: 1, title: "Buy milk" }, { id: 2, title: "Call mum" }];
let nextId = 3;

const escapes = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "\r": "&#13;", "\n": "&#10;" };
const escape = (text) => String(text).replace(/[&<>"'\r\n]/g, (character) => escapes[character]);

const item = ({ id, title }) =>
  `<li id="todo-${id}">${escape(title)} <button data-on-click="$$delete('/todos/${id}')">Done</button></li>`;
const list = () => `<ul id="todos">${todos.map(item).join("")}</ul>`;

const page = () =>
  `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Todos</title><script type="module" src="/datastar.js"></script></head>
<body data-store="{title: '', query: ''}">
<h1>Todos</h1>
<input data-model="title"><button data-on-click="$$post('/todos')">Add</button>
<input data-model="query" data-on-input="$$get('/search')">
<p id="message"></p>
${list()}
<p id="clock" data-on-load="$$get('/clock')"></p>
</body></html>`;

function event(html, ...options) {
  const lines = html.split(/\r\n|\r|\n/);
  return `event: datastar-fragment\n${options.map((option) => `data: ${option}\n`).join("")}${
    lines.map((line, i) => `data: ${i === 0 ? "fragment " : ""}${line}`).join("\n")
  }\n\n`;
}

const stream = { "content-type": "text/event-stream", "cache-control": "no-cache, no-transform" };

function send(response, ...fragments) {
  response.writeHead(200, stream);
  response.end(fragments.map((html) => event(html)).join(""));
}

async function readStore(request, url) {
  try {
    let text = url.searchParams.getAll("datastar").at(-1) ?? "{}";
    if (request.method !== "GET") {
      text = "";
      for await (const chunk of request.setEncoding("utf8")) text += chunk;
    }
    const store = JSON.parse(text);
    return typeof store === "object" && store !== null && !Array.isArray(store) ? store : undefined;
  } catch {
    return undefined;
  }
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url, "http://localhost");
  const route = `${request.method} ${url.pathname}`;
  if (route === "GET /") return response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(page());
  if (route === "GET /clock") {
    response.writeHead(200, stream);
    const tick = () => response.write(event(`<p id="clock">${new Date().toISOString()}</p>`, "vt false"));
    tick();
    const timer = setInterval(tick, 500);
    return response.on("close", () => clearInterval(timer));
  }
  const store = await readStore(request, url);
  if (!store) return send(response, `<p id="message">This is not a store</p>`);
  if (route === "GET /search") {
    const query = String(store.query ?? "");
    const found = todos.filter(({ title }) => title.includes(query));
    return send(response, `<p id="message">${found.length} with ${escape(query)}</p>`);
  }
  if (route === "POST /todos") {
    const title = typeof store.title === "string" ? store.title.trim() : "";
    if (title === "") return send(response, `<p id="message">A title is missing</p>`);
    todos.push({ id: nextId++, title });
    return send(response, list(), `<p id="message">Added</p>`);
  }
  const [, id] = /^DELETE \/todos\/(\d+)$/.exec(route) ?? [];
  if (id) {
    const at = todos.findIndex((todo) => todo.id === Number(id));
    if (at >= 0) todos.splice(at, 1);
    return send(response, list());
  }
  response.writeHead(404, { "content-type": "text/plain" }).end("Not found");
});
server.listen(
  Number(process.env.PORT ?? 0),
  "127.0.0.1",
  () => console.log(`Listening on http://localhost:${server.address().port}/`),
);
