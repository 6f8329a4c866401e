/**
 * The interface between the checker and a dialect's seat. The rest of the checker knows no dialect.
 * A dialect's seat is a folder such as classic/, whose mod.ts has this interface; dialects.ts lists the seats.
 */

import type { Consequences } from "./consequences.ts";
import type { Check } from "./check.ts";
import type { ServerFacts } from "./checks/server_facts.ts";
import type { StreamEvidence } from "./stream_evidence.ts";
import type { AppContract, Contract, PlannedRequest, SdkContract } from "./record/contract.ts";
import type { AppOptions, Exchange, Recording } from "./recording.ts";
import type { StreamView } from "./stream_view.ts";

/** The evidence that a dialect reads out of a recording. */
export interface Evidence {
  /** The streams that the checks of streams judge. */
  streams: StreamEvidence[];
  /** Other streams, which only checks of a server read. */
  otherStreams?: StreamEvidence[];
  /** The server that the checks of servers judge. Its dialect knows more of it. */
  server?: ServerFacts;
  /** The application that the checks of applications judge. Its dialect knows more of it. */
  app?: AppFacts;
  /** The test endpoint that the checks of SDKs judge. Its dialect knows more of it. */
  sdk?: SdkFacts;
}

/** The part of the evidence about an application that needs no dialect. */
export interface AppFacts {
  /** The page. */
  page: Exchange;
  /** Why the recording is not complete: the server went away. */
  why?: string;
  /** The actions that were found. */
  actions: {
    /** Such as `POST /todos`. */
    name: string;
    /** Why it was not asked. */
    leftOut?: string;
  }[];
}

/** The part of the evidence about the test endpoint of an SDK that needs no dialect. */
export interface SdkFacts {
  /** The path of the endpoint. */
  subject: string;
  /** Why the recording is not complete: the server went away. */
  why?: string;
}

/** The marks by which the pages and the streams of a dialect are recognised. */
export interface Marks {
  /** Whether an event has a name of the dialect. */
  isEvent: (name: string) => boolean;
  /** Whether a line of data begins with a key that only the dialect has. */
  isKey: (key: string) => boolean;
  /** Whether an attribute of a page is of the dialect. */
  isAttribute: (name: string, value: string) => boolean;
}

/** One generation of the protocol: its checks, and the views that they read. */
export interface Dialect {
  /** Its name, as `--dialect` and reports have it. */
  readonly id: string;
  /** The marks of its pages and streams. */
  readonly marks: Marks;
  /** All checks, in the order of a report. Checks of one family follow each other. Their ids are permanent. */
  readonly checks: readonly Check[];
  /** The checks that fail as a consequence of others. */
  readonly consequences: Consequences;
  /** Lines of code that repair what a check finds, by its id and by language. */
  readonly snippets: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Makes the view of a stream. To be called once for each stream: a view computes each of its parts once. */
  viewStream(stream: StreamEvidence): StreamView;
  /** Makes the view of a server whose evidence is from this dialect's {@linkcode Dialect.interpret}. */
  viewServer(server: ServerFacts): ServerFacts;
  /** The ids of the protocol's clauses, in its order. */
  readonly clauseIds: readonly string[];
  /** Returns the text of a clause, on one line; `undefined` if there is no such clause. */
  clauseText: (id: string) => string | undefined;
  /** Creates the contract by which a server is recorded. `routes` replace paths of endpoints. */
  createContract: (routes?: Record<string, string>) => Contract;
  /** Creates the contract by which an application is recorded, whose page is at an address. */
  createAppContract: (address: URL, options: AppOptions) => AppContract;
  /**
   * Creates the contract by which the test endpoint of an SDK is recorded. Absent where no such endpoint is known.
   *
   * @param address The address of the endpoint, or of its server.
   */
  createSdkContract?: (address: URL) => SdkContract;
  /**
   * Creates the request of an action with this method and address.
   *
   * @param store The signals that are sent. Default: those of the page, or none.
   * @param page HTML of the page.
   */
  createRequest: (
    url: URL,
    options: { method: string; store?: Record<string, unknown>; page?: string },
  ) => Pick<PlannedRequest, "method" | "path" | "headers" | "body">;
  /** Interprets a recording. The same recording gives the same evidence. */
  interpret: (recording: Recording) => Promise<Evidence>;
}
