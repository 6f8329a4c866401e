/**
 * The state of a client that has been started on a page.
 *
 * @module
 */

import type { ClientError } from "../client_error.ts";
import { type Budget, quoteText } from "../limits.ts";
import type { ErrorCode } from "./errors.ts";
import type { AttributeObserver } from "./observer.ts";
import type { Signals } from "./signals.ts";

/** The state of the client. */
export interface ClientState {
  readonly document: Document;
  readonly signals: Signals;
  /** Whether the client's signals may be others, as only running a text would tell them. */
  isStoreUnknown: boolean;
  /** Errors that the client reports. */
  errors: ClientError<ErrorCode>[];
  /** Warnings that the client writes to the console. */
  warnings: ClientError<ErrorCode>[];
  /** Expressions that were not run although the client runs them, each once. */
  readonly unevaluated: string[];
  /** Applies the attributes of elements that come, once the events that arrived at once are read [V1-APP-2]. */
  readonly observer: AttributeObserver;
  /** The scripts that the client does not make anew, since it has seen them. */
  readonly knownScripts: WeakSet<Element>;
  /** The number of script runs. */
  scriptRuns: number;
  /** The budget of the event that is being applied. */
  budget: Budget;
}

/** Expressions that are kept as unevaluated. */
const maxUnevaluated = 100;

/** Records an expression that the client runs and the harness does not. */
export function recordUnevaluated({ unevaluated }: ClientState, name: string, expression: string): void {
  const text = `${name}=${quoteText(expression)}`;
  if (unevaluated.length < maxUnevaluated && !unevaluated.includes(text)) unevaluated.push(text);
}
