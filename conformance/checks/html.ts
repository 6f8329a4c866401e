/** The checks of HTML that the parser does not take as written. They know no dialect: it gives them the HTML. */

import type { ByteRange } from "../../harness/mod.ts";
import type { StreamCheck } from "../check.ts";
import { attributeOf, attributeSpot, type Element, type Markup, type Spot, startTagOf } from "../markup.ts";
import type { StreamView } from "../stream_view.ts";
import { describePlace, quoteSource } from "./quote.ts";
import { type Definition, type Fault, firstFew, type Items, streamChecks } from "./stream_checks.ts";

export const setOf = (words: string) => new Set(words.split(" "));

export const tableParts = setOf("caption col colgroup tbody td tfoot th thead tr");

export const pageParts = setOf("html head body");

/** Elements that draw inside an `<svg>` only, as the parser writes their names at the top. */
export const imageParts = setOf(
  "animate animatemotion animatetransform circle clippath defs desc ellipse fecolormatrix feblend fegaussianblur femerge " +
    "feoffset filter foreignobject g line lineargradient marker mask path pattern polygon polyline radialgradient rect " +
    "set stop switch symbol text textpath tspan use view",
);

/** The meaning of the parser's errors, where their names do not say it. */
const errorTexts: Record<string, string> = {
  "eof-in-tag": "the text ends inside a tag, which is lost",
  "eof-before-tag-name": "the text ends inside a tag",
  "missing-whitespace-between-attributes": "no space between two attributes: is a quote not escaped?",
  "unexpected-character-in-attribute-name": "a quote or `<` is part of an attribute's name: is a quote not escaped?",
  "unexpected-character-in-unquoted-attribute-value": "a value without quotes has a quote, `<`, `=` or backtick in it",
  "unexpected-equals-sign-before-attribute-name": "an attribute's name begins with `=`",
  "missing-attribute-value": "no value after `=`",
  "unexpected-solidus-in-tag": "a `/` in the middle of a tag",
  "invalid-first-character-of-tag-name": "a `<` is not escaped",
  "unexpected-question-mark-instead-of-tag-name": "`<?` begins a comment",
  "non-void-html-element-start-tag-with-trailing-solidus": "`/>` closes nothing in HTML",
  "missing-semicolon-after-character-reference": "a character reference has no semicolon",
  "unknown-named-character-reference": "an unknown character reference",
  "unexpected-null-character": "a NUL",
  "misplaced-doctype": "a doctype belongs to a page",
  "incorrectly-opened-comment": "`<!` begins a comment",
};

/** Errors that a check of their own speaks of, and those that change nothing. */
const otherErrors = setOf(
  "duplicate-attribute unexpected-equals-sign-before-attribute-name control-character-in-input-stream " +
    "noncharacter-in-input-stream",
);

/** The roots; only the first one where the parser has torn a root into several. */
export function rootsAsWritten({ roots, stray, moved, invented }: Markup): Element[] {
  if ([stray, moved, invented].every(({ length }) => length === 0)) return roots;
  return roots.toSorted((a, b) => startTagOf(a).from - startTagOf(b).from).slice(0, 1);
}

/** A fault in some HTML. */
export function faultInHtml(html: string, spot: Spot, expected: string, problem: string, at: ByteRange[]): Fault {
  const excerpt = `${quoteSource(html.slice(spot.from, spot.to))} (${describePlace(html, spot.from)})`;
  return { expected, actual: `${excerpt} ${problem}`, at };
}

/** The ids that an element earlier in the HTML has too. */
function repeatedIds({ elements }: Markup): Spot[] {
  const seen = new Set<string>();
  return elements.flatMap((element) => {
    const id = attributeOf(element, "id");
    if (!id || !seen.has(id)) return seen.add(id ?? ""), [];
    return [attributeSpot(element, "id")];
  });
}

/** The pieces of HTML that a stream brings. */
interface HtmlItems<View, Item> extends Items<View, Item> {
  markupOf: (item: Item) => Markup;
  /** Makes the fault of a place in one of them. */
  fault: (item: Item, spot: Spot, expected: string, problem: string) => Fault;
}

/** Makes the function that defines checks of places in HTML. */
export function htmlCheck<View extends StreamView, Item>(
  { markupOf, fault, ...items }: HtmlItems<View, Item>,
) {
  const { checkEach } = streamChecks<View>("fragments");
  return (
    { spots, expected, problem, ...info }: Definition<{
      spots: (markup: Markup, item: Item) => Spot[];
      expected: string;
      problem: string | ((spot: Spot) => string);
    }>,
  ): StreamCheck<View> =>
    checkEach({
      ...info,
      ...items,
      fault: (item) =>
        firstFew(spots(markupOf(item), item)).map((spot) =>
          fault(item, spot, expected, typeof problem === "string" ? problem : problem(spot))
        ),
    });
}

/** The start tags with these names that the parser drops. */
export const droppedOf = (names: Set<string>) => ({ dropped }: Markup) => dropped.filter(({ name }) => names.has(name));

/** Makes the shared checks of the HTML of a dialect. Their ids and clauses are those of the classic one. */
export function htmlChecks<View extends StreamView, Item>(items: HtmlItems<View, Item>) {
  const check = htmlCheck(items);
  return {
    tags: check({
      rule: ["html-tags", "MUST", "FRG-29"],
      title: "Each start tag has its end tag in the right place",
      why: "The parser closes elements elsewhere, or adds new ones: later content ends up inside the wrong element.",
      fix: "Add missing end tags, remove extra ones, and close elements in the reverse order of their start tags.",
      spots: ({ unclosed, stray }) =>
        [...unclosed, ...stray.map((spot) => ({ ...spot, name: `/${spot.name}` }))]
          .sort((a, b) => a.from - b.from),
      expected: "a start tag and an end tag for each element",
      problem: ({ name }) => name.startsWith("/") ? "closes nothing" : "is never closed",
    }),
    moved: check({
      rule: ["html-moved", "MUST", "FRG-29"],
      title: "The parser does not move or drop anything",
      why:
        "Browsers move, repeat or drop elements that are not allowed in a place: the page differs from the HTML that you sent.",
      fix:
        "Put cells into a `<tr>` and content into cells, do not nest forms, and close elements in the order of their nesting.",
      spots: ({ dropped, invented, moved }) => [
        ...moved.map((spot) => ({ ...spot, name: "is moved to a different place" })),
        ...invented.map((spot) => ({ ...spot, name: `is put into a new <${spot.name}>` })),
        ...dropped.filter(({ name }) => !tableParts.has(name) && !pageParts.has(name))
          .map((spot) => ({ ...spot, name: "is not allowed there and is dropped" })),
      ],
      expected: "content that is allowed in this place",
      problem: ({ name }) => name,
    }),
    tablePart: check({
      rule: ["html-table-part", "MUST", "FRG-28"],
      title: "Table parts are in a table, or in a fragment without other elements",
      why: "The parser drops the tags: the content of the cells becomes text, which is lost at the top level.",
      fix: "Send table parts in a separate event, and wrap them in a `<table>` if they are inside an element.",
      spots: droppedOf(tableParts),
      expected: "table parts in a separate event, or in a table",
      problem: "is dropped by the parser",
    }),
    error: check({
      rule: ["html-error", "SHOULD", "FRG-29"],
      title: "The HTML has no parse errors",
      why:
        "Browsers correct errors by rules that few people know; the cause is often an unescaped quote or `<` in user input.",
      fix: "Write HTML that follows the standard, and escape the text that you insert.",
      spots: ({ errors, html }) =>
        errors.filter(({ name }) => !otherErrors.has(name)).map((error) =>
          error.from < html.length ? error : { ...error, from: html.lastIndexOf("<"), to: html.length }
        ),
      expected: "HTML without errors",
      problem: ({ name }) => `is an error: ${errorTexts[name] ?? name.replaceAll("-", " ")}`,
    }),
    attributeOnce: check({
      rule: ["html-attribute-once", "SHOULD", "FRG-29"],
      title: "Each element has an attribute only once",
      why: "The parser keeps the first and silently drops the second.",
      fix: "Write the attribute once; join classes into one `class`.",
      spots: ({ errors, html }) =>
        errors.filter(({ name }) => name === "duplicate-attribute").map((error) => {
          // The parser finds it where the name ends.
          const { length } = /[^\s"'<>/=]*$/.exec(html.slice(0, error.from))![0];
          return { ...error, from: error.from - length, to: error.from };
        }),
      expected: "each attribute once",
      problem: "is a duplicate, and this one is dropped",
    }),
    idOnce: check({
      rule: ["html-id-once", "SHOULD", "FRG-20"],
      title: "Each id is in a fragment only once",
      why: "An id matches all elements that have it: later fragments change more than one element.",
      fix: "Give each element its own id.",
      spots: repeatedIds,
      expected: "each id once",
      problem: "is a duplicate",
    }),
  };
}

/** Whether the browser runs a script of this type where it runs scripts. */
export const isProgram = (type: string | undefined) =>
  type === undefined || /^\s*$|^module$|^(?:text|application)\/(?:x-)?(?:java|ecma)script/i.test(type);
