import { assert, assertEquals } from "@std/assert";
import { readdir, readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { diffLines } from "../runner/diff.ts";
import { errorCodeOf, isOwnMessage } from "../vectors/classic/messages.ts";
import { compare, treeOf } from "../vectors/compare.ts";
import { dialects } from "../vectors/mod.ts";
import { bytesOf, type Expectation, maxStreamBytes, type Outcome } from "../vectors/vector.ts";
import { createBody, surroundings } from "./support/dom.ts";

const treeOfHtml = (html: string) => treeOf(surroundings.parseBody(html));

describe("treeOf() writes a body as html5lib's tests do", () => {
  const cases: [name: string, html: string, tree: string[]][] = [
    ["nothing", "", []],
    ["elements, attributes by name, texts", `<p id="x" a="1">hi<b>you</b></p>`, [
      `| <p>`,
      `|   a="1"`,
      `|   id="x"`,
      `|   "hi"`,
      `|   <b>`,
      `|     "you"`,
    ]],
    ["comments", `<!--a--><i></i>`, [`| <!-- a -->`, `| <i>`]],
    ["content of templates", `<template><b>x</b></template>y`, [
      `| <template>`,
      `|   content`,
      `|     <b>`,
      `|       "x"`,
      `| "y"`,
    ]],
    ["SVG without namespaces", `<svg viewBox="0 0 1 1"><path d=""></path></svg>`, [
      `| <svg>`,
      `|   viewBox="0 0 1 1"`,
      `|   <path>`,
      `|     d=""`,
    ]],
    ["white space as it is", `<b> \n </b> `, [`| <b>`, `|   " `, ` "`, `| " "`]],
  ];
  for (const [name, html, tree] of cases) {
    test(name, () => assertEquals(treeOfHtml(html), tree.join("\n")));
  }

  const same: [name: string, a: string, b: string][] = [
    ["classes of the client", `<p class="a datastar-swapping b datastar-settling"></p>`, `<p class="a b"></p>`],
    ["a class attribute without classes", `<p class=""></p>`, `<p></p>`],
    ["a class attribute with classes of the client only", `<p class="datastar-swapping"></p>`, `<p></p>`],
    ["the numbers in ids that the client gave", `<p id="ds--12"></p>`, `<p id="ds--3"></p>`],
    ["the order of attributes", `<p a="1" b="2"></p>`, `<p b="2" a="1"></p>`],
  ];
  for (const [name, a, b] of same) {
    test(`ignores ${name}`, () => assertEquals(treeOfHtml(a), treeOfHtml(b)));
  }

  const different: [name: string, a: string, b: string][] = [
    ["the order of classes", `<p class="a b"></p>`, `<p class="b a"></p>`],
    ["ids that only resemble the client's", `<p id="ds--x1"></p>`, `<p id="ds--x2"></p>`],
    ["ids that the client gave and none", `<p id="ds--1"></p>`, `<p></p>`],
    ["classes that only contain datastar-", `<p class="x-datastar-y"></p>`, `<p></p>`],
    ["white space", `<p> </p>`, `<p></p>`],
    ["other empty attributes", `<p title=""></p>`, `<p></p>`],
    ["comments and nothing", `<!---->`, ``],
  ];
  for (const [name, a, b] of different) {
    test(`distinguishes ${name}`, () => assert(treeOfHtml(a) !== treeOfHtml(b)));
  }

  test("joins adjacent texts, and ignores empty ones", () => {
    const { body } = createBody("<p>a</p>");
    const { ownerDocument } = body;
    body.firstChild!.appendChild(ownerDocument.createTextNode("b"));
    body.firstChild!.appendChild(ownerDocument.createTextNode(""));
    body.appendChild(ownerDocument.createTextNode(""));
    assertEquals(treeOf(body), `| <p>\n|   "ab"`);
  });

  test("writes a page of any depth", () => {
    const { body } = createBody("");
    let inner: Element = body;
    for (let depth = 0; depth < 5_000; depth++) inner = inner.appendChild(body.ownerDocument.createElement("i"));
    assertEquals(treeOf(body).split("\n").length, 5_000);
  });
});

describe("compare()", () => {
  const outcome = (outcome: Partial<Outcome> & { page?: string }): Outcome => ({
    tree: treeOfHtml(outcome.page ?? ""),
    html: "",
    console: [],
    ...outcome,
  });
  const cases: [name: string, expected: Expectation, actual: Parameters<typeof outcome>[0], differs: string[]][] = [
    ["equal pages", { page: "<p></p>" }, { page: `<p class=""></p>` }, []],
    ["different pages", { page: "<p></p>" }, { page: "<b></b>" }, ["page"]],
    ["a page that is not expected", { store: {} }, { page: "<b></b>", store: {} }, []],
    ["an unexpected error", { page: "" }, { error: "no-target" }, ["error"]],
    ["the expected error", { error: "no-target" }, { error: "no-target" }, []],
    ["a different error", { error: "no-target" }, { error: "bad-store" }, ["error"]],
    ["the same errors", { errors: ["no-target", "bad-path"] }, { errors: ["no-target", "bad-path"] }, []],
    ["errors in a different order", { errors: ["no-target", "bad-path"] }, { errors: ["bad-path", "no-target"] }, [
      "error",
    ]],
    ["one error more", { errors: ["no-target"] }, { errors: ["no-target", "bad-path"] }, ["error"]],
    ["one error less", { errors: ["no-target", "bad-path"] }, { errors: ["no-target"] }, ["error"]],
    ["an error without a name among others", { errors: ["no-target", "bad-path"] }, {
      errors: ["unnamed", "bad-path"],
    }, []],
    ["errors where none were expected", { page: "" }, { errors: ["unnamed"] }, ["error"]],
    ["no error", { error: "no-target" }, {}, ["error"]],
    ["an error without a name", { error: "no-target" }, { error: "unnamed" }, []],
    ["an error without a name where none was expected", { page: "" }, { error: "unnamed" }, ["error"]],
    ["stores with keys in a different order", { store: { a: { b: 1, c: [1] }, d: 2 } }, {
      store: { d: 2, a: { c: [1], b: 1 } },
    }, []],
    ["stores with a different order in a list", { store: { a: [1, 2] } }, { store: { a: [2, 1] } }, ["store"]],
    ["stores with a number and its text", { store: { a: 1 } }, { store: { a: "1" } }, ["store"]],
    ["stores with null and nothing", { store: { a: null } }, { store: {} }, ["store"]],
    ["stores with the key __proto__", { store: JSON.parse(`{"__proto__":1}`) }, { store: {} }, ["store"]],
    ["an unknown store", { store: {} }, {}, ["store"]],
    ["a redirect, once relative", { location: "/a?b" }, { location: "http://localhost/a?b" }, []],
    ["a redirect relative to the page", { location: "#a" }, { location: "http://localhost/vectors/frame#a" }, []],
    ["a different redirect", { location: "/a" }, { location: "/b" }, ["location"]],
    ["no redirect", { location: "/a" }, {}, ["location"]],
    ["messages with others between them", { console: [["log", "a"], ["warn", "b"]] }, {
      console: [["log", "a"], ["error", "x"], ["warn", "b"]],
    }, []],
    ["messages in a different order", { console: [["log", "a"], ["warn", "b"]] }, {
      console: [["warn", "b"], ["log", "a"]],
    }, ["console"]],
    ["a message of a different mode", { console: [["log", "a"]] }, { console: [["warn", "a"]] }, ["console"]],
    ["one message where there should be two", { console: [["log", "a"], ["log", "a"]] }, {
      console: [["log", "a"]],
    }, ["console"]],
    ["a message where there should be none", { console: [] }, { console: [["log", "a"]] }, ["console"]],
    ["values", { values: { "#a": "x", "#b": false } }, { values: { "#a": "x", "#b": false } }, []],
    ["different values", { values: { "#a": "x", "#b": false } }, { values: { "#a": "y", "#b": true } }, [
      "values",
      "values",
    ]],
    ["a value and its text", { values: { "#a": "true" } }, { values: { "#a": true } }, ["values"]],
    ["a missing value", { values: { "#a": "x" } }, {}, ["values"]],
    ["an incomplete run", { error: "no-target" }, { error: "no-target", incomplete: "why" }, ["run"]],
  ];
  for (const [name, expected, actual, differs] of cases) {
    test(`${name}: ${differs.join(", ") || "no difference"}`, () => {
      assertEquals(compare(expected, outcome(actual), surroundings).map(({ what }) => what), differs);
    });
  }

  test("returns the expected and the actual text", () => {
    assertEquals(compare({ page: "<p>a</p>", error: "no-target" }, outcome({ page: "<p>b</p>" }), surroundings), [
      { what: "error", expected: "no-target", actual: "none" },
      { what: "page", expected: `| <p>\n|   "a"`, actual: `| <p>\n|   "b"` },
    ]);
  });
});

describe("the client's messages", () => {
  const cases: [message: string, hasStore: boolean, name: string][] = [
    ["Unknown merge option: x", false, "unknown-merge"],
    ["Failed to execute 'querySelectorAll' on 'Document': ']' is not a valid selector.", false, "bad-selector"],
    ["Failed to execute 'querySelector' on 'Document': ']' is not a valid selector.", false, "bad-attribute"],
    ["'reference' must have empty key", true, "bad-attribute"],
    ["Expression function not created", true, "bad-store"],
    ["Expression function not created", false, "bad-attribute"],
    ["value is a reserved property name", true, "bad-store"],
    ["value is a reserved property name", false, "bad-path"],
    ["A message that no client has", false, "unnamed"],
    ["", false, "unnamed"],
  ];
  for (const [message, hasStore, name] of cases) {
    test(`${message}, ${hasStore ? "a" : "no"} store left: ${name}`, () => {
      assertEquals(errorCodeOf(message, () => hasStore), name);
    });
  }

  test("are distinguished from those of events", () => {
    assert(isOwnMessage("error", "Error fetching event source, retrying in 100ms"));
    assert(isOwnMessage("log", "Unknown event: x"));
    assert(!isOwnMessage("log", "Error fetching event source, retrying in 100ms"));
    assert(!isOwnMessage("error", "hello"));
  });
});

describe("diffLines()", () => {
  const cases: [expected: string, actual: string, diff: string][] = [
    ["a", "a", " a"],
    ["a\nb\nc", "a\nc", " a -b  c"],
    ["a\nc", "a\nb\nc", " a +b  c"],
    ["a\nb\nc\nd", "a\nx\nc\ny", " a -b +x  c -d +y"],
    ["", "a", "- +a"],
  ];
  for (const [expected, actual, diff] of cases) {
    test(JSON.stringify([expected, actual]), () => {
      const signs = { both: " ", expected: "-", actual: "+" };
      const lines = diffLines(expected, actual);
      assertEquals(lines.map(({ side, text }) => signs[side] + text).join(" "), diff);
    });
  }

  test("two long texts that have nothing in common are not searched", () => {
    const text = (letter: string) => Array.from({ length: 5_000 }, (_, index) => letter + index).join("\n");
    assertEquals(diffLines(text("a"), text("b")).length, 10_000);
  });
});

test("all vectors fit into a URL", () => {
  const vectors = dialects.flatMap(({ families }) => families.flatMap(({ vectors }) => vectors));
  assertEquals(vectors.filter((vector) => bytesOf(vector).length > maxStreamBytes).map(({ id }) => id), []);
});

test("the shell that runs clients knows no dialect", async () => {
  for (const folder of ["../runner/", "../vectors/"]) {
    const files = (await readdir(new URL(folder, import.meta.url))).filter((name) => name.endsWith(".ts"));
    for (const file of files) {
      const source = await readFile(new URL(folder + file, import.meta.url), "utf8");
      assertEquals(source.match(/datastar-\w+|\$\$get|data-on-\w+|dialect(\.id)? [!=]==/g), null, file);
      const imports = [...source.matchAll(/ from ".*\/(classic)\//g)].map(([, dialect]) => dialect);
      assertEquals(imports, folder + file === "../vectors/mod.ts" ? ["classic"] : [], file);
    }
  }
});
