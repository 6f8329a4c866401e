/** Selectors on one page, with what Chromium 156 answers: see tests/browser/selectors_test.ts. */

import { assertEquals } from "@std/assert";
import { describe, test } from "node:test";
import { createDocument, openDocument, openPage, readStream } from "../harness/mod.ts";
import { windowPseudoClasses } from "../harness/dom/selector_text.ts";
import answers from "./selectors.json" with { type: "json" };

const page = openDocument(createDocument(`<!DOCTYPE html><html><head></head><body>${answers.page}</body></html>`));
const elements = [...page.document.getElementsByTagName("*")];
const dependsOnWindow = (selector: string) => [...windowPseudoClasses].some((name) => selector.includes(`:${name}`));

test("selectors find what they find in Chromium, and what it refuses is none", () => {
  const differences = answers.selectors.filter(([selector]) => !dependsOnWindow(selector!)).flatMap(
    ([selector, expected]) => {
      const found = page.find(selector!)?.map((element) => elements.indexOf(element)).join(" ") ?? null;
      return found === expected ? [] : [[selector, found, expected]];
    },
  );
  assertEquals(differences, []);
  assertEquals(page.unevaluated, []);
});

test("what Chromium refuses is refused beside :hover and its like too", () => {
  for (const [selector, expected] of answers.selectors) {
    if (expected === null) assertEquals([selector, page.find(selector!)], [selector, undefined]);
  }
});

describe("a selector that depends on the state of a window", () => {
  const cases: [selector: string, found: string, isKnown: boolean][] = [
    ["p:focus", "", false],
    ["p:hover, b", "b", false],
    ["b:not(:hover)", "", false],
    ["p:not(:not(:hover))", "", false],
    [":is(:active, b)", "b", false],
    ["p:has(:focus)", "", false],
    ["p:nth-child(1 of :visited)", "", false],
    ["i:focus", "", true],
    ["p:focus p", "", true],
    ["b:is(:target, b)", "b", true],
    ["b:not(:hover, b)", "", true],
  ];
  for (const [selector, found, isKnown] of cases) {
    test(`${selector} is ${isKnown ? "known" : "not known"}`, () => {
      const page = openPage("<body><p><b></b></p></body>");
      assertEquals(page.find(selector)?.map(({ localName }) => localName).join(" "), found);
      assertEquals(page.unevaluated, isKnown ? [] : [`selector=${JSON.stringify(selector)}`]);
    });
  }

  test("neither raises nor is applied", async () => {
    const stream = "event: datastar-fragment\ndata: selector p:focus\ndata: fragment <p>1</p>\n\n" +
      "event: datastar-delete\ndata: selector :hover\n\n";
    const page = openPage("<body><p></p></body>");
    for await (const event of readStream(stream)) {
      const { errors, mayBeMore } = page.apply([event]);
      assertEquals([errors, mayBeMore], [[], true]);
    }
    assertEquals(page.html, "<p></p>");
    assertEquals(page.unevaluated, ['selector="p:focus"', 'selector=":hover"']);
  });
});
