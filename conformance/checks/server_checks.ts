/** Functions that define checks of a whole server, and findings that these share. */

import type { ByteRange } from "../../harness/mod.ts";
import { fail, type FamilyName, type Finding, type ServerCheck, unobserved } from "../check.ts";
import type { StreamEvidence } from "../stream_evidence.ts";
import type { Exchange } from "../recording.ts";
import type { Route, ServerFacts } from "./server_facts.ts";
import type { Definition } from "./stream_checks.ts";

/** Makes the function that defines the checks of one family about one endpoint. */
export function serverChecks<View extends Pick<ServerFacts, "routes">>(family: FamilyName, route: Route) {
  return (
    { rule: [id, level, clause], ...rest }: Definition<Pick<ServerCheck<View>, "run">>,
  ): ServerCheck<View> => ({
    id,
    level,
    clause,
    ...rest,
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
