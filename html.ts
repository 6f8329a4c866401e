/**
 * The `html` tag: templates of HTML in which values are escaped.
 *
 * ```ts
 * import { html } from "@fragstar/fragstar/html";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(String(html`<p title="${'"'}">${"a < b"}</p>`), '<p title="&quot;">a &lt; b</p>');
 * ```
 *
 * @module
 */

// A class and not a plain object, so that JSON from outside cannot pass for trusted HTML.
class Html {
  readonly #text: string;
  /** Whether {@linkcode trustedHtml} made it, so that it may also stand inside a tag, a comment, a script or a style. */
  readonly isTrusted: boolean;
  /** For {@linkcode html} and {@linkcode trustedHtml} alone. */
  constructor(text: string, isTrusted: boolean) {
    this.#text = text;
    this.isTrusted = isTrusted;
  }
  /** The text. */
  toString(): string {
    return this.#text;
  }
}

/** HTML that is escaped already, made by {@linkcode html} or {@linkcode trustedHtml}; `String()` gives its text. */
export type { Html };

/** A value in a `${}` of {@linkcode html}: `null`, `undefined` and `false` leave it empty. */
export type HtmlValue = string | number | bigint | Html | null | undefined | false | readonly HtmlValue[];

/**
 * A tagged template that escapes its values, in text and in quoted attributes. Line ends are escaped too, so that no text
 * can begin a line of an event. NUL and lone surrogates, which HTML cannot write, become U+FFFD.
 *
 * It does not know the meaning of an attribute: text in `data-on-click` or `href` is still code or an address. And in
 * `<pre>` and `<textarea>` the HTML parser drops a first line end, escaped or not.
 *
 * ```ts
 * import { html } from "./fragments.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const items = ["milk", "<b>eggs</b>"];
 * assertEquals(
 *   String(html`<ul id="list">${items.map((item) => html`<li>${item}</li>`)}</ul>`),
 *   '<ul id="list"><li>milk</li><li>&lt;b&gt;eggs&lt;/b&gt;</li></ul>',
 * );
 * ```
 *
 * @throws {TypeError} If the template is not written out plainly, tag by tag, so that it is certain where each value
 * stands; if a value stands where escaping cannot help: among a tag's attributes, in a comment, a script or a style, where
 * only {@linkcode trustedHtml} may stand, or in an attribute without quotes; if HTML stands inside an attribute; or if a
 * value is not an {@linkcode HtmlValue}.
 */
export function html(strings: TemplateStringsArray, ...values: HtmlValue[]): Html {
  let places = knownPlaces.get(strings);
  if (!places) knownPlaces.set(strings, places = findPlaces(strings));
  let text = strings[0];
  for (let i = 0; i < values.length; i++) text += writeValue(values[i], places[i]) + strings[i + 1];
  return new Html(text, false);
}

/**
 * Marks a string as HTML that needs no escaping. Anyone who can write into the string can run scripts in the page.
 *
 * ```ts
 * import { html, trustedHtml } from "./fragments.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(String(html`<p>${trustedHtml("<b>bold</b>")}</p>`), "<p><b>bold</b></p>");
 * ```
 */
export function trustedHtml(text: string): Html {
  return new Html(text, true);
}

/**
 * The place of a value: `unquoted` is an attribute's value without quotes, `tag` elsewhere in a tag, and `raw` a comment,
 * a script or a style, where HTML has no escapes.
 */
type Place = "text" | "attribute" | "unquoted" | "tag" | "raw";

/** The places in each template that was used before: a program has few templates and uses them often. */
const knownPlaces = new WeakMap<TemplateStringsArray, Place[]>();

/** Stands for a value while a template is parsed: a code point that no text may have. */
const hole = "\uFDD0";

// White space to the HTML parser, and so what separates attributes. JavaScript's \s has more characters.
const ws = "[\\t\\n\\f\\r ]";
const value = `"[^"]*"|'[^']*'|[^\\t\\n\\f\\r "'=<>\`]+`;
const attribute = `${hole}|[^\\t\\n\\f\\r "'=<>/\0${hole}]+(?:${ws}*=${ws}*(?:${value}))?`;
const patterns = {
  tag: new RegExp(`<(/?)([a-z][a-z0-9-]*)(?:${ws}+(?:${attribute}))*${ws}*/?>`, "iy"),
  comment: /<!--(?!-?>)(?:(?!--!>|<!--).)*?-->/sy,
  doctype: /<!doctype [a-z]+>/iy,
  text: /<(?![a-z/!?\uFDD0])|[^<]+/iy,
};

/** Elements whose content is text without markup up to their end tag: `text` where character references count. */
const textOnly: Record<string, Place> = {
  ...Object.fromEntries(["script", "style", "iframe", "noembed", "noframes", "xmp"].map((name) => [name, "raw"])),
  title: "text",
  textarea: "text",
};

/** Finds the place of each value, as the HTML parser would. Refuses a template in which it is not certain. */
function findPlaces(strings: TemplateStringsArray): Place[] {
  const template = strings.join(hole);
  if (template.split(hole).length !== strings.length) refuseTemplate(template, template.indexOf(hole));
  const places: Place[] = [];
  let at = 0;

  /** Matches a pattern at the current position, and moves on if it fits. */
  function matchNext(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = at;
    const match = pattern.exec(template);
    if (match) at = pattern.lastIndex;
    return match;
  }

  /** Records the place of each value in a part of the template. */
  function recordPlaces(part: string, place: Place): void {
    // A value must not end a reference that the template begins: `&` and "copy" would be ©.
    if (/&[#a-z0-9]*\uFDD0/i.test(part)) refuseTemplate(part, 0);
    for (let i = 1; i < part.split(hole).length; i++) places.push(place);
  }

  function recordTag(tag: string): void {
    for (const [part] of tag.matchAll(new RegExp(`=${ws}*(?:${value})|${hole}`, "g"))) {
      recordPlaces(part, !part.startsWith("=") ? "tag" : /["']$/.test(part) ? "attribute" : "unquoted");
    }
  }

  /** Records the content of an element without markup: everything up to the end tag of that name. */
  function recordContent(name: string, place: Place): void {
    const length = template.slice(at).search(new RegExp(`</${name}[\\t\\n\\f\\r />]`, "i"));
    const content = template.slice(at, at + length);
    if (length < 0 || content.includes("<!--")) refuseTemplate(template, at);
    recordPlaces(content, place);
    at += length;
  }

  while (at < template.length) {
    const comment = matchNext(patterns.comment);
    const tag = comment ?? matchNext(patterns.doctype) ?? matchNext(patterns.tag);
    if (comment) {
      recordPlaces(comment[0], "raw");
    } else if (tag) {
      recordTag(tag[0]);
      const [, slash, name = ""] = tag;
      const place = textOnly[name.toLowerCase()];
      if (place && !slash) recordContent(name, place);
    } else {
      const [text] = matchNext(patterns.text) ?? refuseTemplate(template, at);
      recordPlaces(text, "text");
    }
  }
  return places;
}

function refuseTemplate(template: string, at: number): never {
  const where = template.slice(at, at + 60).replaceAll(hole, "${}");
  throw new TypeError(`Cannot read the template at ${JSON.stringify(where)}: write tags and references out plainly`);
}

function writeValue(value: HtmlValue, place: Place): string {
  if (place === "unquoted") {
    throw new TypeError("Cannot put a value into an attribute without quotes: put quotes around it");
  }
  if (value === null || value === undefined || value === false) return "";
  if (Array.isArray(value)) return value.map((item) => writeValue(item, place)).join("");
  if (value instanceof Html) {
    if (place === "attribute") throw new TypeError("Cannot put HTML into an attribute: put a plain string there");
    if (place === "text" || value.isTrusted) return value.toString();
  }
  if (!(value instanceof Html) && !["string", "number", "bigint"].includes(typeof value)) {
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
