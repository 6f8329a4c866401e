/** A stream with all that checks read out of it. Each part is computed once, when the first check asks for it. */

import { type BodyForm, recognizeForm } from "./body_form.ts";
import type { SseEvent } from "../harness/mod.ts";
import { type Field, fieldsIn } from "./checks/fields.ts";
import { whyNoStream } from "./checks/http.ts";
import type { SeenEvent, StreamEvidence } from "./stream_evidence.ts";

/** The view of a stream that needs no dialect. A dialect adds its own parts. */
export interface StreamView<Seen extends SeenEvent = SeenEvent> extends StreamEvidence<Seen>, StreamParts {}

/** The parts that are computed. */
export interface StreamParts {
  /** The fields of all events, in the order of the stream. */
  readonly fields: readonly Field[];
  /** The same by event. */
  readonly fieldsByEvent: ReadonlyMap<SseEvent, readonly Field[]>;
  /** The form in which the body was sent, if it is a known one and the client finds no event of the dialect in it. */
  readonly foreignForm: BodyForm | undefined;
  /** The reason why there is no event stream to judge, if so. */
  readonly whyNoStream: string | undefined;
}

/**
 * Makes the view of a stream.
 *
 * @param isOwn Whether a name is that of an event of the dialect: a stream of another type is judged if it has one.
 */
export function createStreamView<Seen extends SeenEvent>(
  evidence: StreamEvidence<Seen>,
  isOwn: (eventName: string) => boolean,
): StreamView<Seen> {
  const hasOwnEvents = (events: Seen[]) => events.some(({ event }) => isOwn(event.client?.event ?? ""));
  return addLazy<StreamEvidence<Seen>, StreamParts>({ ...evidence }, {
    fields: fieldsIn,
    fieldsByEvent: ({ fields }) => Map.groupBy(fields, ({ event }) => event),
    foreignForm: ({ exchange, bytes, events }) => exchange && !hasOwnEvents(events) ? recognizeForm(bytes) : undefined,
    whyNoStream: ({ exchange, events, foreignForm }) =>
      exchange && (whyNoStream(exchange, hasOwnEvents(events)) ?? (foreignForm && `the body is ${foreignForm.form}`)),
  });
}

/** Adds properties to an object. Each is computed once, when it is first read. */
export function addLazy<Base extends object, Added extends object>(
  base: Base,
  compute: { [Name in keyof Added]: (whole: Base & Added) => Added[Name] },
): Base & Added {
  const whole = base as Base & Added;
  for (const name of Object.keys(compute) as (keyof Added)[]) {
    Object.defineProperty(whole, name, {
      configurable: true,
      get() {
        const value = compute[name](whole);
        Object.defineProperty(whole, name, { value });
        return value;
      },
    });
  }
  return whole;
}
