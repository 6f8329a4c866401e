import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { checkApp, type CheckAppOptions, judgeRecording, readRecording, writeRecording } from "../conformance/mod.ts";
import { runInTurns } from "../conformance/record/limits.ts";
import { findCauses } from "../conformance/report/causes.ts";
import { type App, apps, mistakes } from "./peers/apps/mod.ts";
import { conformHere, withHttp } from "./support/conform.ts";
import { launchServer, slow } from "./support/process.ts";

const folder = fileURLToPath(new URL("peers/apps/", import.meta.url));

/** A stream that goes on is watched for so long: two of its events come within it. */
const wait = 2_000;

const all: CheckAppOptions = { allow: ["POST", "PUT", "PATCH", "DELETE"], wait };

/** Runs an application, and checks it. */
async function check(file: string, options = all) {
  const server = await launchServer({ program: "node", args: [file] });
  try {
    return await checkApp(server.url, options);
  } finally {
    await server.stop();
  }
}

describe("an application as developers write it", () => {
  for (const { file, actions } of apps) {
    test(`${file} has no fault, and deserves no warning`, slow, async () => {
      const run = await check(join(folder, file));
      assertEquals(findCauses(run).map(({ id, actual }) => [id, actual]), []);
      assertEquals(run.report.exitCode, 0);
      assertEquals(run.app!.actions.map(({ name }) => name), actions);
    });
  }
});

describe("a mistake is the first cause in the report", () => {
  let temporary: string;
  before(async () => temporary = await mkdtemp(join(tmpdir(), "fragstar-")));
  after(() => rm(temporary, { recursive: true }));

  test(`each of ${mistakes.length} mistakes`, slow, async () => {
    assert(mistakes.length >= 25);
    const found = await runInTurns(mistakes, 4, async ({ name, file, from, to }, i) => {
      const text = await readFile(join(folder, file), "utf8");
      assert(text.includes(from), `${name}: ${file} has no ${from}`);
      const changed = join(temporary, `${mistakes.findIndex((mistake) => mistake.name === name)}.mjs`);
      await writeFile(changed, text.replace(from, to));
      const run = await check(changed);
      return [name, findCauses(run)[0]?.id];
    });
    assertEquals(found, mistakes.map(({ name, cause }) => [name, cause]));
  });
});
