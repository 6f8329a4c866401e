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
    why: "The user sees \uFFFD instead of letters.",
    fix: "Encode the stream as UTF-8, and do not cut text in the middle of a character.",
    run({ bytes, ended }) {
      if (bytes.length === 0) return notApplicable("the stream has no bytes");
      const at = brokenRanges(bytes, ended, 10);
      if (at.length === 0) return pass("all bytes are UTF-8");
      const hex = [...bytes.subarray(at[0].start, at[0].end)].map((byte) => byte.toString(16).padStart(2, "0"));
      return fail("UTF-8", `the byte${hex.length > 1 ? "s" : ""} ${hex.join(" ")}, which are not a character`, at);
    },
  }),
  checkStream({
    rule: ["sse-bom", "MUST", "SSE-12"],
    title: "The stream begins with at most one byte order mark",
    why: "The second one becomes part of the first line, and the client ignores that line.",
    fix:
      "Do not write a byte order mark. A second one comes from a file that begins with one, sent by a writer that adds its own.",
    run({ bytes }) {
      const isMark = (at: number) => bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf;
      if (!isMark(0)) return notApplicable("the stream begins without one");
      if (!isMark(3)) return pass("one");
      return fail("at most one byte order mark", "a second one", [{ start: 3, end: 6 }]);
    },
  }),
];

const lineChecks: StreamCheck<StreamView>[] = [
  checkEach({
    rule: ["sse-bom-inside", "MUST", "SSE-13"],
    title: "Field names and values do not begin with a byte order mark",
    why: "The client removes it and other readers keep it: the mark is lost, or the whole line.",
    fix: "Remove the byte order mark when you read the file whose text you send.",
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
    why: "A CR alone is allowed, but many programs do not split lines there; often it comes from a user's text.",
    fix: "End lines with LF, and write a CR inside text as `&#13;`.",
    run({ bytes, ended }) {
      const at = [];
      for (let i = bytes.indexOf(13); i >= 0 && at.length < 10; i = bytes.indexOf(13, i + 1)) {
        if (bytes[i + 1] !== 10 && (ended || i + 1 < bytes.length)) at.push({ start: i, end: i + 1 });
      }
      if (at.length > 0) return fail("LF or CRLF", "a CR alone ends a line", at);
      return bytes.includes(10) || bytes.includes(13) ? pass("all lines do") : notApplicable("no line has ended");
    },
  }),
  checkEach({
    rule: ["sse-space", "SHOULD", "SSE-4"],
    title: "The colon of a field is followed by one space",
    why:
      "The space is optional, but some programs need it, and without it a value that begins with a space loses that space.",
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
    why: "The client ignores the line, and its content is lost.",
    fix: "Write the names in lower case, without spaces around them, and begin each line of data with `data: `.",
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
    why: "The client ignores the line. A line of spaces is not empty, so it does not end an event.",
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
    title: "Each data line has a colon",
    why: "The standard reads it as an empty line of data, but the client ignores it.",
    fix: "Write `data:` for an empty line of data, or leave out the line.",
  }),
  checkColon({
    field: "event",
    rule: ["sse-event-colon", "MUST", "SSE-11"],
    title: "Each event line has a colon",
    why: "In the standard it clears the event's name, but the client ignores it.",
    fix: `Write the name: \`event: ${exampleEvent}\`.`,
  }),
  checkColon({
    field: "id",
    rule: ["sse-id-colon", "MUST", "REQ-11"],
    title: "Each id line has a colon",
    why: "In the standard it clears the id, but the client ignores it.",
    fix: "Write `id:` to clear the id, or the id after it.",
  }),
];

const retryAndIdChecks: StreamCheck<StreamView>[] = [
  checkEach({
    rule: ["sse-retry", "MUST", "REQ-10"],
    title: "A retry is a number of milliseconds",
    why:
      "The standard ignores any other value; the client reads the leading digits, and takes a negative number for no wait.",
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
    why: "Timers cannot wait that long: the client repeats the request at once, again and again.",
    fix: "Send a shorter time; after the first retry the client waits at most 10 s anyway.",
    ...eachField("retry"),
    fault(line) {
      const { text, value } = line;
      if (!/^\d+$/.test(value) || Number(value) <= 2 ** 31 - 1) return;
      return faultOfLine(line, "at most 2147483647", text.length - value.length);
    },
  }),
  checkEach({
    rule: ["sse-id-nul", "MUST", "REQ-11"],
    title: "An id does not contain NUL",
    why: "The standard ignores such an id. The client keeps it and cannot send it back.",
    fix: "Remove NUL from the text that becomes an id.",
    ...eachField("id"),
    fault(line) {
      const at = line.text.indexOf("\0");
      return at >= 0 && faultOfLine(line, "an id without NUL", at, at + 1);
    },
  }),
  checkEach({
    rule: ["sse-id-letters", "MUST", "REQ-11"],
    title: "An id does not contain characters above U+00FF",
    why: "The client sends the id back in a header, and a header cannot hold it: all further requests fail.",
    fix: "Use ASCII letters and digits, or encode the id, for example with `encodeURIComponent()`.",
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
