/**
 * Parts of the answers of an example server, and the findings that its checks share.
 *
 * @module
 */

import type { ByteRange, Instruction } from "../../harness/mod.ts";
import { type Finding, notApplicable, pass } from "../check.ts";
import { failIn } from "../checks/server_checks.ts";
import type { ClassicEvent, ClassicStream } from "./interpret.ts";
import type { Element, Markup } from "../markup.ts";

/** The events that have a name: the client ignores all others. */
export function namedEventsIn({ events }: ClassicStream): ClassicEvent[] {
  return events.filter(({ event }) => event.client?.event);
}

/** An event that merges HTML. */
export interface Merge extends ClassicEvent {
  instruction: Extract<Instruction, { type: "fragment" }>;
  markup: Markup;
}

/** The events that merge HTML. */
export function mergesIn({ events }: Pick<ClassicStream, "events">): Merge[] {
  return events.flatMap((seen) => {
    const { event: { instruction }, markup } = seen;
    return instruction?.type === "fragment" && markup ? [{ ...seen, instruction, markup }] : [];
  });
}

/** The error that the client raises in a stream, and the bytes of its event. */
export function errorIn({ events }: ClassicStream): { code: string; message: string; at: ByteRange } | undefined {
  for (const { event, effect } of events) {
    const error = event.error ?? effect?.error;
    if (error) return { code: error.code, message: error.message, at: event.range };
  }
}

/** An answer without a fragment has no content to judge. That there is none is for a different check. */
export function withoutFragment(route: string): Finding {
  return notApplicable(`${route} answers with no fragment`);
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

/** The bytes from the first line with HTML of an event on. */
export function htmlRange({ event }: ClassicEvent): ByteRange {
  const line = event.lines.find(({ text }) => /^data: ?fragment/.test(text)) ?? event.lines[0];
  return { start: line.start, end: line.end };
}

/** The text in an element. */
export function textIn(element: Element): string {
  return element.childNodes.map((node) =>
    "value" in node ? node.value : "childNodes" in node ? textIn(node as Element) : ""
  ).join("");
}
