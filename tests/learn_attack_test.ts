import { assert, assertEquals, assertRejects } from "@std/assert";
import { describe, test } from "node:test";
import { findBlockEnds, readBlock, readBlocks } from "../learn/blocks.ts";
import { readStream } from "../harness/mod.ts";
import { explainLines } from "../learn/explain.ts";
import { record } from "../learn/capture.ts";
import { classic } from "../learn/classic/mod.ts";
import { createRoutes } from "../learn/mod.ts";
import { measureCpu } from "./support/cpu_time.ts";
import { renderEvent, renderLine, renderSentence, showBytes } from "../learn/render.ts";

const encode = (text: string) => new TextEncoder().encode(text);

describe("what is drawn is limited", () => {
  test("when each byte would be an element", () => {
    const shown = showBytes(new Uint8Array(1024 * 1024)).join("");
    assert(shown.length < 100_000, String(shown.length));
    assert(shown.endsWith(`… and ${1024 * 1024 - 2000} more bytes</span>`), shown.slice(-100));
    assertEquals(showBytes(encode("x".repeat(2000))).join(""), "x".repeat(2000));
  });

  test("when a sentence consists of backticks", () => {
    assert(String(renderSentence("`".repeat(1_000_000))).length < 100_000);
  });

  test("when an event has many lines, paths or chunks", async () => {
    const streams = [
      "event: datastar-fragment\n" + "data: merge inner\n".repeat(4000) + "\n",
      "event: datastar-delete\ndata: paths " + "a ".repeat(50_000) + "\n\n",
    ];
    for (const stream of streams) {
      const block = await readBlock(encode(stream), true, classic.explainer);
      assert(String(renderEvent(block, classic)).length < 200_000);
      const borders = Array.from({ length: block.bytes.length }, (_, i) => i);
      const lines = block.lines.slice(0, 100).map((line) => String(renderLine(line, block, { borders })));
      assert(lines.every((line) => line.length < 1_000_000));
    }
  });
});

describe("reading a block", () => {
  const cases: [what: string, line: string][] = [
    ["ids with a NUL", "id: \0x\n"],
    ["lines that raise", "data: mrge inner\n"],
    ["lines that are lost", "data: fragment <p id=a>\n"],
  ];
  for (const [what, line] of cases) {
    test(`takes time in proportion to its length, with ${what}`, async () => {
      const stream = (lines: number) => encode("event: datastar-fragment\n" + line.repeat(lines) + "\n");
      const events = (bytes: Uint8Array) => Array.fromAsync(readStream(bytes));
      const [few, many] = [stream(1000), stream(10_000)];
      const [fewEvents, manyEvents] = [await events(few), await events(many)];
      const short = await measureCpu(() => {
        for (let i = 0; i < 10; i++) explainLines(few, fewEvents, classic.explainer);
      });
      const long = await measureCpu(() => explainLines(many, manyEvents, classic.explainer));
      assert(long < 3 * short + 50, `${long} ms, and ${short} ms for ten of a tenth`);
    });
  }

  test("does not explain a very long one byte by byte", async () => {
    const stream = encode(":\r\n".repeat(20_000) + "data: x\r" + "y".repeat(10));
    const { lines } = await readBlock(stream, true, classic.explainer);
    assertEquals(lines.length, 20_002);
    let end = 0;
    for (const { start, next, pieces } of lines) { // no byte is lost
      assertEquals([start, pieces.length, pieces[0].start, pieces[0].end], [end, 1, end, next]);
      end = next;
    }
    assertEquals(end, stream.length);
    assertEquals(findBlockEnds(stream), [stream.length]);
  });

  test("pauses, so that the page stays responsive", async () => {
    let pauses = 0;
    const pause = () => Promise.resolve(void pauses++);
    const stream = encode(Array.from({ length: 3000 }, (_, i) => `data: ${i}\n\n`).join(""));
    assertEquals((await readBlocks(stream, { explainer: classic.explainer, pause })).length, 3000);
    assert(pauses > 0);
  });
});

test("recording takes time in proportion to the number of chunks", async () => {
  const source = (chunks: number) =>
    new Response(
      new ReadableStream({
        pull(controller) {
          if (chunks-- > 0) controller.enqueue(encode("x"));
          else controller.close();
        },
      }),
      { headers: { "content-type": "text/event-stream" } },
    );
  let seen = 0;
  const onChunk = () => void seen++;
  await record(source(1000), { onChunk });
  const short = await measureCpu(() => record(source(10_000), { onChunk }));
  const long = await measureCpu(() => record(source(40_000), { onChunk }));
  assertEquals(seen, 1000 + 3 * 50_000);
  assert(long < 6 * short + 100, `${long} ms, and ${short} ms for a quarter`);
});

test("a page that could not be written is written for the next request", async () => {
  const { answer } = createRoutes().get("/learn")!;
  const ask = () => answer(new Request("http://localhost/learn"));
  const { stringify } = JSON;
  JSON.stringify = () => {
    throw new Error("out of memory");
  };
  try {
    await assertRejects(ask, Error, "out of memory");
  } finally {
    JSON.stringify = stringify;
  }
  assertEquals((await ask()).status, 200);
});
