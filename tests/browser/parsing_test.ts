import { assertEquals } from "@std/assert";
import { test } from "node:test";
import answers from "../parsing.json" with { type: "json" };
import { useBrowser } from "../support/browser.ts";
import { slow } from "../support/process.ts";

const used = useBrowser();

test("Chromium still reads and writes what tests/parsing.json says", slow, async () => {
  const page = await used.browser.newPage();
  await page.setContent("<!DOCTYPE html>");
  const found = await page.evaluate((answers) =>
    answers.map(([name, html]) => {
      const element = document.createElement(name);
      element.innerHTML = html;
      return [name, html, element.innerHTML];
    }), answers);
  assertEquals(found, answers);
  await page.close();
});
