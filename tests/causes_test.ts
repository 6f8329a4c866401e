/** The causes of findings, as reports tell them: which request it was, and how the client goes on. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import { inputs } from "../conformance/classic/contract.ts";
import { judgeRecording, reporters } from "../conformance/mod.ts";
import { recordInMemory } from "./mutants/memory.ts";
import type { Reply } from "./mutants/serve.ts";
import type { Parts } from "./mutants/server.ts";

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

test("an error of a merge is only logged within a view transition", async () => {
  const raw: Partial<Parts> = { json: (signals) => JSON.stringify(signals) };
  const inTransition = await judge("get-keeps-semicolon", () => raw);
  assertStringIncludes(inTransition.actual, "bad-store");
  assertStringIncludes(inTransition.actual, "(in a browser with view transitions, it only logs this)");
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

/** The ids of the checks that fail. */
async function failuresOf(alter: (good: Parts) => Partial<Parts>): Promise<string[]> {
  const { report } = await judgeRecording(recordInMemory(alter));
  return [...new Set(report.checks.filter(({ verdict }) => verdict === "fail").map(({ id }) => id))];
}

test("a fault of all answers is not reported again for unusual queries", async () => {
  const asHtml = (reply: Reply): Reply => ({ ...reply, headers: { ...reply.headers, "content-type": "text/html" } });
  assertEquals(await failuresOf(({ get }) => ({ get: (url) => asHtml(get(url)) })), ["http-type"]);
  const noHtml: Partial<Parts> = { attribute: () => 'data-store="{"' };
  assertEquals(await failuresOf(() => noHtml), ["sto-compile", "get-output"]);
  // These have a cause of their own.
  const noStore = ({ get }: Parts): Partial<Parts> => ({
    get: (url) => url.searchParams.get("datastar") === "null" ? error : asHtml(get(url)),
  });
  assertEquals(await failuresOf(noStore), ["http-type", "bad-null"]);
});

test("events without their blank lines are not reported as held back", async () => {
  const failed = await failuresOf(({ tick }) => ({ tick: () => tick().trimEnd() + "\n" }));
  assertEquals(failed, ["sse-blank-between", "feed-goes-on"]);
});

test("a feed that has ended with the server is not blamed for it", async () => {
  const recording = recordInMemory(() => ({ every: 6_000 }));
  const { feed } = recording.answers;
  const judgeFeed = async (ended: Partial<typeof recording>) => {
    const { report } = await judgeRecording({ ...recording, ...ended }, { only: ["feed-goes-on"] });
    return report.checks[0].verdict;
  };
  assertEquals(await judgeFeed({}), "fail");
  const answers = { ...recording.answers, feed: { ...feed, ending: "cut off" as const, endedAt: 1_200 } };
  const gone = { answers, why: "the server went away", endedBy: ["GET /get (missing)"] };
  assertEquals(await judgeFeed(gone), "untested");
});

test("a report begins with the faults of usual requests, and explains the harm once", async () => {
  const unescaped: Partial<Parts> = { json: JSON.stringify, attribute: (json) => `data-store="${json}"` };
  const text = reporters.text(await judgeRecording(recordInMemory(() => unescaped)), { verbose: true });
  const failures = [...text.slice(text.indexOf("\nFailures")).matchAll(/^✗ MUST (\S+)/gm)].map(([, id]) => id);
  assertEquals(failures.slice(0, 2), ["sto-compile", "get-output"]);
  assert(failures.includes("html-root"));

  const withoutStores = reporters.text(
    await judgeRecording(recordInMemory(({ get }) => ({
      get: (url) => url.search.includes("hello") ? get(url) : error,
    }))),
    { verbose: true },
  );
  assertEquals(withoutStores.split("checks the type and not the status").length, 2);
});

test("the number of requests is in one place", async () => {
  const room = new URL("../conformance/", import.meta.url);
  const files = (await readdir(room, { recursive: true })).filter((file) => file.endsWith(".ts"));
  const naming = [];
  for (const file of files) {
    if (/\b(?:nine|ten) (?:more )?(?:times|requests)\b/.test(await readFile(new URL(file, room), "utf8"))) {
      naming.push(file);
    }
  }
  assertEquals(naming, ["checks/failure.ts"]);
});
