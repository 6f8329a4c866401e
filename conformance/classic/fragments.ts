/**
 * The checks of the HTML of fragments: roots and their ids, selectors, and text that the parser does not take as written.
 */

import { afterError } from "./failure.ts";
import type { StreamCheck } from "../check.ts";
import { quoteSource } from "../checks/quote.ts";
import { firstFew, streamChecks } from "../checks/stream_checks.ts";
import { droppedOf, htmlCheck, htmlChecks, imageParts, pageParts, rootsAsWritten, tableParts } from "../checks/html.ts";
import { attributeOf, attributeSpot, isHtml, startTagOf } from "../markup.ts";
import type { Merge } from "./answer.ts";
import { attributeChecks } from "./attributes.ts";
import { faultIn, faultOfAttribute, faultOfEvent } from "./fragment_parts.ts";
import { isIdentifier } from "./selector.ts";
import { type ClassicView, eachElement } from "./view.ts";

const { checkEach } = streamChecks<ClassicView>("fragments");

const eachFragment = { noun: "fragment", items: ({ fragments }: ClassicView) => fragments };

const html = {
  ...eachFragment,
  markupOf: ({ markup }: Merge) => markup,
  fault: faultIn,
};
const checkMarkup = htmlCheck(html);
const { tags, moved, tablePart, error, attributeOnce, idOnce } = htmlChecks(html);

/** The roots of fragments without a selector: their ids choose the targets [FRG-20]. */
const rootsWithoutSelector = (fragments: readonly Merge[]) =>
  fragments.filter(({ instruction }) => instruction.selector === "").flatMap((fragment) =>
    rootsAsWritten(fragment.markup).map((element) => ({ fragment, element, id: attributeOf(element, "id") }))
  );

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
  tags,
  moved,
  tablePart,
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
  error,
  attributeOnce,
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
  idOnce,
  ...attributeChecks,
];
