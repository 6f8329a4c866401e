/**
 * Steps through the stream by event, line, byte or chunk.
 *
 * @module
 */

import { choiceAt, choose, lineChoice } from "./choice.ts";
import { byId } from "./elements.ts";
import { moveFocus } from "./edit.ts";
import { scheduleModel } from "./outcome_view.ts";
import { eventViews, type State } from "./state.ts";
import { chunkBorders, chunkSize, maxMarkedBytes, renderProgress } from "./stream_view.ts";

const directions = ["first", "back", "on", "last"] as const;

/** Units that the stream is stepped through by, as the page names them. */
type Unit = "event" | "line" | "byte" | "chunk";

/** Shows the stream when so many bytes have arrived. */
export function setPlace(state: State, at: number): void {
  state.at = Math.max(0, Math.min(at, state.scene.bytes.length));
  renderProgress(state);
  scheduleModel(state);
}

/** The offsets to stop at, in ascending order. */
function stopsBy(state: State, unit: Unit): number[] {
  const { at, views, scene } = state;
  if (unit === "byte") return [at - 1, at + 1];
  const stops = unit === "chunk" ? chunkBorders(state) : views.flatMap(({ from, block }) => {
    if (unit === "line") return block.lines.map(({ next }) => from + next);
    return block.event ? [from + block.bytes.length] : [];
  });
  return [0, ...stops, scene.bytes.length];
}

function findStop(state: State, direction: typeof directions[number], unit: Unit): number {
  const end = state.scene.bytes.length;
  if (direction === "first") return 0;
  if (direction === "last") return end;
  const stops = stopsBy(state, unit);
  if (direction === "back") return stops.findLast((stop) => stop < state.at) ?? 0;
  return stops.find((stop) => stop > state.at) ?? end;
}

function step(state: State, direction: typeof directions[number]): void {
  const unit = byId<HTMLSelectElement>("unit").value as Unit;
  const at = findStop(state, direction, unit);
  moveFocus(state, at);
  setPlace(state, at);
  const choice = state.at > 0 ? choiceAt(state, state.at - 1) : undefined;
  if (choice && unit === "event") choose(state, { view: choice.view }, { scroll: true });
  else if (choice && unit === "line") choose(state, lineChoice(choice), { scroll: true });
  else choose(state, choice, { scroll: true });
}

/** Reads bytes in chunks of a size, and counts the events. */
async function countEvents({ dialect, scene: { bytes } }: State, size: number): Promise<number> {
  async function* chunks() {
    for (let start = 0; start < bytes.length; start += size) {
      yield await Promise.resolve(bytes.subarray(start, start + size));
    }
  }
  let count = 0;
  for await (const _ of dialect.explainer.readStream(chunks())) count++;
  return count;
}

/** Lets the reader step, and choose the size of the chunks. */
export function startStepping(state: State): void {
  for (const direction of directions) byId(direction).addEventListener("click", () => step(state, direction));

  let changes = 0;
  byId("chunk").addEventListener("input", async () => {
    state.received = undefined;
    renderProgress(state);
    const own = ++changes;
    const { bytes } = state.scene;
    if (bytes.length > maxMarkedBytes) return;
    const count = await countEvents(state, chunkSize() || bytes.length || 1);
    if (own !== changes) return;
    const events = `${count} ${count === 1 ? "event" : "events"}`;
    byId("chunks").textContent += count === eventViews(state).length ? `: the same ${events}` : `: ${events}`;
  });
}
