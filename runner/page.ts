/**
 * `GET /vectors`: the page that runs the vectors of a dialect. app.ts fills it.
 *
 * @module
 */

import type { VectorDialect } from "../vectors/dialect.ts";

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><text y="13" font-size="14">⭐</text></svg>`;

/** Renders the page. `script` is the path of the client that it runs. */
export const renderPage = ({ id, title, families, client }: VectorDialect, script = client.script) =>
  `<!doctype html>
<html lang="en" data-dialect="${id}"${client.isForeign && script === client.script ? " data-lacks-client" : ""}>
<head>
  <meta charset="utf-8">
  <title>fragstar: vectors of ${title}</title>
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <link rel="icon" href="data:image/svg+xml,${encodeURIComponent(icon)}">
  <link rel="stylesheet" href="/vectors/style.css">
  <script type="module" src="/vectors/app.ts"></script>
</head>
<body>
  <header>
    <nav aria-label="Site">
      <a href="/learn">Learn the format</a>
      <a href="/learn/protocol">The protocol</a>
      <a href="/learn/all">All vectors</a>
      <a href="/vectors" aria-current="page">Run them all</a>
      <a href="/">The example</a>
    </nav>
    <h1>Vectors</h1>
    <p>A vector is a test case: a page, the bytes of a response, and the page that results. Your browser runs each vector
      with the client <a id="client" href="${script}"><code>${script}</code></a> in a frame, and compares the result with
      the expected page.</p>
    <p>To test a client of your own, start the server with its file: <code>CLIENT=/path/to/client.js</code>. A link can
      also name any script of this server, and start the run: <code>/vectors?client=/datastar.js&amp;run</code>.</p>
    <noscript>
      <p><strong>This page needs JavaScript:</strong> the client that it tests is a script.</p>
    </noscript>
  </header>
  <main>
    <section aria-label="Result">
      <p id="verdict">Loading ${families.reduce((sum, { vectors }) => sum + vectors.length, 0)} vectors</p>
      <progress id="progress" aria-label="Vectors run" value="0" max="1" hidden></progress>
      <p class="buttons"><button type="button" id="start" aria-disabled="true">Run all</button></p>
      <p class="spoken" id="spoken" role="status"></p>
    </section>
    <form id="filters" role="search" aria-label="Vectors">
      <div class="word">
        <label for="word">Search</label>
        <input id="word" type="search" autocomplete="off">
      </div>
      <div>
        <label for="family">Family</label>
        <select id="family"><option value="">All</option></select>
      </div>
      <div>
        <label for="clause">Clause</label>
        <select id="clause"><option value="">All</option></select>
      </div>
      <div class="tick">
        <input id="failed" type="checkbox">
        <label for="failed">Failed only</label>
      </div>
    </form>
    <p id="shown"></p>
    <table>
      <caption class="spoken">Vectors and their results</caption>
      <thead>
        <tr>
          <th scope="col">Result</th>
          <th scope="col">Vector</th>
          <th scope="col" class="wide">Family</th>
          <th scope="col" class="wide">Clause</th>
          <th scope="col" class="wide number">ms</th>
        </tr>
      </thead>
      <tbody id="rows"></tbody>
    </table>
    <details id="report">
      <summary>Results as JSON</summary>
      <p class="buttons">
        <button type="button" id="copy" aria-disabled="true">Copy</button>
        <button type="button" id="download" aria-disabled="true">Download</button>
      </p>
      <pre id="json">Run all vectors first.</pre>
    </details>
  </main>
  <div id="frames" inert></div>
</body>
</html>
`;
