/** Finds the dialect that a page or a stream speaks, by the marks that each dialect has. */

import type { Dialect, Marks } from "./dialect.ts";
import { defaultDialect, dialects } from "./dialects.ts";
import { pageOf } from "./checks/http.ts";
import type { Selection } from "./judge.ts";
import { parsePage } from "./markup.ts";
import type { Recording } from "./recording.ts";

/** The bytes at the beginning of a stream, and the characters of a page, that are looked at. */
const looked = { stream: 256 * 1024, page: 1024 * 1024 };

/** The dialects that have all the checks that a choice names. */
export function dialectsWith({ only = [], skip = [] }: Selection, among = Object.values(dialects)): Dialect[] {
  const named = [...only, ...skip];
  return among.filter(({ checks }) => named.every((id) => checks.some((check) => check.id === id)));
}

/** Finds the dialect of a page. */
export function detectInPage(html: string): Dialect | undefined {
  const attributes = parsePage(html.slice(0, looked.page)).elements.flatMap(({ attrs }) => attrs);
  return findMost(({ isAttribute }) => attributes.filter(({ name, value }) => isAttribute(name, value)).length);
}

/** Finds the dialect of a stream: by the names of its events, or else by the keys of its data. */
export function detectInStream(bytes: Uint8Array): Dialect | undefined {
  const text = new TextDecoder().decode(bytes.subarray(0, looked.stream));
  const find = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, word]) => word);
  // Only CR and LF end lines: with the flag `m`, U+2028 and U+2029 would too.
  const names = find(/(?<=^|[\r\n])event: ?(\S+)/g);
  const keys = find(/(?<=^|[\r\n])data: *(\w+)/g);
  return findMost(({ isEvent }) => names.filter(isEvent).length) ??
    findMost(({ isKey }) => keys.filter(isKey).length);
}

/** The dialect with the most marks; nothing, if there are none, or as many of each. */
function findMost(count: (marks: Marks) => number): Dialect | undefined {
  const [first, second] = Object.values(dialects).map((dialect) => ({ dialect, marks: count(dialect.marks) }))
    .toSorted((a, b) => b.marks - a.marks);
  return first.marks > (second?.marks ?? 0) ? first.dialect : undefined;
}

/**
 * Finds the dialect of a recording: that of the chosen checks, of its page, or else of its streams. The default, if none
 * of these tells.
 */
export function detectDialect(recording: Recording, selection: Selection = {}): Dialect {
  const [chosen, ...others] = dialectsWith(selection);
  if (chosen && others.length === 0) return chosen;
  if (recording.kind === "stream") {
    const { page, exchange, bytes = exchange?.body } = recording;
    return page !== undefined && detectInPage(page) || bytes && detectInStream(bytes) || defaultDialect;
  }
  const { answers, contract } = recording;
  if (Object.hasOwn(dialects, contract)) return dialects[contract];
  const html = recording.kind === "sdk" ? undefined : pageOf(recording.page);
  if (html !== undefined) {
    const found = detectInPage(html);
    if (found) return found;
  }
  for (const { body } of Object.values(answers)) {
    const found = detectInStream(body);
    if (found) return found;
  }
  return defaultDialect;
}
