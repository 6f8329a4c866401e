// A server of node:http without packages, as its documentation and Datastar's reference of events have it.
import { createServer } from "node:http";
import process from "node:process";

const page = `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="UTF-8">
    <title>node:http + Datastar</title>
    <script type="module" src="https://cdn.jsdelivr.net/gh/starfederation/datastar@1.0.2/bundles/datastar.js"></script>
  </head>
  <body>
    <main id="main" data-signals='{"input": "", "output": "", "show": true}'>
      <input type="text" data-bind:input>
      <button data-on:click="@get('/get')">Send State Roundtrip</button>
      <button data-on:click="@get('/target')">Target HTML Element</button>
      <button data-on:click="$show = !$show">Toggle Feed</button>
      <div id="output" data-text="$output"></div>
      <div id="target"></div>
      <div data-show="$show">
        <span>Feed from server: </span><span id="feed" data-init="@get('/feed')"></span>
      </div>
    </main>
  </body>
</html>
`;

const headers = { "Content-Type": "text/event-stream", "Cache-Control": "no-cache", "Connection": "keep-alive" };

const server = createServer((req, res) => {
  const url = new URL(req.url, `http://${req.headers.host}`);
  if (url.pathname === "/") {
    res.writeHead(200, { "Content-Type": "text/html" });
    res.end(page);
  } else if (url.pathname === "/get") {
    const { input } = JSON.parse(url.searchParams.get("datastar"));
    const signals = { output: `Your input: ${input}, is ${input.length} long.` };
    res.writeHead(200, headers);
    res.write("event: datastar-patch-signals\n");
    res.write(`data: signals ${JSON.stringify(signals)}\n\n`);
    res.end();
  } else if (url.pathname === "/target") {
    res.writeHead(200, headers);
    res.write("event: datastar-patch-elements\n");
    res.write(`data: elements <div id="target"><b>${new Date().toISOString()}</b></div>\n\n`);
    res.end();
  } else if (url.pathname === "/feed") {
    res.writeHead(200, headers);
    const timer = setInterval(() => {
      res.write("event: datastar-patch-elements\n");
      res.write(`data: elements <span id="feed">${Math.random().toString(16).slice(2)}</span>\n\n`);
    }, 1000);
    req.on("close", () => clearInterval(timer));
  } else {
    res.writeHead(404);
    res.end("Not found");
  }
});

server.listen(process.env.PORT, "localhost", () => {
  console.log(`Listening on http://localhost:${server.address().port}/`);
});
