/** The vectors of v1, and its cases for SDKs, in the real client, where its file is given. */

import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { compare } from "../../vectors/compare.ts";
import { cases, type SdkCase } from "../../vectors/v1/sdk/mod.ts";
import type { Vector } from "../../vectors/vector.ts";
import { type Judge, judgeVectors, startJudge } from "../judge/judge.ts";
import { recordSdkInMemory } from "../mutants/v1/sdk_memory.ts";
import { createEndpoint } from "../peers/v1sdk/ours.ts";
import { answer as official } from "../peers/v1sdk/web.ts";
import { clientFile } from "../support/client_v1.ts";
import { surroundings } from "../support/dom.ts";

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

/** The cases that an endpoint does not pass, by what the real client makes of its answers. */
async function judgeCases(judge: Judge, endpoint: (request: Request) => Promise<Response>): Promise<string[]> {
  const { answers } = await recordSdkInMemory(endpoint);
  const isShort = ({ id }: SdkCase) => answers[id].body.length < 30_000; // the server of vectors takes no more
  const judged = cases.filter((one) => one.page !== undefined && answers[one.id].head?.status === 200 && isShort(one));
  const vectors = judged.map(({ id, title, clause, teach, page = "", expect }): Vector => {
    const stream = new TextDecoder("utf-8", { ignoreBOM: true }).decode(answers[id].body);
    return {
      id,
      title,
      clause,
      teach,
      page,
      stream,
      expect: {
        ...expect.page !== undefined && { page: expect.page },
        ...expect.signals !== undefined && { store: expect.signals },
      },
    };
  });
  const outcomes = await judge.run(vectors);
  return judged.flatMap(({ id, expect }, i) => {
    const differences = compare(vectors[i].expect, outcomes[i], surroundings)
      .filter(({ what }) => what === "page" || what === "store" || what === "run");
    const isLost = expect.intact?.includes("#victim") && !outcomes[i].html.includes('<p id="victim">kept</p>');
    return differences.length > 0 || isLost ? [id] : [];
  });
}

test("the cases for SDKs have their results in the real client", { skip: !clientFile, timeout: 600_000 }, async () => {
  const judge = await startJudge(clientFile!);
  try {
    assertEquals(await judgeCases(judge, createEndpoint()), []);
    assertEquals(await judgeCases(judge, official), [
      ...["cr-content", "cr-content-event", "cr-script", "cr-raw-signals", "event-id-lf", "event-id-crlf"],
      ...["selector-cr", "event-id-cr", "transition-selector-cr", "attribute-cr"],
    ]);
  } finally {
    await judge.close();
  }
});
