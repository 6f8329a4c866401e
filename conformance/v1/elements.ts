/** The checks of the HTML of patches: roots and their ids, and text that the client does not take as written. */

import { v1 } from "../../harness/mod.ts";
import type { StreamCheck } from "../check.ts";
import { quoteSource } from "../checks/quote.ts";
import {
  droppedOf,
  htmlCheck,
  htmlChecks,
  imageParts,
  isProgram,
  pageParts,
  rootsAsWritten,
  setOf,
} from "../checks/html.ts";
import { reword } from "../checks/reword.ts";
import { firstFew, streamChecks } from "../checks/stream_checks.ts";
import { attributeOf, attributeSpot, type Element, isHtml, type Markup, type Spot, startTagOf } from "../markup.ts";
import { attributeChecks } from "./attributes.ts";
import { type ElementsPatch, faultIn, faultOfAttribute, faultOfEvent, hasLostLine, isChunkApart } from "./patch.ts";
import { spotOfNode } from "./parts.ts";
import type { V1View } from "./view.ts";

const { checkEach } = streamChecks<V1View>("fragments");

/** A patch whose HTML comes into the page. */
interface HtmlPatch extends ElementsPatch {
  markup: Markup;
}

const isBlank = ({ instruction: { elements = "" } }: ElementsPatch) => elements.trim() === "";

function htmlPatchesIn({ patches }: V1View): HtmlPatch[] {
  return patches.filter((patch): patch is HtmlPatch =>
    patch.markup !== undefined && patch.instruction.mode !== "remove" && !isBlank(patch)
  );
}

const eachPatch = { noun: "patch with HTML", items: htmlPatchesIn };

/** Whether the client parses the text as a whole page [PEL-7]. */
const isPage = ({ html }: Markup) => v1.pagePartsOf(html).length > 0;

/** [PEL-7] Whether an end tag alone makes the client parse the text as a whole page. */
function isPageByAccident(markup: Markup): boolean {
  const parts = v1.pagePartsOf(markup.html);
  const hasDoctype = markup.errors.some(({ name }) => name === "misplaced-doctype");
  return parts.length > 0 && !hasDoctype && !markup.dropped.some(({ name }) => parts.includes(name));
}

/**
 * The elements without an end tag, by whether they are open at the end of the text: these end there, as they would with
 * their end tag.
 */
function unclosedIn({ html, all, unclosed }: Markup): Partial<Record<"inside" | "atEnd", Spot[]>> {
  if (unclosed.length === 0) return {};
  const ends = new Map(all.map(({ sourceCodeLocation: at }) => [at?.startOffset, at?.endOffset]));
  return Object.groupBy(unclosed.filter(({ name }) => !isPart(name)), ({ from, to }) => {
    const isXml = html.slice(from, to).endsWith("/>") && html.slice(to).trim() !== "";
    return ends.get(from) === html.length && !isXml ? "atEnd" : "inside";
  });
}

/** Parts of a formula, which are nothing in HTML. */
const formulaParts = setOf(
  "mfrac mi mn mo mover mroot mrow mspace msqrt msub msubsup msup mtable mtd mtext mtr munder",
);

/** [PEL-9] Whether an element is a part of an image or a formula, which a namespace belongs to. */
const isPart = (name: string) => imageParts.has(name) || formulaParts.has(name);

/** The markup without what other checks speak of, also those of lines, and without the tags that a page may have. */
function markupOf({ markup }: HtmlPatch): Markup {
  const { dropped, errors, stray } = markup;
  const isWhole = isPage(markup);
  return {
    ...markup,
    dropped: isWhole ? dropped.filter(({ name }) => !pageParts.has(name)) : dropped,
    errors: errors.filter(({ name, from, to }) =>
      !(isWhole && name === "misplaced-doctype") && name !== "unexpected-null-character" &&
      !isPart(/^<([a-z]+)/i.exec(markup.html.slice(from, to))?.[1] ?? "")
    ),
    stray: stray.filter(({ name }) => name !== "template"),
    unclosed: unclosedIn(markup).inside ?? [],
  };
}

const html = { ...eachPatch, markupOf, fault: faultIn };
const checkMarkup = htmlCheck(html);
const shared = reword(Object.values(htmlChecks(html)), {
  "html-tags": { rule: ["v1-el-tags", "MUST", "PEL-6"] },
  "html-moved": { rule: ["v1-el-moved", "MUST", "PEL-6"] },
  "html-table-part": {
    rule: ["v1-el-table-part", "MUST", "PEL-6"],
    title: "Table parts are in a table, or in a patch without other elements",
    why: "The parser drops the tags: the content of the cells becomes text.",
  },
  "html-error": { rule: ["v1-el-error", "SHOULD", "PEL-6"] },
  "html-attribute-once": { rule: ["v1-el-attribute-once", "SHOULD", "PEL-6"] },
  "html-id-once": {
    rule: ["v1-el-id-once", "SHOULD", "MPH-1"],
    title: "Each id is in a patch only once",
    why: "The client keeps no element whose id is there twice, and later patches find only the first one.",
  },
});

/** The roots of patches without a selector: their ids choose the targets [PEL-10]. */
const rootsWithoutSelector = (view: V1View) =>
  htmlPatchesIn(view).filter(({ instruction, markup }) => instruction.selector === "" && !isPage(markup))
    .flatMap((patch) => rootsAsWritten(patch.markup).map((element) => ({ patch, element })));

/** The id that a selector names, if it is nothing but an id. */
const idOfSelector = ({ instruction: { selector } }: ElementsPatch): string | undefined =>
  /^#([a-z_][\w-]*)$/i.exec(selector.trim())?.[1];

const eachPartsPatch = {
  noun: "patch of parts of an image or a formula",
  items: ({ partsPatches }: V1View) => partsPatches,
};

/** The elements that a patch is about, by id or by selector: its targets, and those that it brings. */
function namesOf(patch: ElementsPatch): string[] {
  const { markup, instruction: { selector, mode } } = patch;
  const brought = mode === "remove" ? [] : markup?.elements ?? [];
  const ids = brought.flatMap((element) => attributeOf(element, "id") ?? []).map((id) => `#${id}`);
  return selector === "" ? ids : [...ids, selector, ...selector.match(/#[\w-]+/g) ?? []];
}

/** The targets of a patch, by id or by selector. */
function targetsOf({ markup, instruction: { selector } }: ElementsPatch): string[] {
  if (selector !== "") return [selector.trim()];
  return markup?.roots.flatMap((root) => attributeOf(root, "id") ?? []).map((id) => `#${id}`) ?? [];
}

/** The patches without a view transition after the first one with it, and the one of the same content that each overtakes. */
function overtakingIn(view: V1View): { patch: ElementsPatch; overtaken?: ElementsPatch }[] {
  const waiting = new Map<string, ElementsPatch>();
  return view.patches.flatMap((patch) => {
    if (patch.instruction.useViewTransition) {
      for (const name of namesOf(patch)) waiting.set(name, patch);
      return [];
    }
    const overtaken = targetsOf(patch).map((name) => waiting.get(name))
      .find((earlier) => earlier && !isChunkApart(view, earlier, patch));
    return waiting.size > 0 ? [{ patch, overtaken }] : [];
  });
}

const isMorph = ({ instruction: { mode } }: ElementsPatch) => mode === "outer" || mode === "inner";

/** Whether an element is a script whose code the browser would run. */
const isScript = (element: Element) =>
  element.tagName === "script" && isProgram(attributeOf(element, "type")) &&
  (element.childNodes.length > 0 || attributeOf(element, "src") !== undefined);

/** The end of a morph for a script, if the page is known. */
function describeScript({ effect, instruction: { mode } }: ElementsPatch): string | undefined {
  if (!effect) return `runs twice with \`${mode}\`, or not at all where it is matched with an old script`;
  if (effect.scriptRuns > 1) return `is in a patch whose scripts run ${effect.scriptRuns} times`;
  return effect.changedScripts > 0 ? "is matched with an old script and does not run" : undefined;
}

export const elements: StreamCheck<V1View>[] = [
  checkEach({
    rule: ["v1-el-empty", "SHOULD", "PEL-20"],
    title: "Each patch has content, unless it removes something",
    why: "Without content the client removes or empties the target, or does nothing.",
    fix: "Send the HTML in lines `data: elements …`; to remove an element, send `mode remove` and a selector.",
    noun: "patch that needs content",
    // Where a line was lost, that is the fault.
    items: ({ patches }) =>
      patches.filter(({ instruction, event }) => instruction.mode !== "remove" && !hasLostLine(event)),
    fault(patch) {
      const { mode, selector, elements } = patch.instruction;
      if (!isBlank(patch) || elements !== undefined && !["outer", "replace"].includes(mode)) return;
      const effect = selector === ""
        ? "nothing happens"
        : mode === "inner"
        ? "the target is emptied"
        : mode === "outer" || mode === "replace"
        ? "the target is removed"
        : "nothing happens";
      return faultOfEvent(patch, "a line `data: elements …`, or `data: mode remove`", `no HTML: ${effect}`);
    },
  }),
  checkEach({
    rule: ["v1-el-root", "MUST", "PEL-10"],
    title: "Each patch without a selector has an element",
    why: "The client ignores text and comments at the top level: nothing happens, and the client does not report it.",
    fix: "Put the text into an element that has the target's id, or send a selector with it.",
    ...eachPatch,
    fault(patch) {
      const { markup, instruction } = patch;
      if (instruction.selector !== "" || markup.roots.length > 0 || markup.dropped.length > 0 || isPage(markup)) return;
      return faultOfEvent(patch, "an element", `no element in ${quoteSource(markup.html)}`);
    },
  }),
  checkMarkup({
    rule: ["v1-el-outside", "MUST", "PEL-10"],
    title: "Without a selector, all text is inside elements",
    why: "The client ignores text at the top level, so the page does not show it.",
    fix: "Put the text into an element, or send a selector.",
    spots(markup, { instruction: { selector } }) {
      const { roots, texts, moved, dropped, stray } = markup;
      const isTorn = [moved, dropped, stray].some(({ length }) => length > 0);
      return selector !== "" || roots.length === 0 || isPage(markup) || isTorn ? [] : texts;
    },
    expected: "text inside elements only",
    problem: "is outside and lost",
  }),
  checkMarkup({
    rule: ["v1-el-outside-comment", "MAY", "PEL-10"],
    title: "Without a selector, comments are inside elements",
    why: "The client ignores comments at the top level: they only make the stream longer.",
    fix: "Leave the comment out.",
    spots: (markup, { instruction: { selector } }) => selector !== "" || isPage(markup) ? [] : markup.comments,
    expected: "no comment at the top level",
    problem: "is ignored",
  }),
  checkEach({
    rule: ["v1-el-root-id", "MUST", "PEL-10"],
    title: "Each root has an id, or the event a selector",
    why: "The client finds no target, writes a warning to the console, and the root is lost.",
    fix: "Give the root the id of its target, or send a line `data: selector …`.",
    noun: "root without a selector",
    items: rootsWithoutSelector,
    fault: ({ patch, element }) =>
      !attributeOf(element, "id") && !pageParts.has(element.tagName) &&
      faultIn(patch, startTagOf(element), "an id, or a line `data: selector …`", "has no id"),
  }),
  checkEach({
    rule: ["v1-el-inner-own-id", "MUST", "PEL-16"],
    title: "With inner, no root has the id of the target",
    why: "The client tries to put the target into itself and reports `no-parent`: the event has no effect.",
    fix: "Send only the content of the target; or send the whole element with `mode outer`.",
    noun: "patch with inner and an id as its selector",
    items: (view) =>
      htmlPatchesIn(view).filter((patch) => patch.instruction.mode === "inner" && idOfSelector(patch) !== undefined),
    fault(patch) {
      const id = idOfSelector(patch);
      const root = patch.markup.roots.find((root) => attributeOf(root, "id") === id);
      if (!root || patch.effect && !patch.effect.errors.some(({ code }) => code === "no-parent")) return;
      return faultIn(patch, startTagOf(root), "only the content, or `mode outer`", "has the id of the target itself");
    },
  }),
  checkEach({
    rule: ["v1-el-outer-id", "SHOULD", "PEL-15"],
    title: "With outer and a selector, the root has the id of the target",
    why:
      "The client replaces the target by a new element: focus and input are lost, and the selector finds nothing later.",
    fix: "Give the root the id that the selector names, or leave out the selector.",
    noun: "patch with outer, an id as its selector and one root",
    items: (view) =>
      htmlPatchesIn(view).filter((patch) =>
        patch.instruction.mode === "outer" && idOfSelector(patch) !== undefined && !isPage(patch.markup) &&
        patch.markup.roots.length === 1
      ),
    fault(patch) {
      const { roots: [root] } = patch.markup;
      const id = idOfSelector(patch);
      return attributeOf(root, "id") !== id && !isScript(root) &&
        faultIn(patch, startTagOf(root), `id="${id}"`, "has a different id than the target, or none");
    },
  }),
  ...shared,
  checkMarkup({
    rule: ["v1-el-unclosed", "SHOULD", "PEL-6"],
    title: "No element is open at the end of a patch",
    why: "The parser closes it there; with more content after it, that ends up inside.",
    fix: "Write the end tag.",
    spots: (_, { markup }) => unclosedIn(markup).atEnd ?? [],
    expected: "an end tag",
    problem: "is never closed",
  }),
  checkMarkup({
    rule: ["v1-el-template-end", "MUST", "PEL-6"],
    title: "No patch has a `</template>` without its start tag",
    why: "The client parses the text inside a `<template>`: this end tag cuts off the rest.",
    fix: "Remove the end tag, or write `&lt;` if it is text.",
    spots: (_, { markup }) => markup.stray.filter(({ name }) => name === "template"),
    expected: "no `</template>`, or a `<template>` before it",
    problem: "cuts off the rest",
  }),
  checkEach({
    rule: ["v1-el-page-end", "MUST", "PEL-7"],
    title: "`</html>`, `</head>` and `</body>` come only with their elements",
    why: "The client takes the whole text for a page, and patches the body or the head of the page.",
    fix: "Write `&lt;` for `<` in attributes and text, and `<\\/body>` in the strings of scripts.",
    ...eachPatch,
    fault(patch) {
      const { markup } = patch;
      if (!isPageByAccident(markup)) return;
      const [part] = v1.pagePartsOf(markup.html);
      const from = markup.html.indexOf(`</${part}>`);
      const spot = { name: part, from, to: from + part.length + 3 };
      return faultIn(patch, spot, "`&lt;` for `<`", `makes the text a patch of the whole <${part}>`);
    },
  }),
  checkMarkup({
    rule: ["v1-el-page-tags", "SHOULD", "PEL-7"],
    title: "`<html>`, `<head>` and `<body>` come with their end tags",
    why: "The parser drops the tags with their attributes, and their content becomes roots.",
    fix: "Write the end tag in lower case to patch the whole element; or send only the elements that change.",
    spots: droppedOf(pageParts),
    expected: "an end tag in lower case, or no such tag",
    problem: "is dropped by the parser",
  }),
  checkEach({
    rule: ["v1-el-page-place", "SHOULD", "PEL-7"],
    title: "A whole page is not put inside an element",
    why: "The page gets a second `<html>` or `<body>` element inside the first one.",
    fix: "Send only the elements that belong there; or leave out the selector and the mode to patch the whole page.",
    noun: "patch with a selector",
    items: (view) => htmlPatchesIn(view).filter(({ instruction: { selector } }) => selector !== ""),
    fault(patch) {
      const { markup, instruction: { selector, mode } } = patch;
      const isWhole = isPage(markup) && !isPageByAccident(markup);
      if (!isWhole || ["outer", "replace"].includes(mode) && /^(?::root|html|head|body)\s*$/i.test(selector.trim())) {
        return;
      }
      const [part] = v1.pagePartsOf(markup.html);
      return faultOfEvent(patch, "elements that belong there", `a <${part}> for ${quoteSource(selector)}`);
    },
  }),
  checkEach({
    rule: ["v1-el-part-space", "MUST", "PEL-8"],
    title: "Parts of an image or a formula have white space between them, and none before the first",
    why: "The client loses each second node: parts of the image are missing, and the client does not report it.",
    fix:
      "Send each part in a separate line `data: elements …`, without an empty line before; or send the whole `<svg>`.",
    ...eachPartsPatch,
    fault: ({ parts, ...patch }) =>
      parts.outside.length === 0 &&
      firstFew(parts.lost).map((node) =>
        faultIn(patch, spotOfNode(node), "white space before it, and none before the first part", "is lost")
      ),
  }),
  checkEach({
    rule: ["v1-el-part-outside", "MUST", "PEL-8"],
    title: "With a namespace, a patch has only elements of this namespace",
    why: "The parser closes the image before an HTML element: the client loses it and all after it.",
    fix: "Send HTML without the line `namespace`, or put it into a `<foreignObject>`.",
    ...eachPartsPatch,
    fault: ({ parts, ...patch }) =>
      parts.outside.slice(0, 1).map((node) =>
        faultIn(patch, spotOfNode(node), `parts of ${patch.instruction.namespace} only`, "is lost, with all after it")
      ),
  }),
  checkEach({
    rule: ["v1-el-part-id", "MUST", "PEL-10"],
    title: "Each part of an image or a formula has an id, or the event a selector",
    why: "The client finds no target, writes a warning to the console, and the part is lost.",
    fix: "Give the part the id of its target, or send a line `data: selector …`.",
    ...eachPartsPatch,
    fault: ({ parts, ...patch }) =>
      patch.instruction.selector === "" &&
      firstFew(parts.kept.filter((part) => !attributeOf(part, "id"))).map((part) =>
        faultIn(patch, spotOfNode(part), "an id, or a line `data: selector …`", "has no id")
      ),
  }),
  checkEach({
    rule: ["v1-el-svg-part", "MUST", "PEL-9"],
    title: "Parts of an image or a formula come with their namespace",
    why: "The parser makes the part an HTML element, which draws nothing.",
    fix: "Send `data: namespace svg` (or `mathml`), or the whole `<svg>`.",
    ...eachPatch,
    fault: (patch) =>
      firstFew(
        patch.markup.roots.filter((root) => isHtml(root) && isPart(root.tagName) && !isPageByAccident(patch.markup)),
      ).map((root) => {
        const namespace = imageParts.has(root.tagName) ? "svg" : "mathml";
        return faultIn(
          patch,
          startTagOf(root),
          `a line \`data: namespace ${namespace}\``,
          "is an unknown HTML element",
        );
      }),
  }),
  checkEach({
    rule: ["v1-el-attribute-name", "MUST", "PEL-23"],
    title: "Browsers can set all attribute names",
    why: "The client reports `bad-html` where it sets the attribute: the rest of the patch is lost.",
    fix: "Correct the text around the `=`, or use a name of letters, digits, `-`, `_`, `.` and `:`.",
    noun: "patch that is morphed",
    items: (view) => htmlPatchesIn(view).filter(isMorph),
    fault(patch) {
      const { markup, effect } = patch;
      if (effect && !effect.errors.some(({ code }) => code === "bad-html")) return;
      return markup.elements.flatMap((element) =>
        element.attrs.filter(({ name }) => name.includes("=")).map(({ name }) =>
          faultIn(patch, attributeSpot(element, name), "a name without `=`", "is a name that browsers refuse to set")
        )
      );
    },
  }),
  checkEach({
    rule: ["v1-el-script", "SHOULD", "PEL-24"],
    title: "Scripts do not come by outer or inner",
    why: "A new script runs twice there, and one that is matched with an old script does not run.",
    fix: "Append the script to the body: `data: selector body` and `data: mode append`.",
    noun: "script",
    items: (view) =>
      htmlPatchesIn(view).filter((patch) => !isPage(patch.markup)).flatMap((patch) =>
        patch.markup.elements.filter((element) => isHtml(element) && isScript(element))
          .map((element) => ({ patch, element }))
      ),
    fault({ patch, element }) {
      const problem = isMorph(patch) && describeScript(patch);
      if (problem) return faultIn(patch, startTagOf(element), "`selector body` and `mode append`", problem);
    },
  }),
  checkEach({
    rule: ["v1-el-script-svg", "SHOULD", "PEL-24"],
    title: "No script is inside an image",
    why: "The client replaces its text by `undefined`: the code does not run.",
    fix: "Append the script to the body.",
    noun: "element",
    items: ({ elements }) => elements,
    fault: ({ patch, element }) =>
      !isHtml(element) && isScript(element) &&
      faultIn(patch, startTagOf(element), "a script outside of the `<svg>`", "does not run as it is"),
  }),
  checkEach({
    rule: ["v1-el-handler", "SHOULD", "PEL-24"],
    title: "Patches have no handler attributes such as `onclick`",
    why: "They run as code. If they come from user input, an attacker's code runs.",
    fix: "Escape user input; write `data-on:click` and the like if you mean code.",
    noun: "element",
    items: ({ elements }) => elements,
    fault: ({ patch, markup, element }) =>
      element.attrs.filter(({ name }) => /^on[a-z]+$/.test(name)).map(({ name, value }) =>
        faultOfAttribute(
          { patch, markup, element, name, value },
          `data-on:${name.slice(2)}, or nothing`,
          "runs as code",
        )
      ),
  }),
  checkEach({
    rule: ["v1-el-transition", "MUST", "PEL-25"],
    title: "No patch overtakes one with a view transition for the same content",
    why: "The client makes the patch with the transition later: the older content wins, or a target is not found.",
    fix: "Send `useViewTransition true` with each patch of the same content, or with none.",
    noun: "patch after one with a view transition",
    items: overtakingIn,
    fault: ({ patch, overtaken }) =>
      overtaken && {
        expected: "`useViewTransition true` here too",
        actual: "the patch overtakes an earlier one with a view transition",
        at: [overtaken, patch].map(({ event: { range: { start, end } } }) => ({ start, end })),
      },
  }),
  ...attributeChecks,
];
