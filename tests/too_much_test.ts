import { assertEquals } from "@std/assert";
import { describe, test } from "node:test";
import { checkStream } from "../conformance/mod.ts";

describe("a check has no verdict of a text that is too deep to be judged:", () => {
  const [round, square, not] = ["(", "[", ":not("].map((text) => text.repeat(5_000));
  const elements = (attribute: string, more = "") =>
    `event: datastar-patch-elements\n${more}data: elements <p id="a" ${attribute}></p>\n\n`;
  const fragment = (attribute: string, more = "") =>
    `event: datastar-fragment\n${more}data: fragment <p id="a" ${attribute}></p>\n\n`;
  const table: [ids: string, stream: string][] = [
    ["v1-sig-broken", `event: datastar-patch-signals\ndata: signals ${square}\n\n`],
    ["v1-el-expression", elements(`data-text="${round}"`)],
    ["v1-el-expression-later", elements(`data-on:click="${round}"`)],
    ["v1-selector", elements("", `data: mode inner\ndata: selector ${not}\n`)],
    ["html-expression-raises", fragment(`data-text="${round}"`)],
    ["sto-compile sto-semicolon", fragment(`data-store="${square}"`)],
    ["html-selector", fragment("", `data: selector ${not}\n`)],
  ];
  for (const [ids, stream] of table) {
    test(ids, async () => {
      // The second event asks the same: its answer is known.
      const { report } = await checkStream(stream.repeat(2));
      const open = report.checks.filter(({ level, reason }) => level === "MUST" && reason === "unobserved");
      assertEquals(open.map(({ id }) => id), ids.split(" "));
      assertEquals([report.exitCode, report.summary.fail], [3, 0]);
    });
  }

  test("a fault beside it counts", async () => {
    const { report } = await checkStream(elements(`data-text="${round}"`) + elements('data-text="+"'));
    assertEquals(report.checks.filter(({ verdict }) => verdict === "fail").map(({ id }) => id), ["v1-el-expression"]);
    assertEquals(report.exitCode, 1);
  });
});
