// A search that shows its words again: in a heading, in an attribute, in a link and in a signal.
import { createServer } from "node:http";
import process from "node:process";

const fruits = ["Apple", "Apricot", "Banana", "Cherry", "Fig", "Grape", "Lemon", "Mango", "Peach", "Plum"];

const escapes = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "\r": "&#13;", "\n": "&#10;" };
const escape = (text) => String(text).replace(/[&<>"'\r\n]/g, (character) => escapes[character]);

// What a data-store must not have in a string, as JSON escapes.
const storeJson = (value) =>
  JSON.stringify(value).replace(
    /[;$~'<>&`\u2028\u2029]|\\\\/g,
    (found) => found === "\\\\" ? "\\u005c" : `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

const page = `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Search</title><script type="module" src="/datastar.js"></script></head>
<body>
<main id="main" data-store="{words: '', page: 1, last: ''}">
<input data-model="words" data-on-keyup.debounce_300ms="$page = 1; $$get('/search')" aria-label="Words">
<button data-on-click="$page = $page + 1; $$get('/more')">More</button>
<p data-text="$last"></p>
<section id="results"></section>
</main>
</body>
</html>`;

function event(html, ...options) {
  const [first, ...more] = html.split(/\r\n|\r|\n/);
  return [
    "event: datastar-fragment",
    ...options.map((option) => `data: ${option}`),
    `data: fragment ${first}`,
    ...more.map((line) => `data: ${line}`),
  ].join("\n") + "\n\n";
}

const stream = { "content-type": "text/event-stream", "cache-control": "no-cache" };

function results({ words = "", page = 1 }) {
  const found = fruits.filter((fruit) => fruit.toLowerCase().includes(String(words).toLowerCase()));
  const link = `/?${new URLSearchParams({ q: String(words).toWellFormed() })}`;
  return `<section id="results" title="${escape(words)}">
<h2>Results for ${escape(words)}</h2>
<ol>${found.slice(0, 3 * page).map((fruit) => `<li>${fruit}</li>`).join("")}</ol>
<a href="${escape(link)}">Link to this search</a>
</section>`;
}

createServer((request, response) => {
  const url = new URL(request.url, "http://localhost");
  if (url.pathname === "/") return response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(page);
  if (url.pathname !== "/search" && url.pathname !== "/more") {
    return response.writeHead(404, { "content-type": "text/plain" }).end("Not found");
  }
  let store;
  try {
    store = JSON.parse(url.searchParams.getAll("datastar").at(-1) ?? "{}");
  } catch {
    store = undefined;
  }
  response.writeHead(200, stream);
  if (typeof store !== "object" || store === null || Array.isArray(store) || typeof (store.words ?? "") !== "string") {
    return response.end("event: datastar-console\ndata: error The words are missing\n\n");
  }
  const words = store.words ?? "";
  response.end(
    event(results({ words, page: Number(store.page) || 1 })) +
      event(`<main id="main" data-store="${escape(storeJson({ last: words }))}"></main>`, "merge upsert_attributes"),
  );
}).listen(Number(process.env.PORT), "127.0.0.1", function () {
  console.log(`Listening on http://localhost:${this.address().port}/`);
});
