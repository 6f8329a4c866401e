import { assertEquals } from "@std/assert";
import { HtmlValidate } from "html-validate";
import { describe, test } from "node:test";
import { createDocument, openPage } from "../harness/mod.ts";
import { page, policy } from "../page.ts";

describe("page", () => {
  test("is valid and accessible HTML", async () => {
    const validator = new HtmlValidate({
      extends: ["html-validate:standard", "html-validate:a11y"],
      rules: { "no-trailing-whitespace": "error" },
    });
    const report = await validator.validateString(page);
    assertEquals(report.results.flatMap(({ messages }) => messages), []);
  });

  // Bug 9 of the seed: another project's title, a line before the doctype, a module script that is deferred twice.
  test("begins with its doctype, has this project's name, and one script, of this server", () => {
    const document = createDocument(page);
    assertEquals(page.startsWith("<!doctype html>\n<html"), true);
    assertEquals(document.title, "fragstar: HTML fragments over server-sent events");
    const scripts = [...document.querySelectorAll("script")].map((script) => script.outerHTML);
    assertEquals(scripts, ['<script type="module" src="/datastar.js"></script>']);
  });

  test("has the elements and attributes of the example's contract", () => {
    const document = createDocument(page);
    const attributes = (selector: string, ...names: string[]) =>
      names.map((name) => document.querySelector(selector)?.getAttribute(name));
    assertEquals(attributes("main#main input", "type", "placeholder", "data-model"), [
      "text",
      "Send to server...",
      "input",
    ]);
    assertEquals(attributes("main#main form", "data-on-submit"), ["evt.preventDefault(); $output = ''; $$get('/get')"]);
    assertEquals(attributes("main#main #ask", "data-on-click"), ["$$get('/target')"]);
    assertEquals(attributes("main#main #toggle", "data-on-click"), ["$show = !$show"]);
    assertEquals(attributes("main#main #output", "data-text"), ["$output"]);
    assertEquals(attributes("main#main [data-show='$show'] #feed", "data-on-load"), ["$$get('/feed')"]);
    assertEquals(document.querySelectorAll("main#main div#target").length, 1);
    assertEquals(openPage(document).signals, { input: "", output: "", show: true, _gone: false });
  });

  test("loads nothing from other servers", () => {
    const document = createDocument(page);
    const addresses = [...document.querySelectorAll("[src], [href]")].map((element) =>
      element.getAttribute("src") ?? element.getAttribute("href")!
    );
    assertEquals(addresses.filter((address) => !/^(\/(?!\/)|data:)/.test(address)), []);
    assertEquals(addresses.includes("/source/server.ts"), true);
  });
});

describe("policy", () => {
  test("allows the sources that the client needs, and no others", () => {
    const directives = policy.split("; ").map((directive) => directive.replace(/'sha256-[\w+/]{43}='/g, "HASH"));
    assertEquals(directives, [
      "default-src 'none'",
      "script-src 'self' 'unsafe-eval'",
      "style-src HASH HASH HASH",
      "img-src data:",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]);
  });
});
