import { assertEquals } from "@std/assert";
import { test } from "node:test";
import answers from "../selectors.json" with { type: "json" };
import { useBrowser } from "../support/browser.ts";
import { slow } from "../support/process.ts";

const used = useBrowser();

test("Chromium still answers what tests/selectors.json says", slow, async () => {
  const page = await used.browser.newPage();
  await page.setContent(`<!DOCTYPE html><html><head></head><body>${answers.page}</body></html>`);
  const found = await page.evaluate((selectors) => {
    const elements = [...document.querySelectorAll("*")];
    return selectors.map((selector) => {
      try {
        return [...document.querySelectorAll(selector!)].map((element) => elements.indexOf(element)).join(" ");
      } catch {
        return null;
      }
    });
  }, answers.selectors.map(([selector]) => selector));
  const differences = answers.selectors.filter(([, expected], i) => found[i] !== expected);
  assertEquals(differences.map(([selector]) => selector), []);
  await page.close();
});
