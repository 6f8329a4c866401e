/** Texts that readers type, and that have to come back as they were, by the name that checks use. */

/** The name of a text. */
export type TextName =
  | "plain"
  | "quotes"
  | "single-quote"
  | "angle-brackets"
  | "ampersand"
  | "references"
  | "semicolon"
  | "dollar"
  | "tilde"
  | "backtick"
  | "backslash"
  | "cr"
  | "lf"
  | "tab"
  | "nul"
  | "line-separator"
  | "lone-surrogate"
  | "emoji"
  | "letters"
  | "digits"
  | "number"
  | "right-to-left"
  | "spaces"
  | "empty"
  | "8-kb";

/** The title of the check that each text comes back. */
export const titles: Readonly<Record<TextName, string>> = {
  plain: "Plain text comes back unchanged",
  quotes: "Single and double quotation marks come back unchanged",
  "single-quote": "A single quote before text that looks like an attribute comes back unchanged",
  "angle-brackets": "Tags in a text come back as text",
  ampersand: "An ampersand comes back unchanged",
  references: "Character references in a text come back as they were typed",
  semicolon: "A semicolon comes back unchanged",
  dollar: "Dollar signs come back unchanged",
  tilde: "A tilde comes back unchanged",
  backtick: "A backtick comes back unchanged",
  backslash: "Backslashes come back unchanged",
  cr: "A carriage return comes back unchanged",
  lf: "Line feeds come back unchanged",
  tab: "A tab comes back unchanged",
  nul: "A NUL comes back unchanged",
  "line-separator": "Unicode line and paragraph separators come back unchanged",
  "lone-surrogate": "Half of a surrogate pair comes back unchanged",
  emoji: "Emoji come back unchanged",
  letters: "Letters come back unchanged, composed or not, upper or lower case",
  digits: "A text of digits comes back as text",
  number: "A text that looks like a number comes back as text",
  "right-to-left": "Right-to-left text and its control characters come back unchanged",
  spaces: "Spaces, plus signs and percent signs come back unchanged",
  empty: "An empty text comes back unchanged",
  "8-kb": "A text of 8 KB comes back unchanged",
};

/** The lines that the client of a dialect would act on, if a text could bring them into a stream. */
interface Lines {
  /** A line of data, after a CR. */
  line: string;
  /** An event, after an empty line. */
  event: string;
}

/** Makes the texts of a dialect. */
export const createInputs = ({ line, event }: Lines): Record<TextName, string> => ({
  plain: "hello",
  quotes: `He said "it's"`,
  "single-quote": `x' onclick='alert(1)`,
  "angle-brackets": "--></title></style></textarea></main><script>alert(1)</script><b>",
  ampersand: "a & b &amp c &",
  references: "&quot;+alert(1)+&quot; &#39; &lt;",
  semicolon: "a;b",
  dollar: "cost $money $show $& $$ ${x}",
  tilde: "~ref",
  backtick: "a`b`",
  backslash: "a\\b\\u0041\\",
  cr: `a\r${line}\rb`,
  lf: `a\n\n${event}\n\nb`,
  tab: "a\tb",
  nul: "a\0b",
  "line-separator": "a\u2028b\u2029c",
  "lone-surrogate": "a\ud800b",
  emoji: "👨‍👩‍👧 é",
  // Normalizing (NFC, NFKC) or a change of case would change these.
  letters: "E\u0301 \u212b \ufb01 \u0130\u00df MiXed",
  // These look like a number or a value of JSON.
  digits: "007",
  number: "1e3",
  "right-to-left": "שלום \u202eabc\u202c",
  spaces: "  a + b%20c  ",
  empty: "",
  "8-kb": "0123456789abcdef".repeat(512),
});
