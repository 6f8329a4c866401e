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

/** Renders a whole page below `/learn`. `head` is further elements of the head. */
// The formatter knows `html` templates and would add white space to them: here it would show on the page.
// deno-fmt-ignore
export const renderPage = ({ title, head, main }: { title: string; head?: Html; main: Html }): string => String(html`<!doctype html>
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
      <a href="/learn" class="site">Learn the format</a>
      <a href="/learn/protocol">The protocol</a>
      <a href="/learn/all">All vectors</a>
      <a href="/vectors">Run them all</a>
      <a href="/">The example</a>
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
  const asks = vector.initiator !== undefined && html`; the request is made by <code>${vector.initiator}</code>`;
  // deno-fmt-ignore
  const main = html`<main id="main" data-vector="${JSON.stringify(vector)}"
    data-lesson="${lesson && JSON.stringify(lesson)}">
    <div class="top">
      <article>
        <p class="eyebrow">${kind}</p>
        <h1>${lesson?.title ?? vector.title}</h1>
        ${(lesson?.text ?? [vector.teach]).map((text) => html`<p>${renderSentence(text)}</p>`)}
        <p class="about">This is clause ${clauseLink(vector.clause)} of the protocol${asks}.</p>
        ${lesson && renderTask(lesson)}
      </article>
      ${renderLessons(lessons, vector.id)}
    </div>
    ${await renderPanes(vector, course, lesson && "Not done yet")}
    ${renderTools()}
    <nav class="beside" aria-label="Before and after">
      ${previous !== undefined && html`<a rel="prev" href="/learn/${previous}">← ${titleOf(previous)}</a>`}
      ${next !== undefined && html`<a rel="next" href="/learn/${next}">Next: ${titleOf(next)} →</a>`}
    </nav>
    <footer class="about">How this page is made: <a href="/learn/modules/learn/app.ts">app.ts</a> and what it
      imports.</footer>
  </main>`;
  // deno-fmt-ignore
  const head = html`<script type="importmap">${trustedHtml(importMap)}</script>
  ${scripts.map((url) => html`<link rel="modulepreload" href="${url}">`)}
  <script type="module" src="${scripts[0]}"></script>`;
  return renderPage({ title: lesson ? `${number}. ${lesson.title}` : vector.title, head, main });
}

// deno-fmt-ignore
function renderTask({ task }: Lesson): Html {
  return html`<section class="task" aria-labelledby="task">
          <h2 id="task">Try it</h2>
          <p>${renderSentence(task.text)}</p>
          <p class="buttons script"><span id="done" role="status">Not done yet</span>
            <button type="button" id="solve">Show me</button></p>
          <details><summary>Hint</summary><p>${renderSentence(task.hint)}</p></details>
        </section>`;
}

function renderLessons(lessons: readonly Lesson[], current: string): Html {
  const links = lessons.map(({ vector, title }) => {
    const mark = vector === current && trustedHtml(`aria-current="page"`);
    return html`<li><a href="/learn/${vector}" ${mark}>${title}</a></li>`;
  });
  return html`
    <nav class="lessons" aria-label="Lessons">
      <ol>${links}</ol>
    </nav>
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
      <p class="why" id="why" role="status">Choose a byte, a line or an event: here it is said what it is for.</p>
      <div class="stepper">
        <div>
          <label for="unit">Step by</label>
          <select id="unit"><option>event</option><option>line</option><option>byte</option><option>chunk</option></select>
        </div>
        <div role="group" aria-label="Step">
          <button type="button" id="first" aria-label="To the beginning">⇤</button>
          <button type="button" id="back" aria-label="A step back">←</button>
          <button type="button" id="on" aria-label="A step on">→</button>
          <button type="button" id="last" aria-label="To the end">⇥</button>
        </div>
        <output id="place" for="unit">All ${bytes.length} bytes</output>
        <div>
          <label for="chunk">Bytes in a chunk</label>
          <input id="chunk" type="range" min="1" max="33" value="33" aria-describedby="chunks">
          <span id="chunks">All in one chunk</span>
        </div>
      </div>
    </section>
    <div class="panes">
      <section class="pane bytes" aria-labelledby="bytes-title">
        <h2 id="bytes-title">Bytes</h2>
        <ol class="lines" id="lines" role="listbox" aria-label="Lines of the stream" tabindex="0">${lines}</ol>
        <div class="edit script">
          <label for="stream">Edit the bytes</label> <span id="state" aria-hidden="true">${state}</span>
          ${editor("stream", 6, toText(bytes))}
          <p class="buttons">
            <button type="button" data-insert="␍">Insert CR</button>
            <button type="button" data-insert="␀">NUL</button>
            <button type="button" data-insert="⟨BOM⟩">BOM</button>
            <button type="button" id="reset">Start over</button>
          </p>
        </div>
        <div class="buffers script" id="buffers" role="group" aria-label="The parser’s buffers" tabindex="0"></div>
      </section>
      <section class="pane" aria-labelledby="events-title">
        <h2 id="events-title">Events</h2>
        <ol class="events" id="events" tabindex="0" aria-labelledby="events-title">${
    blocks.map((block) => renderEvent(block, course))
  }</ol>
      </section>
      <section class="pane page" aria-labelledby="page-title">
        <h2 id="page-title">Page</h2>
        <div class="pages" id="pages">
          <h3>Before</h3>
          <div class="scroll" tabindex="0" role="group" aria-label="The page before">
            <ol class="tree" id="before">${row(vector.page)}</ol>
          </div>
          <h3>After</h3>
          <div class="scroll" tabindex="0" role="group" aria-label="The page after">
            <p class="said" id="said">${describeOutcome(expect, course)}</p>
            <ol class="tree" id="after">${row(expect.page)}</ol>
            <dl class="facts" id="facts">${renderFacts(expect)}</dl>
          </div>
        </div>
        <div class="edit script">
          <label for="page">Edit the page before</label>
          ${editor("page", 3, vector.page)}
          <p class="tick"><input type="checkbox" id="real">
            <label for="real">Apply the bytes with the real client too</label></p>
          <p id="agreement" role="status"></p>
          <div id="frames"></div>
        </div>
      </section>
    </div>
    <details class="plain">
      <summary>Every byte and what it is for</summary>
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
  return page === undefined ? html`What there is to see stands below.` : html``;
}

function renderFacts({ store, location, console, values }: Expectation): Html[] {
  const known = Object.entries({ "Store": store, "Goes to": location, "Console": console, "Fields": values });
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
        <h2 id="take-title">Take it with you</h2>
        <p class="buttons">
          <button type="button" id="link">Link to this</button>
          <button type="button" id="curl">Copy as curl</button>
          <button type="button" id="as-vector">Copy as vector</button>
          <button type="button" id="code">Copy as code</button>
        </p>
        <p id="taken" role="status"></p>
        <textarea id="copied" rows="6" readonly aria-label="What was copied" hidden></textarea>
      </section>
      <section aria-labelledby="live-title">
        <h2 id="live-title">Live</h2>
        <form id="connect">
          <label for="endpoint">An endpoint of this server</label>
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
          <button type="button" id="save">Save the capture</button>
          <label for="open">Open a capture</label>
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
    <p>A vector is a case of the protocol: a page, the bytes of a response, and what becomes of the page.
      ${lessons.length} of the ${vectors.length} are lessons.</p>
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
  return renderPage({ title: "All vectors", head, main });
}

// deno-fmt-ignore
function renderFamily({ family, about, vectors }: Family, taught: ReadonlySet<string>): Html {
  return html`<section class="family" data-family="${family}" aria-labelledby="family-${family}">
      <h2 id="family-${family}">${family}</h2>
      <p>${renderSentence(about)}</p>
      <ul>${vectors.map(({ id, title, clause, teach }) => html`
        <li data-clause="${clause}"><a href="/learn/${id}">${title}</a>
          <span class="about">${taught.has(id) && "A lesson. "}${renderSentence(teach)} ${clause}</span></li>`)}
      </ul>
    </section>`;
}
