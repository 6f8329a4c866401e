/**
 * Events to instructions, as the clients 1.0.x read them. Written from docs/PROTOCOL-V1.md and not from this project's
 * writer: tests show that the two agree.
 *
 * @module
 */

import { quoteText } from "../limits.ts";
import { raise } from "./errors.ts";

/** The words of the dialect v1. */
export const dialect = {
  /** Names of events [V1-SSE-14]. */
  events: ["datastar-patch-elements", "datastar-patch-signals"],
  /** Keys of `datastar-patch-elements` [PEL-1]. */
  elementKeys: ["elements", "selector", "mode", "useViewTransition", "namespace", "viewTransitionSelector"],
  /** Keys of `datastar-patch-signals` [PSG-1]. */
  signalKeys: ["signals", "onlyIfMissing"],
  /** Modes [PEL-3]. */
  modes: ["outer", "inner", "replace", "prepend", "append", "before", "after", "remove"],
  /** Namespaces [PEL-5]. */
  namespaces: ["html", "svg", "mathml"],
} as const;

/** The way in which elements are patched into their targets. */
export type PatchMode = typeof dialect.modes[number];

/** The namespace of patched elements. */
export type Namespace = typeof dialect.namespaces[number];

/** The instruction that an event gives to the client. */
export type Instruction = ElementsInstruction | SignalsInstruction;

/** Patch elements. */
export interface ElementsInstruction {
  type: "elements";
  /** The HTML; absent if the event has no such key, which is the same as an empty one. */
  elements?: string;
  /** A CSS selector, or an empty text for none. */
  selector: string;
  mode: PatchMode;
  namespace: Namespace;
  /** Whether the patch is made in a view transition, where the browser has them. */
  useViewTransition: boolean;
  /** A selector of the element that makes the transition, or an empty text. */
  viewTransitionSelector: string;
}

/** Patch signals. */
export interface SignalsInstruction {
  type: "signals";
  /** JSON; where it is none, the client runs it as JavaScript [PSG-3]. */
  signals: string;
  onlyIfMissing: boolean;
}

/** The key and the value of a line of data [V1-SSE-17, V1-SSE-18]. */
export function splitLine(line: string): [key: string, value: string] {
  const space = line.indexOf(" ");
  // Without a space the client takes all but the last character for the key, and the whole line for the value.
  return [line.slice(0, space), line.slice(space + 1)];
}

/** Whether the client fails at a key, since each object of JavaScript has a member of that name [V1-SSE-21]. */
export function isReservedKey(key: string): boolean {
  return key in Object.prototype;
}

/** The values of an event's data, by key. Those of one key are joined with LF [V1-SSE-19]. */
type Values = { [key in typeof dialect.elementKeys[number] | typeof dialect.signalKeys[number]]?: string };

/** Reads the values of the known keys. */
function readValues(data: string): Values {
  const values: Values = {};
  for (const line of data.split("\n")) {
    const [key, value] = splitLine(line);
    if (isKnownKey(key)) values[key] = values[key] === undefined ? value : `${values[key]}\n${value}`;
    else if (isReservedKey(key)) raise("reserved-key", `The client cannot read the key ${quoteText(key)}`);
  }
  return values;
}

const knownKeys: ReadonlySet<string> = new Set([...dialect.elementKeys, ...dialect.signalKeys]);
const isKnownKey = (key: string): key is keyof Values => knownKeys.has(key);

const isTrue = (text = "") => text.trim() === "true";

/**
 * Reads the instruction of an event.
 *
 * @returns `undefined` for an event that the client ignores.
 * @throws {ClientError} If the client throws.
 */
export function readInstruction({ event, data }: { event?: string; data: string }): Instruction | undefined {
  if (!event?.startsWith("datastar")) return; // [V1-SSE-14]
  const values = readValues(data); // of each such event, also of one that nothing listens to
  if (event === "datastar-patch-signals") {
    const { signals, onlyIfMissing } = values;
    if (signals === undefined) raise("signals-needed", "The key signals is missing");
    return { type: "signals", signals, onlyIfMissing: isTrue(onlyIfMissing) };
  }
  if (event !== "datastar-patch-elements") return;
  const { elements, selector = "", mode = "outer", namespace = "html", viewTransitionSelector = "" } = values;
  if (!isMode(mode)) raise("invalid-mode", `Unknown mode ${quoteText(mode)}`);
  if (selector === "" && mode !== "outer" && mode !== "replace") {
    raise("selector-needed", `The mode ${mode} needs a selector`);
  }
  if (!isNamespace(namespace)) raise("invalid-namespace", `Unknown namespace ${quoteText(namespace)}`);
  const useViewTransition = isTrue(values.useViewTransition);
  return { type: "elements", elements, selector, mode, namespace, useViewTransition, viewTransitionSelector };
}

/** Whether a text is a mode. */
export function isMode(text: string): text is PatchMode {
  return dialect.modes.some((mode) => mode === text);
}

function isNamespace(text: string): text is Namespace {
  return dialect.namespaces.some((namespace) => namespace === text);
}
