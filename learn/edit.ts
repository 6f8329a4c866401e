/**
 * Edits the scene: its bytes, and its page.
 *
 * @module
 */

import { type Block, readBlocks } from "./blocks.ts";
import { choiceAt, choose } from "./choice.ts";
import { byId } from "./elements.ts";
import { byteOffset, fromText, toText } from "./notation.ts";
import { renderEffects, scheduleModel } from "./outcome_view.ts";
import type { Scene } from "./scene.ts";
import { pause, sceneOf, type State } from "./state.ts";
import { isOutOfView, render, renderBlocks } from "./stream_view.ts";

/** The most characters and lines that can be edited: a browser takes long to lay out more. */
const maxEdited = { characters: 200_000, lines: 10_000 };

/** Reads the changed stream and shows it. The model follows. */
export function update(state: State): Promise<void> {
  const { bytes } = state.scene;
  state.at = bytes.length;
  const own = ++state.edits;
  state.reading = state.reading.then(async () => {
    if (own !== state.edits) return; // the newest edit is read next
    const blocks = await readBlocks(bytes, { explainer: state.dialect.explainer, known: state.known, pause });
    if (own !== state.edits) return;
    forgetBlocks(state, blocks);
    render(state, blocks);
    scheduleModel(state);
  });
  return state.reading;
}

/** Keeps the number of known blocks within bounds: each edit adds some. */
function forgetBlocks(state: State, blocks: Block[]): void {
  if (state.known.size <= 4 * blocks.length + 100) return;
  const current = new Set(blocks);
  state.known = new Map([...state.known].filter(([, block]) => current.has(block)));
}

/** Draws the stream around an offset, if that part is not drawn already. */
export function moveFocus(state: State, offset: number): void {
  state.focus = offset;
  if (!isOutOfView(state)) return;
  renderBlocks(state);
  if (state.model) renderEffects(state);
}

/** Shows a scene; and if it was received, in which chunks, and from where. */
export function setScene(
  state: State,
  scene: Scene,
  { received, endpoint }: Pick<State, "received" | "endpoint"> = {},
): Promise<void> {
  Object.assign(state, { scene, received, endpoint });
  setText(byId("stream"), toText(scene.bytes));
  setText(byId("page"), scene.page);
  return update(state);
}

/** Puts a text into a field. If it is too long, only the beginning, which then cannot be edited. */
function setText(field: HTMLTextAreaElement, text: string): void {
  const start = text.slice(0, maxEdited.characters).split("\n", maxEdited.lines).join("\n");
  field.readOnly = start.length < text.length;
  field.value = start;
}

/** The scene with the task of the lesson done. */
function solve({ vector, lesson }: State): Scene {
  const { solution } = lesson!.task;
  const scene = sceneOf(vector);
  const replace = (text: string) => text.replace(solution.replace, () => solution.by);
  if (solution.in === "page") return { ...scene, page: replace(scene.page) };
  return { ...scene, bytes: fromText(replace(toText(scene.bytes))) };
}

/** Lets the reader edit. */
export function startEditing(state: State): void {
  const stream = byId<HTMLTextAreaElement>("stream");
  const page = byId<HTMLTextAreaElement>("page");
  stream.addEventListener("input", () => {
    state.scene = { ...state.scene, bytes: fromText(stream.value) };
    state.focus = byteOffset(stream.value, stream.selectionStart);
    state.received = state.endpoint = undefined;
    update(state);
  });
  stream.addEventListener("selectionchange", () => {
    if (document.activeElement !== stream) return;
    const offset = byteOffset(stream.value, stream.selectionStart);
    moveFocus(state, offset);
    const choice = choiceAt(state, offset);
    if (choice) choose(state, choice);
  });
  page.addEventListener("input", () => {
    state.scene = { ...state.scene, page: page.value };
    scheduleModel(state);
  });
  for (const button of document.querySelectorAll<HTMLElement>("[data-insert]")) {
    button.addEventListener("click", () => {
      stream.focus();
      document.execCommand("insertText", false, button.dataset.insert); // so that it can be undone
    });
  }
  byId("reset").addEventListener("click", () => setScene(state, sceneOf(state.vector)));
  byId("solve")?.addEventListener("click", () => setScene(state, solve(state)));
}
