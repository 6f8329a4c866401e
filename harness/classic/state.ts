/**
 * The state of a client that has been started on a page.
 *
 * @module
 */

import { type Budget, quoteText } from "../limits.ts";
import type { Signals } from "./expression.ts";
import type { SharedChanges } from "./paths.ts";
import type { FailedText, Store } from "./signals.ts";

/** A message on the console. */
export interface ConsoleMessage {
  /** The method of the console, such as `error`. */
  mode: string;
  /** The text. */
  message: string;
  /** Whether the client writes this by itself, in its own words; else an event told it to. */
  own?: true;
  /** Whether the message stands for a value that only running code would give: the client may log nothing. */
  unevaluated?: true;
}

/** A part of the client's own data in the store: the selectors of `data-ref`, or the headers of `data-header-*`. */
export type OwnPart = "refs" | "headers";

/** The state of the client. */
export interface ClientState {
  readonly document: Document;
  /** The signals by name. */
  store: Store;
  /** Whether the client's store may be another one, as only running a text would tell its signals. */
  isStoreUnknown: boolean;
  /** The element whose action made the request: the target of the selector `self`. */
  initiator: Element;
  /** The URL of the last redirect. */
  location?: string;
  console: ConsoleMessage[];
  /** Expressions that were not run although the client runs them, each once. */
  unevaluated: string[];
  /** The steps that undo an element's attributes before they are applied to it again. */
  removals: Map<Node, (() => void)[]>;
  /** The client's own data in the store that are no signals. */
  readonly plainParts: Set<OwnPart>;
  /** The steps that wait until the events that arrived at once are applied, as those of `data-show` do. */
  later: (() => void)[];
  /** Changes that deleted paths made to the objects that all values share [DEL-8]. */
  readonly sharedChanges: SharedChanges;
  /** The number in the next id that the client gives to an element. */
  nextId: number;
  /** The budget of the event that is being applied. */
  budget: Budget;
}

/** Expressions that are kept as unevaluated. */
const maxUnevaluated = 100;

/** The signals that expressions can read. */
export function signalsOf({ store, isStoreUnknown }: ClientState): Signals {
  return { store, isUnknown: isStoreUnknown };
}

/** Logs why a text gives no signals. The store is not known from then on if only running the text would give them. */
export function failStore(state: ClientState, name: string, text: string, failed: FailedText): void {
  const { message, unevaluated } = failed;
  if (unevaluated) {
    recordUnevaluated(state, name, text);
    state.isStoreUnknown = true;
  }
  state.console.push({ mode: "error", message, own: true, ...unevaluated && { unevaluated } });
}

/** Records an expression that the client runs and the harness does not. */
export function recordUnevaluated({ unevaluated }: ClientState, name: string, expression: string): void {
  const text = `${name}=${quoteText(expression)}`;
  if (unevaluated.length < maxUnevaluated && !unevaluated.includes(text)) unevaluated.push(text);
}

/** The signals without the client's own data. */
export function signalsForOthers({ store }: ClientState): Store {
  const { _dsPlugins: _, ...signals } = store;
  return signals;
}

/** Does what has waited until the events that arrived at once are applied. */
export function doLater(state: ClientState): void {
  const steps = state.later;
  state.later = [];
  for (const step of steps) step();
}
