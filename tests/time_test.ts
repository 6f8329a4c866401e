import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { judgeRecording } from "../conformance/mod.ts";
import { recordInMemory } from "./mutants/memory.ts";

/** The verdict on a server whose target shows the first text, and the second text more than a second later. */
async function verdictOn(first: string, second: string) {
  let asked = 0;
  const recording = recordInMemory(() => ({ time: () => asked++ === 0 ? first : second }));
  const run = await judgeRecording(recording, { only: ["target-time"] });
  return run.report.checks[0].verdict;
}

test("target-time takes a time in any form, and nothing else", async () => {
  // The recording says that it is 07:08:09 in UTC.
  const table: [first: string, second: string, verdict: string][] = [
    ["2024-05-06 07:08:09", "2024-05-06 07:08:10", "pass"],
    ["9:08:09 AM", "9:08:10 AM", "pass"],
    ["07.08.09 Uhr", "07.08.10 Uhr", "pass"],
    ["3時59分9秒", "3時59分10秒", "pass"],
    ["오전 7시 08분 09초", "오전 7시 08분 10초", "pass"],
    ["٠٧:٠٨:٠٩", "٠٧:٠٨:١٠", "pass"],
    ["०७ ०८ ०९", "०७ ०८ १०", "pass"],
    ["Mon May 6 12:38:09 2024", "Mon May 6 12:38:10 2024", "pass"],
    ["12 38 09", "12 38 10", "pass"], // India
    ["1714979289", "1714979290", "pass"],
    ["1714979289123", "1714979290223", "pass"],
    ["2024-05-06T07:08:09.123456Z", "2024-05-06T07:08:10.223456Z", "pass"],
    ["three fifty-nine nine", "three fifty-nine ten", "pass"],
    ["三時五十九分九秒", "三時五十九分十秒", "pass"],
    ["1 of 2", "1 of 2", "fail"],
    ["1 of 2", "2 of 2", "fail"],
    ["1234567890", "1234567891", "fail"],
    ["answer 1", "answer 2", "fail"],
    ["foo", "bar", "fail"],
    ["foo", "foo", "fail"],
    ["a quarter to three", "nearly three", "pass"],
    ["", "", "fail"],
  ];
  const found = await Promise.all(table.map(async ([a, b]) => [a, b, await verdictOn(a, b)]));
  assertEquals(found, table);
});
