/** Checks, and their findings. */

import type { ByteRange } from "../harness/mod.ts";
import type { ServerFacts } from "./checks/server_facts.ts";

/** The weight of a check, in the words of RFC 2119. */
export type Level = "MUST" | "SHOULD" | "MAY";

/** The subject of a check. */
export type FamilyName =
  | "transport"
  | "framing"
  | "grammar"
  | "fragments"
  | "effect"
  | "signals"
  | "example"
  | "requests"
  | "app"
  | "sdk"
  | "live";

/** The finding of one check in some evidence. */
export interface Finding {
  /**
   * Whether the check passes. `not applicable`: the case that the check is about did not occur, and need not occur.
   * `unobserved`: the case should have been seen and was not, so there is no verdict.
   */
  outcome: "pass" | "fail" | "not applicable" | "unobserved";
  /** The state that the check asks for. */
  expected?: string;
  /** The state that was found, or why there is no verdict. */
  actual: string;
  /** Bytes of the stream that show it. */
  at?: ByteRange[];
  /** Name of the stream, where it is not the one that the check was given. */
  where?: string;
}

/** A rule about a server. Its id never changes once released. */
export interface CheckInfo {
  /** Short, descriptive and permanent, such as `sse-final-blank`. */
  id: string;
  /** The weight of the rule. */
  level: Level;
  /** Its group in a report. */
  family: FamilyName;
  /** A sentence that is true where the check passes: "Each event ends with a blank line". */
  title: string;
  /** The clause of the protocol that it verifies. */
  clause: string;
  /** The harm to the reader of the page otherwise. */
  why: string;
  /** The repair. */
  fix: string;
}

/** A check of one stream at a time: of a server, or from a file. It reads the view that its dialect has of a stream. */
export interface StreamCheck<View> extends CheckInfo {
  /** The evidence that it takes. */
  of: "stream";
  /** Pure: the same evidence gives the same finding. */
  run: (stream: View) => Finding;
}

/** A check of a whole server of the example contract. */
export interface ServerCheck<View> extends CheckInfo {
  /** The evidence that it takes. */
  of: "server";
  /** The endpoint that it is about. */
  subject: (server: Pick<ServerFacts, "routes">) => string;
  /** Pure: the same evidence gives the same finding. */
  run: (server: View) => Finding;
}

/** A check of an application: of its page, or of each of its actions. */
export interface AppCheck<App> extends CheckInfo {
  /** The evidence that it takes. */
  of: "app";
  /** Pure: the same evidence gives the same findings. Each has the page or the action that it is about. */
  run: (app: App) => { subject: string; finding: Finding }[];
}

/** A check of the test endpoint of an SDK. */
export interface SdkCheck<Sdk> extends CheckInfo {
  /** The evidence that it takes. */
  of: "sdk";
  /** Pure: the same evidence gives the same finding. */
  run: (sdk: Sdk) => Finding;
}

/** A check of any kind. Only its dialect can make the view that it reads. */
export type Check<Stream = never, Server = never, App = never, Sdk = never> =
  | StreamCheck<Stream>
  | ServerCheck<Server>
  | AppCheck<App>
  | SdkCheck<Sdk>;

/** Thrown where a check reads an answer that the recording does not have: it is untested then. */
export class MissingAnswer extends Error {}

export const pass = (actual: string): Finding => ({ outcome: "pass", actual });

export const fail = (expected: string, actual: string, at: ByteRange[] = []): Finding => ({
  outcome: "fail",
  expected,
  actual,
  at,
});

export const notApplicable = (why: string): Finding => ({ outcome: "not applicable", actual: why });

export const unobserved = (why: string): Finding => ({ outcome: "unobserved", actual: why });
