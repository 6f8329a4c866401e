/** The common parts of the HTML reports: one file that fetches nothing and runs nothing but its own script. */

import { createHash } from "node:crypto";
import { type Html, html, trustedHtml } from "../../html.ts";
import { showInvisible } from "../../harness/mod.ts";
import { splitCode } from "../../prose.ts";
import { contentSecurityPolicy } from "../../server/policy.ts";
import type { Bytes, CheckResult } from "../judge.ts";
import type { Cause } from "./causes.ts";
import { linesOf, type Shown } from "./excerpt.ts";
import { type CheckGroup, type Mark, marks } from "./groups.ts";

const baseStyle = `
:root {
  color-scheme: light dark;
  --ink: light-dark(#1f1f1f, #e3e3e3); --soft: light-dark(#595b5d, #a9acaf); --line: light-dark(#c4c7c5, #4a4d50);
  --paper: light-dark(#fff, #131314); --shade: light-dark(#f2f5f9, #1f2123); --accent: light-dark(#0b57d0, #a8c7fa);
  --fail: light-dark(#b3151c, #ffb3ad); --warn: light-dark(#7a4f00, #ffce70); --pass: light-dark(#146c2e, #8fdba2);
  --fail-shade: light-dark(#fce8e6, #4a1512); --warn-shade: light-dark(#fef3d6, #42300a);
  --pass-shade: light-dark(#e4f5e8, #123420); --none-shade: light-dark(#e9ebee, #2a2d30);
  color: var(--ink); background: var(--paper);
}
* { box-sizing: border-box }
body { margin: 0 auto; padding: 1rem; max-width: 70rem; font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere }
h1 { margin: 0 0 .5rem; font-size: 1.5rem; line-height: 1.25 }
h2 { margin: 2rem 0 .5rem; font-size: 1.2rem }
h3 { margin: 1rem 0 .25rem; font-size: 1rem }
p { margin: .5rem 0 }
a { color: var(--accent) }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
code { white-space: pre-wrap }
code, pre, .id { font-family: ui-monospace, monospace; font-size: .875em }
dl { margin: .5rem 0; display: grid; grid-template-columns: minmax(5.5rem, max-content) 1fr; gap: .25rem .75rem }
dt { color: var(--soft) }
dd { margin: 0; min-width: 0 }
pre { margin: .25rem 0; padding: .5rem .75rem; background: var(--shade); border: 1px solid var(--line); border-radius: .375rem;
  white-space: pre-wrap; direction: ltr; unicode-bidi: bidi-override; max-height: 24rem; overflow: auto }
mark { color: inherit; background: var(--fail-shade); border-bottom: 2px solid var(--fail) }
mark.place { border-bottom: 0; border-left: 3px solid var(--fail) }
.name { color: var(--soft); font-size: .85em }
mark .name { color: inherit }
.soft { color: var(--soft) }
.mark { display: inline-block; min-width: 1.6rem; padding: 0 .3rem; text-align: center; border-radius: .25rem; font-weight: 700;
  background: var(--none-shade) }
.fail { color: var(--fail); background: var(--fail-shade) }
.warn, .open, .known { color: var(--warn); background: var(--warn-shade) }
.pass { color: var(--pass); background: var(--pass-shade) }
.untested { color: var(--soft) }
.spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
.causes { padding: 0; list-style-position: inside }
.causes > li { margin: 1rem 0; padding: .25rem 0 .25rem .75rem; border-left: 3px solid var(--line) }
.causes > li::marker { content: "" }
.causes h3 { margin: 0 }
.skip:not(:focus) { position: absolute; clip-path: inset(50%) }
[hidden] { display: none !important }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr; gap: 0 } dd { margin-bottom: .4rem } }
`;

export function writeDocument(
  { title, style = "", script = "", body }: { title: string; style?: string; script?: string; body: Html },
): string {
  const allStyle = baseStyle + style;
  const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  const policy = contentSecurityPolicy(
    { "style-src": hash(allStyle), "script-src": script ? hash(script) : "'none'" },
    null,
  );
  return String(html`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta http-equiv="content-security-policy" content="${policy}">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>${showInvisible(title)}</title>
        <style>${trustedHtml(allStyle)}</style>
      </head>
      <body>
    ${body}
    ${script && html`<script>${trustedHtml(script)}</script>`}
      </body>
    </html>
  `).trim() + "\n";
}

/** Writes a mark: a sign to see, and a word for screen readers. */
export function writeMark(mark: Mark): Html {
  return html`<span class="mark ${mark}" aria-hidden="true">${marks[mark].sign}</span><span class="spoken">${
    marks[mark].word
  }: </span>`;
}

/** Writes text of this project, with its code spans. */
export function writeProse(text: string): Html {
  return html`${
    splitCode(text).map(({ text, isCode }) => isCode ? html`<code>${showInvisible(text)}</code>` : showInvisible(text))
  }`;
}

/** Writes lines of characters, with names for the invisible ones. */
export function writeShown(lines: Shown[][]): Html {
  return html`${lines.map((line, i) => html`${i > 0 && "\n"}${runsOf(line).map(writeRun)}`)}`;
}

/** Joins neighbours that look alike. */
function runsOf(line: Shown[]): Shown[] {
  const runs: Shown[] = [];
  for (const shown of line) {
    const last = runs.at(-1);
    if (last && last.text && shown.text && last.named === shown.named && last.marked === shown.marked) {
      last.text += shown.text;
    } else runs.push({ ...shown });
  }
  return runs;
}

function writeRun({ text, named, marked }: Shown): Html {
  const inside = named ? html`<span class="name">${text}</span>` : html`${text}`;
  if (!marked) return inside;
  return text === "" ? html`<mark class="place"><span class="spoken">here</span></mark>` : html`<mark>${inside}</mark>`;
}

function writeBytes({ request, start, end, ...evidence }: Bytes): Html {
  const where = `Bytes ${start} to ${end} of ${showInvisible(request)}`;
  return html`<p class="soft">${where}</p>
<pre tabindex="0" role="group" aria-label="${where}">${writeShown(linesOf(evidence))}</pre>`;
}

/** Writes causes as a list, the most harmful first. */
export function writeCauses(causes: readonly Cause[]): Html {
  return html`<ol class="causes">${causes.map(writeCause)}</ol>`;
}

function writeCause(
  { id, level, harm, title, subjects, command, answer, output, snippets = {}, fix, follows, ...found }: Cause,
): Html {
  const ids = [...new Set(follows.map((other) => other.id))].filter((other) => other !== id);
  return html`<li><h3>${writeMark(harm === "MUST" ? "fail" : "warn")} ${writeProse(title)}</h3>
<p class="soft">${level} <a class="id" href="#${showInvisible(id)}">${showInvisible(id)}</a>, ${
    showInvisible(subjects.join(", "))
  }</p>
${writeResult({ ...found, evidence: found.evidence.slice(0, 1) })}${
    answer !== undefined && html`
      <p class="soft">The answer begins:</p>
      <pre tabindex="0" role="group" aria-label="Beginning of the answer">${answer.split("\n").map(showInvisible).join(
        "\n",
      )}</pre>
    `
  }${
    output !== undefined && html`
      <p class="soft">The server wrote at that time:</p>
      <pre tabindex="0" role="group" aria-label="Output of the server">${output.map(showInvisible).join("\n")}</pre>
    `
  }<dl>
${
    command !== undefined && html`
      <dt>try</dt>
      <dd><code>${showInvisible(command)}</code></dd>
    `
  }
<dt>fix</dt><dd>${writeProse(fix)}</dd>
${
    Object.entries(snippets).map(([language, code]) =>
      html`
        <dt>${showInvisible(language)}</dt>
        <dd><code>${showInvisible(code)}</code></dd>
      `
    )
  }${
    ids.length > 0 && html`
      <dt>leads to</dt>
      <dd>${ids.map((other, i) =>
        html`${i > 0 && ", "}<a class="id" href="#${showInvisible(other)}">${showInvisible(other)}</a>`
      )}</dd>
    `
  }</dl></li>`;
}

/** The most excerpts that are shown for one result. */
const maxEvidence = 5;

/** Writes a result. Backticks in a failure's texts may be those of the server, so only other texts have code spans. */
export function writeResult(
  { verdict, expected, actual, evidence }: Pick<CheckResult, "expected" | "actual" | "evidence"> & Partial<CheckResult>,
): Html {
  const more = evidence.length - maxEvidence;
  return html`<dl>
${
    expected && html`
      <dt>expected</dt>
      <dd>${showInvisible(expected)}</dd>
    `
  }
<dt>actual</dt><dd>${verdict === "untested" ? writeProse(actual) : showInvisible(actual)}</dd>
</dl>
${evidence.slice(0, maxEvidence).map(writeBytes)}${more > 0 && html`<p class="soft">and ${more} more</p>`}`;
}

/** Writes the description of a check: its clause with the clause's text, why it matters, and the fix. */
export function writeAbout({ clause, why, fix }: CheckGroup, clauseText = ""): Html {
  return html`<dl>
<dt>clause</dt><dd><b>${showInvisible(clause)}</b> ${writeProse(clauseText)}</dd>
${
    why && html`
      <dt>why</dt>
      <dd>${writeProse(why)}</dd>
    `
  }
<dt>fix</dt><dd>${writeProse(fix)}</dd>
</dl>`;
}
