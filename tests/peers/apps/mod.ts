/** Applications as developers write them, and the mistakes that developers make in them. */

/** An application: a program of Node that listens on PORT. */
export interface App {
  file: string;
  /** The actions that are found when all may be asked. */
  actions: string[];
}

export const apps: App[] = [
  {
    file: "todo.mjs",
    actions: ["POST /todos", "GET /search", "DELETE /todos/1", "DELETE /todos/2", "GET /clock"],
  },
  { file: "chat.mjs", actions: ["GET /feed", "POST /say"] },
  { file: "search.mjs", actions: ["GET /search", "GET /more"] },
  { file: "settings.mjs", actions: ["PUT /settings", "PATCH /settings/name"] },
  {
    file: "shop.mjs",
    actions: ["POST /shop/cart/101", "POST /shop/cart/102", "GET /shop/cart", "DELETE /shop/cart", "POST /shop/order"],
  },
  {
    file: "dashboard.mjs",
    actions: ["GET /tabs/sales", "GET /tabs/staff", "GET (unknown)", "GET /load", "GET /tabs/details"],
  },
];

/** A mistake: a part of a program that is replaced. */
export interface Mistake {
  name: string;
  file: string;
  from: string;
  to: string;
  /** The check that is the first cause in the report. */
  cause: string;
  /** Milliseconds that a stream which goes on is watched, if that takes longer than others. */
  wait?: number;
}

const escaped = (file: string, place: string, from: string, to: string, cause = "app-injection"): Mistake => ({
  name: `a text is not escaped ${place}`,
  file,
  from,
  to,
  cause,
});

export const mistakes: Mistake[] = [
  {
    name: "the type is missing",
    file: "todo.mjs",
    from: `"content-type": "text/event-stream", `,
    to: "",
    cause: "http-type",
  },
  {
    name: "the type is that of a JSON answer",
    file: "settings.mjs",
    from: `"content-type": "text/event-stream", `,
    to: `"content-type": "application/json", `,
    cause: "http-type",
  },
  {
    name: "the type is in upper case",
    file: "search.mjs",
    from: `"text/event-stream"`,
    to: `"Text/Event-Stream"`,
    cause: "http-type-case",
  },
  {
    name: "the keyword stands on each line",
    file: "search.mjs",
    from: "...more.map((line) => `data: ${line}`)",
    to: "...more.map((line) => `data: fragment ${line}`)",
    cause: "frg-keyword-once",
  },
  {
    name: "the last blank line is lost",
    file: "settings.mjs",
    from: `\${lines.join("\\ndata: ")}\\n\\n\``,
    to: `\${lines.join("\\ndata: ")}\\n\``,
    cause: "sse-final-blank",
  },
  {
    name: "the blank line between two events is lost",
    file: "settings.mjs",
    from: `data: store {saved: true}\\n\\n`,
    to: `data: store {saved: true}\\n`,
    cause: "sse-blank-between",
  },
  {
    name: "the second line of the HTML has no data",
    file: "shop.mjs",
    from: `html.split("\\n").join("\\ndata: ")`,
    to: `html`,
    cause: "sse-junk",
  },
  escaped("todo.mjs", "in an item", "${escape(title)} <button", "${title} <button"),
  escaped("search.mjs", "in a heading", "<h2>Results for ${escape(words)}", "<h2>Results for ${words}"),
  escaped("search.mjs", "in an attribute", 'title="${escape(words)}"', 'title="${words}"'),
  escaped(
    "search.mjs",
    "in a signal",
    "escape(storeJson({ last: words }))",
    "escape(JSON.stringify({ last: words }))",
    "app-text",
  ),
  escaped("chat.mjs", "in the answer of a form", "You said ${escape(store.message)}", "You said ${store.message}"),
  {
    name: "the quotes of an attribute are single, and only double ones are escaped",
    file: "search.mjs",
    from: `title="\${escape(words)}"`,
    to: `title='\${escape(words).replaceAll("&#39;", "'")}'`,
    cause: "app-injection",
  },
  {
    name: "a line feed of a text begins a line of the protocol",
    file: "chat.mjs",
    from: "<>\"'\\r\\n]/g",
    to: "<>\"'\\r]/g",
    cause: "app-injection",
  },
  {
    name: "a carriage return of a text begins a line of the protocol",
    file: "todo.mjs",
    from: "<>\"'\\r\\n]/g",
    to: "<>\"'\\n]/g",
    cause: "app-injection",
  },
  {
    name: "the id is not that of the page",
    file: "shop.mjs",
    from: `<div id="cart"><ul>`,
    to: `<div id="basket"><ul>`,
    cause: "dom-target",
  },
  {
    name: "the root has no id",
    file: "dashboard.mjs",
    from: `staff: \`<div id="panel">`,
    to: "staff: `<div>",
    cause: "html-root-id",
  },
  {
    name: "the mode is not one of the client's",
    file: "dashboard.mjs",
    from: "merge append\\n",
    to: "merge append_element\\n",
    cause: "frg-merge",
  },
  {
    name: "the event has a name of a later client",
    file: "dashboard.mjs",
    from: "event: datastar-signal\\n",
    to: "event: datastar-signals\\n",
    cause: "sse-known-name",
  },
  {
    name: "an action leads to a 404",
    file: "todo.mjs",
    from: `data-on-input="$$get('/search')"`,
    to: `data-on-input="$$get('/find')"`,
    cause: "app-answer",
  },
  {
    name: "a route is registered for another method",
    file: "settings.mjs",
    from: `if (route !== "PUT /settings" &&`,
    to: `if (route !== "POST /settings" &&`,
    cause: "app-answer",
  },
  {
    name: "an empty store is answered with 500",
    file: "todo.mjs",
    from: `const query = String(store.query ?? "");`,
    to: `if (store.query === undefined) return response.writeHead(500).end("TypeError: query is undefined");
    const query = String(store.query);`,
    cause: "app-bad-empty-store",
  },
  {
    name: "a handler throws for each request",
    file: "shop.mjs",
    from: "if (route === `GET ${base}/cart`) return",
    to:
      "if (route === `GET ${base}/cart`) return response.writeHead(500).end('<h1>Internal Server Error</h1>'); else if (0)",
    cause: "app-answer",
  },
  {
    name: "an answer is empty",
    file: "todo.mjs",
    from: 'response.end(fragments.map((html) => event(html)).join(""));',
    to: "response.end();",
    cause: "http-body",
  },
  {
    name: "an answer has status 204",
    file: "shop.mjs",
    from: "if (route === `POST ${base}/order`) return",
    to: "if (route === `POST ${base}/order`) return response.writeHead(204).end(); else if (0)",
    cause: "http-body",
  },
  {
    name: "the events of a stream wait for others",
    file: "dashboard.mjs",
    from: "const timer = setInterval(tick, 300);",
    to: "const timer = setInterval(() => [1, 2, 3].forEach(tick), 900);",
    cause: "app-pace",
  },
  {
    name: "a listener is added with each event of a stream",
    file: "dashboard.mjs",
    from: `fragment <b id="load">\${++loaded}</b>`,
    to: `fragment <b id="load" data-on-load="$$get('/load')">\${++loaded}</b>`,
    cause: "html-load-loop",
  },
  {
    name: "a selector is not valid",
    file: "dashboard.mjs",
    from: "data: selector #log\\n",
    to: "data: selector #log[\\n",
    cause: "html-selector",
  },
  {
    name: "signals are not JavaScript",
    file: "shop.mjs",
    from: "data: store {cart: {count: ${cart.length}}}",
    to: "data: store cart.count = ${cart.length}}",
    cause: "sig-compile",
  },
  {
    name: "the page has an expression that does not compile",
    file: "shop.mjs",
    from: `data-text="$cart.count"`,
    to: `data-text="$cart.count +"`,
    cause: "app-page",
  },
  {
    name: "a form has a modifier that other libraries know",
    file: "chat.mjs",
    from: `data-on-submit="evt.preventDefault(); $$post('/say')"`,
    to: `data-on-submit.prevent="$$post('/say')"`,
    cause: "app-events",
  },
  {
    name: "an expression lacks a bracket",
    file: "shop.mjs",
    from: `$$get('\${base}/cart')">Show`,
    to: `$$get('\${base}/cart'">Show`,
    cause: "app-events",
  },
  {
    name: "a form is sent by the browser",
    file: "chat.mjs",
    from: "evt.preventDefault(); ",
    to: "",
    cause: "app-events",
  },
  {
    name: "the page has no data-store for its inputs",
    file: "chat.mjs",
    from: ` data-store="{message: ''}"`,
    to: "",
    cause: "app-page",
  },
  {
    name: "a request without a store is refused with a text",
    file: "search.mjs",
    from: "  let store;\n",
    to: "  if (!url.searchParams.has('datastar')) return response.writeHead(400).end('No store');\n  let store;\n",
    cause: "app-bad-missing",
  },
  {
    name: "a store that is not JSON is refused with a text",
    file: "search.mjs",
    from: "    store = undefined;\n",
    to: "    return response.writeHead(400).end('Not JSON');\n",
    cause: "app-bad-malformed",
  },
  {
    name: "a list in place of a store is an error",
    file: "search.mjs",
    from: "  response.writeHead(200, stream);\n",
    to: "  if (Array.isArray(store)) return response.writeHead(500).end();\n  response.writeHead(200, stream);\n",
    cause: "app-bad-list",
  },
  {
    name: "a signal of another type is an error",
    file: "settings.mjs",
    from: `  if (!store) return refuse(`,
    to: "  if (!store) return response.writeHead(500).end('TypeError'); else if (0) refuse(",
    cause: "app-bad-empty-store",
  },
  {
    name: "an object in place of a text is an error",
    file: "search.mjs",
    from: "  response.writeHead(200, stream);\n",
    to:
      "  if (typeof store?.words === 'object') return response.writeHead(500).end();\n  response.writeHead(200, stream);\n",
    cause: "app-bad-wrong-type",
  },
  {
    name: "an answer has no effect",
    file: "todo.mjs",
    from: "${found.length} with ${escape(query)}",
    to: "",
    cause: "app-effect",
  },
];
