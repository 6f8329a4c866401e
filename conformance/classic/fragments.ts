/**
 * The checks of the HTML of fragments: roots and their ids, selectors, and text that the parser does not take as written.
 */

import { afterError } from "./failure.ts";
import type { StreamCheck } from "../check.ts";
import { quoteSource } from "../checks/quote.ts";
import { type Definition, firstFew, streamChecks } from "../checks/stream_checks.ts";
import { attributeOf, attributeSpot, type Element, isHtml, type Markup, type Spot, startTagOf } from "../markup.ts";
import type { Merge } from "./answer.ts";
import { attributeChecks } from "./attributes.ts";
import { faultIn, faultOfAttribute, faultOfEvent } from "./fragment_parts.ts";
import { isIdentifier } from "./selector.ts";
import { type ClassicView, eachElement } from "./view.ts";

const { checkEach } = streamChecks<ClassicView>("fragments");

const setOf = (words: string) => new Set(words.split(" "));

/** [FRG-28] */
const tableParts = setOf("caption col colgroup tbody td tfoot th thead tr");

/** [FRG-27] */
const pageParts = setOf("html head body");

/** [MRG-27] Elements that draw inside an `<svg>` only, as the parser writes their names at the top. */
const imageParts = setOf(
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

const eachFragment = { noun: "fragment", items: ({ fragments }: ClassicView) => fragments };

/** A check that the markup of no fragment has something of one kind. */
const checkMarkup = (
  { spots, expected, problem, ...info }: Definition<{
    spots: (markup: Markup) => Spot[];
    expected: string;
    problem: string | ((spot: Spot) => string);
  }>,
) =>
  checkEach({
    ...info,
    ...eachFragment,
    fault: (fragment) =>
      firstFew(spots(fragment.markup)).map((spot) =>
        faultIn(fragment, spot, expected, typeof problem === "string" ? problem : problem(spot))
      ),
  });

/** The roots of fragments without a selector: their ids choose the targets [FRG-20]. */
const rootsWithoutSelector = (fragments: readonly Merge[]) =>
  fragments.filter(({ instruction }) => instruction.selector === "").flatMap((fragment) =>
    rootsAsWritten(fragment.markup).map((element) => ({ fragment, element, id: attributeOf(element, "id") }))
  );

/** The roots; only the first one where the parser has torn a root into several. */
function rootsAsWritten({ roots, stray, moved, invented }: Markup): Element[] {
  if ([stray, moved, invented].every(({ length }) => length === 0)) return roots;
  return roots.toSorted((a, b) => startTagOf(a).from - startTagOf(b).from).slice(0, 1);
}

const droppedOf = (names: Set<string>) => ({ dropped }: Markup) => dropped.filter(({ name }) => names.has(name));

/** The ids that an element earlier in the fragment has too. */
function repeatedIds({ elements }: Markup): Spot[] {
  const seen = new Set<string>();
  return elements.flatMap((element) => {
    const id = attributeOf(element, "id");
    if (!id || !seen.has(id)) return seen.add(id ?? ""), [];
    return [attributeSpot(element, "id")];
  });
}

export const fragments: StreamCheck<ClassicView>[] = [
  checkEach({
    rule: ["html-root", "MUST", "FRG-17"],
    title: "Each fragment has an element",
    why: "The client ignores text and comments at the top level: nothing happens, and the client does not report it.",
    fix: "Put the text into an element that has the target's id, or send a selector with it.",
    ...eachFragment,
    fault({ markup, event }) {
      if (markup.roots.length > 0 || markup.dropped.length > 0) return;
      const actual = markup.html === "" ? "no HTML" : `no element in ${quoteSource(markup.html)}`;
      return faultOfEvent(event, "an element", actual);
    },
  }),
  checkMarkup({
    rule: ["html-outside", "MUST", "FRG-17"],
    title: "All text is inside elements",
    why: "The client ignores text at the top level, so the page does not show it.",
    fix: "Put the text into an element.",
    spots: ({ roots, texts, moved, dropped }) =>
      roots.length === 0 || dropped.some(({ name }) => tableParts.has(name))
        ? []
        : texts.filter(({ from }) => !moved.some((spot) => spot.from === from)),
    expected: "text inside elements only",
    problem: "is outside and lost",
  }),
  checkMarkup({
    rule: ["html-outside-comment", "MAY", "FRG-17"],
    title: "Comments are inside elements",
    why: "The client ignores comments at the top level: they only make the stream longer.",
    fix: "Leave the comment out.",
    spots: ({ comments }) => comments,
    expected: "no comment at the top level",
    problem: "is ignored",
  }),
  checkEach({
    rule: ["html-root-id", "MUST", "FRG-22"],
    title: "Each root has an id, or the event a selector",
    why: "The client looks for `#null`, finds nothing and throws.",
    fix: "Give the root the id of its target, or send `data: selector …` before it.",
    noun: "root without a selector",
    items: ({ fragments }) => rootsWithoutSelector(fragments),
    fault: ({ fragment, element, id }) =>
      id === undefined && faultIn(fragment, startTagOf(element), "an id, or a line `data: selector …`", "has no id"),
  }),
  checkEach({
    rule: ["html-id", "MUST", "FRG-21"],
    title: "The id of each root is a CSS identifier",
    why: "The client puts `#` before the id and does not escape it: it throws, or finds the wrong element.",
    fix: "Use ids of letters, digits, `-` and `_` that begin with a letter; or send a selector with the id escaped.",
    noun: "root with an id and without a selector",
    items: ({ fragments }) => rootsWithoutSelector(fragments).filter(({ id }) => id !== undefined),
    fault({ fragment, element, id = "" }, { isSelector }) {
      if (isIdentifier(id)) return;
      const problem = isSelector(`#${id}`)
        ? `makes the selector ${quoteSource(`#${id}`)}, which matches something else`
        : "does not make a selector";
      return faultIn(fragment, attributeSpot(element, "id"), "an id that is a CSS identifier", problem);
    },
  }),
  checkEach({
    rule: ["html-selector", "MUST", "FRG-23"],
    title: "Each selector is valid",
    why: `The client throws: ${afterError}.`,
    fix: "Write a CSS selector; escape special characters in an id with a backslash, as `CSS.escape` does.",
    noun: "selector",
    items: ({ fragments }) => fragments.filter(({ instruction: { selector } }) => selector !== ""),
    fault({ event, instruction: { selector } }, { isSelector }) {
      if (selector === "self" || isSelector(selector)) return;
      const { data } = event.reading;
      const from = data.text.search(/(?<=^|\n)selector /) + "selector ".length;
      const at = data.bytesAt(from, from + selector.length);
      return { expected: "a CSS selector", actual: `${quoteSource(selector)} is not one`, at };
    },
  }),
  checkMarkup({
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
  checkMarkup({
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
  checkMarkup({
    rule: ["html-table-part", "MUST", "FRG-28"],
    title: "Table parts are in a table, or in a fragment without other elements",
    why: "The parser drops the tags: the content of the cells becomes text, which is lost at the top level.",
    fix: "Send table parts in a separate event, and wrap them in a `<table>` if they are inside an element.",
    spots: droppedOf(tableParts),
    expected: "table parts in a separate event, or in a table",
    problem: "is dropped by the parser",
  }),
  checkMarkup({
    rule: ["html-page-tags", "SHOULD", "FRG-27"],
    title: "A fragment is not a whole page",
    why: "The parser drops the tags, and each element of the head and the body becomes a root.",
    fix: "Send only the elements that should change; make sure that no layout wraps them.",
    spots: droppedOf(pageParts),
    expected: "no `<html>`, `<head>` or `<body>`",
    problem: "is dropped by the parser",
  }),
  checkEach({
    rule: ["html-svg-part", "MUST", "MRG-27"],
    title: "Parts of an SVG image are not roots",
    why: "The parser makes it an HTML element, and that draws nothing.",
    fix: "Send the whole `<svg>`, or use `merge inner` with a root around the parts.",
    ...eachFragment,
    fault(fragment) {
      const { markup: { roots }, instruction: { merge } } = fragment;
      if (merge === "inner" || merge === "upsert_attributes") return;
      return firstFew(roots.filter((root) => isHtml(root) && imageParts.has(root.tagName))).map((root) =>
        faultIn(fragment, startTagOf(root), "an `<svg>` around it", "is an unknown HTML element")
      );
    },
  }),
  checkMarkup({
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
  checkMarkup({
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
  checkEach({
    rule: ["html-attribute-name", "MUST", "MRG-25"],
    title: "Browsers can set all attribute names",
    why: "The client throws when it sets the attribute on an element of the page.",
    fix: "Correct the text around the `=`, or use a name of letters, digits, `-`, `_`, `.` and `:`.",
    ...eachElement,
    fault: ({ fragment, element }) =>
      element.attrs.filter(({ name }) => name.includes("=")).map(({ name, value }) =>
        faultOfAttribute(
          { fragment, element, name, value },
          "a name without `=`",
          "is a name that browsers refuse to set",
        )
      ),
  }),
  checkEach({
    rule: ["html-attribute-name-old", "SHOULD", "MRG-25"],
    title: "Older browsers can set all attribute names too",
    why: "Until 2025 browsers accepted XML names only: there the client throws.",
    fix: "Begin the name with a letter, `_` or `:`, and use letters, digits, `-`, `_`, `.` and `:` only.",
    noun: "attribute",
    items: ({ attributes }) =>
      attributes.filter(({ fragment: { instruction: { merge } } }) =>
        merge === "morph" || merge === "upsert_attributes"
      ),
    fault: (attribute) =>
      !(attribute.name.includes("=") || /^[a-z_:\u0080-\u{10ffff}][\w:.\u0080-\u{10ffff}-]*$/iu.test(attribute.name)) &&
      faultOfAttribute(attribute, "an XML name", "has a name that older browsers refuse to set"),
  }),
  checkMarkup({
    rule: ["html-id-once", "SHOULD", "FRG-20"],
    title: "Each id is in a fragment only once",
    why: "An id matches all elements that have it: later fragments change more than one element.",
    fix: "Give each element its own id.",
    spots: repeatedIds,
    expected: "each id once",
    problem: "is a duplicate",
  }),
  ...attributeChecks,
];
