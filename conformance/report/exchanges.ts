/** The part of the HTML report about requests and answers: heads, and when each piece of a body arrived. */

import { type Html, html, trustedHtml } from "../../html.ts";
import { showInvisible } from "../../harness/mod.ts";
import { type Chunk, type Exchange, hidden, isSecretHeader } from "../recording.ts";
import type { Run } from "../run.ts";
import { writeShown } from "./document.ts";
import { linesOf } from "./excerpt.ts";

export const exchangesStyle = `
svg { display: block; width: 100%; height: 3rem; background: var(--shade); border: 1px solid var(--line); border-radius: .375rem }
details.exchange > svg { width: calc(100% - 1rem) }
svg.row { height: .4rem; border-width: 0 0 1px; border-radius: 0 }
line { vector-effect: non-scaling-stroke; stroke-width: 2px; stroke: var(--accent) }
line.head { stroke: var(--soft); stroke-dasharray: 3 3 }
line.end { stroke: var(--ink) }
.scale { display: flex; justify-content: space-between; font-size: .8rem; color: var(--soft) }
.wide { overflow-x: auto }
table { border-collapse: collapse; font-size: .875rem }
caption { text-align: left; color: var(--soft) }
th, td { padding: .1rem .75rem .1rem 0; text-align: right; font-variant-numeric: tabular-nums; font-weight: 400 }
thead th { color: var(--soft) }
`;

const limits = {
  /** Most pieces in a picture. */
  drawn: 400,
  /** Most pieces in a table. */
  listed: 40,
  /** Most characters of a body. */
  body: 1_500,
  /** Least number of equal exchanges that are shown as one. */
  alike: 8,
};

/** Finds all exchanges of a run, each once, in the order of the evidence. */
function exchangesOf({ server, app, sdk, streams }: Run): Exchange[] {
  const found = new Set<Exchange>();
  const seen = new Set<unknown>();
  function search(value: unknown, depth: number) {
    if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || depth > 5 || seen.has(value)) {
      return;
    }
    seen.add(value);
    if (isExchange(value)) {
      found.add(value);
    } else {
      // These hold no exchange, and they are large.
      for (const [key, part] of Object.entries(value)) {
        if (key !== "events" && key !== "source") search(part, depth + 1);
      }
    }
  }
  search(server, 0);
  search(app, 0);
  search(sdk, 0);
  search(streams, 0);
  return [...found];
}

function isExchange(value: object): value is Exchange {
  return "request" in value && "chunks" in value && "ending" in value;
}

export function writeExchanges(run: Run): Html {
  const all = exchangesOf(run);
  if (all.length === 0) return html``;
  const alike = Map.groupBy(all, ({ name }) => name.replace(/(?<=\((?:probe|text) ).+(?=\))|\d+(?=\))/, "…"));
  return html`<details class="all"><summary>${all.length} requests and answers</summary>
<p class="soft">What was asked, and when each piece of the answer came: milliseconds after the request.</p>
${[...alike].map(([name, some]) => some.length >= limits.alike ? writeAlike(name, some) : some.map(writeExchange))}
</details>`;
}

function summaryOf({ head, body, chunks, ending, endedAt }: Exchange): string {
  const status = head ? `${head.status} ${head.reason}`.trim() : "no answer";
  const pieces = `${chunks.length} ${chunks.length === 1 ? "piece" : "pieces"}`;
  return showInvisible(`${status}, ${body.length} bytes in ${pieces}, ${ending} after ${msOf(endedAt)}`);
}

function writeExchange(exchange: Exchange): Html {
  const { name, request, head, body, chunks, why } = exchange;
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(body.subarray(0, limits.body));
  const cut = body.length > limits.body && html`<p class="soft">The first ${limits.body} of ${body.length} bytes.</p>`;
  return html`<details class="exchange" ${chunks.length > 1 && trustedHtml("open")}>
<summary><b>${showInvisible(name)}</b> <span class="soft">${summaryOf(exchange)}</span></summary>
${why && html`<p>${showInvisible(why)}</p>`}
${chunks.length > 0 && html`${writePicture(exchange)}${writeTable(chunks)}`}
<h3>Request</h3>
${writeHead("Request", [`${request.method} ${cutLong(request.path)}`, ...headerLines(Object.entries(request.headers))])}
${
    head && html`<h3>Answer</h3>
${
      writeHead(
        "Head of the answer",
        [`HTTP/${head.version} ${head.status} ${head.reason}`, ...headerLines(head.headers)].map(cutLong),
      )
    }`
  }
${
    body.length > 0 &&
    html`<pre tabindex="0" role="group" aria-label="Body of the answer">${
      writeShown(linesOf({ text, from: 0, to: -1 }))
    }</pre>${cut}`
  }
</details>`;
}

const headerLines = (headers: [name: string, value: string][]) =>
  headers.map(([name, value]) => `${name}: ${isSecretHeader(name) ? hidden : value}`);

/** Writes the head of a request or an answer. */
function writeHead(label: string, lines: string[]): Html {
  return html`<pre tabindex="0" role="group" aria-label="${label}">${
    lines.map((line, i) => html`${i > 0 && "\n"}${showInvisible(line)}`)
  }</pre>`;
}

/** Draws the time that an answer took: a line for the head, one for each piece, as high as it is large, and one for the end. */
function writePicture({ head, chunks, endedAt }: Exchange): Html {
  const largest = Math.log2(2 + Math.max(...chunks.slice(0, limits.drawn).map(({ start, end }) => end - start)));
  const x = (at: number) => (5 + 990 * at / Math.max(1, endedAt)).toFixed(1);
  const label = `${chunks.length} ${chunks.length === 1 ? "piece" : "pieces"} within ${msOf(endedAt)}`;
  return html`<svg viewBox="0 0 1000 48" preserveAspectRatio="none" role="img" aria-label="${label}">
${
    head && html`
      <line class="head" x1="${x(head.at)}" x2="${x(head.at)}" y1="0" y2="48" />
    `
  }
${
    chunks.slice(0, limits.drawn).map(({ at, start, end }) => {
      const y = (46 - 42 * Math.log2(2 + end - start) / largest).toFixed(1);
      return html`
        <line x1="${x(at)}" x2="${x(at)}" y1="${y}" y2="48" />
      `;
    })
  }
<line class="end" x1="${x(endedAt)}" x2="${x(endedAt)}" y1="0" y2="48"/>
</svg>
<div class="scale" aria-hidden="true"><span>0 ms</span><span>${msOf(endedAt)}</span></div>`;
}

function writeTable(chunks: Chunk[]): Html {
  const more = chunks.length - limits.listed;
  return html`
    <div class="wide" tabindex="0" role="group" aria-label="Pieces of the answer">
      <table>
        <thead>
          <tr>
            <th scope="col">piece</th>
            <th scope="col">at ms</th>
            <th scope="col">gap ms</th>
            <th scope="col">bytes</th>
            <th scope="col">from byte</th>
          </tr>
        </thead>
        <tbody>
    ${chunks.slice(0, limits.listed).map(({ at, start, end }, i) =>
      html`
        <tr>
          <th scope="row">${i + 1}</th>
          <td>${at.toFixed(1)}</td>
          <td>${i > 0 && (at - chunks[i - 1].at).toFixed(1)}</td>
          <td>${end - start}</td>
          <td>${start}</td>
        </tr>
      `
    )}</tbody>
      </table>
    </div>${more > 0 && html`<p class="soft">and ${more} more</p>`}
  `;
}

/** Writes exchanges whose names differ only by a number or a probe: a row for each, on one scale. */
function writeAlike(name: string, some: Exchange[]): Html {
  const longest = Math.max(1, ...some.map(({ endedAt }) => endedAt));
  const x = (at: number) => (5 + 990 * at / longest).toFixed(1);
  const endings = [...Map.groupBy(some, ({ head, ending }) => `${head?.status ?? "no answer"}, ${ending}`)]
    .map(([what, { length }]) => `${length} × ${what}`).join("; ");
  const firsts = some.flatMap(({ chunks }) => chunks.length > 0 ? [chunks[0].at] : []);
  const first = firsts.length > 0 &&
    `; the first piece after ${msOf(Math.min(...firsts))} to ${msOf(Math.max(...firsts))}`;
  return html`
    <details class="exchange" open>
      <summary><b>${showInvisible(name)}</b> <span class="soft">${some.length} requests: ${showInvisible(
        endings,
      )}${first}</span></summary>
      <div role="img" aria-label="When each piece of ${some.length} answers came, within ${msOf(longest)}">
    ${some.slice(0, limits.drawn).map(({ chunks }) =>
      html`
        <svg class="row" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">${chunks.slice(
          0,
          limits.listed,
        ).map(({ at }) =>
          html`
            <line x1="${x(at)}" x2="${x(at)}" y1="1" y2="9" />
          `
        )}</svg>
      `
    )}</div>
      <div class="scale" aria-hidden="true"><span>0 ms</span><span>${msOf(longest)}</span></div>
    </details>
  `;
}

const msOf = (ms: number) => ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;

const cutLong = (text: string) => text.length > 500 ? `${text.slice(0, 500)}… (${text.length} characters)` : text;
