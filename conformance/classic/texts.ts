/** The texts of the round trip: the advice where one does not come back. */

import type { CheckInfo } from "../check.ts";
import { asksAgain } from "../checks/failure.ts";
import type { InputName } from "./contract.ts";
import { afterMergeError } from "./failure.ts";

const inHtml =
  'Escape the store as an attribute value: first `&` as `&amp;`, then `"` as `&quot;`, and put it in double ' +
  "quotes. Better still, write ``; $ ~ ' < > & ` `` as `\\uXXXX` in the JSON: then only `\"` is left to escape.";
const inStore = (character: string, code: string) =>
  `Write ${character} as \`${code}\` in the JSON of the store: \`json.replaceAll(…)\` before it is escaped as HTML.`;
const inJson =
  "Write the store with the JSON encoder of your language, and read it with its decoder; do not build JSON by hand.";
const inUnicode =
  "Treat the text as Unicode from end to end: do not use an 8-bit encoding, and do not remove characters.";

const lost = "The text does not come back: the client throws, or the user sees a different text.";

/** The parts of a check that differ from text to text, by the name of the text. */
export const texts: Record<InputName, Pick<CheckInfo, "clause" | "why" | "fix">> = {
  "plain": {
    clause: "EXA-5",
    why: "The user sees a different text from the one that was typed.",
    fix: "Put the signal `input` into the sentence unchanged.",
  },
  "quotes": {
    clause: "STO-9",
    why: "A quotation mark ends the attribute: the client throws, and the rest of the text becomes attributes.",
    fix: inHtml,
  },
  "single-quote": {
    clause: "STO-9",
    why: "The text adds an event handler to the page, and an attacker's code runs.",
    fix: inHtml,
  },
  "angle-brackets": {
    clause: "STO-9",
    why: "Tags in user input become elements of the page, or are removed from the text.",
    fix: inHtml,
  },
  "ampersand": {
    clause: "STO-9",
    why: "The parser reads the ampersand as a character reference, or the user sees `&amp;`.",
    fix: inHtml,
  },
  "references": {
    clause: "STO-9",
    why: "`&quot;` in the text becomes a quotation mark and ends the string in the store: the rest runs as code.",
    fix: inHtml,
  },
  "semicolon": {
    clause: "STO-3",
    why: `The client splits the store at each \`;\` and throws: ${afterMergeError}.`,
    fix: inStore("`;`", "\\u003b"),
  },
  "dollar": {
    clause: "STO-5",
    why:
      "The client rewrites `$name`, `$$` and `$&` inside strings too: the user sees the client's code, or the client throws.",
    fix: inStore("`$`", "\\u0024"),
  },
  "tilde": {
    clause: "STO-6",
    why: "The client rewrites `~name` inside strings too, into code that looks for an element.",
    fix: inStore("`~`", "\\u007e"),
  },
  "backtick": {
    clause: "STO-8",
    why: "The client copies the store into a template literal: an escaped backtick ends it, and the client throws.",
    fix: inStore("the backtick", "\\u0060"),
  },
  "backslash": {
    clause: "STO-9",
    why: "The text after the backslash is read as an escape, or the string does not end and the client throws.",
    fix: inJson,
  },
  "cr": { clause: "SSE-1", why: lost, fix: inJson },
  "lf": {
    clause: "SSE-8",
    why: "An unescaped line feed ends the event: the text after it becomes an event that an attacker can choose.",
    fix: inJson,
  },
  "tab": { clause: "STO-9", why: lost, fix: inJson },
  "nul": {
    clause: "STO-9",
    why: "The text is cut off at the NUL, or the HTML parser replaces it.",
    fix: inJson,
  },
  "line-separator": {
    clause: "STO-9",
    why: lost,
    fix: `${inJson} Write U+2028 as \`\\u2028\` and U+2029 as \`\\u2029\`, and split lines at LF alone.`,
  },
  "lone-surrogate": {
    clause: "STO-9",
    why: "A text that was cut in the middle of an emoji gets an error, or a different character.",
    fix: "Write characters from U+D800 to U+DFFF that stand alone as `\\uXXXX` in the JSON: UTF-8 cannot carry them.",
  },
  "emoji": { clause: "SSE-3", why: lost, fix: inUnicode },
  "letters": {
    clause: "EXA-5",
    why: "The text is normalised, or its case is changed: the user sees a different text.",
    fix: "Do not change the text: no `normalize()`, no lower case, no replaced characters.",
  },
  "digits": {
    clause: "EXA-5",
    why: "The text is read as a number: leading zeros are lost, and codes such as phone numbers change.",
    fix: "Treat `input` as text, whatever it contains.",
  },
  "number": {
    clause: "EXA-5",
    why: "The text is read as a number, or as JSON: the user sees a different text.",
    fix: "Treat `input` as text, whatever it contains: do not parse it again.",
  },
  "right-to-left": {
    clause: "SSE-3",
    why: lost,
    fix: inUnicode,
  },
  "spaces": {
    clause: "REQ-1",
    why: "The text is decoded twice, not decoded as form data, or trimmed: the user sees a different text.",
    fix: "Decode the query once, as form data, and do not trim it.",
  },
  "empty": {
    clause: "REQ-3",
    why: "A user who sends the empty form gets an error, or no answer.",
    fix: "Check that `input` is a string, not that it is truthy: the empty string is valid.",
  },
  "8-kb": {
    clause: "REQ-3",
    why: `A long text is cut off or refused. If the answer is not an event stream, the client ${asksAgain}.`,
    fix: "Allow request lines of at least 16 KB in the server, and in the proxy before it.",
  },
};
