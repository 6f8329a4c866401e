/**
 * Draws the stream: its lines, its events, how much of it has arrived, and what a parser holds at that point.
 *
 * @module
 */

import { html } from "../html.ts";
import type { Block } from "./blocks.ts";
import { type Buffers, buffersAt } from "./buffers.ts";
import { choose, highlight } from "./choice.ts";
import { announce, byId, makeElement, setMarkup } from "./elements.ts";
import { renderEvent, renderLine, showText } from "./render.ts";
import { isComplete, isWhole, type State, type View } from "./state.ts";

/** The most bytes of a stream in which chunk borders are drawn: there could be as many borders. */
export const maxMarkedBytes = 20_000;

/** The most lines and bytes that are drawn, around the reader's place: more would slow the browser down. */
const maxLines = 1_000;
const maxBytes = 200_000;

/** The chunk size that the slider says. Its last step means that all arrives in one chunk, and is 0 here. */
export function chunkSize(): number {
  const slider = byId<HTMLInputElement>("chunk");
  return slider.value === slider.max ? 0 : Number(slider.value);
}

/** The offsets at which chunks after the first begin, in ascending order. */
export function chunkBorders({ received, scene }: State): number[] {
  if (received) return received;
  const size = chunkSize();
  if (size === 0) return [];
  return Array.from({ length: Math.ceil(scene.bytes.length / size) - 1 }, (_, i) => (i + 1) * size);
}

const drawnBorders = (state: State) => state.scene.bytes.length <= maxMarkedBytes ? chunkBorders(state) : [];

function makeLines(
  state: State,
  { block, from, room }: Pick<View, "block" | "from" | "room">,
  borders: readonly number[],
): Pick<View, "lines" | "marked"> {
  const { length } = block.bytes;
  const own = borders.slice(indexFrom(borders, from), indexFrom(borders, from + length));
  const marks = {
    borders: own.map((border) => border - from),
    at: state.at < from + length && !isWhole(state) ? state.at - from : undefined,
  };
  return {
    lines: block.lines.slice(0, room).map((line) => makeElement(renderLine(line, block, marks))),
    marked: own.length > 0 || marks.at !== undefined,
  };
}

/** The index of the first of some ascending numbers that is not below a limit. */
function indexFrom(numbers: readonly number[], limit: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle] < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The index of a block near the reader's place. It is rounded, so that not every step changes what is drawn. */
function findMiddle(blocks: readonly Block[], focus: number): number {
  let end = 0;
  const index = blocks.findIndex(({ bytes }) => (end += bytes.length) > focus);
  return Math.min(Math.round((index < 0 ? blocks.length : index) / 100) * 100, Math.max(0, blocks.length - 1));
}

/** The number of lines to draw of each block: from the block in the middle on, outwards. */
function divideRoom(blocks: readonly Block[], middle: number): number[] {
  const rooms = blocks.map(() => 0);
  let lines = 0;
  let bytes = 0;
  function draw(i: number): void {
    if (!blocks[i]) return;
    rooms[i] = bytes < maxBytes ? Math.min(blocks[i].lines.length, maxLines - lines) : 0;
    lines += rooms[i];
    bytes += blocks[i].bytes.length;
  }
  for (let step = 0; step < blocks.length && lines < maxLines && bytes < maxBytes; step++) {
    draw(middle + step);
    if (step > 0) draw(middle - step);
  }
  return rooms;
}

/** Whether the part of the stream around the reader's place is not the one that is drawn. */
export function isOutOfView(state: State): boolean {
  return findMiddle(state.views.map(({ block }) => block), state.focus) !== state.middle;
}

/** Draws the blocks of the stream. Those that are drawn already stay as they are: an edit touches few. */
export function renderBlocks(state: State, blocks = state.views.map(({ block }) => block)): void {
  const old = state.views;
  const borders = drawnBorders(state);
  state.middle = findMiddle(blocks, state.focus);
  const rooms = divideRoom(blocks, state.middle);
  const isSame = (a: number, b: number) => old[a]?.block === blocks[b] && old[a].room === rooms[b];
  const shared = borders.length > 0 ? 0 : Math.min(old.length, blocks.length); // borders change with all bytes before
  let start = 0;
  while (start < shared && isSame(start, start)) start++;
  let end = 0;
  while (end < shared - start && isSame(old.length - 1 - end, blocks.length - 1 - end)) end++;

  let from = old.slice(0, start).reduce((sum, { block }) => sum + block.bytes.length, 0);
  const added = blocks.slice(start, blocks.length - end).map((block, i): View => {
    const room = rooms[start + i];
    const card = room > 0 && block.event ? makeElement(renderEvent(block, state.dialect)) : undefined;
    const view = { block, from, room, ...makeLines(state, { block, from, room }, borders), card };
    from += block.bytes.length;
    return view;
  });
  const removed = old.slice(start, old.length - end);
  const next = old.slice(old.length - end);
  for (const view of next) {
    view.from = from;
    from += view.block.bytes.length;
  }
  state.views = [...old.slice(0, start), ...added, ...next]; // splice() would take all views as arguments
  replaceViews(removed, added, next);
  if (state.chosen && removed.includes(state.chosen.view)) choose(state, undefined);
  state.undrawn = blocks.reduce((sum, { lines }, i) => sum + lines.length - rooms[i], 0);
}

/** Takes views out of the page, and puts others in front of the next ones. */
function replaceViews(removed: View[], added: View[], next: View[]): void {
  for (const { lines, card } of removed) for (const element of [...lines, card]) element?.remove();
  const nextLine = next.find(({ lines }) => lines.length > 0)?.lines[0] ?? null;
  const nextCard = next.find(({ card }) => card)?.card ?? null;
  for (const { lines, card } of added) {
    for (const line of lines) byId("lines").insertBefore(line, nextLine);
    if (card) byId("events").insertBefore(card, nextCard);
  }
}

/** Shows how much of the stream has arrived, in all lines and beside the controls. */
export function renderProgress(state: State): void {
  const { at, scene, undrawn } = state;
  const whole = isWhole(state);
  const borders = drawnBorders(state);
  for (const view of state.views) {
    view.card?.classList.toggle("later", !isComplete(state, view));
    if (!view.marked && isComplete(state, view) && borders.length === 0) continue;
    const drawn = makeLines(state, view, borders);
    view.lines.forEach((line, i) => line.replaceWith(drawn.lines[i]));
    Object.assign(view, drawn);
  }
  highlight(state, state.chosen);
  const { length } = scene.bytes;
  byId("place").textContent = (whole ? `All ${length} bytes` : `${at} of ${length} bytes`) +
    (undrawn > 0 ? `; ${undrawn} lines are not shown` : "");
  const text = describeChunks(state);
  announce(byId("chunks"), html`${text}`);
  byId("chunk").setAttribute("aria-valuetext", text);
  const ends = { first: at === 0, back: at === 0, on: whole, last: whole };
  for (const [id, isThere] of Object.entries(ends)) {
    byId(id).setAttribute("aria-disabled", String(isThere)); // `disabled` would take the focus away
  }
  renderBuffers(state);
}

function describeChunks(state: State): string {
  const count = chunkBorders(state).length + 1;
  if (count === 1) return "All in one chunk";
  return state.received ? `${count} chunks, as they were received` : `${count} chunks of ${chunkSize()}`;
}

/** Draws the whole stream, and how much of it has arrived. */
export function render(state: State, blocks?: Block[]): void {
  renderBlocks(state, blocks);
  renderProgress(state);
}

function renderBuffers({ at, scene }: State): void {
  const target = byId("buffers");
  if (at > maxBytes) {
    return setMarkup(target, html`The buffers are not shown after byte ${maxBytes}.`);
  }
  const standard = buffersAt(scene.bytes, at, "standard");
  const client = buffersAt(scene.bytes, at, "client");
  const value = (text: string) => text === "" ? "empty" : html`<code>${showText(text)}</code>`;
  const row = (name: string, textOf: (buffers: Buffers) => string) => {
    const [ours, theirs] = [textOf(standard), textOf(client)];
    return html`
      <dt>${name}</dt>
      <dd>${value(ours)}${ours !== theirs && [" ", html`<span class="about">client: ${value(theirs)}</span>`]}</dd>
    `;
  };
  const rows = [
    row("Line so far", ({ line }) => line),
    row("data", ({ data }) => data.join("\n")),
    row("event type", ({ eventType }) => eventType),
    row("last event ID", ({ lastEventId }) => lastEventId),
    row("Events so far", ({ dispatched }) => String(dispatched)),
  ];
  setMarkup(target, html`<dl>${rows}</dl>`);
}
