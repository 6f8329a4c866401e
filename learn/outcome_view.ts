/**
 * Shows the effects of the stream on the page, as the model sees them, and compares them with the real client's.
 *
 * @module
 */

import { type Html, html } from "../html.ts";
import type { StreamEvent } from "../harness/core.ts";
import { parseInert } from "../vectors/compare.ts";
import type { Outcome } from "../vectors/vector.ts";
import { highlight } from "./choice.ts";
import { announce, byId, setMarkup } from "./elements.ts";
import { findMissing } from "./lesson.ts";
import { errorCode, type ModelRun, runModel } from "./model.ts";
import { keepProgress, showProgress } from "./progress.ts";
import { compareWithModel, runReal } from "./real.ts";
import { renderSentence, showText } from "./render.ts";
import { eventViews, isChanged, isComplete, isWhole, pause, type State } from "./state.ts";
import { renderTree } from "./tree.ts";

/** The most facts about the page that are shown. */
const maxFacts = 100;

/** Runs the model soon, in place of the run that is going on. */
export function scheduleModel(state: State): void {
  state.modelRun.abort();
  delete byId("main").dataset.settled;
  clearTimeout(state.modelTimer);
  state.modelTimer = setTimeout(() => renderOutcome(state), 30);
}

/** Runs the model on the events that have arrived, and shows the outcome. */
async function renderOutcome(state: State): Promise<void> {
  const { scene, vector, dialect } = state;
  const main = byId("main");
  const { signal } = state.modelRun = new AbortController();
  const events = eventViews(state).filter((view) => isComplete(state, view)).map(({ block }) => block.event!);
  try {
    state.model = await runModel(scene, events, { dialect, pause, signal, expect: vector.expect });
  } catch (error) {
    if (signal.aborted) return;
    state.model = undefined;
    setMarkup(byId("said"), html`The model cannot show this page: ${(error as Error).message}`);
    for (const id of ["before", "after", "facts"]) byId(id).replaceChildren();
    main.dataset.settled = "";
    return;
  }
  const { before, after, atOnce, outcome } = state.model;
  setMarkup(byId("before"), renderTree(before));
  const apart = html`<li class="row about">If the events arrive one by one, with a pause after each, the page is:</li>`;
  setMarkup(byId("after"), atOnce ? html`${renderTree(atOnce)}${apart}${renderTree(after)}` : renderTree(after));
  for (const row of byId("pages").querySelectorAll<HTMLElement>("[data-depth]")) {
    row.style.setProperty("--depth", row.dataset.depth!); // the page's policy allows no `style` in markup
  }
  renderEffects(state);
  setMarkup(byId("said"), html`${remarksOn(state.model, state).map((remark) => [remark, " "])}`);
  setMarkup(byId("facts"), html`${renderFacts(state.model)}`);
  highlight(state, state.chosen);
  renderTask(state, { outcome, events });
  main.dataset.settled = "";
  await renderReal(state);
}

/** Shows whether the task of the lesson is done; and if the reader has tried, what is missing. */
function renderTask(state: State, found: { outcome: Outcome; events: StreamEvent[] }): void {
  const { lesson, vector, done } = state;
  if (!lesson) return;
  const surroundings = { parseBody: parseInert, origin: location.origin };
  const missing = isWhole(state)
    ? findMissing(lesson.task.goal, found, surroundings)
    : "Step to the end of the stream to see whether it is done.";
  if (missing === undefined && !done.has(vector.id)) {
    done.add(vector.id);
    keepProgress(done);
    showProgress(done);
  }
  const isDone = missing === undefined;
  const status = isDone ? "✓ Done" : done.has(vector.id) ? "✓ Done before" : "Not done yet";
  const hint = isDone || !isChanged(state) ? html`` : renderSentence(missing);
  announce(byId("done"), html`${status}`);
  announce(byId("missing"), hint);
  setMarkup(byId("state"), html`${status}${String(hint) !== "" && html`. ${hint}`}`);
  byId("main").classList.toggle("done", isDone);
  byId("next-lesson").hidden = !done.has(vector.id);
}

/** Shows on the card of each event what it has changed. */
export function renderEffects(state: State): void {
  const { steps } = state.model!;
  const last = steps.at(-1)?.error;
  const unread = last && !(last instanceof RangeError) ? steps.length : Infinity;
  for (const [i, view] of eventViews(state).entries()) {
    if (!view.card) continue;
    const { effects = [], error } = steps[i] ?? {};
    const isUnread = i >= unread && isComplete(state, view);
    view.card.classList.toggle("unread", isUnread);
    const markup = String(
      html`${isUnread && html`<li class="raised">${state.dialect.describeUnread(unread)}</li>`}${
        effects.map((effect) => html`<li>${renderSentence(effect)}</li>`)
      }${
        error && !view.block.event!.error &&
        html`<li class="raised">Throws <code>${errorCode(error)}</code>: ${error.message}</li>`
      }`,
    );
    if (markup !== (view.effects ?? "")) view.card.querySelector(".effects")!.innerHTML = markup;
    view.effects = markup;
  }
}

function remarksOn({ outcome, steps, atOnce, notRun }: ModelRun, { dialect }: State): Html[] {
  const remarks: Html[] = [];
  const last = steps.at(-1)?.error;
  const code = last ? errorCode(last) : outcome.error;
  if (last instanceof RangeError) remarks.push(html`The model stopped: ${last.message}.`);
  else if (code) remarks.push(dialect.describeError(code));
  if (atOnce) remarks.push(dialect.describeAtOnce());
  if (notRun.length > 0) {
    remarks.push(html`The model does not run code; the client would run <code>${notRun[0]}</code>.`);
  }
  return remarks;
}

function renderFacts({ outcome: { store, location, console, values } }: ModelRun): Html[] {
  const facts: [string, string][] = [];
  if (store && Object.keys(store).length > 0) facts.push(["Store", JSON.stringify(store)]);
  if (location !== undefined) facts.push(["Redirects to", location]);
  if (values && Object.keys(values).length > 0) facts.push(["Input values", JSON.stringify(values)]);
  for (const [mode, text] of console) facts.push([`Console, ${mode}`, text]);
  if (facts.length > maxFacts) facts.splice(maxFacts, Infinity, ["And more", `${facts.length - maxFacts} messages`]);
  return facts.map(([name, value]) =>
    html`
      <dt>${name}</dt>
      <dd><code>${showText(value)}</code></dd>
    `
  );
}

/** Runs the real client, if the reader wants it, and compares the outcomes. */
export async function renderReal(state: State): Promise<void> {
  const agreement = byId("agreement");
  const wanted = byId<HTMLInputElement>("real");
  agreement.className = "";
  if (!wanted.checked) {
    byId("frames").replaceChildren();
    agreement.textContent = "";
    return;
  }
  const { model, scene, at, vector } = state;
  if (!model) return;
  agreement.textContent = "The real client is running";
  const outcome = await runReal({ ...scene, bytes: scene.bytes.slice(0, at) }, {
    container: byId("frames"),
    keep: true,
    values: vector.expect.values,
  });
  if (model !== state.model || !wanted.checked) return; // a newer run is shown
  const { agrees, reason, differences } = compareWithModel(model.outcome, outcome, model.notRun);
  agreement.className = agrees ? "good" : "bad";
  agreement.textContent = agrees
    ? "Model and real client agree"
    : `They differ in ${differences.map(({ what }) => what).join(", ")}${reason ? `: ${reason}` : ""}`;
}
