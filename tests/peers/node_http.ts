// A server of node:http, as its documentation has it.
import client from "@sudodevnull/datastar" with { type: "text" };
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import process from "node:process";
import { page } from "./page.js";

function open(res: ServerResponse) {
  res.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-cache", "Connection": "keep-alive" });
}

function send(res: ServerResponse, ...lines: string[]) {
  res.write("event: datastar-fragment\n");
  for (const line of lines) res.write(`data: ${line}\n`);
  res.write("\n");
}

function answer(req: IncomingMessage, res: ServerResponse) {
  const url = new URL(req.url!, `http://${req.headers.host}`);
  if (url.pathname === "/") {
    res.writeHead(200, { "Content-Type": "text/html" });
    res.end(page);
  } else if (url.pathname === "/datastar.js") {
    res.writeHead(200, { "Content-Type": "text/javascript" });
    res.end(client);
  } else if (url.pathname === "/get") {
    const store = JSON.parse(url.searchParams.get("datastar")!);
    store.output = `Your input: ${store.input}, is ${store.input.length} long.`;
    open(res);
    send(
      res,
      "merge upsert_attributes",
      `fragment <main id="main" data-store="${JSON.stringify(store).replace(/"/g, "&quot;")}"></main>`,
    );
    res.end();
  } else if (url.pathname === "/target") {
    open(res);
    send(res, `fragment <div id="target"><b>${new Date().toISOString()}</b></div>`);
    res.end();
  } else if (url.pathname === "/feed") {
    open(res);
    const tick = () => send(res, `fragment <span id="feed">${Math.random().toString(16).slice(2)}</span>`);
    tick();
    const timer = setInterval(tick, 1000);
    req.on("close", () => clearInterval(timer));
  } else {
    res.writeHead(404);
    res.end("Not found");
  }
}

const server = createServer((req, res) => {
  try {
    answer(req, res);
  } catch (error) {
    console.error(error);
    res.writeHead(500).end("Internal Server Error");
  }
});

server.listen(Number(process.env.PORT), "localhost", () => {
  const { port } = server.address() as { port: number };
  console.log(`Listening on http://localhost:${port}/`);
});
