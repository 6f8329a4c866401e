import { assert, assertEquals, assertMatch } from "@std/assert";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { readStream, type StreamEvent } from "../harness/mod.ts";
import { lessons } from "../learn/classic/lessons.ts";
import { splitCode } from "../prose.ts";
import { findMissing, type Goal } from "../learn/lesson.ts";
import { bytesOf, type Outcome, type Vector } from "../vectors/vector.ts";
import { families } from "../vectors/classic/mod.ts";
import { surroundings } from "./support/dom.ts";
import { runInHarness } from "./support/model.ts";

const vectors = families.flatMap(({ vectors }) => vectors);
const vectorOf = (id: string) => vectors.find((vector) => vector.id === id)!;

async function eventsOf(stream: string | Uint8Array): Promise<StreamEvent[]> {
  const events = [];
  for await (const event of readStream(stream)) events.push(event);
  return events;
}

async function runVector(vector: Vector): Promise<{ outcome: Outcome; events: StreamEvent[] }> {
  return { outcome: await runInHarness(vector, true), events: await eventsOf(bytesOf(vector)) };
}

describe("the lessons", () => {
  test("are about different vectors", () => {
    const ids = lessons.map(({ vector }) => vector);
    assertEquals(ids.filter((id) => !vectorOf(id)), []);
    assertEquals(new Set(ids).size, ids.length);
    assertEquals(new Set(lessons.map(({ title }) => title)).size, lessons.length);
    assert(ids.length >= 12 && ids.length <= 15, `there are ${ids.length}`);
  });

  test("are short, and have closed backticks", () => {
    for (const { title, text, task } of lessons) {
      const all = [...text, task.text, task.hint];
      const isOpen = (part: string) => splitCode(part).some(({ text, isCode }) => !isCode && text.includes("`"));
      assertEquals(all.filter((part) => isOpen(part) || !/[.?!)]$/.test(part)), [], title);
      assert(text.length >= 1 && text.length <= 3, title);
      assert(text.join(" ").split(/\s+/).length <= 120, `${title}: ${text.join(" ").split(/\s+/).length} words`);
    }
  });

  for (const { vector: id, title, task } of lessons) {
    test(`${title}: the task is open at first, and its solution solves it`, async () => {
      const vector = vectorOf(id);
      const { in: part, replace, by } = task.solution;
      assertEquals(vector[part]!.split(replace).length, 2, "the text to replace occurs once");
      assertMatch(findMissing(task.goal, await runVector(vector), surroundings)!, /^[A-Z].+\.$/);
      const solved = { ...vector, [part]: vector[part]!.split(replace).join(by) };
      assertEquals(findMissing(task.goal, await runVector(solved), surroundings), undefined);
      assert(
        !task.hint.includes(by) && !task.text.includes(by) || by.length < 5,
        "the hint does not give the solution",
      );
    });
  }
});

describe("findMissing()", () => {
  const outcome = { tree: `| <p>\n|   "a"`, html: "", store: { a: 1 }, console: [] };
  const stream = "event: datastar-fragment\ndata: merge outer\ndata: fragment <p id=a></p>\n\n";
  const unknown = "event: x\ndata: y\n\n";
  const both = '<p id="b">a<b>c</b></p>';
  type Case = [name: string, goal: Goal, outcome: Partial<Outcome>, stream: string, missing: string | undefined];
  const cases: Case[] = [
    ["nothing is required", {}, {}, "", undefined],
    [
      "an error occurred",
      { page: "<p>b</p>" },
      { error: "no-target" },
      "",
      "The client throws `no-target`; the task asks for a stream without an error.",
    ],
    ["the required error occurred", { error: "no-target" }, { error: "no-target" }, "", undefined],
    [
      "the required error did not occur",
      { error: "no-target" },
      {},
      "",
      "The client should throw `no-target`; it does not throw.",
    ],
    [
      "another error occurred",
      { error: "no-target" },
      { error: "bad-store" },
      "",
      "The client should throw `no-target`; it throws `bad-store`.",
    ],
    ["the page is right", { page: "<p>a</p>" }, {}, "", undefined],
    ["a text is wrong", { page: "<p>b</p>" }, {}, "", 'The page has `"a"`; the task asks for `"b"`.'],
    [
      "two places are wrong",
      { page: "<p>a</p><i>c</i>" },
      { tree: '| <p>\n|   <b>\n|     "a"\n| <i>\n|   "d"' },
      "",
      'The page has `<b> "a"`; the task asks for `"a"`.',
    ],
    ["the page is empty", { page: "<p>a</p>" }, { tree: "" }, "", 'The page still lacks `<p> "a"`.'],
    [
      "something is missing",
      { page: both },
      { tree: '| <p>\n|   id="b"\n|   "a"' },
      "",
      'The page still lacks `<b> "c"`.',
    ],
    [
      "something is too much",
      { page: "<p>a</p>" },
      { tree: '| <p>\n|   class="n"\n|   "a"' },
      "",
      'The page has `class="n"`, which the task does not ask for.',
    ],
    ["the store is right", { store: { a: 1 } }, {}, "", undefined],
    [
      "the store is wrong",
      { store: { a: 2 } },
      {},
      "",
      'The store is `{ "a": 1 }`; the task asks for `{ "a": 2 }`.',
    ],
    ["an instruction is there", { instructions: [{ type: "fragment", merge: "outer" }] }, {}, stream, undefined],
    [
      "it has another value",
      { instructions: [{ type: "fragment", merge: "inner" }] },
      {},
      stream,
      "No `fragment` event has the right `merge` yet.",
    ],
    [
      "it has another type",
      { instructions: [{ type: "signal" }] },
      {},
      stream,
      "The stream has no `signal` event yet.",
    ],
    [
      "one of two is missing",
      { instructions: [{ type: "fragment" }, { type: "delete" }] },
      {},
      stream,
      "The stream has no `delete` event yet.",
    ],
    ["there are no diagnostics", { clean: true }, {}, stream, undefined],
    [
      "there are diagnostics",
      { clean: true },
      {},
      stream + unknown,
      "Event 2 still has a mistake. MESSAGE.",
    ],
    ["there are diagnostics, which are allowed", {}, {}, stream + unknown, undefined],
    [
      "only a part holds",
      { page: "<p>a</p>", store: {} },
      {},
      "",
      'The store is `{ "a": 1 }`; the task asks for `{}`.',
    ],
  ];
  for (const [name, goal, partly, stream, missing] of cases) {
    test(`${name}: ${missing ?? "done"}`, async () => {
      const events = await eventsOf(stream);
      const found = findMissing(goal, { outcome: { ...outcome, ...partly }, events }, surroundings);
      assertEquals(found, missing?.replace("MESSAGE", () => events[1].diagnostics[0].message));
    });
  }
});

describe("packages.js", () => {
  const file = (path: string) => readFile(new URL(`../${path}`, import.meta.url), "utf8");

  test("holds the versions that the harness is tested with, and their licenses", async () => {
    const text = await file("learn/packages.js");
    const { dependencies } = JSON.parse(await file("package.json"));
    const notice = text.slice(0, text.indexOf("*/"));
    for (const name of ["acorn", "eventsource-parser"]) {
      assert(notice.includes(`${name} ${dependencies[name]}\n\nMIT License\n\nCopyright`), name);
    }
    assert(notice.includes(`marked ${dependencies.marked}\n\n# License information`));
    assertEquals(notice.split("The above copyright notice and this permission notice").length, 4);
  });

  test("exports what the harness imports from the packages", async () => {
    const { Lexer, parse, createParser } = await import("../learn/packages.js") as unknown as {
      Lexer: typeof import("marked").Lexer;
      parse: (text: string, options: { ecmaVersion: string }) => { type: string };
      createParser: (options: { onEvent: (event: unknown) => void }) => { feed: (text: string) => void };
    };
    assertEquals(new Lexer().options.tokenizer!.codespan("`a` b")!.text, "a");
    assertEquals(parse("1", { ecmaVersion: "latest" }).type, "Program");
    const events: unknown[] = [];
    createParser({ onEvent: (event) => events.push(event) }).feed("event: a\ndata: b\n\n");
    assertEquals(events, [{ id: undefined, event: "a", data: "b" }]);
  });
});
