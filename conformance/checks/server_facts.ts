/** The evidence about a server, as far as it needs no dialect. */

import type { StreamEvidence } from "../stream_evidence.ts";
import type { Exchange, LiveRecording } from "../recording.ts";

/** The part of the evidence about a server of the example contract that needs no dialect. */
export interface ServerFacts {
  /** The paths of its endpoints. */
  routes: Record<Route, string>;
  /** Why the recording is not complete: the server went away. */
  why?: string;
  /** The requests after which the server was gone, if it was gone after some: one of them has ended it. */
  endedBy?: string[];
  /** The page. */
  page: Exchange;
  /** The answer with the text `hello`. */
  get: { plain: StreamEvidence };
  /** Two answers, more than a second apart. */
  target: [StreamEvidence, StreamEvidence];
  /** A feed of some seconds. */
  feed: StreamEvidence;
  /** HEAD of each endpoint that ends. */
  heads: Record<"page" | "get" | "target", Exchange>;
  /** DELETE of `/target`. */
  otherMethod: Exchange;
  /** `/target`, asked under the name of a host that is not this server's. */
  foreignHost: Exchange;
  /** `/target`, asked from a page of a foreign origin. */
  foreignOrigin: Exchange;
  /** The load test. Absent if it was not asked for, or the server had gone away. */
  live?: LiveFacts;
}

/** An endpoint of the example contract. */
export type Route = "page" | "get" | "target" | "feed";

/** The load test, with the times of the events. */
export interface LiveFacts extends Omit<LiveRecording, "feeds"> {
  /** Feeds that were open at the same time, and the times of each one's events. */
  feeds: { exchange: Exchange; events: number[] }[];
}

/** The part of the evidence that the checks with many readers need: of a server, or of an application with a feed. */
export type CrowdFacts = Pick<ServerFacts, "routes" | "why" | "target" | "feed" | "live">;
