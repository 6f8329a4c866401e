/** The lines of data of each event that the client knows: what it makes of each one, and what the line was meant to be. */

import { type ByteRange, bytesInLine, v1 } from "../../harness/mod.ts";
import { suggest } from "../checks/words.ts";
import type { V1Event, V1Stream } from "./interpret.ts";

/** The kinds of lines. All after the second are faults, and the client loses the line. */
export type RowKind =
  /** It gives a value to a key of its event. */
  | "value"
  /** It is empty, or has only the key of the content: the client drops a blank line of the content. */
  | "blank"
  /** Its key is one that each object of JavaScript inherits [V1-SSE-21]. */
  | "reserved"
  /** Spaces are before its key [V1-SSE-17]. */
  | "indented"
  /** A tab is before or after its key [V1-SSE-16]. */
  | "tab"
  /** No space is after its key [V1-SSE-18]. */
  | "unspaced"
  /** Its key is one of the other event [V1-SSE-20]. */
  | "misplaced"
  /** Its key is one of a different generation [V1-SSE-15]. */
  | "old"
  /** Its key is almost a known one [V1-SSE-20]. */
  | "misspelt"
  /** It is content without the key [V1-SSE-19]. */
  | "keyless"
  /** Its key is unknown [V1-SSE-20]. */
  | "unknown";

/** A line of data that is not dropped as the first one. */
export interface DataRow {
  kind: RowKind;
  /** The data of the line. */
  text: string;
  /** The key that it has, or was meant to have; empty where there is no such key. */
  key: string;
  /** The text after the key and its space; the whole text of lines of other kinds. */
  value: string;
  /** The bytes of some characters of its text. */
  range: (from?: number, to?: number) => ByteRange;
}

/** An event that the client knows, and that has data. */
export interface EventRows {
  seen: V1Event;
  /** The key of its content. */
  contentKey: "elements" | "signals";
  rows: readonly DataRow[];
  /** Whether the client loses a line with text: then it is not known which options were meant. */
  hasLost: boolean;
  /** The lines of each option, those of the content left out. */
  options: ReadonlyMap<string, readonly DataRow[]>;
}

const { elementKeys, signalKeys } = v1.dialect;

const isOneOf = (words: readonly string[], word: string) => words.includes(word);

/** Reads the lines of each event that is complete. */
export function eventRowsIn({ events }: Pick<V1Stream, "events">): EventRows[] {
  return events.flatMap((seen) => {
    const { client } = seen.event;
    if (!client || !isOneOf(v1.dialect.events, client.event ?? "")) return [];
    const contentKey = client.event === "datastar-patch-elements" ? "elements" : "signals";
    const rows = readRows(seen.event, contentKey);
    if (rows.every(({ text }) => text.trim() === "")) return []; // [V1-SSE-11]
    return [{
      seen,
      contentKey,
      rows,
      hasLost: rows.some(({ kind }) => kind !== "value" && kind !== "blank"),
      options: Map.groupBy(rows.filter(({ kind, key }) => kind === "value" && key !== contentKey), ({ key }) => key),
    }];
  });
}

/** The value of an option. The client joins its lines with LF. Undefined if it is not given. */
export function valueOf({ options }: Pick<EventRows, "options">, key: string): string | undefined {
  return options.get(key)?.map(({ value }) => value).join("\n");
}

function readRows(event: v1.StreamEvent, contentKey: EventRows["contentKey"]): DataRow[] {
  const rows: DataRow[] = [];
  let hasContent = false;
  for (const { line, key: readKey, from, effect } of event.reading.rows) {
    if (effect === "dropped") continue;
    const text = line.text.slice(from);
    const [kind, key] = classifyRow({ text, readKey, isKnown: effect === "value", contentKey, hasContent });
    hasContent ||= kind === "value" && key === contentKey;
    rows.push({
      kind,
      text,
      key,
      value: kind === "value" ? text.slice(key.length + 1) : text,
      range: (start = 0, end = text.length) => bytesInLine(line, from + start, from + end),
    });
  }
  return rows;
}

function classifyRow({ text, readKey, isKnown, contentKey, hasContent }: {
  text: string;
  /** The key as the client reads it. */
  readKey: string;
  /** Whether the event has this key. */
  isKnown: boolean;
  contentKey: EventRows["contentKey"];
  /** Whether a line of content came before. */
  hasContent: boolean;
}): [kind: RowKind, key: string] {
  const [keys, others] = contentKey === "elements" ? [elementKeys, signalKeys] : [signalKeys, elementKeys];
  if (isKnown && text.includes(" ")) return ["value", readKey];
  if (text.trim() === "" || text === contentKey) return ["blank", contentKey];
  if (v1.isReservedKey(readKey)) return ["reserved", ""];
  const [before] = /^\s*/.exec(text)!;
  const [word] = text.trimStart().split(/\s/, 1);
  const after = text[before.length + word.length] ?? "";
  if (isOneOf(keys, word) && (before + after).includes("\t")) return ["tab", word];
  if (isOneOf(keys, word) && before !== "") return ["indented", word];
  const [letters] = /^[a-z]*/i.exec(word)!;
  if (isOneOf(keys, letters)) return ["unspaced", letters];
  if (isKnown) return ["unspaced", readKey];
  if (isOneOf(others, word)) return ["misplaced", word];
  if (v1.findOldKey(word)) return ["old", ""];
  const near = suggest(letters, keys);
  if (near !== undefined) return ["misspelt", near];
  const isContent = hasContent || (contentKey === "elements" ? word.startsWith("<") : /^[{}"\]]/.test(word));
  return isContent ? ["keyless", contentKey] : ["unknown", ""];
}
