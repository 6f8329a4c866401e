/**
 * The HTML of fragments: roots and their ids, selectors, and whether the parser takes the text as it is written.
 *
 * @module
 */

import { type Check, notApplicable, type StreamCheck } from "../check.ts";
import type { StreamEvidence } from "../interpret.ts";
import { attributeChecks } from "./attributes.ts";
import { type Fault, findingOf, type Info, ofEach, ofStream, quote } from "../checks/each.ts";
import {
  attributeOf,
  attributeSpot,
  type Element,
  isHtml,
  type Markup,
  type Spot,
  startTagOf,
} from "../checks/markup.ts";
import { isIdentifier, isSelector } from "./selector.ts";
import { dataOf } from "./source.ts";
import {
  attributesOf,
  elementsOf,
  faultIn,
  faultOfAttribute,
  faultOfEvent,
  few,
  type Fragment,
  fragmentsOf,
  type Placed,
} from "./fragment_view.ts";

const words = (text: string) => new Set(text.split(" "));

/** [FRG-28] */
const tableParts = words("caption col colgroup tbody td tfoot th thead tr");

/** [FRG-27] */
const pageParts = words("html head body");

/** [MRG-27] Elements that draw inside an `<svg>` only, as the parser writes their names at the top. */
const imageParts = words(
  "animate animatemotion animatetransform circle clippath defs desc ellipse fecolormatrix feblend fegaussianblur femerge " +
    "feoffset filter foreignobject g line lineargradient marker mask path pattern polygon polyline radialgradient rect " +
    "set stop switch symbol text textpath tspan use view",
);

/** What the parser's errors mean, where their names do not say it. */
const errors: Record<string, string> = {
  "eof-in-tag": "the text ends inside a tag, which is lost",
  "eof-before-tag-name": "the text ends inside a tag",
  "missing-whitespace-between-attributes": "there is no space between two attributes: is a quote not escaped?",
  "unexpected-character-in-attribute-name": "a quote or `<` is part of an attribute's name: is a quote not escaped?",
  "unexpected-character-in-unquoted-attribute-value": "a value without quotes has a quote, `<`, `=` or backtick in it",
  "unexpected-equals-sign-before-attribute-name": "an attribute's name begins with `=`",
  "missing-attribute-value": "there is no value behind `=`",
  "unexpected-solidus-in-tag": "a `/` stands in the middle of a tag",
  "invalid-first-character-of-tag-name": "a `<` is not escaped",
  "unexpected-question-mark-instead-of-tag-name": "`<?` begins a comment",
  "non-void-html-element-start-tag-with-trailing-solidus": "`/>` closes nothing in HTML",
  "missing-semicolon-after-character-reference": "a character reference has no semicolon",
  "unknown-named-character-reference": "there is no such character reference",
  "unexpected-null-character": "there is a NUL",
  "misplaced-doctype": "a doctype belongs to a page",
  "incorrectly-opened-comment": "`<!` begins a comment",
};

/** Errors that a check of their own speaks of, and those that change nothing. */
const otherErrors = words(
  "duplicate-attribute unexpected-equals-sign-before-attribute-name control-character-in-input-stream " +
    "noncharacter-in-input-stream",
);

const ofFragments = (info: Info, faultOf: (fragment: Fragment) => Fault | Fault[] | undefined): StreamCheck =>
  ofEach("fragments", "fragment", fragmentsOf, info, faultOf);

/** A check that there is nothing of some kind in the markup. */
const without = (
  info: Info,
  spotsOf: (markup: Markup) => Spot[],
  expected: string,
  says: string | ((spot: Spot) => string),
): StreamCheck =>
  ofFragments(
    info,
    (fragment) =>
      few(spotsOf(fragment.markup)).map((spot) =>
        faultIn(fragment, spot, expected, typeof says === "string" ? says : says(spot))
      ),
  );

interface Root extends Placed {
  id?: string;
}

/** Roots of fragments without a selector: their ids choose the targets [FRG-20]. */
const rootsOf = (stream: StreamEvidence): Root[] =>
  fragmentsOf(stream).filter(({ instruction }) => instruction.selector === "").flatMap((fragment) =>
    rootsAsWritten(fragment.markup).map((element) => ({ fragment, element, id: attributeOf(element, "id") }))
  );

/** Where the parser has torn one root into several, only the first was written as one. */
function rootsAsWritten({ roots, stray, moved, invented }: Markup): Element[] {
  if ([stray, moved, invented].every(({ length }) => length === 0)) return roots;
  return roots.toSorted((a, b) => startTagOf(a).from - startTagOf(b).from).slice(0, 1);
}

const droppedOf = (names: Set<string>) => ({ dropped }: Markup) => dropped.filter(({ name }) => names.has(name));

/** Elements whose id stands in the fragment before. */
function repeatedIds({ elements }: Markup): Spot[] {
  const seen = new Set<string>();
  return elements.flatMap((element) => {
    const id = attributeOf(element, "id");
    if (!id || !seen.has(id)) return seen.add(id ?? ""), [];
    return [attributeSpot(element, "id")];
  });
}

/** The checks. */
export const fragments: Check[] = [
  ofFragments({
    id: "html-root",
    level: "MUST",
    title: "Each fragment has an element",
    clause: "FRG-17",
    why: "The client ignores text and comments at the top: nothing happens, and nothing says so.",
    fix: "Put the text into an element that has the target's id, or send a selector with it.",
  }, ({ markup, event }) => {
    if (markup.roots.length > 0 || markup.dropped.length > 0) return;
    const actual = markup.html === "" ? "there is no HTML" : `there is no element in ${quote(markup.html)}`;
    return faultOfEvent(event, "an element", actual);
  }),
  without(
    {
      id: "html-outside",
      level: "MUST",
      title: "All text is inside elements",
      clause: "FRG-17",
      why: "The client ignores text at the top level: it is not in the page.",
      fix: "Put the text into an element.",
    },
    ({ roots, texts, moved, dropped }) =>
      roots.length === 0 || dropped.some(({ name }) => tableParts.has(name))
        ? []
        : texts.filter(({ from }) => !moved.some((spot) => spot.from === from)),
    "text inside elements only",
    "stands outside and is lost",
  ),
  without(
    {
      id: "html-outside-comment",
      level: "MAY",
      title: "There is no comment outside the elements",
      clause: "FRG-17",
      why: "The client ignores it: it only makes the stream longer.",
      fix: "Leave the comment out.",
    },
    ({ comments }) => comments,
    "no comment at the top level",
    "is ignored",
  ),
  ofEach(
    "fragments",
    "root without a selector",
    rootsOf,
    {
      id: "html-root-id",
      level: "MUST",
      title: "Each root has an id, or the event a selector",
      clause: "FRG-22",
      why: "The client looks for `#null`, finds nothing and raises.",
      fix: "Give the root the id of the element that it is meant for, or send `data: selector …` before it.",
    },
    ({ fragment, element, id }) =>
      id === undefined
        ? faultIn(fragment, startTagOf(element), "an id, or a line `data: selector …`", "has no id")
        : undefined,
  ),
  ofEach(
    "fragments",
    "root with an id and without a selector",
    (stream) => rootsOf(stream).filter(({ id }) => id !== undefined),
    {
      id: "html-id",
      level: "MUST",
      title: "The id of each root can be a selector as it is",
      clause: "FRG-21",
      why: "The client puts `#` before the id and escapes nothing: it raises, or looks for something else.",
      fix: "Use ids of letters, digits, `-` and `_` that begin with a letter; or send a selector with the id escaped.",
    },
    ({ fragment, element, id = "" }) =>
      isIdentifier(id) ? undefined : faultIn(
        fragment,
        attributeSpot(element, "id"),
        "an id that is a CSS identifier",
        isSelector(`#${id}`)
          ? `makes the selector ${quote(`#${id}`)}, which is for something else`
          : "makes no selector",
      ),
  ),
  ofStream("fragments", {
    id: "html-selector",
    level: "MUST",
    title: "Each selector is valid",
    clause: "FRG-23",
    why: "The client raises: the rest of the answer is lost, and the request is sent again.",
    fix: "Write a CSS selector; escape what is no letter or digit in an id with a backslash, as `CSS.escape` does it.",
  }, (stream) => {
    const selecting = fragmentsOf(stream).filter(({ instruction: { selector } }) => selector !== "");
    if (selecting.length === 0) return notApplicable("there is no selector");
    const faults = selecting.filter(({ instruction: { selector } }) => selector !== "self" && !isSelector(selector))
      .map(({ event, instruction: { selector } }): Fault => {
        const { text, at } = dataOf(event);
        const from = text.search(/(?<=^|\n)selector /) + "selector ".length;
        return {
          expected: "a CSS selector",
          actual: `${quote(selector)} is none`,
          at: at(from, from + selector.length),
        };
      });
    return findingOf(faults, `${selecting.length} selector${selecting.length === 1 ? "" : "s"}`);
  }),
  without(
    {
      id: "html-tags",
      level: "MUST",
      title: "Each tag that is opened is closed, in its place",
      clause: "FRG-29",
      why: "The parser closes elements elsewhere, or makes new ones: what follows ends up inside the wrong element.",
      fix: "Write the end tag that is missing, remove the one that is too much, and close what was opened last first.",
    },
    ({ unclosed, stray }) =>
      [...unclosed, ...stray.map((spot) => ({ ...spot, name: `/${spot.name}` }))]
        .sort((a, b) => a.from - b.from),
    "a start tag and an end tag for each element",
    ({ name }) => name.startsWith("/") ? "closes nothing" : "is never closed",
  ),
  without(
    {
      id: "html-moved",
      level: "MUST",
      title: "The parser leaves everything where it is written",
      clause: "FRG-29",
      why: "Browsers move, repeat or drop what is not allowed in a place: the page gets other HTML than was sent.",
      fix:
        "Put rows into `<tr>`, cells into `<td>`, no form into a form, and close elements in the order of their nesting.",
    },
    ({ dropped, invented, moved }) => [
      ...moved.map((spot) => ({ ...spot, name: "is moved to another place" })),
      ...invented.map((spot) => ({ ...spot, name: `is put into a new <${spot.name}>` })),
      ...dropped.filter(({ name }) => !tableParts.has(name) && !pageParts.has(name))
        .map((spot) => ({ ...spot, name: "is not allowed there and is dropped" })),
    ],
    "what is allowed in this place",
    ({ name }) => name,
  ),
  without(
    {
      id: "html-table-part",
      level: "MUST",
      title: "No part of a table stands behind or inside other elements",
      clause: "FRG-28",
      why: "The parser drops the tags: what was in the cells is text, and lost at the top level.",
      fix: "Send table parts in an event of their own, and put them into a `<table>` where they are inside something.",
    },
    droppedOf(tableParts),
    "table parts in an event of their own, or in a table",
    "is dropped by the parser",
  ),
  without(
    {
      id: "html-page-tags",
      level: "SHOULD",
      title: "A fragment is no whole page",
      clause: "FRG-27",
      why: "The parser drops the tags, and each element of the head and the body becomes a root.",
      fix: "Send only the elements that are to change; see that no layout is put around them.",
    },
    droppedOf(pageParts),
    "no `<html>`, `<head>` or `<body>`",
    "is dropped by the parser",
  ),
  ofFragments({
    id: "html-svg-part",
    level: "MUST",
    title: "No part of an SVG image is a root",
    clause: "MRG-27",
    why: "The parser makes an HTML element of it, which draws nothing.",
    fix: "Send the whole `<svg>`, or use `merge inner` with a root around the parts.",
  }, (fragment) => {
    const { markup: { roots }, instruction: { merge } } = fragment;
    if (merge === "inner" || merge === "upsert_attributes") return;
    return few(roots.filter((root) => isHtml(root) && imageParts.has(root.tagName))).map((root) =>
      faultIn(fragment, startTagOf(root), "an `<svg>` around it", "is an unknown HTML element")
    );
  }),
  without(
    {
      id: "html-error",
      level: "SHOULD",
      title: "The parser finds no error",
      clause: "FRG-29",
      why: "Browsers repair errors by rules that few know; often a quote or `<` of some foreign text is behind it.",
      fix: "Write the HTML as the standard asks for it, and escape the text that is put into it.",
    },
    ({ errors, html }) =>
      errors.filter(({ name }) => !otherErrors.has(name)).map((error) =>
        error.from < html.length ? error : { ...error, from: html.lastIndexOf("<"), to: html.length }
      ),
    "HTML without errors",
    ({ name }) => `is an error: ${errors[name] ?? name.replaceAll("-", " ")}`,
  ),
  without(
    {
      id: "html-attribute-once",
      level: "SHOULD",
      title: "No element has an attribute twice",
      clause: "FRG-29",
      why: "The parser keeps the first and drops the second without a word.",
      fix: "Write the attribute once; join classes into one `class`.",
    },
    ({ errors, html }) =>
      errors.filter(({ name }) => name === "duplicate-attribute").map((error) => {
        // The parser finds it where the name ends.
        const { length } = /[^\s"'<>/=]*$/.exec(html.slice(0, error.from))![0];
        return { ...error, from: error.from - length, to: error.from };
      }),
    "each attribute once",
    "is there already, and this one is dropped",
  ),
  ofEach(
    "fragments",
    "element",
    elementsOf,
    {
      id: "html-attribute-name",
      level: "MUST",
      title: "Browsers can set all attributes by their names",
      clause: "MRG-25",
      why: "The client raises where it has to set the attribute on an element of the page.",
      fix: "Remove what stands before the `=`, or give the attribute a name of letters, digits, `-`, `_`, `.` and `:`.",
    },
    ({ fragment, element }) =>
      element.attrs.filter(({ name }) => name.includes("=")).map(({ name, value }) =>
        faultOfAttribute({ fragment, element, name, value }, "a name without `=`", "is a name that no browser sets")
      ),
  ),
  ofEach(
    "fragments",
    "attribute",
    (stream) =>
      attributesOf(stream).filter(({ fragment: { instruction: { merge } } }) =>
        merge === "morph" || merge === "upsert_attributes"
      ),
    {
      id: "html-attribute-name-old",
      level: "SHOULD",
      title: "Older browsers can set all attributes by their names too",
      clause: "MRG-25",
      why: "Until 2025 browsers took XML names only: there the client raises.",
      fix: "Begin the name with a letter, `_` or `:`, and use letters, digits, `-`, `_`, `.` and `:` only.",
    },
    (attribute) =>
      attribute.name.includes("=") || /^[a-z_:\u0080-\u{10ffff}][\w:.\u0080-\u{10ffff}-]*$/iu.test(attribute.name)
        ? undefined
        : faultOfAttribute(attribute, "an XML name", "has a name that older browsers refuse to set"),
  ),
  without(
    {
      id: "html-id-once",
      level: "SHOULD",
      title: "No id stands in a fragment twice",
      clause: "FRG-20",
      why: "An id chooses all elements that have it: later fragments meet more than was meant.",
      fix: "Give each element its own id.",
    },
    repeatedIds,
    "each id once",
    "is there again",
  ),
  ...attributeChecks,
];
