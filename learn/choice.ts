/**
 * Chooses a byte, a line or an event: the same thing is highlighted in all panes, and explained.
 *
 * @module
 */

import { html } from "../html.ts";
import { byId, scrollWithin, setMarkup } from "./elements.ts";
import type { PieceKind } from "./explanation.ts";
import { clauseLink, fieldLines, renderSentence, showBytes } from "./render.ts";
import { type Choice, eventViews, type State } from "./state.ts";

/** Highlights a choice in all panes, in place of what was highlighted before. */
export function highlight(state: State, choice: Choice | undefined): void {
  for (const element of state.highlighted) element.classList.remove("lit", "lit-more");
  state.highlighted = [];
  if (!choice) return;
  const { view, line, piece } = choice;
  const add = (element: Element | null | undefined, name = "lit") => {
    if (!element) return;
    element.classList.add(name);
    state.highlighted.push(element);
  };
  for (const element of view.lines) add(element);
  add(view.card);
  const index = eventViews(state).indexOf(view);
  if (index >= 0) {
    for (const button of document.querySelectorAll(`#pages [data-event="${index}"]`)) add(button.closest(".row"));
  }
  if (line === undefined || !view.lines[line]) return;
  add(view.lines[line], "lit-more");
  const field = fieldLines(view.block).indexOf(view.block.lines[line]);
  add(view.card?.querySelectorAll(".fields > li")[field], "lit-more");
  if (piece !== undefined) add(view.lines[line].querySelectorAll(".piece")[piece], "lit-more");
}

/** Makes a choice, or takes it back. */
export function choose(state: State, choice: Choice | undefined, { scroll = false } = {}): void {
  if (state.chosen) setChosen(state.chosen, false);
  state.chosen = choice;
  highlight(state, choice);
  if (!choice) return;
  setChosen(choice, true);
  explainChoice(state, choice);
  if (scroll) scrollToChoice(choice);
}

function setChosen({ view, line }: Choice, isChosen: boolean): void {
  const elements = line === undefined || !isChosen ? view.lines : [view.lines[line]];
  for (const element of elements) element?.setAttribute("aria-selected", String(isChosen));
  view.card?.querySelector(".pick")?.setAttribute("aria-pressed", String(isChosen));
  const active = view.lines[line ?? 0];
  byId("lines").setAttribute("aria-activedescendant", isChosen && active ? "active-line" : "");
  if (isChosen) active?.setAttribute("id", "active-line");
  else active?.removeAttribute("id");
}

function scrollToChoice({ view, line }: Choice): void {
  const shown = view.lines[line ?? 0];
  if (shown) scrollWithin(byId("lines"), shown);
  if (view.card) scrollWithin(byId("events"), view.card);
  const row = document.querySelector<HTMLElement>("#after .row.lit, #before .row.lit");
  if (row) scrollWithin(row.closest(".scroll")!, row);
}

/** Says what the chosen bytes do. */
function explainChoice(state: State, { view, line, piece }: Choice): void {
  const why = byId("why");
  if (line === undefined) {
    const { lines, bytes } = view.block;
    const number = eventViews(state).indexOf(view) + 1;
    return setMarkup(why, html`Event ${number}: ${lines.length} lines, ${bytes.length} bytes.`);
  }
  const { pieces } = view.block.lines[line];
  const shown = pieces[piece ?? 0];
  if (!shown) return setMarkup(why, html`This line is empty.`);
  const { start, end } = shown;
  const place = end - start === 1
    ? `Byte ${view.from + start} is`
    : `Bytes ${view.from + start} to ${view.from + end - 1} are`;
  const bytes = showBytes(view.block.bytes.subarray(start, Math.min(end, start + 60)));
  const reason = html`${renderSentence(shown.why)}. (${clauseLink(shown.clause)})`;
  setMarkup(why, html`${place} <code>${bytes}</code>. ${reason}`);
}

/** The kinds of pieces, the most telling first. */
const telling: PieceKind[] = ["ignored", "option", "html", "text", "key", "event-name", "value", "comment"];

/** The choice of a line as a whole: its explanation is that of its most telling piece. */
export function lineChoice({ view, line = 0 }: Choice): Choice {
  const { pieces } = view.block.lines[line];
  const kind = telling.find((kind) => pieces.some((piece) => piece.kind === kind));
  return { view, line, piece: Math.max(0, pieces.findIndex((piece) => piece.kind === kind)) };
}

/** The choice of the piece at an offset of the stream. */
export function choiceAt({ views }: State, offset: number): Choice | undefined {
  const view = views.find(({ from, block }) => offset < from + block.bytes.length);
  if (!view) return;
  const line = view.block.lines.findIndex(({ next }) => offset - view.from < next);
  if (line < 0) return;
  const piece = view.block.lines[line].pieces.findIndex(({ end }) => offset - view.from < end);
  return { view, line, piece: piece < 0 ? undefined : piece };
}

/** The choice that an element of a pane stands for. */
function choiceOf(state: State, target: EventTarget | null): Choice | undefined {
  if (!(target instanceof Element)) return;
  const line = target.closest<HTMLElement>(".line");
  if (line) {
    const view = state.views.find(({ lines }) => lines.includes(line));
    if (!view) return;
    const piece = [...line.querySelectorAll(".piece")].indexOf(target.closest(".piece")!);
    return { view, line: view.lines.indexOf(line), piece: piece < 0 ? undefined : piece };
  }
  const card = target.closest<HTMLElement>(".event");
  if (card) {
    const view = state.views.find((view) => view.card === card);
    if (!view) return;
    const row = target.closest(".fields > li");
    if (!row) return { view };
    const field = fieldLines(view.block)[[...row.parentElement!.children].indexOf(row)];
    return { view, line: view.block.lines.indexOf(field) };
  }
  const row = target.closest(".row")?.querySelector<HTMLElement>("[data-event]");
  if (row) return { view: eventViews(state)[Number(row.dataset.event)] };
}

/** The choice that a key in the list of lines leads to: up and down by line, left and right by piece. */
function choiceByKey({ views, chosen }: State, key: string): Choice | undefined {
  const all = views.flatMap((view) => view.lines.map((_, line) => ({ view, line })));
  if (all.length === 0) return;
  const now = all.findIndex(({ view, line }) => chosen?.view === view && (chosen.line ?? 0) === line);
  const pieces = chosen && now >= 0 ? all[now].view.block.lines[all[now].line].pieces.length : 0;
  const piece = chosen?.piece ?? -1;
  const to = (index: number) => lineChoice(all[Math.max(0, Math.min(index, all.length - 1))]);
  if (key === "ArrowDown") return to(now + 1);
  if (key === "ArrowUp") return to(now - 1);
  if (key === "Home") return to(0);
  if (key === "End") return to(all.length - 1);
  if (key === "ArrowRight") {
    return piece + 1 < pieces ? { ...all[now], piece: piece + 1 } : { ...to(now + 1), piece: 0 };
  }
  if (key !== "ArrowLeft") return;
  if (piece > 0) return { ...all[now], piece: piece - 1 };
  if (now <= 0) return to(0);
  const before = to(now - 1);
  return { ...before, piece: before.view.block.lines[before.line!].pieces.length - 1 };
}

/** Lets the reader choose with the pointer and with keys. */
export function startChoosing(state: State): void {
  const lines = byId("lines");
  for (const pane of [lines, byId("events"), byId("pages")]) {
    pane.addEventListener("pointerover", (event) => highlight(state, choiceOf(state, event.target) ?? state.chosen));
    pane.addEventListener("pointerleave", () => highlight(state, state.chosen));
    pane.addEventListener("click", (event) => {
      const choice = choiceOf(state, event.target);
      if (choice) choose(state, choice, { scroll: true });
    });
  }
  lines.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const choice = choiceByKey(state, event.key);
    if (!choice) return;
    event.preventDefault();
    choose(state, choice, { scroll: true });
  });
}
