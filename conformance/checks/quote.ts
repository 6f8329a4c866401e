/** Pieces of foreign text, as a finding quotes them. */

/** A piece of a stream in double quotes, shortened, with invisible characters made visible. */
export function quoteSource(text: string, maxLength = 60): string {
  return quoteText(text, maxLength).replace(
    /[\x7f-\xa0\u200b-\u200f\u2028-\u202e\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** A place in a text, as people count lines and columns. */
export function describePlace(text: string, offset: number): string {
  const lines = text.slice(0, offset).split("\n");
  return `line ${lines.length}, column ${[...lines[lines.length - 1]].length + 1}`;
}

/** A text that is meant for the reader of the page, in double quotes and shortened. */
export function quoteText(text: string, maxLength = 80): string {
  return JSON.stringify(text.length > maxLength ? `${text.slice(0, maxLength)}…` : text);
}
