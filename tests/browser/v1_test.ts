/**
 * The vectors of v1 in the real client, where its file is given: in CLIENT_V1, or in the folder clients/, which
 * git ignores.
 */

import { assertEquals } from "@std/assert";
import { readdir } from "node:fs/promises";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { judgeVectors, startJudge } from "../judge/judge.ts";

const clients = fileURLToPath(new URL("../../clients/", import.meta.url));
const [first] = (await readdir(clients).catch(() => [])).filter((name) => name.endsWith(".js"));
const file = process.env.CLIENT_V1 || (first && clients + first);
if (!file) console.log("not run: no v1 client");

test("the vectors of v1 have their results in the real client", { skip: !file, timeout: 600_000 }, async () => {
  const judge = await startJudge(file!);
  try {
    const failures = (await judgeVectors(judge)).filter(({ differences }) => differences.length > 0);
    assertEquals(failures.map(({ vector }) => vector.id), []);
  } finally {
    await judge.close();
  }
});
