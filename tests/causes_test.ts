/** The causes of findings, as reports tell them: which request it was, and how the client goes on. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import { inputs } from "../conformance/classic/contract.ts";
import { judgeRecording } from "../conformance/mod.ts";
import { recordInMemory } from "./mutants/memory.ts";
import type { Parts, Reply } from "./mutants/server.ts";

const error: Reply = { status: 500, headers: { "content-type": "text/html" }, body: "<h1>Error</h1>" };

/** The result of one check of `/get` or of the whole server. */
async function judge(id: string, alter: (good: Parts) => Partial<Parts>) {
  const { report } = await judgeRecording(recordInMemory(alter), { only: [id] });
  return report.checks[0];
}

test("a fault in some answers names the request, a fault in all does not", async () => {
  const forEmoji = await judge("http-type", ({ get }) => ({
    get: (url) => url.search.includes(encodeURIComponent(inputs.emoji.slice(0, 2))) ? error : get(url),
  }));
  assertStringIncludes(forEmoji.actual, "GET /get (emoji): content-type:");
  assertEquals((await judge("http-type", () => ({ get: () => error }))).actual, 'content-type: "text/html"');
  assertStringIncludes((await judge("bad-null", () => ({ get: () => error }))).actual, "GET /get (null): 500");
});

test("the answer to a parameter that comes twice decides no MUST, and is named", async () => {
  const answerTwice = ({ get }: Parts): Partial<Parts> => ({
    get: (url) => url.searchParams.getAll("datastar").length > 1 ? error : get(url),
  });
  const { report } = await judgeRecording(recordInMemory(answerTwice));
  const found = report.checks.filter(({ verdict }) => verdict === "fail" || verdict === "warn");
  assertEquals(found.map(({ id }) => id), ["get-last-parameter"]);
  assertStringIncludes(found[0].actual, "GET /get (parameter twice): 500");
});

test("an error of a merge is not said to be raised within a view transition", async () => {
  const raw: Partial<Parts> = { json: (signals) => JSON.stringify(signals) };
  const inTransition = await judge("get-keeps-semicolon", () => raw);
  assertStringIncludes(inTransition.actual, "bad-store");
  assertStringIncludes(inTransition.actual, "(where it has view transitions, it only logs this)");
  const without = await judge("get-keeps-semicolon", ({ update }) => ({
    ...raw,
    update: (attribute) => update(attribute).replace("data: merge", "data: vt false\ndata: merge"),
  }));
  assertStringIncludes(without.actual, "bad-store");
  assert(!without.actual.includes("transition"));
  // A target is looked for before the transition begins.
  const noTarget = await judge("get-output", ({ update }) => ({ update: (text) => update(text).replace("main", "p") }));
  assert(!noTarget.actual.includes("transition"));
});

test("the number of requests is in one place", async () => {
  const room = new URL("../conformance/", import.meta.url);
  const files = (await readdir(room, { recursive: true })).filter((file) => file.endsWith(".ts"));
  const naming = [];
  for (const file of files) {
    if (/\b(?:nine|ten) (?:times|requests)\b/.test(await readFile(new URL(file, room), "utf8"))) naming.push(file);
  }
  assertEquals(naming, ["checks/failure.ts"]);
});
