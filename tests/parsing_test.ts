/**
 * HTML that becomes the content of an element, and that content as Chromium 156 writes it: see
 * tests/browser/parsing_test.ts.
 */

import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { writeHtml } from "../harness/dom/serializer.ts";
import { createDocument, parseHtml } from "../harness/mod.ts";
import answers from "./parsing.json" with { type: "json" };

const document = createDocument("");

function readAndWrite(name: string, html: string): string {
  const element = document.createElement(name);
  const content = (element as HTMLTemplateElement).content ?? element;
  content.append(parseHtml(html, element));
  return writeHtml(element, true);
}

test("HTML is parsed and written as in Chromium", () => {
  const found = answers.map(([name, html]) => [name, html, readAndWrite(name, html)]);
  assertEquals(found.filter(([, , written], i) => written !== answers[i][2]), []);
});
