/**
 * The pages below `/learn`, as the server writes them: all that they teach can be read without JavaScript. Controls that
 * need JavaScript are shown only where there is some; learn/app.ts makes them work.
 *
 * @module
 */

import { type Html, html, trustedHtml } from "../html.ts";
import { hashSource } from "../server/policy.ts";
import { bytesOf, type Expectation, type Family, type Vector } from "../vectors/vector.ts";
import { type Block, readBlocks } from "./blocks.ts";
import type { Course } from "./dialect.ts";
import type { Lesson } from "./lesson.ts";
import { toText } from "./notation.ts";
import { clauseLink, renderEvent, renderLine, renderSentence, showBytes, showText } from "./render.ts";

/** The import map of a vector's page, which resolves the names of packages. */
export const importMap: string = JSON.stringify({
  imports: {
    "acorn": "/learn/packages.js",
    "eventsource-parser": "/learn/packages.js",
    "marked": "/learn/packages.js",
    "parse5": "/learn/no_parse5.js",
  },
});

/** Its hash, by which the page's policy allows it: it has to be an inline script. */
export const importMapHash: string = await hashSource(importMap);

/** The scripts of a vector's page: the first one starts it, the others are its packages. */
const scripts = ["/learn/app.js", "/learn/packages.js", "/learn/no_parse5.js"];

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><text y="13" font-size="14">⭐</text></svg>`;

/** The links at the top of each page. */
const siteLinks: [href: string, text: string][] = [
  ["/learn", "Learn the format"],
  ["/learn/protocol", "The protocol"],
  ["/learn/all", "All vectors"],
  ["/vectors", "Run all vectors"],
  ["/", "Example page"],
];

/** The parts of a page below `/learn`. */
interface PageParts {
  title: string;
  /** The link at the top that leads to this page, or to the part of the site that it belongs to. */
  section: string;
  /** Further elements of the head. */
  head?: Html;
  main: Html;
}

/** Renders a whole page below `/learn`. */
// The formatter knows `html` templates and would add white space to them: here it would show on the page.
// deno-fmt-ignore
export const renderPage = ({ title, section, head, main }: PageParts): string => String(html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>${title} – fragstar</title>
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <link rel="icon" href="data:image/svg+xml,${encodeURIComponent(icon)}">
  <link rel="stylesheet" href="/learn/style.css">
  ${head}
</head>
<body>
  <a class="skip" href="#main">Skip to the content</a>
  <header>
    <nav aria-label="Site">
      ${siteLinks.map(([href, text]) =>
        html`<a href="${href}" ${href === section && trustedHtml(`aria-current="true"`)}>${text}</a>
      `)}
    </nav>
  </header>
  ${main}
</body>
</html>
`);

/** A vector with its neighbours: a lesson's are lessons, those of other vectors follow the order of the families. */
function findVector({ families, lessons }: Course, id: string) {
  const { family, vectors } = families.find(({ vectors }) => vectors.some((vector) => vector.id === id))!;
  const vector = vectors.find((vector) => vector.id === id)!;
  const lesson = lessons.find((lesson) => lesson.vector === id);
  const ids = lesson
    ? lessons.map(({ vector }) => vector)
    : families.flatMap(({ vectors }) => vectors.map(({ id }) => id));
  const index = ids.indexOf(id);
  return { vector, family, lesson, previous: ids[index - 1], next: ids[index + 1] };
}

/** Renders the page of the vector with this id. */
export async function renderLearnPage(course: Course, id: string): Promise<string> {
  const { lessons } = course;
  const { vector, family, lesson, previous, next } = findVector(course, id);
  const number = lesson ? lessons.indexOf(lesson) + 1 : 0;
  const kind = lesson
    ? html`Lesson ${number} of ${lessons.length}`
    : html`Vector <code>${vector.id}</code>, family ${family}`;
  const titleOf = (id: string) => lessons.find(({ vector }) => vector === id)?.title ?? id;
  const asks = vector.initiator !== undefined && html`
    The request comes from <code>${vector.initiator}</code>.
  `;
  // deno-fmt-ignore
  const main = html`<main id="main" data-vector="${JSON.stringify(vector)}"
    data-lesson="${lesson && JSON.stringify(lesson)}">
    <div class="eyebrow"><span>${kind}</span> ${renderLessons(lessons, vector.id)}</div>
    <h1>${renderSentence(lesson?.title ?? vector.title)}</h1>
    <div class="top">
      <article>
        ${(lesson?.text ?? [vector.teach]).map((text) => html`<p>${renderSentence(text)}</p>`)}
        <p class="about">See clause ${clauseLink(vector.clause)} of the protocol.${asks}</p>
      </article>
      ${lesson && renderTask(lesson, next)}
    </div>
    ${await renderPanes(vector, course, lesson && "Not done yet")}
    ${renderTools()}
    <nav class="beside" aria-label="Previous and next">
      ${previous !== undefined && html`<a rel="prev" href="/learn/${previous}">← ${titleOf(previous)}</a>`}
      ${next !== undefined && html`<a rel="next" href="/learn/${next}">Next: ${titleOf(next)} →</a>`}
    </nav>
    <footer class="about">The source of this page: <a href="/learn/modules/learn/app.ts">app.ts</a> and its
      imports.</footer>
  </main>`;
  // deno-fmt-ignore
  const head = html`<script type="importmap">${trustedHtml(importMap)}</script>
  ${scripts.map((url) => html`<link rel="modulepreload" href="${url}">`)}
  <script type="module" src="${scripts[0]}"></script>`;
  const title = lesson ? `${number}. ${lesson.title}` : vector.title;
  return renderPage({ title, section: lesson ? "/learn" : "/learn/all", head, main });
}

// deno-fmt-ignore
function renderTask({ task }: Lesson, next: string | undefined): Html {
  return html`<section class="task" aria-labelledby="task">
          <h2 id="task">Try it</h2>
          <p>${renderSentence(task.text)}</p>
          <p class="buttons script"><span id="done" role="status">Not done yet</span>
            <a id="next-lesson" href="/learn/${next ?? "all"}" hidden>${next ? "Next lesson" : "All vectors"} →</a>
            <button type="button" id="solve">Show me</button></p>
          <p id="missing" class="spoken" role="status"></p>
          <details><summary>Hint</summary><p>${renderSentence(task.hint)}</p></details>
        </section>`;
}

function renderLessons(lessons: readonly Lesson[], current: string): Html {
  const links = lessons.map(({ vector, title }) => {
    const mark = vector === current && trustedHtml(`aria-current="page"`);
    return html`<li data-lesson-id="${vector}"><a href="/learn/${vector}" ${mark}>${renderSentence(title)}</a></li>`;
  });
  return html`
    <details class="lessons">
      <summary>All lessons <span id="progress"></span></summary>
      <nav aria-label="Lessons">
        <ol>${links}</ol>
      </nav>
    </details>
  `;
}

/** Renders a text field. The HTML parser drops its first line end, so one is added. */
function editor(id: string, rows: number, text: string): Html {
  const content = `\n${text}`;
  return html`<textarea id="${id}" rows="${rows}" spellcheck="false" autocomplete="off">${content}</textarea>`;
}

async function renderPanes(vector: Vector, course: Course, state: string | undefined): Promise<Html> {
  const bytes = bytesOf(vector);
  const blocks = await readBlocks(bytes, course);
  const { expect } = vector;
  const lines = blocks.flatMap((block) => block.lines.map((line) => renderLine(line, block)));
  const row = (text: string | undefined) => html`<li class="row">${text !== undefined && showText(text)}</li>`;
  // deno-fmt-ignore
  return html`<section class="controls script" aria-label="Steps">
      <p class="why" id="why" role="status">Select a byte, a line or an event to see what it does.</p>
      <div class="stepper">
        <div>
          <label for="unit">Step by</label>
          <select id="unit"><option>event</option><option>line</option><option>byte</option><option>chunk</option></select>
        </div>
        <div role="toolbar" aria-label="Step" data-roving>
          <button type="button" id="first" aria-label="Go to the beginning">⇤</button>
          <button type="button" id="back" aria-label="Step back">←</button>
          <button type="button" id="on" aria-label="Step forward">→</button>
          <button type="button" id="last" aria-label="Go to the end">⇥</button>
        </div>
        <output id="place" for="unit">All ${bytes.length} bytes</output>
        <div>
          <label for="chunk">Bytes per chunk</label>
          <input id="chunk" type="range" min="1" max="33" value="33" aria-describedby="chunks">
          <span id="chunks">All in one chunk</span>
        </div>
      </div>
    </section>
    <div class="panes">
      <section class="pane bytes" aria-labelledby="bytes-title">
        <h2 id="bytes-title">Bytes</h2>
        <ol class="lines" id="lines" role="listbox" aria-multiselectable="true"
          aria-label="Lines of the stream" tabindex="0">${lines}</ol>
        <div class="edit script">
          <label for="stream">Edit the bytes</label>
          <p class="state" id="state" aria-hidden="true">${state}</p>
          ${editor("stream", 6, toText(bytes))}
          <div class="buttons" role="toolbar" aria-label="Bytes" data-roving>
            <button type="button" data-insert="␍" title="Insert a carriage return">+ CR</button>
            <button type="button" data-insert="␀" title="Insert a NUL">+ NUL</button>
            <button type="button" data-insert="⟨BOM⟩" title="Insert a byte order mark">+ BOM</button>
            <button type="button" id="reset">Start over</button>
          </div>
        </div>
        <div class="buffers script" id="buffers" role="group" aria-label="The parser’s buffers" tabindex="0"></div>
      </section>
      <section class="pane" aria-labelledby="events-title">
        <h2 id="events-title">Events</h2>
        <p class="spoken" id="keys">The arrow keys move within this pane.</p>
        <ol class="events" id="events" tabindex="0" aria-labelledby="events-title" aria-describedby="keys" data-roving>${
    blocks.map((block) => renderEvent(block, course))
  }</ol>
      </section>
      <section class="pane page" aria-labelledby="page-title">
        <h2 id="page-title">Page</h2>
        <div class="pages" id="pages">
          <h3>Before</h3>
          <div class="scroll" tabindex="0" role="group" aria-label="The page before" aria-describedby="keys" data-roving>
            <ol class="tree" id="before">${row(vector.page)}</ol>
          </div>
          <h3>After</h3>
          <div class="scroll" tabindex="0" role="group" aria-label="The page after" aria-describedby="keys" data-roving>
            <p class="said" id="said">${describeOutcome(expect, course)}</p>
            <ol class="tree" id="after">${row(expect.page)}</ol>
            <dl class="facts" id="facts">${renderFacts(expect)}</dl>
          </div>
        </div>
        <div class="edit script">
          <label for="page">Edit the page before</label>
          ${editor("page", 3, vector.page)}
          <p class="tick"><input type="checkbox" id="real">
            <label for="real">Also apply the bytes with the real client</label></p>
          <p id="agreement" role="status"></p>
          <div id="frames"></div>
        </div>
      </section>
    </div>
    <details class="plain">
      <summary>Every byte and what it does</summary>
      <table>
        <thead><tr><th scope="col">Bytes</th><th scope="col">Why</th><th scope="col">Clause</th></tr></thead>
        <tbody>${blocks.map(renderWhys)}</tbody>
      </table>
    </details>`;
}

function renderWhys({ bytes, lines }: Block): Html[] {
  const pieces = lines.flatMap(({ pieces }) => pieces);
  return pieces.map(({ start, end, why, clause }) => {
    const shown = html`<td><code>${showBytes(bytes.subarray(start, end))}</code></td>`;
    return html`<tr>${shown}<td>${renderSentence(why)}</td><td>${clauseLink(clause)}</td></tr>`;
  });
}

function describeOutcome({ error, page }: Expectation, { describeError }: Course): Html {
  if (error !== undefined) return describeError(error);
  return page === undefined ? html`The result is below.` : html``;
}

function renderFacts({ store, location, console, values }: Expectation): Html[] {
  const known = Object.entries({
    "Store": store,
    "Redirects to": location,
    "Console": console,
    "Input values": values,
  });
  return known.filter(([, value]) => value !== undefined).map(([name, value]) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return html`
      <dt>${name}</dt>
      <dd><code>${showText(text)}</code></dd>
    `;
  });
}

// deno-fmt-ignore
function renderTools(): Html {
  return html`<div class="tools script">
      <section aria-labelledby="take-title">
        <h2 id="take-title">Copy and share</h2>
        <p class="buttons">
          <button type="button" id="link">Copy a link</button>
          <button type="button" id="curl">Copy as curl</button>
          <button type="button" id="as-vector">Copy as vector</button>
          <button type="button" id="code">Copy as code</button>
        </p>
        <p id="taken" role="status"></p>
        <textarea id="copied" rows="6" readonly aria-label="Copied text" hidden></textarea>
      </section>
      <section aria-labelledby="live-title">
        <h2 id="live-title">Live</h2>
        <form id="connect">
          <label for="endpoint">Endpoint of this server</label>
          <div class="buttons">
            <input id="endpoint" value="/feed" autocomplete="off" spellcheck="false" list="endpoints">
            <datalist id="endpoints">
              <option>/feed</option>
              <option>/target</option>
              <option>/get?datastar=%7B%22input%22%3A%22hello%22%7D</option>
            </datalist>
            <button type="submit" id="start">Connect</button>
            <button type="button" id="pause" aria-pressed="false">Pause</button>
            <button type="button" id="replay">Replay</button>
          </div>
        </form>
        <div class="buttons">
          <button type="button" id="save">Save capture</button>
          <label for="open">Open a capture file</label>
          <input type="file" id="open">
        </div>
        <p id="live" role="status">Not connected</p>
        <ol id="timeline" class="timeline" tabindex="0" aria-label="Timeline"></ol>
      </section>
    </div>`;
}

/** Renders the list of all vectors. */
export function renderAllPage({ families, lessons }: Course): string {
  const vectors = families.flatMap(({ vectors }) => vectors);
  const clauses = [...new Set(vectors.map(({ clause }) => clause))];
  clauses.sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  const taught = new Set(lessons.map(({ vector }) => vector));
  const choice = (text: string) => html`<option>${text}</option>`;
  // deno-fmt-ignore
  const main = html`<main id="main">
    <h1>All vectors</h1>
    <p>A vector is a test case of the protocol: a page, the bytes of a response, and the page after it.
      ${lessons.length} of the ${vectors.length} vectors are lessons.</p>
    <search id="filters" class="script" aria-label="Vectors">
      <div><label for="word">Word</label> <input id="word" type="search" autocomplete="off"></div>
      <div><label for="family">Family</label>
        <select id="family"><option value="">All</option>${families.map(({ family }) => choice(family))}</select></div>
      <div><label for="clause">Clause</label>
        <select id="clause"><option value="">All</option>${clauses.map(choice)}</select></div>
    </search>
    <p id="shown" role="status" class="script">Showing ${vectors.length} of ${vectors.length}</p>
    ${families.map((family) => renderFamily(family, taught))}
  </main>`;
  const head = html`<script type="module" src="/learn/modules/learn/all.ts"></script>`;
  return renderPage({ title: "All vectors", section: "/learn/all", head, main });
}

// deno-fmt-ignore
function renderFamily({ family, about, vectors }: Family, taught: ReadonlySet<string>): Html {
  return html`<section class="family" data-family="${family}" aria-labelledby="family-${family}">
      <h2 id="family-${family}">${family}</h2>
      <p>${renderSentence(about)}</p>
      <ul>${vectors.map(({ id, title, clause, teach }) => html`
        <li data-clause="${clause}"><a href="/learn/${id}">${renderSentence(title)}</a>
          <span class="about">${taught.has(id) && "Lesson. "}${renderSentence(teach)} <span class="clause">${clause}</span></span></li>`)}
      </ul>
    </section>`;
}
