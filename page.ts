/**
 * `GET /`: the example page. It shows the protocol at work, and says what each of its parts does.
 *
 * @module
 */

import { html, storeAttribute, trustedHtml } from "./fragments.ts";
import { contentSecurityPolicy, hashSource } from "./server/policy.ts";

const style = `
:root {
  color-scheme: light dark;
  --accent: light-dark(#0b57d0, #a8c7fa);
  --line: light-dark(#c4c7c5, #5c5f5e);
  --shade: light-dark(#f0f4f9, #282a2c);
  color: light-dark(#1f1f1f, #e3e3e3);
  background: light-dark(#fff, #131314);
}
* { box-sizing: border-box }
body { margin: 0 auto; padding: 1.5rem 1rem 3rem; max-width: 46rem; font: 1rem/1.5 system-ui, sans-serif }
h1 { margin: 0; font-size: 1.75rem }
h2 { margin: 0 0 .75rem; font-size: 1.125rem }
p { margin: .5rem 0 }
section { margin-top: 1.25rem; padding: 1rem; border: 1px solid var(--line); border-radius: .5rem }
label { display: block }
form { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end }
form > div { flex: 1 1 16rem }
input, button { font: inherit; padding: .5rem .75rem; border: 1px solid var(--line); border-radius: .375rem }
input { width: 100% }
button { color: light-dark(#fff, #062e6f); background: var(--accent); border-color: transparent; cursor: pointer }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
input:focus-visible { outline-offset: -1px }
a { color: var(--accent) }
code { font: .875em ui-monospace, monospace; overflow-wrap: anywhere }
.try { display: block; margin-top: .5rem; padding: .375rem .5rem; border-radius: .25rem; background: var(--shade) }
.result { min-height: 1.5rem; margin: .75rem 0; overflow-wrap: anywhere }
#output { white-space: pre-wrap }
#output:empty::before, #target:empty::before, #feed:empty::before { color: light-dark(#5c5f5e, #a8abaa) }
#output:empty::before, #target:empty::before { content: "No answer yet" }
#feed:empty::before { content: "no event yet" }
#gone { position: sticky; top: 0; margin: 0 }
#gone:not(:empty) { margin-top: 1.25rem; padding: .5rem 1rem; border-radius: .5rem }
#gone { color: light-dark(#8c1d18, #f9dedc); background: light-dark(#fce8e6, #4a1b18) }
.spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
footer { margin-top: 1.25rem; font-size: .875rem }
.how { margin: .75rem 0 0; padding-top: .75rem; border-top: 1px solid var(--line); font-size: .875rem }
#feed { font: 1em ui-monospace, monospace }
@media (prefers-reduced-motion: reduce) { ::view-transition-group(*), ::view-transition-old(*), ::view-transition-new(*) { animation: none } }
`;

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><text y="13" font-size="14">⭐</text></svg>`;

/** The styles that client 0.19.9 adds to every page, [backend.ts] and [index.ts]: the policy names their hashes. */
const clientStyles = [
  `
.datastar-indicator{
 opacity:0;
 transition: opacity 300ms ease-out;
}
.datastar-indicator-loading {
 opacity:1;
 transition: opacity 300ms ease-in;
}
`,
  `
.datastar-inspector-highlight {
 border: 2px solid blue;
}
`,
];

// The formatter knows `html` templates and would add white space to them: here it would show on the page.
// deno-fmt-ignore
const source = (file: string) => html`<a href="/source/${file}"><code>${file}</code></a>`;

/** A command for this server. Once the page is loaded, it has the address that the page came from. */
// deno-fmt-ignore
const curl = (id: string, path: string) => html`<code class="try" id="${id}"
data-on-load="ctx.el.textContent = ctx.el.textContent.replace('http://localhost:3000', location.origin)"
>curl -N "http://localhost:3000${path}"</code>`;

/**
 * An expression that says in `$_gone` that the feed has ended, and asks for it again once the server answers. The client
 * asks again only where a connection broke off, up to ten times, and then raises an error.
 *
 * Each line is a statement, as the client splits expressions at line breaks. [fetch-event-source.ts] The error does not
 * say which request failed. If an event of the feed comes within the two seconds, a fragment with a `<span>`, it was not
 * the feed's.
 */
const keepFeed = `
const ask = () => $_gone && fetch('/', { method: 'HEAD' }).then(() => $$get('/feed'), askLater)
const askLater = () => { $_gone = true, clearTimeout(ctx.timer), ctx.timer = setTimeout(ask, 2000) }
addEventListener('unhandledrejection', ({ reason }) => reason?.message?.startsWith('Max retries') && askLater())
addEventListener('datastar-event', ({ detail: { type, message } }) => type === 'fetch_end' && message.includes('/feed') && askLater())
addEventListener('datastar-event', ({ detail: { type, message } }) => type === 'merge' && message.includes('<span') && ($_gone = false))
`.trim();

// Every request carries the whole store in its URL, with the text in `input` and in `output`: 18 bytes for a character,
// and with 3000 of them less than the 64 KiB that Deno allows.
//
// After every event the client evaluates every attribute anew, and data-text writes its text again even if it is the
// same: a screen reader would read #output aloud at each tick of the feed. So the screen reader gets #spoken instead,
// which is written only when the text has changed.
// deno-fmt-ignore
const document = html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>fragstar: HTML fragments over server-sent events</title>
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <link rel="icon" href="data:image/svg+xml,${encodeURIComponent(icon)}">
  <style>${trustedHtml(style)}</style>
  <script type="module" src="/datastar.js"></script>
</head>
<body>
  <header>
    <h1>fragstar</h1>
    <p>A page that its server changes by sending HTML fragments as server-sent events. Each part says which request it
      makes and what comes back. <a href="/learn">Learn the format</a>, or
      <a href="/vectors">run its test vectors</a>.</p>
    <noscript>
      <p><strong>This page needs JavaScript:</strong> a script processes the events.</p>
    </noscript>
  </header>
  <main class="container" id="main" ${storeAttribute({ input: "", output: "", show: true, _gone: false })}>
    <p id="gone" role="status" data-on-load="${keepFeed}"
      data-text="$_gone ? 'The server does not send the feed: it may have stopped. This page asks again every two seconds.' : ''"></p>

    <section aria-labelledby="roundtrip">
      <h2 id="roundtrip">Round trip</h2>
      <form id="send" data-on-submit="evt.preventDefault(); $output = ''; $$get('/get')">
        <div>
          <label for="input">Text for the server</label>
          <input id="input" type="text" placeholder="Send to server..." maxlength="3000" autocomplete="off"
            data-model="input">
        </div>
        <button type="submit">Send State Roundtrip</button>
      </form>
      <div class="result" id="output" aria-hidden="true" data-text="$output"></div>
      <div class="spoken" id="spoken" role="status"
        data-on-store-change="ctx.el.textContent === $output || (ctx.el.textContent = $output)"></div>
      <p class="how">Sends the page’s whole store: <code>GET /get?datastar={"input":…}</code>. The answer is one
        <code>datastar-fragment</code> event that says <code>merge upsert_attributes</code>: <code>&lt;main&gt;</code>
        gets a new <code>data-store</code>, and so <code>$output</code> its new value. The
        other signals keep what was typed or chosen meanwhile. ${source("signals.ts")} parses the request, and ${source("fragments/store.ts")} encodes the response. Or try:
        ${curl("curl-get", "/get?datastar=%7B%22input%22:%22hello%22%7D")}</p>
    </section>

    <section aria-labelledby="replace">
      <h2 id="replace">Target</h2>
      <button type="button" id="ask" data-on-click="$$get('/target')">Target HTML Element</button>
      <div class="result" role="status">
        <div id="target"></div>
      </div>
      <p class="how">Sends <code>GET /target</code>. The answer is one <code>datastar-fragment</code> event with just an
        element in it: that is morphed into the element of the same id. See ${source("server.ts")}, or try:
        ${curl("curl-target", "/target")}</p>
    </section>

    <section aria-labelledby="watch">
      <h2 id="watch">Feed</h2>
      <button type="button" id="toggle" data-on-click="$show = !$show"
        data-text="$show ? 'Hide feed' : 'Show feed'">Hide feed</button>
      <div class="result">
        <div id="shown" data-show="$show">
          <span>Feed from server: </span>
          <span id="feed" data-on-load="$$get('/feed')"></span>
        </div>
      </div>
      <p class="how">Sent <code>GET /feed</code> when the page was loaded. The answer has no end: an event comes about every
        second. If the server stops, the page asks again until there is a server. The button sends nothing: it changes
        <code>$show</code> here in the page. See ${source("stream.ts")}, or try:
        ${curl("curl-feed", "/feed")}</p>
    </section>

  </main>
  <footer>
    <p>The source of what you see: ${source("server.ts")} answers, with ${source("server/routes.ts")} and
      ${source("server/respond.ts")}, ${source("server/serve.ts")} listens,
      ${source("page.ts")} is this page, ${source("signals.ts")} reads what it sends, ${source("fragments.ts")} with
      ${source("html.ts")} and ${source("fragments/store.ts")} writes what comes back,
      ${source("stream.ts")} sends it, and <a href="/datastar.js"><code>datastar.js</code></a> is the client.</p>
  </footer>
</body>
</html>
`;

/** The page, the same for everyone. */
export const page: string = String(document);

/** The sources that the page may use. `unsafe-eval` is for the client: it makes a function of every expression. */
export const policySources: Record<string, string> = {
  "script-src": "'self' 'unsafe-eval'",
  "style-src": (await Promise.all([style, ...clientStyles].map(hashSource))).join(" "),
  "img-src": "data:",
  "connect-src": "'self'",
};

/** The page's Content-Security-Policy. */
export const policy: string = contentSecurityPolicy(policySources);
