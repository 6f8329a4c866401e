import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import { dialects } from "../conformance/mod.ts";
import { openPage, v1 } from "../harness/mod.ts";

const snippets = { ...dialects.classic.snippets, ...dialects.v1.snippets };

/** Runs the line of JavaScript for a check. */
function run(id: string, variables: Record<string, unknown>): unknown {
  const code = snippets[id].JavaScript;
  return new Function(...Object.keys(variables), `return ${code.replace(/;$/, "")}`)(...Object.values(variables));
}

test("each snippet is for a check, in the same languages", () => {
  const languages = ["JavaScript", "Python", "Go", "C#", "PHP"];
  const checks = [...dialects.classic.checks, ...dialects.v1.checks];
  for (const [id, snippet] of Object.entries(snippets)) {
    assert(checks.some((check) => check.id === id), id);
    assertEquals(Object.keys(snippet), languages);
    for (const code of Object.values(snippet)) assert(code.length <= 120 && !code.includes("\n"), code);
  }
});

test("the snippets for headers set the header", () => {
  const set: unknown[] = [];
  const response = { setHeader: (...header: unknown[]) => set.push(header) };
  for (const id of ["http-type", "http-cache", "http-buffering", "v1-http-cache"]) run(id, { response });
  assertEquals(set, [
    ["content-type", "text/event-stream"],
    ["cache-control", "no-cache"],
    ["x-accel-buffering", "no"],
    ["cache-control", "no-store"],
  ]);
});

test("the snippets for a fragment and for a text keep both as they are", async () => {
  const text = `<b> & "it's"\r\nselector x\rmerge y\n\nz`;
  const html = `<p id="p" title="${run("app-injection", { text })}">\n${run("app-injection", { text })}\r\n</p>`;
  const page = openPage(`<p id="p"></p>`);
  const { errors } = await page.receive(`event: datastar-fragment\n${run("sse-junk", { html })}`);
  const element = page.document.querySelector("#p")!;
  assertEquals(errors, []);
  assertEquals(element.getAttribute("title"), text);
  assertEquals(element.textContent, `\n${text}\n`);
});

test("the snippet for HTML of v1 keeps it as it is", async () => {
  const html = `<pre id="p">one\r\nmode inner\r\n\nconstructor\n</pre>`;
  const page = v1.openPage(`<pre id="p"></pre>`);
  const { errors } = await page.receive(`event: datastar-patch-elements\n${run("v1-key-each-line", { html })}`);
  assertEquals(errors, []);
  assertEquals(page.document.querySelector("#p")!.textContent, "one\nmode inner\n\nconstructor\n");
});
