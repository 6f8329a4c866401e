/**
 * Quotes texts from outside in sentences.
 *
 * @module
 */

/** Quotes a text as code: on one line, cut, and without a backtick, which would end it. */
export function quoteCode(text: string, limit = 60): string {
  const line = text.replace(/[\t\n\f\r ]+/g, " ").replaceAll("`", "'");
  const characters = [...line.slice(0, 2 * limit)];
  const isCut = characters.length > limit || line.length > 2 * limit;
  return `\`${isCut ? characters.slice(0, limit).join("").trimEnd() + "…" : line}\``;
}
