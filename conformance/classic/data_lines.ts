/** The lines of the events that bring no HTML, and the check of their keys. */

import type { ByteRange, StreamEvent } from "../../harness/mod.ts";
import type { StreamCheck } from "../check.ts";
import { quoteSource } from "../checks/quote.ts";
import { type Definition, streamChecks } from "../checks/stream_checks.ts";
import type { ClassicView } from "./view.ts";
import { expectedWord, foreignInstructionKeys, originOfWord } from "./words.ts";

const { checkEach } = streamChecks<ClassicView>("signals");

/** A line of an event's data. */
export interface DataLine {
  event: StreamEvent;
  /** The text up to its first space. */
  key: string;
  /** The text after that space. */
  value: string;
  /** Its offset in the data. */
  from: number;
}

/** The lines of each event of this name that has data. One without data is for another check [SSE-15]. */
export const linesOfEach = (name: string) => ({ events }: Pick<ClassicView, "events">): DataLine[][] =>
  events.flatMap(({ event }) => {
    if (event.client?.event !== name) return [];
    const { data, rows } = event.reading;
    const lines = rows.filter(({ effect }) => effect !== "trimmed").map(({ from, to }) => {
      const text = data.text.slice(from, to);
      const [key] = text.split(" ", 1);
      return { event, key, value: text.slice(key.length + 1), from };
    });
    if (lines.length === 0) return [];
    // Only a signal is read line by line: elsewhere a line without a space runs on into the next [CON-3].
    if (name !== "datastar-signal") [lines[0].key] = data.text.split(" ", 1);
    return [lines];
  });

const bytesOfKey = ({ event, key, from }: DataLine) => event.reading.data.bytesAt(from, from + Math.max(key.length, 1));

export const bytesOfLine = ({ event, key, value, from }: DataLine): ByteRange[] =>
  event.reading.data.bytesAt(from, from + key.length + 1 + value.length);

/** A check that lines begin with one of these words. */
export const checkKeys = (
  { event, keys, firstLineOnly, ...info }: Definition<{
    event: string;
    keys: readonly string[];
    firstLineOnly: boolean;
  }>,
): StreamCheck<ClassicView> =>
  checkEach({
    ...info,
    noun: `event ${event} with data`,
    items: linesOfEach(event),
    fault(lines) {
      const wrong = (firstLineOnly ? lines.slice(0, 1) : lines).find(({ key }) => !keys.includes(key));
      if (!wrong) return;
      const { key } = wrong;
      const actual = key === "" ? "an empty word" : `${quoteSource(key)}${originOfWord(key, foreignInstructionKeys)}`;
      return { expected: expectedWord(key, keys, foreignInstructionKeys), actual, at: bytesOfKey(wrong) };
    },
  });
