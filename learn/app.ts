/**
 * The page `/learn/<vector>`, at work: bytes, events and the page move together. What is shown of a stream or a page is
 * only ever put in by render.ts and tree.ts, which escape it, or as text.
 *
 * @module
 */

import { type Html, html } from "../html.ts";
import { readStream, type StreamEvent } from "../harness/mod.ts";
import { parseInert, type Surroundings } from "../vectors/compare.ts";
import { bytesOf, type Vector } from "../vectors/vector.ts";
import { type Block, readBlocks } from "./blocks.ts";
import { asCode, asCurl, asVector } from "./copy.ts";
import { type Buffers, buffersAt, type PieceKind } from "./explain.ts";
import { isDone, type Lesson } from "./classic/lessons.ts";
import { decodeState, encodeState } from "./link.ts";
import { startLive } from "./live_view.ts";
import { type ModelRun, runModel } from "./model.ts";
import { byteOffset, fromText, toText } from "./notation.ts";
import { compareWithModel, runReal } from "./real.ts";
import { clauseLink, fieldLines, renderEvent, renderLine, sentence, visible, visibleText } from "./render.ts";
import type { Scene } from "./scene.ts";
import { renderTree } from "./tree.ts";

const byId = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
const main = byId("main");
const lines = byId("lines");
const events = byId("events");
const stream = byId<HTMLTextAreaElement>("stream");
const pageText = byId<HTMLTextAreaElement>("page");
const unit = byId<HTMLSelectElement>("unit");
const chunk = byId<HTMLInputElement>("chunk");
const real = byId<HTMLInputElement>("real");

const vector: Vector = JSON.parse(main.dataset.vector!);
const lesson: Lesson | undefined = main.dataset.lesson ? JSON.parse(main.dataset.lesson) : undefined;

/** A block on the page. */
interface View {
  block: Block;
  /** Where the block begins in the stream. */
  from: number;
  lines: HTMLElement[];
  /** How many lines are drawn. Without any there is no card either. */
  room: number;
  /** Whether the lines are drawn with borders, or with an end of what has come. */
  marked: boolean;
  card?: HTMLElement;
  /** What the card says of what the event has done, as it was put in. */
  effects?: string;
}

/** What is chosen: an event, and maybe a line and a piece of it. */
interface Choice {
  view: View;
  line?: number;
  piece?: number;
}

const sceneOf = (vector: Vector): Scene => ({
  page: vector.page,
  bytes: bytesOf(vector),
  initiator: vector.initiator,
  values: vector.values,
});

let scene = sceneOf(vector);
let views: View[] = [];
let known = new Map<string, Block>();
/** How many bytes have come, as the reader has it. */
let at = scene.bytes.length;
/** Where chunks begin that were received so. Otherwise the slider says. */
let received: number[] | undefined;
/** The endpoint that the bytes came from, as long as they are as they came. */
let endpoint: string | undefined;
/** The byte that is looked at, and the block around which the stream is drawn. */
let looked = 0;
let middle = 0;
/** What of the stream is not drawn, in words. */
let notDrawn = "";
let chosen: Choice | undefined;
let lit: Element[] = [];
let model: ModelRun | undefined;
let modelRun = new AbortController();

/** From this size on chunks are told and not drawn: there would be too many. */
const maxDrawn = 20_000;

/** Lines and bytes that are drawn, around what is looked at. All count, but a browser would suffer from all of them. */
const maxLines = 1_000;
const maxBytes = 200_000;

/** What can be edited, in characters and lines: a browser takes long to lay out more. */
const maxEdited = { characters: 200_000, lines: 10_000 };

/** Parts of a list that are shown. */
const maxShown = 100;

/** Markup to an element. */
function make(markup: Html): HTMLElement {
  const template = document.createElement("template");
  template.innerHTML = String(markup);
  return template.content.firstElementChild as HTMLElement;
}

/** Writes a text, if it is another: to write it again would be to say it again. */
function tell(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

function put(element: Element, markup: Html): void {
  element.innerHTML = String(markup);
}

// Where chunks begin

/** The slider's last step stands for one chunk. */
const chunkSize = () => chunk.value === chunk.max ? 0 : Number(chunk.value);

function bordersOf(): number[] {
  if (received) return received;
  const size = chunkSize();
  if (size === 0) return [];
  return Array.from({ length: Math.ceil(scene.bytes.length / size) - 1 }, (_, i) => (i + 1) * size);
}

// What is shown

const isWhole = () => at >= scene.bytes.length;

type Drawn = Pick<View, "lines" | "marked">;

/** The borders are in their order. */
function makeLines(block: Block, from: number, borders: readonly number[], room: number): Drawn {
  const { length } = block.bytes;
  const marks = {
    borders: borders.slice(indexFrom(borders, from), indexFrom(borders, from + length)).map((border) => border - from),
    at: at < from + length && !isWhole() ? at - from : undefined,
  };
  return {
    lines: block.lines.slice(0, room).map((line) => make(renderLine(line, block, marks))),
    marked: marks.borders.length > 0 || marks.at !== undefined,
  };
}

function makeView(block: Block, from: number, borders: readonly number[], room: number): View {
  const card = room > 0 && block.event ? make(renderEvent(block)) : undefined;
  return { block, from, room, ...makeLines(block, from, borders, room), card };
}

/** Where the first of some ascending numbers stands that is no less than another. */
function indexFrom(numbers: readonly number[], least: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle] < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many lines of each block are drawn: from the block in the middle on, outwards. */
function roomsFor(blocks: readonly Block[]): number[] {
  const rooms = blocks.map(() => 0);
  let lines = 0;
  let bytes = 0;
  function draw(i: number): void {
    if (!blocks[i]) return;
    rooms[i] = bytes < maxBytes ? Math.min(blocks[i].lines.length, maxLines - lines) : 0;
    lines += rooms[i];
    bytes += blocks[i].bytes.length;
  }
  middle = middleOf(blocks);
  for (let step = 0; step < blocks.length && lines < maxLines && bytes < maxBytes; step++) {
    draw(middle + step);
    if (step > 0) draw(middle - step);
  }
  return rooms;
}

/** The block that is looked at, about: what is drawn does not change with each step from one to the next. */
function middleOf(blocks: readonly Pick<Block, "bytes">[]): number {
  let from = 0;
  const index = blocks.findIndex(({ bytes }) => (from += bytes.length) > looked);
  return Math.min(Math.round((index < 0 ? blocks.length : index) / 100) * 100, Math.max(0, blocks.length - 1));
}

/** Draws what is around a place of the stream, if that is not drawn already. */
function lookAt(offset: number): void {
  looked = offset;
  const blocks = views.map(({ block }) => block);
  if (middleOf(blocks) === middle) return;
  showBlocks(blocks);
  if (model) showSteps(model);
}

/** Shows the blocks of the stream. Those that are shown already stay as they are: an edit touches few. */
function showBlocks(blocks: Block[]): void {
  const drawn = scene.bytes.length <= maxDrawn ? bordersOf() : [];
  const rooms = roomsFor(blocks);
  let start = 0;
  const fits = (a: number, b: number) => views[a]?.block === blocks[b] && views[a].room === rooms[b];
  const keep = drawn.length === 0;
  while (keep && start < Math.min(views.length, blocks.length) && fits(start, start)) start++;
  let end = 0;
  while (
    keep && end < Math.min(views.length, blocks.length) - start && fits(views.length - 1 - end, blocks.length - 1 - end)
  ) end++;
  let from = views.slice(0, start).reduce((sum, { block }) => sum + block.bytes.length, 0);
  const added = blocks.slice(start, blocks.length - end).map((block, i) => {
    const view = makeView(block, from, drawn, rooms[start + i]);
    from += block.bytes.length;
    return view;
  });
  const next = views.slice(views.length - end);
  const removed = views.slice(start, views.length - end);
  views = [...views.slice(0, start), ...added, ...next]; // not by splice(), whose arguments are on the stack
  for (const { lines, card } of removed) for (const element of [...lines, card]) element?.remove();
  const nextLine = next.find(({ lines }) => lines.length > 0)?.lines[0] ?? null;
  const nextCard = next.find(({ card }) => card)?.card ?? null;
  for (const { lines: own, card } of added) {
    for (const line of own) lines.insertBefore(line, nextLine);
    if (card) events.insertBefore(card, nextCard);
  }
  for (const view of next) {
    view.from = from;
    from += view.block.bytes.length;
  }
  if (chosen && removed.includes(chosen.view)) choose(undefined);
  const left = blocks.reduce((sum, { lines }, i) => sum + lines.length - rooms[i], 0);
  notDrawn = left > 0 ? `; ${left} lines are not shown` : "";
}

/** Shows how far the stream has come, in all lines. */
function showPlace(): void {
  const borders = scene.bytes.length <= maxDrawn ? bordersOf() : [];
  for (const view of views) {
    const { from, block } = view;
    view.card?.classList.toggle("later", !isComplete(view));
    const reaches = isWhole() || at >= from + block.bytes.length;
    if (!view.marked && reaches && borders.length === 0) continue;
    const made = makeLines(block, from, borders, view.room);
    view.lines.forEach((line, i) => line.replaceWith(made.lines[i]));
    Object.assign(view, made);
  }
  light(chosen);
  byId("place").textContent = (isWhole() ? `All ${scene.bytes.length} bytes` : `${at} of ${scene.bytes.length} bytes`) +
    notDrawn;
  const count = bordersOf().length + 1;
  const cut = count === 1
    ? "All in one chunk"
    : received
    ? `${count} chunks, as they were received`
    : `${count} chunks of ${chunkSize()}`;
  tell(byId("chunks"), cut);
  chunk.setAttribute("aria-valuetext", cut);
  for (
    const [id, isThere] of [["first", at === 0], ["back", at === 0], ["on", isWhole()], ["last", isWhole()]] as const
  ) {
    byId(id).setAttribute("aria-disabled", String(isThere)); // and not disabled, which would take the focus away
  }
  showBuffers();
}

/** Whether an event has come, its blank line included; at the end of the stream also one without it. */
const isComplete = ({ from, block }: View) => isWhole() || from + block.bytes.length <= at;

function showBuffers(): void {
  if (at > maxBytes) return put(byId("buffers"), html`What the parser holds is not told behind byte ${maxBytes}.`);
  const standard = buffersAt(scene.bytes, at, "standard");
  const client = buffersAt(scene.bytes, at, "client");
  const row = (name: string, text: (buffers: Buffers) => string) => {
    const [a, b] = [text(standard), text(client)];
    const value = (text: string) => text === "" ? "empty" : html`<code>${visibleText(text)}</code>`;
    return html`
      <dt>${name}</dt>
      <dd>${value(a)}${a !== b && [" ", html`<span class="about">client: ${value(b)}</span>`]}</dd>
    `;
  };
  const rows = [
    row("Line so far", ({ line }) => line),
    row("data", ({ data }) => data.join("\n")),
    row("event type", ({ eventType }) => eventType),
    row("last event ID", ({ lastEventId }) => lastEventId),
    row("Events so far", ({ dispatched }) => String(dispatched)),
  ];
  put(byId("buffers"), html`<dl>${rows}</dl>`);
}

// What is chosen

const listOf = () => views.filter(({ block }) => block.event);

/** Lights up the same thing in all panes. */
function light(choice: Choice | undefined): void {
  for (const element of lit) element.classList.remove("lit", "lit-more");
  lit = [];
  if (!choice) return;
  const { view, line, piece } = choice;
  const add = (element: Element | null | undefined, name = "lit") => {
    if (!element) return;
    element.classList.add(name);
    lit.push(element);
  };
  for (const element of view.lines) add(element);
  add(view.card);
  const index = listOf().indexOf(view);
  if (index >= 0) {
    for (const button of document.querySelectorAll(`#pages [data-event="${index}"]`)) add(button.closest(".row"));
  }
  if (line === undefined || !view.lines[line]) return;
  add(view.lines[line], "lit-more");
  const field = fieldLines(view.block).indexOf(view.block.lines[line]);
  const row = view.card?.querySelectorAll(".fields > li")[field];
  add(row, "lit-more");
  if (piece !== undefined) add(view.lines[line].querySelectorAll(".piece")[piece], "lit-more");
}

function choose(choice: Choice | undefined, { scroll = false } = {}): void {
  if (chosen) {
    for (const line of chosen.view.lines) line.setAttribute("aria-selected", "false");
    chosen.view.card?.querySelector(".pick")?.setAttribute("aria-pressed", "false");
  }
  chosen = choice;
  light(choice);
  if (!choice) return;
  const { view, line, piece } = choice;
  for (const element of line === undefined ? view.lines : [view.lines[line]]) {
    element?.setAttribute("aria-selected", "true");
  }
  view.card?.querySelector(".pick")?.setAttribute("aria-pressed", "true");
  say(choice);
  if (!scroll) return;
  const shown = view.lines[line ?? 0];
  if (shown) within(lines, shown);
  if (view.card) within(events, view.card);
  const row = document.querySelector<HTMLElement>("#after .row.lit, #before .row.lit");
  if (row) within(row.closest(".scroll")!, row);
  if (piece !== undefined) shown?.focus({ preventScroll: true });
}

/** Scrolls a pane, and nothing else, so that an element of it can be seen. */
function within(pane: Element, element: Element): void {
  const [outer, inner] = [pane.getBoundingClientRect(), element.getBoundingClientRect()];
  if (inner.top < outer.top) pane.scrollTop += inner.top - outer.top - 8;
  else if (inner.bottom > outer.bottom) {
    pane.scrollTop += Math.min(inner.bottom - outer.bottom + 8, inner.top - outer.top);
  }
}

/** Says what the chosen thing is for. */
function say({ view, line, piece }: Choice): void {
  const index = listOf().indexOf(view);
  if (line === undefined) {
    return put(
      byId("why"),
      html`Event ${index + 1}: ${view.block.lines.length} lines, ${view.block.bytes.length} bytes.`,
    );
  }
  const { pieces } = view.block.lines[line];
  const shown = pieces[piece ?? 0];
  if (!shown) return put(byId("why"), html`An empty line.`);
  const { start, end, why, clause } = shown;
  const place = end - start === 1
    ? `Byte ${view.from + start}`
    : `Bytes ${view.from + start} to ${view.from + end - 1}`;
  put(
    byId("why"),
    html`${place} <code>${visible(view.block.bytes.subarray(start, Math.min(end, start + 60)))}</code>: ${
      sentence(why)
    } ${clauseLink(clause)}`,
  );
}

/** What of a line says most, in this order. */
const telling: PieceKind[] = ["ignored", "option", "html", "text", "key", "event-name", "value", "comment"];

/** A line as a whole: what is said of it is what its most telling piece is for. */
function lineOf({ view, line = 0 }: Choice): Choice {
  const { pieces } = view.block.lines[line];
  const kind = telling.find((kind) => pieces.some((piece) => piece.kind === kind));
  return { view, line, piece: Math.max(0, pieces.findIndex((piece) => piece.kind === kind)) };
}

function choiceAt(offset: number): Choice | undefined {
  const view = views.find(({ from, block }) => offset < from + block.bytes.length);
  if (!view) return;
  const line = view.block.lines.findIndex(({ next }) => offset - view.from < next);
  if (line < 0) return;
  const piece = view.block.lines[line].pieces.findIndex(({ end }) => offset - view.from < end);
  return { view, line, piece: piece < 0 ? undefined : piece };
}

function choiceOf(target: EventTarget | null): Choice | undefined {
  if (!(target instanceof Element)) return;
  const line = target.closest<HTMLElement>(".line");
  if (line) {
    const view = views.find(({ lines }) => lines.includes(line));
    if (!view) return;
    const piece = [...line.querySelectorAll(".piece")].indexOf(target.closest(".piece")!);
    return { view, line: view.lines.indexOf(line), piece: piece < 0 ? undefined : piece };
  }
  const card = target.closest<HTMLElement>(".event");
  if (card) {
    const view = views.find((view) => view.card === card);
    if (!view) return;
    const row = target.closest(".fields > li");
    if (!row) return { view };
    const shown = fieldLines(view.block);
    return { view, line: view.block.lines.indexOf(shown[[...row.parentElement!.children].indexOf(row)]) };
  }
  const row = target.closest(".row")?.querySelector<HTMLElement>("[data-event]");
  if (row) return { view: listOf()[Number(row.dataset.event)] };
}

for (const pane of [lines, events, byId("pages")]) {
  pane.addEventListener("pointerover", (event) => light(choiceOf(event.target) ?? chosen));
  pane.addEventListener("pointerleave", () => light(chosen));
  pane.addEventListener("click", (event) => {
    const choice = choiceOf(event.target);
    if (choice) choose(choice, { scroll: true });
  });
}

/** In the list of lines: up and down by line, left and right by piece, as in any list box. */
lines.addEventListener("keydown", (event) => {
  const all = views.flatMap((view) => view.lines.map((_, line) => ({ view, line })));
  if (all.length === 0) return;
  const now = all.findIndex(({ view, line }) => chosen?.view === view && (chosen.line ?? 0) === line);
  const pieces = chosen && now >= 0 ? all[now].view.block.lines[all[now].line].pieces.length : 0;
  const piece = chosen?.piece ?? -1;
  const to = (index: number) => lineOf(all[Math.max(0, Math.min(index, all.length - 1))]);
  const choices: Record<string, () => Choice> = {
    ArrowDown: () => to(now + 1),
    ArrowUp: () => to(now - 1),
    Home: () => to(0),
    End: () => to(all.length - 1),
    ArrowRight: () => piece + 1 < pieces ? { ...all[now], piece: piece + 1 } : { ...to(now + 1), piece: 0 },
    ArrowLeft: () => {
      if (piece > 0) return { ...all[now], piece: piece - 1 };
      const before = to(now - 1);
      return now > 0 ? { ...before, piece: before.view.block.lines[before.line!].pieces.length - 1 } : to(0);
    },
  };
  if (!Object.hasOwn(choices, event.key) || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  choose(choices[event.key](), { scroll: true });
});

stream.addEventListener("selectionchange", () => {
  if (document.activeElement !== stream) return;
  const offset = byteOffset(stream.value, stream.selectionStart);
  lookAt(offset);
  const choice = choiceAt(offset);
  if (choice) choose(choice, { scroll: false });
});

// Edits

let reading = Promise.resolve();
let newest = 0;

/** Lets the browser do what is more urgent: to show what was typed. */
const pause = () => new Promise<void>((resolve) => setTimeout(resolve));

/** Reads the stream anew, and shows what there is of it at once; the model follows. */
function update(): Promise<void> {
  at = scene.bytes.length;
  const own = ++newest;
  return reading = reading.then(async () => {
    if (own !== newest) return; // the newest shows it all
    const fresh = new Map<string, Block>();
    const blocks = await readBlocks(scene.bytes, known, pause);
    if (own !== newest) return;
    if (known.size > 4 * blocks.length + 100) { // what was typed on the way is not kept for ever
      for (const [key, block] of known) if (blocks.includes(block)) fresh.set(key, block);
      known = fresh;
    }
    showBlocks(blocks);
    showPlace();
    scheduleModel();
  });
}

stream.addEventListener("input", () => {
  scene = { ...scene, bytes: fromText(stream.value) };
  looked = byteOffset(stream.value, stream.selectionStart);
  received = endpoint = undefined;
  update();
});
pageText.addEventListener("input", () => {
  scene = { ...scene, page: pageText.value };
  scheduleModel();
});

for (const button of document.querySelectorAll<HTMLElement>("[data-insert]")) {
  button.addEventListener("click", () => {
    stream.focus();
    // It can be undone like what was typed.
    document.execCommand("insertText", false, button.dataset.insert);
  });
}

byId("reset").addEventListener("click", () => setScene(sceneOf(vector)));
byId("solve")?.addEventListener("click", () => {
  const { solution } = lesson!.task;
  const start = sceneOf(vector);
  if (solution.in === "page") start.page = start.page.replace(solution.replace, () => solution.by);
  else start.bytes = fromText(toText(start.bytes).replace(solution.replace, () => solution.by));
  setScene(start);
});

/** Puts a text into a field. Of one that is too long, the beginning is there to be read. */
function edit(field: HTMLTextAreaElement, text: string): void {
  const short = text.slice(0, maxEdited.characters).split("\n", maxEdited.lines).join("\n");
  field.readOnly = short.length < text.length;
  field.value = short;
}

/** Shows another scene. */
function setScene(next: Scene, chunks?: number[], url?: string): Promise<void> {
  scene = next;
  received = chunks;
  endpoint = url;
  edit(stream, toText(scene.bytes));
  edit(pageText, scene.page);
  return update();
}

// The model

let scheduled: ReturnType<typeof setTimeout> | undefined;

function scheduleModel(): void {
  modelRun.abort();
  delete main.dataset.settled;
  clearTimeout(scheduled);
  scheduled = setTimeout(showModel, 30);
}

const surroundings: Surroundings = { parseBody: parseInert, origin: location.origin };

const eventsSoFar = (): StreamEvent[] => listOf().filter(isComplete).map(({ block }) => block.event!);

async function showModel(): Promise<void> {
  const run = modelRun = new AbortController();
  const events = eventsSoFar();
  try {
    model = await runModel(scene, events, { pause, signal: run.signal, expect: vector.expect });
  } catch (error) {
    if (run.signal.aborted) return;
    model = undefined;
    put(byId("said"), html`The model cannot show this: ${(error as Error).message}`);
    for (const id of ["before", "after", "facts"]) byId(id).replaceChildren();
    main.dataset.settled = "";
    return;
  }
  const { before, after, atOnce, outcome } = model;
  put(byId("before"), renderTree(before));
  const apart = html`<li class="row about">One after the other, each with time to settle, they make this:</li>`;
  put(byId("after"), atOnce ? html`${renderTree(atOnce)}${apart}${renderTree(after)}` : renderTree(after));
  showSteps(model);
  put(byId("said"), html`${saidOf(model).map((part) => [part, " "])}`);
  put(byId("facts"), html`${factsOf(model)}`);
  light(chosen);
  if (lesson) {
    const done = isWhole() && isDone(lesson.task.goal, { outcome, events }, surroundings);
    for (const id of ["done", "state"]) tell(byId(id), done ? "✓ Done" : "Not done yet");
    main.classList.toggle("done", done);
  }
  main.dataset.settled = "";
  if (real.checked) await showReal();
}

/** Says on the card of each event what it has done. */
function showSteps({ steps }: ModelRun): void {
  const last = steps.at(-1)?.error;
  const unread = last && !(last instanceof RangeError) ? steps.length : Infinity;
  listOf().forEach((view, i) => {
    if (!view.card) return;
    const { effects = [], error } = steps[i] ?? {};
    const isUnread = i >= unread && isComplete(view);
    view.card.classList.toggle("unread", isUnread);
    const markup = String(
      html`${isUnread && html`<li class="raised">Is never read: event ${unread} has raised (APP-16).</li>`}${
        effects.map((effect) => html`<li>${sentence(effect)}</li>`)
      }${
        error && !view.block.event!.error &&
        html`<li class="raised">Raises <code>${error.name}</code>: ${error.message}</li>`
      }`,
    );
    if (markup !== (view.effects ?? "")) view.card.querySelector(".effects")!.innerHTML = markup;
    view.effects = markup;
  });
}

function saidOf({ outcome, steps, atOnce, notRun }: ModelRun): Html[] {
  const said: Html[] = [];
  const last = steps.at(-1)?.error;
  const raised = last ?? (outcome.error ? { name: outcome.error, message: outcome.message } : undefined);
  if (last instanceof RangeError) {
    said.push(html`The model gave up: ${last.message}.`);
  } else if (raised) {
    said.push(html`The client raises <code>${raised.name}</code>, reads no further, and sends the request again.`);
  }
  if (atOnce) {
    said.push(html`In one piece the events make another page than one after the other: view transitions come later
      (${["APP-13", "APP-14", "APP-15"].map((clause, i) => [i > 0 && ", ", clauseLink(clause)])}).`);
  }
  if (notRun.length > 0) {
    said.push(html`The model runs no code; the client would run <code>${notRun[0]}</code>.`);
  }
  return said;
}

function factsOf({ outcome: { store, location, console, values } }: ModelRun): Html[] {
  const facts: [string, string][] = [];
  if (store && Object.keys(store).length > 0) facts.push(["Store", JSON.stringify(store)]);
  if (location !== undefined) facts.push(["Goes to", location]);
  if (values && Object.keys(values).length > 0) facts.push(["Fields", JSON.stringify(values)]);
  for (const [mode, text] of console) facts.push([`Console, ${mode}`, text]);
  if (facts.length > maxShown) facts.splice(maxShown, Infinity, ["And more", `${facts.length - maxShown} messages`]);
  return facts.map(([name, value]) =>
    html`
      <dt>${name}</dt>
      <dd><code>${visibleText(value)}</code></dd>
    `
  );
}

// The real client

async function showReal(): Promise<void> {
  const agreement = byId("agreement");
  agreement.className = "";
  if (!real.checked) {
    byId("frames").replaceChildren();
    agreement.textContent = "";
    return;
  }
  const compared = model;
  if (!compared) return;
  agreement.textContent = "The real client is at work";
  const sent = isWhole() ? scene : { ...scene, bytes: scene.bytes.slice(0, at) };
  const outcome = await runReal(sent, {
    container: byId("frames"),
    keep: true,
    values: vector.expect.values,
  });
  if (compared !== model || !real.checked) return; // there is something newer to show
  const { agrees, reason, differences } = compareWithModel(compared.outcome, outcome, compared.notRun);
  agreement.className = agrees ? "good" : "bad";
  agreement.textContent = agrees
    ? "Model and real client agree"
    : `They differ in ${differences.map(({ what }) => what).join(", ")}${reason ? `: ${reason}` : ""}`;
}

real.addEventListener("change", showReal);

// Steps

function stopsOf(): number[] {
  const ends = { byte: [] as number[], line: [] as number[], event: [] as number[], chunk: bordersOf() };
  for (const { from, block } of views) {
    for (const { next } of block.lines) ends.line.push(from + next);
    if (block.event) ends.event.push(from + block.bytes.length);
  }
  return ends[unit.value as keyof typeof ends];
}

function step(to: "first" | "back" | "on" | "last"): void {
  const end = scene.bytes.length;
  const stops = unit.value === "byte" ? [at - 1, at + 1] : [0, ...stopsOf(), end];
  if (to === "first") at = 0;
  else if (to === "last") at = end;
  else if (to === "back") at = Math.max(0, stops.findLast((stop) => stop < at) ?? 0);
  else at = Math.min(end, stops.find((stop) => stop > at) ?? end);
  lookAt(at);
  showPlace();
  scheduleModel();
  const choice = at > 0 ? choiceAt(at - 1) : undefined;
  if (choice && unit.value === "event") choose({ view: choice.view }, { scroll: true });
  else if (choice && unit.value === "line") choose(lineOf(choice), { scroll: true });
  else choose(choice, { scroll: true });
}

for (const to of ["first", "back", "on", "last"] as const) byId(to).addEventListener("click", () => step(to));

let chunkReading = 0;

chunk.addEventListener("input", async () => {
  received = undefined;
  showPlace();
  const mine = ++chunkReading;
  const size = chunkSize() || scene.bytes.length || 1;
  const { bytes } = scene;
  // Read once more, in these chunks: nothing is taken for granted.
  async function* pieces() {
    for (let start = 0; start < bytes.length; start += size) {
      yield await Promise.resolve(bytes.subarray(start, start + size));
    }
  }
  let count = 0;
  if (bytes.length <= maxDrawn) { for await (const _ of readStream(pieces())) count++; }
  if (mine !== chunkReading || bytes.length > maxDrawn) return;
  const events = `${count} ${count === 1 ? "event" : "events"}`;
  byId("chunks").textContent += count === listOf().length ? `: the same ${events}` : `: ${events}`;
});

// What can be taken along

async function take(what: string, write: () => string | Promise<string>): Promise<void> {
  const copied = byId<HTMLTextAreaElement>("copied");
  try {
    copied.value = await write();
    copied.hidden = false;
  } catch (error) {
    byId("taken").textContent = (error as Error).message;
    return;
  }
  try {
    await navigator.clipboard.writeText(copied.value);
    byId("taken").textContent = `${what} is in the clipboard`;
  } catch {
    byId("taken").textContent = `${what} stands below: the browser does not let it be copied`;
    copied.select();
  }
}

byId("link").addEventListener("click", () =>
  take("The link", async () => {
    const hash = await encodeState({ scene, at: isWhole() ? undefined : at, chunk: chunkSize() || undefined });
    history.replaceState(null, "", hash);
    return location.href;
  }));
byId("curl").addEventListener("click", () =>
  take("The command", () => {
    const command = asCurl(endpoint ? { url: endpoint } : { bytes: scene.bytes, origin: location.origin });
    if (command === undefined) throw new RangeError("Cannot write a command: the stream is too long for an address");
    return command;
  }));
byId("as-vector").addEventListener("click", () =>
  take("The vector", () => {
    if (!model) throw new TypeError("Cannot write a vector: the model cannot show this page");
    return asVector(scene, model.outcome, { title: vector.title, clause: vector.clause });
  }));
byId("code").addEventListener("click", () => take("The code", () => asCode(listOf().map(({ block }) => block.event!))));

// The beginning

async function openLink(): Promise<void> {
  try {
    const state = await decodeState(location.hash);
    if (!state) return;
    if (state.chunk) chunk.value = String(state.chunk);
    await setScene(state.scene);
    if (state.at === undefined) return;
    at = Math.min(state.at, scene.bytes.length);
    showPlace();
    scheduleModel();
  } catch (error) {
    byId("why").textContent = (error as Error).message;
  }
}

events.replaceChildren();
lines.replaceChildren();
await update();
startLive({
  show({ bytes, chunks, url }, page) {
    const own = page === undefined ? scene : { page };
    return setScene({ ...own, bytes }, chunks.slice(0, -1).map(({ end }) => end), url);
  },
});
await openLink();
addEventListener("hashchange", openLink);
main.dataset.ready = "";
performance.mark("ready");
