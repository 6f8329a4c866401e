/**
 * What the checks of streams share: when there is a stream to look at, and how faults become a finding.
 *
 * @module
 */

import { type FamilyName, type Finding, notApplicable, pass, type StreamCheck } from "../check.ts";
import type { StreamEvidence } from "../interpret.ts";
import { type Exchange, headerValues } from "../record/exchange.ts";
import type { ByteRange } from "../../harness/mod.ts";

/** What a check says of itself. */
export type Info = Omit<StreamCheck, "of" | "family" | "run">;

/** One thing that is not as it should be. */
export interface Fault {
  expected: string;
  actual: string;
  at: ByteRange[];
}

/** Ranges that a finding shows at most, and bytes that one of them has. */
const maxShown = 10;
const maxBytes = 400;

/** Faults that are counted: a hostile stream has one in each line. */
const maxFaults = 1_000;

/** One finding for all faults: the first in words, each with its bytes. */
export function findingOf(faults: Fault[], fine: string): Finding {
  if (faults.length === 0) return pass(fine);
  const [{ expected, actual }] = faults;
  const others = faults.length < maxFaults ? `${faults.length - 1} more` : "many more";
  return {
    outcome: "fail",
    expected,
    actual: faults.length > 1 ? `${actual} (and ${others})` : actual,
    at: faults.slice(0, maxShown).flatMap(({ at }) => at).slice(0, maxShown)
      .map(({ start, end }) => ({ start, end: Math.min(end, start + maxBytes) })),
  };
}

/**
 * A check that looks at each thing of one kind in a stream.
 *
 * @param kind What things they are, in the singular: without one of them there is nothing to judge.
 */
export function ofEach<T>(
  family: FamilyName,
  kind: string,
  things: (stream: StreamEvidence) => T[],
  info: Info,
  faultOf: (thing: T, stream: StreamEvidence) => Fault | Fault[] | undefined,
): StreamCheck {
  return ofStream(family, info, (stream) => {
    const all = things(stream);
    if (all.length === 0) return notApplicable(`there is no ${kind}`);
    let faults: Fault[] = [];
    for (const thing of all) {
      const found = faultOf(thing, stream);
      if (found) faults = faults.concat(found);
      if (faults.length >= maxFaults) break;
    }
    return findingOf(faults, `${all.length} ${all.length === 1 ? kind : pluralOf(kind)}`);
  });
}

/** `events with data`, `` `id` lines ``. */
const pluralOf = (kind: string) => /^\w/.test(kind) ? kind.replace(/^[\w-]+/, "$&s") : `${kind}s`;

/** A check that needs an event stream. */
export function ofStream(family: FamilyName, info: Info, run: StreamCheck["run"]): StreamCheck {
  return {
    ...info,
    of: "stream",
    family,
    run(stream) {
      const why = whyNoStream(stream);
      return why === undefined ? run(stream) : notApplicable(why);
    },
  };
}

/** Statuses of answers that have no body, whatever their headers say. */
const bodiless = [204, 205, 304];

export const hasNoBody = ({ head }: Exchange) => head !== undefined && bodiless.includes(head.status);

export const isRedirect = ({ head }: Exchange) =>
  head !== undefined && head.status >= 300 && head.status < 400 && head.status !== 304;

/** The type as the client sees it: a browser joins headers of the same name. */
export function typeOf(exchange: Exchange): string | undefined {
  const values = headerValues(exchange, "content-type");
  return values.length === 0 ? undefined : values.join(", ");
}

/** Encodings that a request asks for, and that can be read here. */
export const knownEncodings: readonly string[] = ["gzip", "x-gzip", "deflate", "br", "identity"];

/** The encodings of a body, in the order in which they were made. */
export const encodingsOf = (exchange: Exchange): string[] =>
  headerValues(exchange, "content-encoding").join(",").toLowerCase().split(",").map((word) => word.trim()).filter(
    Boolean,
  );

/** Why there are no bytes to judge as an event stream, if so. A stream of another type is judged if it is one. */
function whyNoStream({ exchange, events }: StreamEvidence): string | undefined {
  if (!exchange) return;
  if (!exchange.head) return "there is no answer";
  if (hasNoBody(exchange)) return `an answer with status ${exchange.head.status} has no body`;
  if (isRedirect(exchange)) return "the answer is a redirect";
  const encodings = encodingsOf(exchange);
  if (encodings.length > 1 || encodings.some((encoding) => !knownEncodings.includes(encoding))) {
    return `the encoding ${encodings.join(", ")} cannot be read here`;
  }
  const type = typeOf(exchange);
  if (type !== undefined && /^text\/event-stream/i.test(type)) return;
  if (events.some(({ event }) => event.client?.event?.startsWith("datastar-"))) return;
  return `the answer is no event stream, but ${type ?? "something without a type"}`;
}

/** Quotes a piece of a stream, shortened, with what cannot be seen made visible. */
export function quote(text: string, most = 60): string {
  const shown = text.length > most ? `${text.slice(0, most)}…` : text;
  return JSON.stringify(shown).replace(
    /[\x7f-\xa0\u200b-\u200f\u2028-\u202e\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
