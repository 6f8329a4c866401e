/**
 * HTML with text in it: a tagged template that escapes.
 *
 * @module
 */

// A class and not a plain object, so that no JSON from outside can pass for trusted HTML.
class Html {
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }
  toString(): string {
    return this.#text;
  }
}

/** HTML that is escaped already, made by {@linkcode html} or {@linkcode trustedHtml}; `String()` gives its text. */
export type { Html };

/** What may stand in a `${}` of {@linkcode html}: `null`, `undefined` and `false` leave it empty. */
export type HtmlValue = string | number | bigint | Html | null | undefined | false | readonly HtmlValue[];

/**
 * A tagged template that escapes what is put into it, in text and in quoted attributes. Line ends are escaped too, so
 * that no text can begin a line of an event. What HTML has no way to write, NUL and lone surrogates, becomes U+FFFD.
 *
 * It does not know what an attribute means: text put into `data-on-click` or `href` is still code or an address. And it
 * does not know of `<pre>` and `<textarea>`, whose first line end the HTML parser drops, escaped or not.
 *
 * ```ts
 * import { html } from "../fragments.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const items = ["milk", "<b>eggs</b>"];
 * assertEquals(
 *   String(html`<ul id="list">${items.map((item) => html`<li>${item}</li>`)}</ul>`),
 *   '<ul id="list"><li>milk</li><li>&lt;b&gt;eggs&lt;/b&gt;</li></ul>',
 * );
 * ```
 *
 * @throws {TypeError} If a plain value stands where escaping cannot help: among a tag's attributes, in an attribute
 * without quotes, in a comment, a script or a style; if HTML stands inside an attribute; or if a value is of another
 * kind.
 */
export function html(strings: TemplateStringsArray, ...values: HtmlValue[]): Html {
  let places = knownPlaces.get(strings);
  if (!places) knownPlaces.set(strings, places = findPlaces(strings));
  let text = strings[0];
  for (let i = 0; i < values.length; i++) text += write(values[i], places[i]) + strings[i + 1];
  return new Html(text);
}

/**
 * Passes a string off as HTML that needs no escaping. Whoever can write into the string can run scripts in the page.
 *
 * ```ts
 * import { html, trustedHtml } from "../fragments.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(String(html`<p>${trustedHtml("<b>bold</b>")}</p>`), "<p><b>bold</b></p>");
 * ```
 */
export function trustedHtml(text: string): Html {
  return new Html(text);
}

/**
 * Where a value stands: `unquoted` is an attribute's value without quotes, `tag` elsewhere in a tag, and `raw` a comment,
 * a script or a style, where nothing is escaped by HTML's rules.
 */
type Place = "text" | "attribute" | "unquoted" | "tag" | "raw";

/** A program has few templates and uses them often: each is looked at once. */
const knownPlaces = new WeakMap<TemplateStringsArray, Place[]>();

function findPlaces(strings: TemplateStringsArray): Place[] {
  let open = ""; // what ends the present state: "" in text, ">" in a tag, a quote, "-->", "</script" and the like
  let tag = "";
  return strings.slice(0, -1).map((part) => {
    for (const { 0: token, index } of part.matchAll(/<!--|-->|<[/!?]?$|<\/?[a-z][^\s"'<>/]*|["'>]/gi)) {
      if (open === "") {
        if (token === "<!--") open = "-->";
        else if (token.startsWith("<")) [open, tag] = [">", token.slice(1).toLowerCase()];
      } else if (open === ">") {
        // A quote counts where a value begins; elsewhere it is part of a name or of a value, as the HTML parser has it.
        if (/["']/.test(token) && /(?<!=\s*[^\s"'=]*)=\s*$/.test(part.slice(0, index))) open = token;
        else if (token.endsWith(">")) open = rawTags.has(tag) ? `</${tag}` : "";
      } else if (token.toLowerCase() === open) {
        open = open === "-->" ? "" : ">";
        if (token.startsWith("</")) tag = "";
      }
    }
    if (open === "") return "text";
    if (open === ">") return /=\s*[^\s"'>]*$/.test(part) ? "unquoted" : "tag";
    return open === '"' || open === "'" ? "attribute" : "raw";
  });
}

const rawTags = new Set(["script", "style", "iframe", "noembed", "noframes", "xmp", "plaintext"]);

function write(value: HtmlValue, place: Place): string {
  if (value === null || value === undefined || value === false) return "";
  if (Array.isArray(value)) return value.map((item) => write(item, place)).join("");
  if (place === "unquoted") {
    throw new TypeError("Cannot put a value into an attribute without quotes: put quotes around it");
  }
  if (value instanceof Html) {
    if (place === "attribute") throw new TypeError("Cannot put HTML into an attribute: put a plain string there");
    return String(value);
  }
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "bigint") {
    throw new TypeError(`Cannot put a value of type ${typeof value} into HTML: make a string of it first`);
  }
  if (place === "tag") {
    throw new TypeError("Cannot put text into a tag outside of quotes: use storeAttribute() or trustedHtml()");
  }
  if (place === "raw") {
    throw new TypeError("Cannot put text into a comment, a script or a style: it has no escapes, put it elsewhere");
  }
  return String(value).toWellFormed().replace(/[&<>"'\r\n\0]/g, (character) => references[character]);
}

const references: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "\r": "&#13;",
  "\n": "&#10;",
  "\0": "\uFFFD",
};
