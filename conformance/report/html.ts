/**
 * The report for people, as one HTML file: every check with its evidence, filters, and the timeline of each exchange.
 */

import { showInvisible } from "../../harness/mod.ts";
import { type Html, html, trustedHtml } from "../../html.ts";
import { findCauses } from "./causes.ts";
import { writeAbout, writeCauses, writeDocument, writeMark, writeProse, writeResult } from "./document.ts";
import { exchangesStyle, writeExchanges } from "./exchanges.ts";
import {
  type CheckGroup,
  countsOf,
  describeActual,
  describeCounts,
  groupByCheck,
  groupByFamily,
  type Mark,
  markOf,
  marks,
  type Outcome,
  reasonsOf,
  reasonTitle,
  secondsOf,
  showTime,
  staleAdvice,
  verdictOf,
  worstOf,
} from "./groups.ts";

const style = `
.banner { display: inline-block; padding: .25rem .75rem; border-radius: .375rem; font-weight: 700 }
.about { border: 1px solid var(--warn); border-radius: .375rem; padding: .25rem 1rem; margin: 1rem 0 }
form { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center;
  padding: .5rem 0; background: var(--paper); border-bottom: 1px solid var(--line) }
form label { white-space: nowrap }
fieldset { display: flex; flex-wrap: wrap; gap: 0 .75rem; margin: 0; padding: 0; border: 0 }
legend { float: left; margin-right: .5rem }
input[type=search], select, button { font: inherit; padding: .25rem .5rem; color: inherit; background: var(--paper);
  border: 1px solid var(--line); border-radius: .375rem; min-width: 0; max-width: 100% }
#word { width: 12rem }
h2, .check { scroll-margin-top: 6rem }
.all > summary { font-size: 1.2rem; font-weight: 700 }
details { border-bottom: 1px solid var(--line) }
details > :not(summary) { margin-left: .5rem; margin-right: .5rem }
summary { padding: .35rem 0; cursor: pointer }
summary .level { font-size: .75rem; letter-spacing: .03em; color: var(--soft) }
.subject { display: inline-block; margin-left: .35rem; padding: 0 .4rem; border-radius: .25rem; font-size: .85em }
.result > h3 { margin: .75rem 0 0; font-size: .95rem }
.result { padding-left: .5rem; border-left: 3px solid var(--line); margin: .5rem 0 }
@media (max-width: 30rem) { form { position: static } }
`;

const script = `
const form = document.querySelector("form");
const status = document.querySelector("#status");
const checks = [...document.querySelectorAll(".check")];
const words = new Map(checks.map((check) => [check, check.textContent.toLowerCase()]));
function filter() {
  const family = form.family.value;
  const word = form.word.value.trim().toLowerCase();
  const verdicts = new Set([...form.querySelectorAll("input[name=verdict]:checked")].map(({ value }) => value));
  let count = 0;
  for (const check of checks) {
    const fits = (!family || check.dataset.family === family) && (!word || words.get(check).includes(word)) &&
      check.dataset.verdicts.split(" ").some((verdict) => verdicts.has(verdict));
    check.hidden = !fits;
    if (fits) count++;
  }
  for (const section of document.querySelectorAll(".family")) {
    section.hidden = !section.querySelector(".check:not([hidden])");
  }
  status.textContent = count === checks.length ? count + " checks" : count + " of " + checks.length + " checks";
}
function unfold() {
  const check = document.getElementById(location.hash.slice(1));
  if (!check || !check.matches(".check")) return;
  if (check.hidden) { form.reset(); filter(); }
  check.closest(".all").open = true;
  check.open = true;
  check.scrollIntoView();
}
form.addEventListener("input", filter);
form.addEventListener("reset", () => setTimeout(filter));
form.addEventListener("submit", (event) => event.preventDefault());
document.querySelector("#fold").addEventListener("click", () => {
  const shown = checks.filter((check) => !check.hidden);
  const open = shown.some((check) => !check.open);
  for (const check of shown) check.open = open;
});
addEventListener("hashchange", unfold);
form.hidden = false;
filter();
unfold();
`;

export function writeHtml(outcome: Outcome): string {
  const { report, dialect, baseline } = outcome;
  const groups = groupByCheck(report.checks, dialect.checks);
  const families = groupByFamily(groups, dialect.checks);
  const color = report.exitCode === 0 ? "pass" : report.exitCode === 1 ? "fail" : "warn";
  const used = (Object.keys(marks) as Mark[]).filter((mark) =>
    report.checks.some((result) => markOf(result, baseline) === mark)
  );

  const causes = findCauses(outcome);
  const body = html`
    <a class="skip" href="#checks">Skip to the checks</a>
    <header>
      <h1>${showInvisible(report.target)}</h1>
      <p class="banner ${color}">${verdictOf(outcome)}</p>
      <p>${countsOf(report.summary)}</p>
      ${outcome.why === undefined && html`<p class="soft">${describeCounts(report)}</p>`}
      <p class="soft">${report.tool} ${report.version}, the ${report.dialect} protocol, ${showTime(
        report.startedAt,
      )}, ${secondsOf(report.durationMs)}, exit code ${report.exitCode}</p>
    </header>
    ${writeReasons(outcome)}
    <main>
    ${causes.length > 0 && html`
      <section aria-labelledby="causes"><h2 id="causes">What is wrong</h2>${writeCauses(causes)}</section>
    `}<details class="all"><summary>All ${groups.length} checks</summary>
    <form hidden>
    <label>Family <select name="family"><option value="">all</option>${families.map(([family]) =>
      html`<option value="${family}">${family}</option>`
    )}</select></label>
    <fieldset><legend class="spoken">Verdicts</legend>${used.map((mark) =>
      html`
        <label><input type="checkbox" name="verdict" value="${mark}" checked> ${marks[mark].word}</label>
      `
    )}</fieldset>
    <label for="word" class="spoken">Word</label><input id="word" type="search" name="word" placeholder="word, id or clause">
    <button id="fold" type="button">Open or close all</button>
    <button type="reset">Show all</button>
    <span id="status" role="status" class="soft"></span>
    </form>
    <div id="checks">
    ${families.map(([family, some]) =>
      html`
        <section class="family" aria-labelledby="family-${family}">
        <h2 id="family-${family}">${family}</h2>
        ${some.map((group) => writeCheck(group, outcome))}
        </section>
      `
    )}</div>
    </details>
    ${writeExchanges(outcome)}
    </main>
  `;
  return writeDocument({ title: `${report.tool}: ${report.target}`, style: style + exchangesStyle, script, body });
}

function writeReasons(outcome: Outcome): Html {
  const { baseline } = outcome;
  const reasons = reasonsOf(outcome);
  const stale = baseline?.stale ?? [];
  return html`${
    reasons.length > 0 && html`
      <section class="about" aria-labelledby="why">
        <h2 id="why">${reasonTitle(outcome)}</h2>
        <ul>${reasons.map((reason) => html`<li>${showInvisible(reason)}</li>`)}</ul>
      </section>
    `
  }${
    stale.length > 0 && html`
      <section class="about" aria-labelledby="stale">
        <h2 id="stale">Stale in the baseline</h2>
        <ul>${stale.map(({ id, subject, reason }) =>
          html`<li><span class="id">${showInvisible(id)}</span> ${showInvisible(subject)}: ${reason}</li>`
        )}</ul>
        <p>To fix it: ${staleAdvice}.</p>
      </section>
    `
  }`;
}

function writeCheck(group: CheckGroup, { baseline, dialect }: Outcome): Html {
  const { level, clause, family, results } = group;
  const id = showInvisible(group.id);
  const found = results.map((result) => ({ result, mark: markOf(result, baseline) }));
  const worst = worstOf(found.map(({ mark }) => mark));
  const order = Object.keys(marks);
  const worstFirst = found.toSorted((a, b) => order.indexOf(a.mark) - order.indexOf(b.mark));
  const isBad = worst === "fail" || worst === "open";
  return html`
    <details class="check" id="${id}" data-family="${family}" data-verdicts="${[
      ...new Set(found.map(({ mark }) => mark)),
    ].join(" ")}" ${isBad && trustedHtml("open")}>
    <summary>${writeMark(worst)} <span class="level">${level}</span> <span class="id">${id}</span> ${writeProse(
      group.title,
    )}${found.map((
      { result, mark },
    ) =>
      html`
        <span class="subject ${mark}">${showInvisible(result.subject)}</span>
      `
    )}</summary>
    ${worstFirst.map(({ result, mark }) =>
      html`
        <div class="result"><h3>${writeMark(mark)} ${showInvisible(result.subject)}</h3>
        ${writeResult({ ...result, actual: describeActual(result) })}</div>
      `
    )}${writeAbout(group, dialect.clauseText(clause))}
    </details>
  `;
}
