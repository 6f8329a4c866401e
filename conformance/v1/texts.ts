/** The texts of the round trip: the title of each check, and the advice where the text does not come back. */

import type { CheckInfo, Level } from "../check.ts";
import { titles } from "../inputs.ts";
import type { InputName } from "./inputs.ts";

const inJson =
  "Write the signals with the JSON encoder of your language, and read them with its decoder; do not build JSON by hand.";
const inHtml = `${inJson} If you send them in \`data-signals\`, escape the JSON as an attribute value.`;
const inUnicode =
  "Treat the text as Unicode from end to end: do not use an 8-bit encoding, and do not remove characters.";
const asTyped = "Treat `input` as text, whatever it contains: do not parse it again.";

const lost = "The user sees a different text, or none.";

type Words = Pick<CheckInfo, "clause" | "why" | "fix"> & { level?: Level };

/** The parts of a check that differ from text to text. The level is MUST if there is none. */
const words: Record<InputName, Words> = {
  "plain": {
    clause: "V1-REQ-2",
    why: "The user sees a different text from the one that was typed.",
    fix: "Put the signal `input` into the sentence unchanged.",
  },
  "quotes": {
    clause: "PSG-3",
    why: "A quotation mark ends the string: the client runs the rest of the text as JavaScript, or reports an error.",
    fix: inHtml,
  },
  "single-quote": {
    clause: "PEL-24",
    why: "The text adds an event handler to the page, and an attacker's code runs.",
    fix: inHtml,
  },
  "angle-brackets": {
    clause: "PEL-24",
    why: "Tags in user input become elements of the page, or are removed from the text.",
    fix: inHtml,
  },
  "ampersand": { clause: "PSG-16", why: "The user sees `&amp;`, or the text loses a part.", fix: inHtml },
  "references": { clause: "PSG-16", why: "`&quot;` in the text becomes a quotation mark.", fix: inHtml },
  "semicolon": { clause: "PSG-2", why: lost, fix: inJson },
  "dollar": { clause: "PSG-2", why: lost, fix: `${inJson} Do not use the text as the replacement of a pattern.` },
  "tilde": { clause: "PSG-2", why: lost, fix: inJson },
  "backtick": { clause: "PSG-2", why: lost, fix: inJson },
  "backslash": {
    clause: "PSG-2",
    why:
      "The text after the backslash is read as an escape, or the string does not end and the client reports an error.",
    fix: inJson,
  },
  "cr": {
    clause: "PEL-27",
    why: "The client ends a line at a carriage return too: a user can write lines of the stream.",
    fix: `${inJson} In HTML, split the text at CR too, and write the key on each line.`,
  },
  "lf": {
    clause: "PEL-27",
    why: "An unescaped line feed ends the event: the text after it becomes an event that an attacker can choose.",
    fix: `${inJson} In HTML, write the key on each line.`,
  },
  "tab": { clause: "PSG-2", why: lost, fix: inJson },
  "nul": { clause: "PSG-2", why: "The text is cut off at the NUL, or the HTML parser drops it.", fix: inJson },
  "line-separator": { clause: "PSG-2", why: lost, fix: `${inJson} Split lines at CR and LF alone.` },
  "lone-surrogate": {
    clause: "V1-SSE-3",
    why: "A text that was cut in the middle of an emoji gets an error, or a different character.",
    fix: "Write characters from U+D800 to U+DFFF that stand alone as `\\uXXXX` in the JSON: UTF-8 cannot carry them.",
  },
  "emoji": { clause: "V1-SSE-3", why: lost, fix: inUnicode },
  "letters": {
    clause: "V1-SSE-3",
    why: "The text is normalised, or its case is changed: the user sees a different text.",
    fix: "Do not change the text: no `normalize()`, no lower case, no replaced characters.",
  },
  "digits": {
    clause: "V1-REQ-4",
    why: "The text is read as a number: leading zeros are lost, and codes such as phone numbers change.",
    fix: asTyped,
  },
  "number": {
    clause: "V1-REQ-4",
    why: "The text is read as a number, or as JSON: the user sees a different text.",
    fix: asTyped,
  },
  "right-to-left": { clause: "V1-SSE-3", why: lost, fix: inUnicode },
  "spaces": {
    clause: "V1-REQ-2",
    why: "The text is decoded twice, not decoded as form data, or trimmed: the user sees a different text.",
    fix: "Decode the query once, as form data, and do not trim it.",
  },
  "empty": {
    clause: "V1-REQ-4",
    why: "A user who sends an empty field gets an error, or no answer.",
    fix: "Check that `input` is a string, not that it is truthy: the empty string is valid.",
  },
  "8-kb": {
    clause: "V1-REQ-4",
    why: "A long text is cut off or refused, and the user gets no answer.",
    fix: "Allow request lines of at least 16 KB in the server, and in the proxy before it.",
  },
  "action": {
    level: "SHOULD",
    clause: "PSG-16",
    why:
      "Up to 1.0.2 the client rewrites `@name(` in expressions, in strings too: the text changes, or does not compile.",
    fix: "Send the signal in `datastar-patch-signals`, or write `@` as `\\u0040` in `data-signals`.",
  },
};

const ownTitles: Record<InputName, string> = {
  ...titles,
  action: "A text that looks like an action comes back unchanged",
};

/** The level and the texts of the check that a text comes back. */
export const textsOf = (name: InputName): Required<Words> & Pick<CheckInfo, "title"> => ({
  level: "MUST",
  title: ownTitles[name],
  ...words[name],
});
