/** Applications of v1 as developers write them, and the mistakes that developers make in them. */

/** An application: a program of Node that listens on PORT. */
export interface App {
  file: string;
  /** The actions that are found when all may be asked. */
  actions: string[];
}

export const apps: App[] = [
  { file: "todo.mjs", actions: ["POST /todos", "DELETE /todos/1", "DELETE /todos/2"] },
  { file: "search.mjs", actions: ["GET /search", "GET /help", "GET /more?from=10"] },
  { file: "dashboard.mjs", actions: ["GET /load", "PUT /unit", "PATCH /name"] },
  { file: "chat.mjs", actions: ["GET /room", "POST /say"] },
];

/** A mistake: parts of a program that are replaced. */
export interface Mistake {
  name: string;
  file: string;
  edits: [from: string, to: string][];
  /** The check that finds it. */
  cause: string;
  /** Whether one request for each action shows it. */
  gentle?: boolean;
  /** Milliseconds that a stream which goes on is watched, if that takes longer than others. */
  wait?: number;
}

/** A mistake in a page. */
const inPage = (name: string, id: string, from: string, to: string, file = "search.mjs"): Mistake => ({
  name,
  file,
  edits: [[from, to]],
  cause: `v1-app-${id}`,
  gentle: true,
});

/** A mistake in an answer. */
const inAnswer = (name: string, file: string, id: string, ...edits: [from: string, to: string][]): Mistake => ({
  name,
  file,
  edits,
  cause: `v1-app-${id}`,
});

export const mistakes: Mistake[] = [
  inPage(
    "the page fails",
    "page",
    `writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(page)`,
    `writeHead(500).end()`,
  ),
  inPage("the charset is a different one", "utf8", 'charset=utf-8" }).end(page)', 'charset=iso-8859-1" }).end(page)'),
  {
    name: "no charset is named",
    file: "search.mjs",
    edits: [['; charset=utf-8" }).end(page)', '" }).end(page)'], ['<meta charset="utf-8">', ""]],
    cause: "v1-app-charset",
    gentle: true,
  },
  inPage("there is no doctype", "doctype", "<!DOCTYPE html>", ""),
  inPage("an id is there twice", "ids", "<p data-text", '<p id="results" data-text'),
  inPage("there is no client", "client", '<script type="module" src="/datastar.js"></script>', ""),
  inPage("the client is a classic script", "client-module", 'type="module" ', ""),
  inPage(
    "the client is an old one",
    "client-version",
    'src="/datastar.js"',
    'src="https://cdn.example/datastar@1.0.0-beta.11/datastar.js"',
  ),
  inPage("the policy forbids functions", "csp", " 'unsafe-eval'", "", "dashboard.mjs"),
  inPage(
    "a nonce is not in the policy",
    "csp",
    "script-src 'self' 'unsafe-eval'",
    "script-src 'self' 'nonce-a'",
    "dashboard.mjs",
  ),
  inPage("an expression throws at the start", "starts", "$count + ' found'", "$count.a.b"),
  inPage("a link leaves the page", "leads-away", "data-on:click__prevent=", "data-on:click="),
  {
    name: "a button sends its form",
    file: "todo.mjs",
    edits: [[`<form data-on:submit="@post('/todos')" data-indicator:busy>`, "<form>"], [
      "<button data-attr",
      `<button data-on:click="@post('/todos')" data-attr`,
    ]],
    cause: "v1-app-leaves",
    gentle: true,
  },
  inPage(
    "an attribute is of the release candidates",
    "old-attribute",
    "data-on:click__prevent",
    "data-on-click__prevent",
  ),
  inPage("an action is of 0.x", "old-action", "@get('/help')", "$$get('/help')"),
  inPage("an attribute has a key that it must not have", "attribute-form", "data-text=", "data-text:count="),
  inPage("an expression does not compile", "expression", "' found'", "' found"),
  inPage("the signals have an action in a string", "expression", "words: 'boats'", "words: &quot;@get('/boats')&quot;"),
  inPage("an expression of an event does not compile", "expression-later", "@get('/help')", "@get('/help'"),
  inPage("a modifier comes after a dot", "modifier", "click__prevent", "click.prevent"),
  inPage("a modifier is misspelt", "modifier-name", "__debounce", "__debonce"),
  inPage("an attribute is misspelt", "plugin-name", "data-text", "data-txt"),
  inPage("an action is misspelt", "action-name", "@get('/help')", "@gett('/help')"),
  inPage("a key has a capital letter", "key-case", "<input data-bind:words", "<input data-ref:Field data-bind:words"),
  {
    name: "a bound signal is written in capitals in other places",
    file: "search.mjs",
    edits: [["{words:", "{Words:"], ["data-bind:words", "data-bind:Words"]],
    cause: "v1-app-key-name",
    gentle: true,
  },
  inPage(
    "an indicator comes after its request",
    "indicator",
    "{retry: 'always'})\">",
    "{retry: 'always'})\" data-indicator:busy>",
    "dashboard.mjs",
  ),
  inPage(
    "a button requests the feed again",
    "same-request",
    "$paused = !$paused",
    "@get('/load', {retry: 'always'})",
    "dashboard.mjs",
  ),
  inAnswer("a status is 201", "todo.mjs", "answer", [
    'response.writeHead(200, { "content-type": "text/event-stream"',
    'response.writeHead(201, { "content-type": "text/event-stream"',
  ]),
  inAnswer("a route does not exist", "search.mjs", "answer", ["@get('/help')", "@get('/halp')"]),
  inAnswer(
    "a POST leads to a different address",
    "todo.mjs",
    "redirect",
    [
      `return send(response, elements(write(list)), elements(\`<p id="message">Added</p>\`), signals({ title: "" }));`,
      `return response.writeHead(303, { location: "/todos" }).end();`,
    ],
    [
      "  const values = await",
      `  if (route === "GET /todos") return send(response, elements(write(list)));\n  const values = await`,
    ],
    // The page has a text, so that the answer has an effect.
    ["title: '', busy", "title: 'Bread', busy"],
  ),
  inAnswer("an answer changes nothing", "search.mjs", "effect", [
    `<div id="results">Type a word</div>`,
    `<div id="results"></div>`,
  ]),
  inAnswer(
    "a status is 204",
    "search.mjs",
    "effect",
    ['return response.end(`<div id="results">Type a word</div>`);', "return response.end();"],
    [
      `response.writeHead(200, { "content-type": "text/html; charset=utf-8", "cache-control"`,
      `response.writeHead(204, { "x-type": "none", "cache-control"`,
    ],
  ),
  {
    name: "events are held back",
    file: "dashboard.mjs",
    edits: [
      ["let load = 0;", 'let load = 0;\nlet held = "";'],
      [
        'for (const reader of readers) reader.write(elements(`<b id="load">${load}</b>`));',
        'held += elements(`<b id="load">${load}</b>`);\n  if (load % 3 > 0) return;\n  for (const reader of readers) reader.write(held);\n  held = "";',
      ],
    ],
    cause: "v1-app-pace",
    wait: 5_000,
  },
  inAnswer("a signal is thought to be there", "todo.mjs", "bad-empty", [
    `typeof values.title === "string" ? values.title.trim() : ""`,
    "values.title.trim()",
  ]),
  inAnswer("signals are thought to be there", "search.mjs", "bad-missing", [
    `let words = "";`,
    `let words = "";\n  if (!url.searchParams.has("datastar")) throw new Error("no signals");`,
  ]),
  inAnswer("the error of the JSON parser is not caught", "search.mjs", "bad-malformed", [
    "} catch {\n    return response.writeHead(400)",
    "} catch {\n    return response.writeHead(500)",
  ]),
  inAnswer(
    "a list is answered with a page",
    "todo.mjs",
    "bad-list",
    [
      `return response.writeHead(400, { "content-type": "text/plain" }).end("These are no signals")`,
      `return response.writeHead(200, { "content-type": "text/html", "cache-control": "no-store" }).end(page(list))`,
    ],
    ["} catch {\n    return undefined;", "} catch {\n    return {};"],
  ),
  inAnswer("the type of a signal is not looked at", "search.mjs", "bad-wrong-type", [
    `  if (typeof words !== "string") return response.writeHead(400).end();\n`,
    "",
  ]),
  inAnswer("a text is not escaped in an element", "search.mjs", "injection", [
    "Results for ${escape(words)}",
    "Results for ${words}",
  ]),
  inAnswer("a text is not escaped in an attribute", "search.mjs", "injection", [
    `title="\${escape(words)}"`,
    `title="\${words.replaceAll("<", "")}"`,
  ]),
  inAnswer("a text becomes code", "search.mjs", "injection", [
    "${inAttribute({ last: words })}",
    "{last: '${escape(words)}'}",
  ]),
  inAnswer("a text with CR becomes lines", "search.mjs", "injection", [
    "text.split(/\\r\\n|\\r|\\n/)",
    `text.split("\\n")`,
  ]),
  inAnswer(
    "JSON is made by hand",
    "search.mjs",
    "injection",
    ["JSON.stringify({ count: found.length })", '`{"count": ${found.length}, "shown": "${words}"}`'],
  ),
  inAnswer("the field of a form is not escaped", "chat.mjs", "injection", [
    "You said ${escape(message)}",
    "You said ${message}",
  ]),
  inAnswer("an address with @ breaks the signals", "search.mjs", "text", [`.replaceAll("@", "\\\\u0040")`, ""]),
];
