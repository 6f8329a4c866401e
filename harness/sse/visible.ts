/**
 * Makes invisible characters visible. Text that came from elsewhere is safe to show after that: characters that cannot be
 * seen, or that would move the cursor, reverse the line or ring the bell, become their names between ‹ and ›.
 *
 * @module
 */

/** Names of invisible characters. Those without a name are shown by their code point. */
export const characterNames: Record<string, string> = {
  "\0": "NUL",
  "\x07": "BEL",
  "\b": "BS",
  "\t": "TAB",
  "\n": "LF",
  "\v": "VT",
  "\f": "FF",
  "\r": "CR",
  "\x1b": "ESC",
  "\x7f": "DEL",
  "\x85": "NEL",
  "\x9b": "CSI",
  "\xa0": "NBSP",
  "\xad": "SHY",
  "\u200b": "ZWSP",
  "\u200c": "ZWNJ",
  "\u200d": "ZWJ",
  "\u200e": "LRM",
  "\u200f": "RLM",
  "\u2028": "LS",
  "\u2029": "PS",
  "\u202a": "LRE",
  "\u202b": "RLE",
  "\u202c": "PDF",
  "\u202d": "LRO",
  "\u202e": "RLO",
  "\u2066": "LRI",
  "\u2067": "RLI",
  "\u2068": "FSI",
  "\u2069": "PDI",
  "\ufeff": "BOM",
};

/**
 * Control and format characters, lone surrogates, unassigned code points, default ignorables, spaces other than U+0020,
 * line ends, and skin tones: these would join the emoji before them, and no width could be relied on.
 */
const invisible = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u{1F3FB}-\u{1F3FF}]|(?! )\p{Zs}/u;
const allInvisible = new RegExp(invisible, "gu");

/** Whether a character is invisible. */
export function isInvisible(character: string): boolean {
  return invisible.test(character);
}

/** Names a character: `‹LF›`, or `‹U+3000›` where it has no name. */
export function nameCharacter(character: string): string {
  const code = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
  return `‹${characterNames[character] ?? `U+${code}`}›`;
}

/** Replaces the invisible characters of a text by their names. The result has no line end. */
export function showInvisible(text: string): string {
  return text.replace(allInvisible, nameCharacter);
}

/** Replaces the invisible characters of a text by what `replace` returns for each. */
export function replaceInvisible(text: string, replace: (character: string) => string): string {
  return text.replace(allInvisible, (character) => replace(character));
}
