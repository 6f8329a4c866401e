import { assertEquals } from "@std/assert";
import { describe, test } from "node:test";
import { dialects } from "../conformance/mod.ts";
import { healthy, mutants } from "./mutants/lines.ts";
import { resultsOf, showFaults, testStreams } from "./support/judged_streams.ts";

describe("the checks of lines", () => {
  testStreams({ mutants, healthy }, dialects.classic);

  test("show the bytes of the fault", async () => {
    const begin = "event: datastar-fragment\n";
    const cases: [string, string, string[]][] = [
      ["frg-merge", `${begin}data: merge morf\ndata: fragment <p id="é"></p>\n\n`, ["data: merge [morf]\n"]],
      ["frg-value-space", `: é\n\n${begin}data: merge  inner\ndata: fragment <p>1\n\n`, ["data: merge [ inner]\n"]],
      ["frg-keyword-once", `${begin}data: fragment é\r\ndata:fragment b\n\n`, ["data:[fragment] b\n\n"]],
      ["frg-blank-pre", `${begin}data: fragment <pre>\ndata:\ndata: \ndata: x</pre>\n\n`, ["[data:]\n", "[data: ]\n"]],
      ["frg-key-form", `${begin}data:\ndata: fragment\tx\n\n`, ["data: [fragment\t]x\n\n"]],
      ["frg-key", `\uFEFF${begin}data: \u00a0 é😀 x\n\n`, ["data: \u00a0 [é😀] x\n\n"]],
      ["sse-known-name", "event: a\nevent: é-b\ndata: x\n\n", ["event: [é-b]\n"]],
      ["sse-field", "\uFEFFevént: a\ndata: x\n\n", ["\uFEFF[evént]: a\n"]],
      ["sse-id-letters", "id: éa\u0100b\ndata: x\n\n", ["id: éa[\u0100]b\n"]],
      ["sse-bom-inside", "id: a\ndata: \uFEFFx\n\n", ["data: [\uFEFF]x\n\n"]],
    ];
    for (const [id, stream, expected] of cases) {
      assertEquals([id, await showFaults(stream, id, dialects.classic)], [id, expected]);
    }
  });

  test("say what was meant", async () => {
    const expected = async (stream: string, id: string) =>
      (await resultsOf(stream, dialects.classic)).find((result) => result.id === id)!.expected;
    const named = (name: string) => `event: ${name}\ndata: fragment <p id="a"></p>\n\n`;
    const row = (row: string) => `event: datastar-fragment\ndata: ${row}\ndata: fragment <p id="a"></p>\n\n`;
    assertEquals(await expected(named("datastar-patch-elements"), "sse-known-name"), "event: datastar-fragment");
    assertEquals(await expected(named("datastar-fragement"), "sse-known-name"), "event: datastar-fragment");
    assertEquals(
      await expected(named("constructor"), "sse-known-name"),
      "one of datastar-fragment, datastar-signal, " +
        "datastar-delete, datastar-redirect, datastar-console",
    );
    assertEquals(await expected(row("mode replace"), "frg-key"), "merge");
    assertEquals(await expected(row("merge upsert-attributes"), "frg-merge"), "merge upsert_attributes");
    assertEquals(await expected(row("merge replace"), "frg-merge"), "merge outer");
    assertEquals(await expected("evnt: x\ndata: y\n\n", "sse-field"), '"event: x"');
    assertEquals(await expected("toString: x\ndata: y\n\n", "sse-field"), "one of event, data, id, retry");
  });
});
