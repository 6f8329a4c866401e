/** The source of a server of others, for Node: a page with one action. Its answer has the wrong type if BROKEN is set. */
export const timeServer = `
const { createServer } = require("node:http");
const page = \`<!doctype html><html lang="en"><meta charset="utf-8"><title>Time</title>
<script type="module" src="https://cdn.jsdelivr.net/npm/@sudodevnull/datastar@0.19.9"></script>
<button data-on-click="$$get('/time')">Time</button><p id="time"></p></html>\`;
createServer((request, response) => {
  if (request.url === "/") return response.setHeader("content-type", "text/html; charset=utf-8").end(page);
  response.setHeader("content-type", process.env.BROKEN ? "text/plain" : "text/event-stream");
  response.setHeader("cache-control", "no-cache");
  response.end('event: datastar-fragment\\ndata: fragment <p id="time">12:00</p>\\n\\n');
}).listen(Number(process.env.PORT));
`;
