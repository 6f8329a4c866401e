/**
 * The example server in the words of Datastar 1.0.x: a page, a round trip, an element that is fetched, and a feed.
 *
 * ```sh
 * deno run -A examples/v1.ts
 * bun examples/v1.ts
 * ```
 *
 * The client comes from its CDN, or from the file that `CLIENT` names: then the page works without the internet.
 *
 * @module
 */

import { html, patchElements, patchSignals, readSignals, signalsAttribute } from "../fragments/v1.ts";
import { type Config, readConfig } from "../server/config.ts";
import { contentSecurityPolicy, hashSource } from "../server/policy.ts";
import { htmlResponse, refuse, sendScript } from "../server/respond.ts";
import { createRouter, type Route } from "../server/routes.ts";
import { type Handler, serve } from "../server/serve.ts";
import { createFeed, eventStream } from "../stream.ts";

/** The client. The browser compares it with the hash before it runs it. */
const cdn = {
  src: "https://cdn.jsdelivr.net/gh/starfederation/datastar@1.0.2/bundles/datastar.js",
  integrity: "sha256-KDfYes9u4LqOTmN2WSbCWpjWOIOwL4i+GUqGuB0/0ko=",
};
const ownScript = "/datastar.js";

/** The page. The request for the feed is on an element that no event replaces, and is repeated after each restart. */
function writePage(hasOwnClient: boolean): string {
  const script = hasOwnClient
    ? html`<script type="module" src="${ownScript}"></script>`
    : html`<script type="module" src="${cdn.src}" integrity="${cdn.integrity}" crossorigin></script>`;
  return String(html`
    <!doctype html>
    <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>Datastar 1.0.x over server-sent events</title>
      <link rel="icon" href="data:,">
      <style>body { margin: 2rem auto; max-width: 40rem; font: 1rem/2 system-ui, sans-serif }</style>
      ${script}
      </head>
      <body>
        <main id="main" ${signalsAttribute({ input: "", output: "", show: true })}>
          <label>Text for the server <input type="text" maxlength="3000" data-bind:input></label>
          <button type="button" data-on:click="@get('/get')">Send State Roundtrip</button>
          <div id="output" data-text="$output"></div>

          <button type="button" data-on:click="@get('/target')">Target HTML Element</button>
          <div id="target"></div>

          <button type="button" data-on:click="$show = !$show">Toggle Feed</button>
          <div data-show="$show" data-init="@get('/feed', {retry: 'always'})">
          Feed from server: <span id="feed"></span>
        </div>
        </main>
      </body>
    </html>
  `);
}

/** Allows the page its client, its style and requests to this server. The client makes functions of expressions. */
async function writePolicy(page: string, hasOwnClient: boolean): Promise<string> {
  const [, style] = /<style>([^<]*)/.exec(page)!;
  return contentSecurityPolicy({
    "script-src": `${hasOwnClient ? "'self'" : cdn.src} 'unsafe-eval'`,
    "style-src": await hashSource(style),
    "img-src": "data:",
    "connect-src": "'self'",
  });
}

/** `GET /get`: reads the signals of the request, and answers with a new value for one of them. The others stay. */
async function get(request: Request): Promise<Response> {
  const result = await readSignals(request);
  if (!result.ok) return refuse(result.status, result.message);
  const { input } = result.signals;
  if (typeof input !== "string") return refuse(400, `Cannot answer: the signal "input" is not a string`);
  return eventStream(patchSignals({ output: `Your input: ${input}, is ${[...input].length} long.` }));
}

/** `GET /target`: an element with the server's time of day. It goes to the element of the page with the same id. */
function target(): Response {
  const now = new Date();
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000);
  const time = local.toISOString().slice(0, 19).replace("T", " ");
  return eventStream(patchElements(html`<div id="target"><b>${time}</b></div>`));
}

/** The event of `GET /feed`: 16 random hex digits. */
function writeRandom(): string {
  const random = crypto.getRandomValues(new BigUint64Array(1))[0].toString(16).padStart(16, "0");
  return patchElements(html`<span id="feed">${random}</span>`);
}

/** Makes the handler of the routes. */
export async function createHandler(config: Partial<Config> = {}): Promise<Handler> {
  const { allowedHosts = [], maxStreams, client } = config;
  const page = writePage(client !== undefined);
  const policy = await writePolicy(page, client !== undefined);
  const feed = createFeed({ next: writeRandom, every: 1000, maxReaders: maxStreams });
  const openFeed = () => feed.open() ?? refuse(429, "Cannot open a feed: as many are open as this server allows");
  const routes = new Map<string, Route>([
    ["/", { answer: () => htmlResponse(page, policy) }],
    ["/get", { answer: get }],
    ["/target", { answer: target }],
    ["/feed", { answer: openFeed, endless: true }],
  ]);
  if (client !== undefined) routes.set(ownScript, { answer: () => sendScript(client) });
  const findRoute = (path: string) => routes.get(path);
  return {
    handle: createRouter({ findRoute, allowedHosts, paths: [...routes.keys()].join(", ") }),
    close: () => feed.close(),
  };
}

if (import.meta.main) {
  const config = readConfig();
  await serve(config, await createHandler(config));
}
