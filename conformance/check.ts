/**
 * What a check is, and what comes of it.
 *
 * @module
 */

import type { ByteRange } from "../harness/mod.ts";
import type { ServerFacts } from "./checks/server_facts.ts";

/** How much a check asks for, in the words of RFC 2119. */
export type Level = "MUST" | "SHOULD" | "MAY";

/** The families, in the order of a report. */
export const families = [
  "transport",
  "framing",
  "grammar",
  "fragments",
  "effect",
  "signals",
  "example",
  "requests",
  "live",
] as const;

/** What a check is about. */
export type FamilyName = typeof families[number];

/** What one check has found in some evidence. */
export interface Finding {
  /**
   * Whether it is as it should be. `not applicable`: what the check speaks about has not happened, and need not.
   * `unobserved`: it should have been seen and was not, so nothing can be said.
   */
  outcome: "pass" | "fail" | "not applicable" | "unobserved";
  /** What should be so. */
  expected?: string;
  /** What is so, or why nothing can be said. */
  actual: string;
  /** Bytes of the stream that show it. */
  at?: ByteRange[];
  /** Where the stream is another than the one that the check was given: its name. */
  where?: string;
}

/** A rule about a server. Its id never changes once it was released. */
export interface CheckInfo {
  /** Short, telling and permanent, such as `sse-final-blank`. */
  id: string;
  level: Level;
  family: FamilyName;
  /** What is so where the check passes: "Each event ends with a blank line". */
  title: string;
  /** The clause of docs/PROTOCOL.md that it looks at. */
  clause: string;
  /** What goes wrong for the reader of the page otherwise. */
  why: string;
  /** What to do about it. */
  fix: string;
}

/** A check of one stream at a time: of a server, or from a file. It reads the view that its dialect has of a stream. */
export interface StreamCheck<View> extends CheckInfo {
  of: "stream";
  /** Pure: the same evidence gives the same finding. */
  run: (stream: View) => Finding;
}

/** A check of a whole server of the example contract. */
export interface ServerCheck<View> extends CheckInfo {
  of: "server";
  /** The endpoint that it is about. */
  subject: (server: Pick<ServerFacts, "routes">) => string;
  /** Pure: the same evidence gives the same finding. */
  run: (server: View) => Finding;
}

/** A check of either kind. Only its dialect can make the view that it reads. */
export type Check<Stream = never, Server = never> = StreamCheck<Stream> | ServerCheck<Server>;

/** It is as it should be. */
export const pass = (actual: string): Finding => ({ outcome: "pass", actual });

/** It is not as it should be. */
export const fail = (expected: string, actual: string, at: ByteRange[] = []): Finding => ({
  outcome: "fail",
  expected,
  actual,
  at,
});

/** What the check speaks about has not happened: there is nothing to judge, and nothing is missing. */
export const notApplicable = (why: string): Finding => ({ outcome: "not applicable", actual: why });

/** It should have been seen and was not: nothing can be said. */
export const unobserved = (why: string): Finding => ({ outcome: "unobserved", actual: why });
