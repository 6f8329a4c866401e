// A todo list, as a developer writes it: node:http, a list for each visitor in memory, POST and DELETE.
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import process from "node:process";

const lists = new Map();
const startList = () => ({ nextId: 3, todos: [{ id: 1, title: "Buy milk" }, { id: 2, title: "Call mum" }] });

const escapes = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escape = (text) => String(text).replace(/[&<>"']/g, (character) => escapes[character]);

const item = ({ id, title }) =>
  `<li id="todo-${id}">${escape(title)} <button data-on:click="@delete('/todos/${id}')">Done</button></li>`;
const write = ({ todos }) => `<ul id="todos">\n${todos.map(item).join("\n")}\n</ul>`;

const page = (list) =>
  `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Todos</title><script type="module" src="/datastar.js"></script></head>
<body data-signals="{title: '', busy: false}">
<h1>Todos</h1>
<form data-on:submit="@post('/todos')" data-indicator:busy>
<input data-bind:title name="title"><button data-attr:disabled="$busy">Add</button>
</form>
<p id="message"></p>
${write(list)}
</body></html>`;

const elements = (html) =>
  `event: datastar-patch-elements\n${html.split(/\r\n|\r|\n/).map((line) => `data: elements ${line}\n`).join("")}\n`;
const signals = (values) => `event: datastar-patch-signals\ndata: signals ${JSON.stringify(values)}\n\n`;

function send(response, ...events) {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  response.end(events.join(""));
}

async function readSignals(request, url) {
  try {
    let text = url.searchParams.get("datastar");
    if (request.method !== "DELETE") {
      text = "";
      for await (const chunk of request.setEncoding("utf8")) text += chunk;
    }
    const values = JSON.parse(text);
    return typeof values === "object" && values !== null && !Array.isArray(values) ? values : undefined;
  } catch {
    return undefined;
  }
}

async function handle(request, response) {
  const url = new URL(request.url, "http://localhost");
  const route = `${request.method} ${url.pathname}`;
  const [, known] = /visitor=([\w-]+)/.exec(request.headers.cookie ?? "") ?? [];
  const visitor = lists.has(known) ? known : randomUUID();
  const list = lists.get(visitor) ?? startList();
  lists.set(visitor, list);
  if (visitor !== known) response.setHeader("set-cookie", `visitor=${visitor}; HttpOnly; SameSite=Lax`);
  if (route === "GET /") return response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(page(list));
  const values = await readSignals(request, url);
  if (!values) return response.writeHead(400, { "content-type": "text/plain" }).end("These are no signals");
  if (route === "POST /todos") {
    const title = typeof values.title === "string" ? values.title.trim() : "";
    if (title === "") return send(response, elements(`<p id="message">A title is missing</p>`));
    list.todos.push({ id: list.nextId++, title });
    return send(response, elements(write(list)), elements(`<p id="message">Added</p>`), signals({ title: "" }));
  }
  const [, id] = /^DELETE \/todos\/(\d+)$/.exec(route) ?? [];
  if (id) {
    list.todos = list.todos.filter((todo) => todo.id !== Number(id));
    return send(response, elements(write(list)));
  }
  response.writeHead(404, { "content-type": "text/plain" }).end("Not found");
}

const server = createServer((request, response) => {
  handle(request, response).catch((error) =>
    response.writeHead(500, { "content-type": "text/plain" }).end(String(error))
  );
});
server.listen(
  Number(process.env.PORT ?? 0),
  "127.0.0.1",
  () => console.log(`Listening on http://localhost:${server.address().port}/`),
);
