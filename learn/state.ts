/**
 * The state of the page `/learn/<vector>`.
 *
 * @module
 */

import { bytesOf, type Vector } from "../vectors/vector.ts";
import type { Block } from "./blocks.ts";
import type { Dialect } from "./dialect.ts";
import type { Lesson } from "./lesson.ts";
import type { ModelRun } from "./model.ts";
import type { Scene } from "./scene.ts";

/** All that the page remembers. */
export interface State {
  dialect: Dialect;
  vector: Vector;
  lesson?: Lesson;
  scene: Scene;
  /** The number of bytes that have arrived, as the reader has stepped. */
  at: number;
  /** The beginnings of chunks, if the bytes were received from an endpoint. Otherwise the slider says. */
  received?: number[];
  /** The endpoint that the bytes came from, as long as they are unchanged. */
  endpoint?: string;
  /** The stream, block by block. */
  views: View[];
  /** Blocks that were read before, by their text. */
  known: Map<string, Block>;
  /** The offset of the byte that the reader is at. */
  focus: number;
  /** The block around which the stream is drawn. */
  middle: number;
  /** The number of lines that are not drawn. */
  undrawn: number;
  chosen?: Choice;
  /** The elements that are highlighted. */
  highlighted: Element[];
  /** The last run of the model, if it succeeded. */
  model?: ModelRun;
  /** Ends the run of the model that is going on. */
  modelRun: AbortController;
  modelTimer?: ReturnType<typeof setTimeout>;
  /** Settles when all edits so far are shown. */
  reading: Promise<void>;
  /** The vectors whose lessons the reader has done. */
  done: Set<string>;
  /** Counts edits, so that only the newest is shown. */
  edits: number;
}

/** A block on the page. */
export interface View {
  block: Block;
  /** The offset in the stream at which the block begins. */
  from: number;
  /** The lines that are drawn, from the first on. */
  lines: HTMLElement[];
  /** The number of lines that may be drawn. A block without any has no card either. */
  room: number;
  /** Whether chunk borders, or the end of the bytes that have arrived, are drawn in the lines. */
  marked: boolean;
  /** The event, if the block is one. */
  card?: HTMLElement;
  /** The markup of the event's effects on the card. */
  effects?: string;
}

/** The choice of a block, and maybe of a line of it and of a piece of the line. */
export interface Choice {
  view: View;
  line?: number;
  piece?: number;
}

/** The scene that a vector begins with. */
export function sceneOf(vector: Vector): Scene {
  const { page, initiator, values } = vector;
  return { page, bytes: bytesOf(vector), initiator, values };
}

/** Makes the state of a page that shows a vector. */
export function createState(parts: Pick<State, "dialect" | "vector" | "lesson" | "done">): State {
  const scene = sceneOf(parts.vector);
  return {
    ...parts,
    scene,
    at: scene.bytes.length,
    views: [],
    known: new Map(),
    focus: 0,
    middle: 0,
    undrawn: 0,
    highlighted: [],
    modelRun: new AbortController(),
    reading: Promise.resolve(),
    edits: 0,
  };
}

/** Whether the reader has changed the scene that the vector begins with. */
export function isChanged({ scene, vector }: State): boolean {
  const bytes = bytesOf(vector);
  return scene.page !== vector.page || scene.bytes.length !== bytes.length ||
    scene.bytes.some((byte, i) => byte !== bytes[i]);
}

/** Whether the whole stream has arrived. */
export function isWhole({ at, scene }: State): boolean {
  return at >= scene.bytes.length;
}

/** Whether all of a block has arrived. At the end of the stream, its blank line may be missing. */
export function isComplete(state: State, { from, block }: View): boolean {
  return isWhole(state) || from + block.bytes.length <= state.at;
}

/** The blocks that are events. */
export function eventViews({ views }: State): View[] {
  return views.filter(({ block }) => block.event);
}

/** Lets the browser do more urgent work first, such as showing what was typed. */
export function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
