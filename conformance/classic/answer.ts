/** Parts of the answers of an example server, and the findings that its checks share. */

import { type ByteRange, type Instruction, isHiddenByTransition } from "../../harness/mod.ts";
import { type Finding, notApplicable, pass } from "../check.ts";
import { describeOtherTarget } from "../checks/example.ts";
import { describeAnswer } from "../checks/http.ts";
import { failIn, unanswered } from "../checks/server_checks.ts";
import type { ServerFacts } from "../checks/server_facts.ts";
import type { ClassicEvent, ClassicStream } from "./interpret.ts";
import { attributeOf, type Markup } from "../markup.ts";
import { describeError } from "./failure.ts";

/** The events that have a name: the client ignores all others. */
export function namedEventsIn({ events }: ClassicStream): ClassicEvent[] {
  return events.filter(({ event }) => event.client?.event);
}

/** An event that merges HTML. */
export interface Merge extends ClassicEvent {
  instruction: Extract<Instruction, { type: "fragment" }>;
  markup: Markup;
}

export function mergesIn({ events }: Pick<ClassicStream, "events">): Merge[] {
  return events.flatMap((seen) => {
    const { event: { instruction }, markup } = seen;
    return instruction?.type === "fragment" && markup ? [{ ...seen, instruction, markup }] : [];
  });
}

/** An error that the client raises in a stream. */
interface RaisedError {
  /** The error in words. */
  actual: string;
  /** The bytes of its event. */
  at: ByteRange[];
  /** Whether a view transition hides it. */
  isHidden: boolean;
}

/** The first error that the client raises in a stream. */
export function errorIn({ events }: ClassicStream): RaisedError | undefined {
  for (const { event, effect } of events) {
    const error = event.error ?? effect?.error;
    if (error) {
      return {
        actual: describeError(event.instruction, error),
        at: [event.range],
        isHidden: isHiddenByTransition(event.instruction, error),
      };
    }
  }
}

/** The target of a fragment in words, if it is not the one element with this id. */
export function otherTarget(
  { instruction: { selector }, markup: { roots }, effect }: Merge,
  id: string,
): string | undefined {
  const named = selector ? [selector] : roots.map((root) => `#${attributeOf(root, "id") ?? ""}`);
  return describeOtherTarget(effect?.targetIds ?? [], named, id);
}

/** An answer without a fragment has no content to judge. That there is none is for a different check. */
export function withoutFragment(route: string): Finding {
  return notApplicable(`${route} answers with no fragment`);
}

/** Judges an answer that should have a fragment. */
export function judgeFragment(stream: ClassicStream, server: ServerFacts): Finding {
  const expected = "a datastar-fragment event";
  const exchange = stream.exchange!;
  if (!exchange.head) return unanswered(server, exchange, expected);
  if (mergesIn(stream).length > 0) return pass(expected);
  const { actual, at } = errorIn(stream) ?? { actual: describeAnswer(exchange) };
  return failIn(stream, expected, actual, at);
}

/** Judges the first fragment of an answer, if there is one. */
export function judgeFirst(stream: ClassicStream, route: string, judge: (first: Merge) => Finding): Finding {
  const [first] = mergesIn(stream);
  return first ? judge(first) : withoutFragment(route);
}

/** Judges an answer that should have one event. */
export function judgeOneEvent(stream: ClassicStream, route: string): Finding {
  const events = namedEventsIn(stream);
  if (events.length === 0) return withoutFragment(route);
  if (events.length === 1) return pass("one event");
  return failIn(stream, "one event", `${events.length} events`, events.slice(1).map(({ event }) => event.range));
}

/** The bytes of the first line with HTML of an event. */
export function htmlRange({ event }: ClassicEvent): ByteRange {
  const line = event.lines.find(({ text }) => /^data: ?fragment/.test(text)) ?? event.lines[0];
  return { start: line.start, end: line.end };
}

/** A fault that the first fragment of an answer shows, if it has one. */
export function failInFragment(stream: ClassicStream, expected: string, actual: string): Finding {
  return failIn(stream, expected, actual, mergesIn(stream).slice(0, 1).map(htmlRange));
}
