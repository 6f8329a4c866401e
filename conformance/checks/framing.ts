/** The checks of a stream below its instructions: bytes, lines and fields. */

import { BOM, bytesInLine, fieldNames } from "../../harness/mod.ts";
import { fail, notApplicable, pass, type StreamCheck } from "../check.ts";
import type { StreamView } from "../stream_view.ts";
import { type EventWords, nameAndDataChecks } from "./events.ts";
import { brokenRanges, type Field } from "./fields.ts";
import { quoteSource } from "./quote.ts";
import { type Definition, type Fault, faultOfLine, streamChecks } from "./stream_checks.ts";
import { suggest } from "./words.ts";

const { checkStream, checkEach } = streamChecks<StreamView>("framing");

const eachLine = { noun: "line", items: ({ fields }: StreamView) => fields };

const eachField = (...names: string[]) => ({
  noun: `\`${names.join("` or `")}\` line`,
  items: ({ fields }: StreamView) => fields.filter(({ name }) => names.includes(name)),
});

/** A fault with words before the text of its line. */
const explainFault = (words: string, fault: Fault): Fault => ({ ...fault, actual: `${words}: ${fault.actual}` });

/** A check that each line with a field has a colon. */
const checkColon = ({ field, ...info }: Definition<{ field: string }>) =>
  checkEach({
    ...info,
    ...eachField(field),
    fault: (line) => line.colon < 0 && faultOfLine(line, `${field}: …`),
  });

/** Makes the checks, with the words that a dialect has for its events. */
export const framing = (words: EventWords): StreamCheck<StreamView>[] => [
  ...byteChecks,
  ...lineChecks,
  ...colonChecks(words),
  ...retryAndIdChecks,
  ...nameAndDataChecks(words),
];

const byteChecks: StreamCheck<StreamView>[] = [
  checkStream({
    rule: ["sse-utf8", "MUST", "SSE-3"],
    title: "The stream is UTF-8",
    why: "The reader sees \uFFFD in the place of letters.",
    fix: "Encode what is sent as UTF-8, and cut no text in the middle of a character.",
    run({ bytes, ended }) {
      if (bytes.length === 0) return notApplicable("there are no bytes");
      const at = brokenRanges(bytes, ended, 10);
      if (at.length === 0) return pass("all of it is");
      const hex = [...bytes.subarray(at[0].start, at[0].end)].map((byte) => byte.toString(16).padStart(2, "0"));
      return fail("UTF-8", `the byte${hex.length > 1 ? "s" : ""} ${hex.join(" ")}, which are no character`, at);
    },
  }),
  checkStream({
    rule: ["sse-bom", "MUST", "SSE-12"],
    title: "The stream begins with one byte order mark at most",
    why: "The second one becomes a part of the first line, which is then ignored.",
    fix: "Write none. Two come where a file with a byte order mark is sent by a writer that adds one.",
    run({ bytes }) {
      const isMark = (at: number) => bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf;
      if (!isMark(0)) return notApplicable("the stream begins without one");
      if (!isMark(3)) return pass("one");
      return fail("one byte order mark at most", "a second one", [{ start: 3, end: 6 }]);
    },
  }),
];

const lineChecks: StreamCheck<StreamView>[] = [
  checkEach({
    rule: ["sse-bom-inside", "MUST", "SSE-13"],
    title: "No field name and no value begins with a byte order mark",
    why: "The client takes it away and other readers do not: it is lost, or the line is.",
    fix: "Take the byte order mark away where a file is read whose text is sent.",
    ...eachLine,
    fault(line) {
      const { text, body, value } = line;
      const isValue = !body.startsWith(BOM);
      if (isValue ? !value.startsWith(BOM) : line.first) return; // a second one at the beginning is for sse-bom
      const from = isValue ? text.length - value.length : 0;
      const fault = faultOfLine(line, "no byte order mark here", from, from + 1);
      return explainFault(`a ${isValue ? "value" : "line"} begins with one`, fault);
    },
  }),
  checkStream({
    rule: ["sse-line-ends", "MAY", "SSE-1"],
    title: "Lines end with LF or CRLF",
    why: "A CR alone is allowed, but many programs do not split there; often it came in with a user's text.",
    fix: "End lines with LF, and send CR in a text as `&#13;`.",
    run({ bytes, ended }) {
      const at = [];
      for (let i = bytes.indexOf(13); i >= 0 && at.length < 10; i = bytes.indexOf(13, i + 1)) {
        if (bytes[i + 1] !== 10 && (ended || i + 1 < bytes.length)) at.push({ start: i, end: i + 1 });
      }
      if (at.length > 0) return fail("LF or CRLF", "a CR alone ends a line", at);
      return bytes.includes(10) || bytes.includes(13) ? pass("they do") : notApplicable("no line ends");
    },
  }),
  checkEach({
    rule: ["sse-space", "SHOULD", "SSE-4"],
    title: "One space stands after the colon of a field",
    why: "It is allowed without, but some programs need it, and a value that begins with a space loses that one.",
    fix: "Write `data: ` with a space.",
    ...eachField(...fieldNames),
    fault(line) {
      const { text, name, colon, value } = line;
      if (colon < 0 || value === "" || text[colon + 1] === " ") return;
      return faultOfLine(line, quoteSource(`${name}: ${value}`), colon, colon + 1);
    },
  }),
  checkEach({
    rule: ["sse-field", "MUST", "SSE-5"],
    title: "Each field is event, data, id or retry",
    why: "The client ignores the line, and what it says is lost.",
    fix: "Write the names in lower case, with nothing around them, and begin each line of data with `data: `.",
    ...eachLine,
    fault(line) {
      const { text, name, colon, body } = line;
      if (colon < 0 || body.startsWith(BOM) || fieldNames.includes(name)) return;
      return faultOfLine(line, expectedField(line), text.length - body.length, colon);
    },
  }),
  checkEach({
    rule: ["sse-junk", "MUST", "SSE-4"],
    title: "Each line has a colon, or is empty",
    why: "The client ignores the line. A line of spaces is not empty: it ends no event.",
    fix: "Begin each line of data with `data: `, comments with a colon, and write blank lines without spaces.",
    ...eachLine,
    fault(line) {
      const { text, name, colon, body } = line;
      if (colon >= 0 || body.startsWith(BOM) || ["data", "event", "id"].includes(name)) return;
      if (text.trim() === "") return explainFault("a line of white space", faultOfLine(line, "an empty line"));
      return faultOfLine(line, name === "retry" ? "retry: and a number" : quoteSource(`data: ${text}`));
    },
  }),
];

const colonChecks = ({ exampleEvent }: EventWords): StreamCheck<StreamView>[] => [
  checkColon({
    field: "data",
    rule: ["sse-data-colon", "MUST", "SSE-10"],
    title: "No data line is without a colon",
    why: "The standard takes it for an empty line of data, the client ignores it.",
    fix: "Write `data:` for an empty line of data, and nothing where none is meant.",
  }),
  checkColon({
    field: "event",
    rule: ["sse-event-colon", "MUST", "SSE-11"],
    title: "No event line is without a colon",
    why: "In the standard it takes the event's name away, the client ignores it.",
    fix: `Write the name: \`event: ${exampleEvent}\`.`,
  }),
  checkColon({
    field: "id",
    rule: ["sse-id-colon", "MUST", "REQ-11"],
    title: "No id line is without a colon",
    why: "In the standard it clears the id, the client ignores it.",
    fix: "Write `id:` to clear the id, or the id after it.",
  }),
];

const retryAndIdChecks: StreamCheck<StreamView>[] = [
  checkEach({
    rule: ["sse-retry", "MUST", "REQ-10"],
    title: "A retry is a number of milliseconds",
    why: "The standard ignores it; the client reads the digits that it begins with, and a minus means at once.",
    fix: "Write digits only: `retry: 1000`.",
    ...eachField("retry"),
    fault(line) {
      const { text, value, colon } = line;
      if (colon < 0 || /^\d+$/.test(value)) return;
      return faultOfLine(line, "digits", value === "" ? 0 : text.length - value.length);
    },
  }),
  checkEach({
    rule: ["sse-retry-limit", "MUST", "REQ-10"],
    title: "A retry is at most 2147483647",
    why: "No timer can wait that long: the client asks again at once, and again.",
    fix: "Send a shorter time; the client waits 10 s at most after the first time anyway.",
    ...eachField("retry"),
    fault(line) {
      const { text, value } = line;
      if (!/^\d+$/.test(value) || Number(value) <= 2 ** 31 - 1) return;
      return faultOfLine(line, "at most 2147483647", text.length - value.length);
    },
  }),
  checkEach({
    rule: ["sse-id-nul", "MUST", "REQ-11"],
    title: "No id has a NUL in it",
    why: "The standard ignores such an id. The client keeps it and cannot send it back.",
    fix: "Take NUL out of what becomes an id.",
    ...eachField("id"),
    fault(line) {
      const at = line.text.indexOf("\0");
      return at >= 0 && faultOfLine(line, "an id without NUL", at, at + 1);
    },
  }),
  checkEach({
    rule: ["sse-id-letters", "MUST", "REQ-11"],
    title: "No id has a character over U+00FF",
    why: "The client sends the id back in a header, which cannot hold it: all further requests fail.",
    fix: "Use letters, digits and a few signs; or encode the id, by `encodeURIComponent()` for one.",
    ...eachField("id"),
    fault(line) {
      const { text, value } = line;
      const from = text.length - value.length;
      const at = value.search(/[^\0-\xff]/);
      if (at < 0 || value.startsWith(BOM)) return;
      const [character] = value.slice(at);
      return {
        expected: "characters up to U+00FF",
        actual: `${quoteSource(character)} in ${quoteSource(text)}`,
        at: [bytesInLine(line, from + at, from + at + character.length)],
      };
    },
  }),
];

/** Names of fields that other writers of streams use, and the field that each means. */
const foreignFields: Record<string, string> = {
  retryDuration: "retry",
  retryInterval: "retry",
  eventId: "id",
  eventID: "id",
  "last-event-id": "id",
  type: "event",
  name: "event",
};

/** The line that should stand in the place of one with an unknown field. */
function expectedField({ text, name, value }: Field): string {
  const word = name.trim();
  const meant = Object.hasOwn(foreignFields, word) ? foreignFields[word] : suggest(word, fieldNames);
  if (meant !== undefined) return quoteSource(`${meant}: ${value}`);
  return /^[\w-]+$/.test(word) ? `one of ${fieldNames.join(", ")}` : quoteSource(`data: ${text}`);
}
