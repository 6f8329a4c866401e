import { assertEquals } from "@std/assert";
import { describe, test } from "node:test";
import { checkStream, dialects } from "../conformance/mod.ts";
import { findCauses } from "../conformance/report/causes.ts";
import { healthy, mutants } from "./mutants/v1/lines.ts";
import { resultsOf, showFaults, testStreams } from "./support/judged_streams.ts";

const { v1 } = dialects;

describe("the checks of lines of v1", () => {
  testStreams({ mutants, healthy }, v1);

  test("show the bytes of the fault", async () => {
    const begin = "event: datastar-patch-elements\n";
    const cases: [id: string, stream: string, shown: string[]][] = [
      ["v1-mode", `${begin}data: mode innr\ndata: elements <p id="é"></p>\n\n`, ["data: mode [innr]\n"]],
      ["v1-value-space", `: é\n\n${begin}data: mode  outer\n\n`, ["data: mode [ outer]\n\n"]],
      ["v1-data-indent", `${begin}data:  elements é\n\n`, ["data: [ ]elements é\n\n"]],
      ["v1-data-tab", `${begin}data: \telements é\n\n`, ["data: [\telements] é\n\n"]],
      ["v1-key-known", `\uFEFF${begin}data: é😀 x\n\n`, ["data: [é😀] x\n\n"]],
      ["v1-key-each-line", `${begin}data: elements é\r\ndata:<b>\n\n`, ["data:[<b>]\n\n"]],
      ["v1-key-reserved", `${begin}data: elements é\ndata: toString é\n\n`, ["data: [toString] é\n\n"]],
      ["v1-blank-pre", `${begin}data: elements <pre>\ndata: elements\ndata:\ndata: elements x\n\n`, [
        "data: [elements]\n",
        "data:[]\n",
      ]],
      ["v1-content-split", `${begin}data: elements é\né\n\n`, ["[é]\n\n"]],
      ["v1-sse-known-name", "event: a\nevent: é-b\ndata: x\n\n", ["event: [é-b]\n"]],
      ["v1-sse-old-name", "\uFEFFevent: datastar-signal\ndata: x\n\n", ["\uFEFFevent: [datastar-signal]\n"]],
    ];
    for (const [id, stream, expected] of cases) {
      assertEquals([id, await showFaults(stream, id, v1)], [id, expected]);
    }
  });

  test("name one cause of all that follows from it", async () => {
    const begin = "event: datastar-patch-elements\n";
    const good = `${begin}data: elements <p id="a"></p>\n\n`;
    const cases: [cause: string, stream: string, ...follows: string[]][] = [
      ["v1-sse-events", "<p>Not found</p>", "v1-sse-junk", "v1-sse-final-blank"],
      ["v1-content-split", `${begin}data: elements <p id="a">\n</p>\n\n`, "v1-sse-junk"],
      ["v1-one-generation", `${good}event: datastar-fragment\ndata: fragment <p>\n\n`, "v1-sse-old-name"],
      ["v1-sse-name", `${begin}\ndata: elements <p id="a"></p>\n\n`, "v1-sse-data"],
      ["v1-sse-retry-delay", `retry:\n${good}`, "v1-sse-retry"],
      ["v1-data-indent", `${begin}data:  selector #a\ndata: elements <p>1</p>\n\n`, "v1-el-root-id"],
      ["v1-mode", `${begin}data: mode innr\ndata: elements <p id="a"></p>\n\n`],
    ];
    for (const [cause, stream, ...follows] of cases) {
      const causes = findCauses(await checkStream(stream, { dialect: v1, page: '<body><p id="a">old</p></body>' }));
      assertEquals(causes.map(({ id }) => id), [cause]);
      const ids = causes[0].follows.map(({ id }) => id);
      assertEquals(follows.filter((id) => !ids.includes(id)), []);
    }
  });

  test("say what was meant", async () => {
    const found = async (stream: string, id: string) => {
      const { expected, actual } = (await resultsOf(stream, v1)).find((result) => result.id === id)!;
      return [expected, actual];
    };
    const row = (row: string) => `event: datastar-patch-elements\ndata: ${row}\ndata: elements <p id="a"></p>\n\n`;
    assertEquals(await found(row("merge inner"), "v1-key-generation"), [
      "mode",
      '"data: merge inner", a key of Datastar 0.x',
    ]);
    assertEquals(await found(row("mode morph"), "v1-mode-generation"), [
      "outer",
      '"data: mode morph", a mode of Datastar 0.x',
    ]);
    assertEquals(await found(row("modes"), "v1-data-space"), [
      "mode, a space and a value",
      '"data: modes", which the client takes for mode with the value "modes"',
    ]);
    assertEquals((await found(row("mode=inner"), "v1-data-space"))[0], '"data: mode inner"');
    assertEquals((await found(row("Selector #a"), "v1-key-known"))[0], "selector");
    assertEquals((await found(row("<b>"), "v1-key-each-line"))[0], '"data: elements <b>"');
    assertEquals((await found(row("signals {}"), "v1-key-event"))[0], "a separate event datastar-patch-signals");
    const mixed = row("mode replace") + "event: datastar-fragment\ndata: fragment <p></p>\n\n";
    assertEquals(
      (await found(mixed, "v1-one-generation"))[1],
      "datastar-patch-elements is an event of Datastar 1.0.x, and datastar-fragment is one of 0.x",
    );
  });

  test("each have a mutant", () => {
    const tripped = new Set(mutants.flatMap(({ trips }) => trips));
    const ids = v1.checks.filter(({ family }) => family === "framing" || family === "grammar").map(({ id }) => id);
    assertEquals(ids.filter((id) => !tripped.has(id)), []);
    assertEquals([...tripped].filter((id) => !ids.includes(id)), []);
  });
});
