import { assertEquals } from "@std/assert";
import { describe, test } from "node:test";
import { checkStream } from "../conformance/mod.ts";
import { detectInPage, detectInStream } from "../conformance/detect.ts";

const inStream = (text: string) => detectInStream(new TextEncoder().encode(text))?.id;
const inPage = (html: string) => detectInPage(html)?.id;

describe("the dialect of a stream is found by", () => {
  const table: [stream: string, dialect: string | undefined][] = [
    ['event: datastar-fragment\ndata: fragment <p id="a">\n\n', "classic"],
    ["event:datastar-signal\r\ndata:store {}\r\n\r\n", "classic"],
    ['event: datastar-patch-elements\ndata: elements <p id="a">\n\n', "v1"],
    ["event: datastar-patch-signals\ndata: signals {}\n\n", "v1"],
    ["event: datastar-merge-fragments\ndata: fragments <p>\n\n", "v1"],
    ["event: datastar-patch-element\ndata: elements <p>\n\n", "v1"],
    ["data: elements <p>\n\n", "v1"],
    ["data: fragment <p>\n\n", "classic"],
    ["data: selector #a\n\n", undefined],
    ["event: datastar-fragment\ndata: fragment <p>\n\nevent: datastar-patch-signals\ndata: signals {}\n\n", undefined],
    ["event: datastar-patch-elements\n: \u2028event: datastar-fragment\u2029event: datastar-fragment\n\n", "v1"],
    ["data: elements <p>\u2028data: fragment <p>\u2029data: fragment <p>\n\n", "v1"],
    ["event: message\ndata: hello\n\n", undefined],
    ["", undefined],
  ];
  for (const [stream, dialect] of table) {
    test(JSON.stringify(stream).slice(0, 60), () => assertEquals(inStream(stream), dialect));
  }
});

describe("the dialect of a page is found by", () => {
  const table: [html: string, dialect: string | undefined][] = [
    [`<main data-store="{a: 1}"><p data-text="$a"></p></main>`, "classic"],
    [`<button data-on-click="$$get('/a')">`, "classic"],
    [`<button data-on-click="@get('/a')">`, "v1"],
    [`<button data-on:click="@post('/a')">`, "v1"],
    [`<main data-signals="{a: 1}">`, "v1"],
    [`<main data-signals:a__ifmissing="1">`, "v1"],
    [`<input data-bind="a">`, "v1"],
    [`<main data-store="{}"><p data-init="1">`, undefined],
    [`<p data-text="$a" data-show="$b">`, undefined],
    [`<p data-email="a@get(b)">`, undefined],
    ["<p>hello", undefined],
  ];
  for (const [html, dialect] of table) test(html, () => assertEquals(inPage(html), dialect));
});

test("a run has the dialect of its page, or else of its stream", async () => {
  const stream = "event: datastar-patch-signals\ndata: signals {}\n\n";
  const dialectOf = async (page?: string) => (await checkStream(stream, { page })).report.dialect;
  assertEquals(await dialectOf(), "v1");
  assertEquals(await dialectOf("<main data-store='{}'>"), "classic");
  assertEquals(await dialectOf("<p>hello"), "v1");
});

test("checks that are named say the dialect", async () => {
  const stream = 'event: datastar-fragment\ndata: fragment <p id="a">\n\n';
  const dialectOf = async (only?: string[]) => (await checkStream(stream, { only })).report.dialect;
  assertEquals(await dialectOf(["v1-sse-utf8"]), "v1");
  assertEquals(await dialectOf(["sse-utf8"]), "classic");
  assertEquals(await dialectOf(["sse-utf8", "v1-sse-utf8"]), "classic", "not of one dialect: the stream says it");
});
