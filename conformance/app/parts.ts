/** The parts of the check of an application that a dialect gives. The rest of this folder knows no dialect. */

import type { PlannedRequest } from "../record/contract.ts";
import type { Budget } from "../read_events.ts";
import type { AppOptions, Exchange } from "../recording.ts";
import type { StreamEvidence } from "../stream_evidence.ts";

/** Signals by name. */
export type Store = Record<string, unknown>;

/** An action of a page, and the request that it makes. */
export interface PageAction {
  /** The method and the path, such as `POST /todos`; the expression, where they cannot be told. */
  name: string;
  /** The attribute that makes the request. */
  attribute: string;
  /** The data that is sent: the signals, for most actions. */
  store: Store;
  /** The method. */
  method: string;
  /** The address. Absent if it cannot be told, or is on another origin. */
  url?: URL;
  /** Why the address is absent. */
  why?: string;
}

/** An action, and what is known of it. */
export type FoundAction<Action, Stream> = Action & {
  /** Where it was found: the page, or the action whose answer brought it. */
  foundIn: string;
  /** The number of answers that lead to it. */
  depth: number;
  /** Why it was not asked. */
  leftOut?: string;
  /** The answer, applied to the page. Absent if it was not asked, or not yet. */
  answer?: Stream;
};

/** The page of an application, and why the client does not start on it. */
export interface StartPage<Source> {
  /** The page. */
  source?: Source;
  /** Why the client does not start on it. */
  pageError?: string;
}

/** The page of an application, with its actions. */
export interface Start<Action, Source> extends StartPage<Source> {
  /** The signals that the page itself gives to the client. */
  store?: Store;
  actions: readonly Action[];
}

/** The parts of a dialect. */
export interface AppParts<Action extends PageAction, Stream extends StreamEvidence, Source extends object> {
  /** Names the contract in the recording. */
  id: string;
  /** The headers of the client. */
  headers: Record<string, string>;
  /** Texts that readers type, by name. */
  inputs: Readonly<Record<string, string>>;
  /** The word for data that the page does not send, in the plural. */
  badNoun: string;
  /** Starts the client on the page of an application. Its actions send the signals that were asked for. */
  start: (page: Exchange, address: URL, options: AppOptions) => Start<Action, Source>;
  /** Finds the actions of the page after an answer. */
  findActions: (source: Source, address: URL) => readonly Action[];
  /** The first byte of an action in an expression: an answer without it can bring none. */
  actionSign: string;
  /** The page on which an action is made, when it sends some data. */
  pageOf: (action: Action, store: Store) => Source;
  /** The page after an answer. */
  pageAfter: (answer: Stream) => Source | undefined;
  /** Reads an answer, and applies it to a page, if there is one. */
  interpret: (
    name: string,
    exchange: Exchange,
    reading: { source?: Source & { isAssumed?: boolean }; endless: boolean; budget: Budget },
  ) => Promise<Stream>;
  /** Writes the data of an action as the client sends it. */
  writeData: (action: Action, store: Store) => string;
  /** Data that the page does not send, but others do, by name. */
  badDataOf: (action: Action) => Readonly<Record<string, string | undefined>>;
  /** The request of an action, with such data. Without it, the client's parameter or body is missing. */
  requestOf: (
    action: Action,
    data: string | undefined,
    address: URL,
  ) => Pick<PlannedRequest, "method" | "path" | "headers" | "body">;
}
