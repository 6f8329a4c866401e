/** The vectors of v1 in the real client, where its file is given. */

import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { judgeVectors, startJudge } from "../judge/judge.ts";
import { clientFile } from "../support/client_v1.ts";

if (!clientFile) console.log("not run: no v1 client");

test("the vectors of v1 have their results in the real client", { skip: !clientFile, timeout: 600_000 }, async () => {
  const judge = await startJudge(clientFile!);
  try {
    const failures = (await judgeVectors(judge)).filter(({ differences }) => differences.length > 0);
    assertEquals(failures.map(({ vector }) => vector.id), []);
  } finally {
    await judge.close();
  }
});
