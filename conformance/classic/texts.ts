/** The texts of the round trip: the title of each check, and the advice where the text does not come back. */

import type { CheckInfo } from "../check.ts";
import { asksAgain } from "../checks/failure.ts";
import type { InputName } from "./contract.ts";
import { afterMergeError } from "./failure.ts";

const inHtml =
  'Escape the store for the attribute it stands in: first `&` as `&amp;`, then `"` as `&quot;`, and put it in double ' +
  "quotes. Better still write ``; $ ~ ' < > & ` `` as `\\uXXXX` in the JSON: then nothing but `\"` is left to escape.";
const inStore = (character: string, code: string) =>
  `Write ${character} as \`${code}\` in the JSON of the store: \`json.replaceAll(…)\` before it is escaped as HTML.`;
const inJson =
  "Write the store with the JSON encoder of your language, and read it with its decoder; build no JSON by hand.";
const inUnicode =
  "Treat the text as Unicode from end to end: no 8-bit encoding and no cleaning of characters on the way.";

const lost = "The text does not come back: the client raises, or the reader sees a different one.";

/** The parts of a check that differ from text to text, by the name of the text. */
export const texts: Record<InputName, Pick<CheckInfo, "title" | "clause" | "why" | "fix">> = {
  "plain": {
    title: "A plain text comes back as it was",
    clause: "EXA-5",
    why: "The reader sees another text than the one that was typed.",
    fix: "Put the signal `input` into the sentence as it came.",
  },
  "quotes": {
    title: "Quotation marks of both kinds come back as they were",
    clause: "STO-9",
    why: "A quotation mark ends the attribute: the client raises, and what follows in the text becomes attributes.",
    fix: inHtml,
  },
  "single-quote": {
    title: "A single quote before something like an attribute comes back as it was",
    clause: "STO-9",
    why: "The text plants an event handler in the page, which runs someone else's code.",
    fix: inHtml,
  },
  "angle-brackets": {
    title: "Tags in a text come back as text",
    clause: "STO-9",
    why: "Tags of a stranger become elements of the page, or are cut out of the text.",
    fix: inHtml,
  },
  "ampersand": {
    title: "An ampersand comes back as it was",
    clause: "STO-9",
    why: "The parser reads a character reference where there was none, or the reader sees `&amp;`.",
    fix: inHtml,
  },
  "references": {
    title: "Character references in a text come back as they were typed",
    clause: "STO-9",
    why:
      "`&quot;` in the text becomes a quotation mark, which ends the string in the store: what follows runs as code.",
    fix: inHtml,
  },
  "semicolon": {
    title: "A semicolon comes back as it was",
    clause: "STO-3",
    why: `The client splits the store at each \`;\` and raises: ${afterMergeError}.`,
    fix: inStore("`;`", "\\u003b"),
  },
  "dollar": {
    title: "Dollar signs come back as they were",
    clause: "STO-5",
    why: "The client rewrites `$name`, `$$` and `$&` inside strings too: the reader sees its code, or it raises.",
    fix: inStore("`$`", "\\u0024"),
  },
  "tilde": {
    title: "A tilde comes back as it was",
    clause: "STO-6",
    why: "The client rewrites `~name` inside strings too, into code that looks for an element.",
    fix: inStore("`~`", "\\u007e"),
  },
  "backtick": {
    title: "A backtick comes back as it was",
    clause: "STO-8",
    why: "The client copies the store into a template literal: an escaped backtick ends it, and the client raises.",
    fix: inStore("the backtick", "\\u0060"),
  },
  "backslash": {
    title: "Backslashes come back as they were",
    clause: "STO-9",
    why: "What follows the backslash is read as an escape, or the string does not end: the client raises.",
    fix: inJson,
  },
  "cr": { title: "A carriage return comes back as it was", clause: "SSE-1", why: lost, fix: inJson },
  "lf": {
    title: "Line feeds come back as they were",
    clause: "SSE-8",
    why: "A line feed that is written as it is ends the event: what follows becomes an event of a stranger.",
    fix: inJson,
  },
  "tab": { title: "A tab comes back as it was", clause: "STO-9", why: lost, fix: inJson },
  "nul": {
    title: "A NUL comes back as it was",
    clause: "STO-9",
    why: "The text is cut off at the NUL, or the HTML parser replaces it.",
    fix: inJson,
  },
  "line-separator": {
    title: "Unicode's line and paragraph separators come back as they were",
    clause: "STO-9",
    why: lost,
    fix: `${inJson} Write U+2028 as \`\\u2028\` and U+2029 as \`\\u2029\`, and split lines at LF alone.`,
  },
  "lone-surrogate": {
    title: "Half of a surrogate pair comes back as it was",
    clause: "STO-9",
    why: "A text that was cut in the middle of an emoji is answered with an error, or with another character.",
    fix: "Write characters from U+D800 to U+DFFF that stand alone as `\\uXXXX` in the JSON: UTF-8 cannot carry them.",
  },
  "emoji": { title: "Emoji come back as they were", clause: "SSE-3", why: lost, fix: inUnicode },
  "letters": {
    title: "Letters come back as they were, composed or not, large or small",
    clause: "EXA-5",
    why: "The text is normalised, or its case is changed: the reader sees a different one.",
    fix: "Change nothing in the text: no `normalize()`, no lower case, no replacement of characters.",
  },
  "digits": {
    title: "A text of digits comes back as a text",
    clause: "EXA-5",
    why: "The text is read as a number: zeros are lost, and a number that is a name or a code becomes another.",
    fix: "Take `input` for a text, whatever is in it.",
  },
  "number": {
    title: "A text that looks like a number comes back as a text",
    clause: "EXA-5",
    why: "The text is read as a number, or as JSON: the reader sees a different one.",
    fix: "Take `input` for a text, whatever is in it: do not parse it again.",
  },
  "right-to-left": {
    title: "Right-to-left text and its control characters come back as they were",
    clause: "SSE-3",
    why: lost,
    fix: inUnicode,
  },
  "spaces": {
    title: "Spaces, plus and percent signs come back as they were",
    clause: "REQ-1",
    why: "The text is decoded twice, or not as a form, or trimmed: the reader sees a different one.",
    fix: "Decode the query once, as form encoding, and trim nothing.",
  },
  "empty": {
    title: "An empty text comes back as it was",
    clause: "REQ-3",
    why: "Who sends the form without typing anything gets an error, or no answer.",
    fix: "Look whether `input` is a text, not whether it is true: the empty text is one.",
  },
  "8-kb": {
    title: "A text of 8 KB comes back as it was",
    clause: "REQ-3",
    why: `A long text is cut off or refused: by anything but an event stream, the client ${asksAgain}.`,
    fix: "Allow request lines of at least 16 KB in the server, and in the proxy before it.",
  },
};
