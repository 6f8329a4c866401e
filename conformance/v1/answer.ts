/** Parts of the answers of an example server, and the findings that its checks share. */

import type { ByteRange } from "../../harness/mod.ts";
import { type Finding, notApplicable, pass, unobserved } from "../check.ts";
import { describeOtherTarget } from "../checks/example.ts";
import { describeAnswer } from "../checks/http.ts";
import { failIn, unanswered } from "../checks/server_checks.ts";
import { attributeOf, textIn } from "../markup.ts";
import type { V1Event, V1Stream } from "./interpret.ts";
import { type ElementsPatch, faultOfEvent } from "./patch.ts";
import type { ServerEvidence } from "./server_evidence.ts";

/** The events that are instructions for the client. */
export const instructionsIn = ({ events }: V1Stream): V1Event[] => events.filter(({ event }) => event.instruction);

/** The target of a patch in words, if it is not the one element with this id. */
export function otherTarget(
  { instruction: { selector }, markup, effect }: ElementsPatch,
  id: string,
): string | undefined {
  const roots = markup?.roots ?? [];
  const named = selector ? [selector] : roots.map((root) => `#${attributeOf(root, "id") ?? ""}`);
  return describeOtherTarget(effect?.targetIds ?? [], named, id);
}

/** The text that a patch brings. */
export function textOfPatch({ markup }: ElementsPatch): string {
  if (!markup) return "";
  return [...markup.texts.map(({ name }) => name), ...markup.roots.map(textIn)].join("").trim();
}

/** The first error that the client reports in a stream, in words. */
export function errorIn({ events }: V1Stream): { actual: string; at: ByteRange[] } | undefined {
  for (const seen of events) {
    const error = seen.event.error ?? seen.effect?.errors[0];
    if (error) return faultOfEvent(seen, "", `the client reports ${error.code}: ${error.message}`);
  }
}

/** The bytes of the first line of an event that holds HTML or signals. */
export function contentRange({ event }: V1Event): ByteRange {
  const line = event.lines.find(({ text }) => /^data: ?(?:elements|signals) /.test(text)) ?? event.lines[0];
  return { start: line.start, end: line.end };
}

/** A fault that the first instruction of an answer shows, if it has one. */
export function failInContent(stream: V1Stream, expected: string, actual: string): Finding {
  return failIn(stream, expected, actual, instructionsIn(stream).slice(0, 1).map(contentRange));
}

/** Judges an answer that should have an event of some kind. */
export function judgeEvents(
  server: ServerEvidence,
  stream: V1Stream,
  { expected, events }: { expected: string; events: readonly V1Event[] },
): Finding {
  const exchange = stream.exchange!;
  if (!exchange.head) return unanswered(server, exchange, expected);
  if (events.length > 0) return pass(expected);
  const { actual, at } = errorIn(stream) ?? { actual: describeAnswer(exchange), at: [] };
  return failIn(stream, expected, actual, at);
}

/** Why the signals after an answer are not known, if so. */
export function whyUnknown(server: ServerEvidence, stream: V1Stream): Finding | undefined {
  if (!server.source) {
    return notApplicable(`the answer of ${server.routes.page} is not a page that the client can be on`);
  }
  if (!stream.hasPage) return unobserved(stream.why ?? "the page cannot be opened");
  if (server.isStoreUnknown || stream.events.some(({ effect }) => effect?.isStoreUnknown)) {
    return unobserved("only running code would tell the signals of the page");
  }
}
