// A dashboard: an inline module loads the client, several elements have stores, and tabs are fetched as they are opened.
import { createServer } from "node:http";
import process from "node:process";

const page = `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Dashboard</title>
<script type="module">import "/static/datastar.js"; document.documentElement.dataset.ready = "yes";</script></head>
<body>
<header data-store="{theme: 'light', user: {name: 'Ada', role: 'admin'}}"></header>
<nav data-store="{tab: 'sales', _open: true}">
<button data-on-click="$tab = 'sales'; $$get('/tabs/sales')">Sales</button>
<button data-on-click="$tab = 'staff'; $$get('/tabs/' + $tab)">Staff</button>
<button data-on-click="$$get(el.dataset.url)" data-url="/tabs/more">More</button>
</nav>
<main><div id="panel"></div><ol id="log"><li>Started</li></ol></main>
<footer data-on-load="$$get('/load')"><b id="load"></b></footer>
</body>
</html>`;

const stream = { "content-type": "text/event-stream", "cache-control": "no-cache", "x-accel-buffering": "no" };

const panels = {
  sales: `<div id="panel"><h2>Sales</h2><button data-on-click="$$get('/tabs/details')">Details</button></div>`,
  staff: `<div id="panel"><h2>Staff</h2></div>`,
  details: `<div id="panel"><h2>Details</h2><p>12 sold</p></div>`,
};

let loaded = 0;

createServer((request, response) => {
  const { pathname } = new URL(request.url, "http://localhost");
  if (pathname === "/") return response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(page);
  if (pathname === "/load") {
    response.writeHead(200, stream);
    const tick = () => {
      response.write(`event: datastar-fragment\ndata: vt false\ndata: fragment <b id="load">${++loaded}</b>\n\n`);
    };
    tick();
    const timer = setInterval(tick, 300);
    return response.on("close", () => clearInterval(timer));
  }
  const panel = panels[pathname.replace(/^\/tabs\//, "")];
  if (!panel) return response.writeHead(404, { "content-type": "text/plain" }).end("Not found");
  response.writeHead(200, stream);
  response.write(`event: datastar-fragment\ndata: fragment ${panel}\n\n`);
  response.write(
    "event: datastar-fragment\ndata: selector #log\ndata: merge append\ndata: fragment <li>Opened</li>\n\n",
  );
  response.end(`event: datastar-signal\ndata: onlyIfMissing true\ndata: store {visits: 1}\n\n`);
}).listen(Number(process.env.PORT), "127.0.0.1", function () {
  console.log(`Listening on http://localhost:${this.address().port}/`);
});
