/**
 * Functions that define checks of a whole server, and findings that these share.
 *
 * @module
 */

import type { ByteRange } from "../../harness/mod.ts";
import { fail, type FamilyName, type Finding, type ServerCheck, unobserved } from "../check.ts";
import type { StreamEvidence } from "../interpret.ts";
import type { Exchange } from "../record/exchange.ts";
import type { Definition } from "./stream_checks.ts";

/** The part of the evidence about a server of the example contract that needs no dialect. */
export interface ServerFacts {
  /** The paths of its endpoints. */
  routes: Record<Route, string>;
  /** Why the recording is not complete: the server went away. */
  why?: string;
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
  /** The answers while and after many readers were there. Absent if none were sent, or the server had gone away. */
  live?: LiveFacts;
}

/** An endpoint of the example contract. */
export type Route = "page" | "get" | "target" | "feed";

/** The answers while and after many readers were there. */
export interface LiveFacts {
  /** Feeds that were open at the same time, and the times of each one's events. */
  feeds: { exchange: Exchange; events: number[] }[];
  /** Answers of `/target` meanwhile, one after the other. */
  meanwhile: Exchange[];
  /** The number of readers that came and vanished, and of those among them that had an event before. */
  vanished: { readers: number; answered: number };
  /** The answer of `/target` afterwards. */
  targetAfter: Exchange;
  /** A feed that was opened afterwards. */
  feedAfter: Exchange;
}

/** Makes the function that defines the checks of one family about one endpoint. */
export function serverChecks<View extends ServerFacts>(family: FamilyName, route: Route) {
  return (definition: Definition<Pick<ServerCheck<View>, "run">>): ServerCheck<View> => ({
    ...definition,
    of: "server",
    family,
    subject: ({ routes }) => routes[route],
  });
}

/** A fault, and the answer whose bytes show it. */
export function failIn({ name }: StreamEvidence, expected: string, actual: string, at: ByteRange[] = []): Finding {
  return { ...fail(expected, actual, at), where: name };
}

/** There is no answer. If the server is gone, that says nothing about this request. */
export function unanswered(
  { why: gone }: Pick<ServerFacts, "why">,
  { name, why }: Exchange,
  expected: string,
): Finding {
  return gone ? unobserved(`${name}: ${gone}`) : fail(expected, `${name} has no answer: ${why}`);
}
