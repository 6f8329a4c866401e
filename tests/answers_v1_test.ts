import { assertEquals } from "@std/assert";
import { describe, test } from "node:test";
import { dialects, judgeRecording } from "../conformance/mod.ts";
import { healthy, mutants, silent } from "./mutants/v1/answers.ts";
import { recordAnswer, testAnswers } from "./support/answer_server.ts";

const { v1 } = dialects;

describe("the checks of answers of v1", () => {
  testAnswers({ mutants, healthy }, { dialect: v1, passed: "v1-http-status" });
  testAnswers({ mutants: [], healthy: silent }, { dialect: v1, passed: "v1-http-answer" });

  test("each have a mutant", () => {
    const tripped = new Set(mutants.flatMap(({ trips }) => trips));
    const ids = v1.checks.filter(({ family }) => family === "transport").map(({ id }) => id);
    assertEquals(ids.filter((id) => !tripped.has(id)), []);
  });

  test("give no verdict on a redirect", async () => {
    const redirect = mutants.find(({ trips }) => trips.includes("v1-http-redirect"))!;
    const { report } = await judgeRecording(await recordAnswer(redirect), { dialect: v1 });
    assertEquals(report.exitCode, 3);
  });

  test("report a refusal once", async () => {
    const refusal = mutants.find(({ name }) => name === "HTML with status 404 Not Found")!;
    const { report } = await judgeRecording(await recordAnswer(refusal), { dialect: v1 });
    const found = report.checks.filter(({ verdict }) => verdict === "fail" || verdict === "warn");
    assertEquals(found.map(({ id, actual }) => [id, actual]), [["v1-http-status", "status 404 Not Found"]]);
  });
});
