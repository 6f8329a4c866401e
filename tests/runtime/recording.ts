import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { createContract } from "../../conformance/classic/contract.ts";
import { judgeRecording } from "../../conformance/mod.ts";
import { record, recordStream } from "../../conformance/record/record.ts";
import { type Reply, serveParts } from "../mutants/serve.ts";
import { createParts, mutants, type Parts } from "../mutants/server.ts";
import { conformHere } from "../support/conform.ts";
import { slow } from "../support/process.ts";
import { assertSaves } from "../support/saved.ts";
import { testEarly } from "../support/time.ts";

const folder = mkdtempSync(join(tmpdir(), "recording-"));
after(() => rmSync(folder, { recursive: true }));

async function withParts<T>(parts: Parts, use: (url: string) => Promise<T>): Promise<T> {
  const { url, stop } = await serveParts(parts);
  try {
    return await use(url);
  } finally {
    await stop();
  }
}

describe("a saved recording has the report of its run:", () => {
  testEarly("of a server with a fault", async () => {
    const { alter } = mutants.find(({ name }) => name === "The text is also sent as a line of its own")!;
    const recording = await withParts(createParts(alter), (url) => record(url, createContract(), { live: false }));
    const { report } = await judgeRecording(recording);
    assert(report.checks.some(({ evidence }) => evidence.length > 0));
    await assertSaves(recording);
  });

  testEarly("of a server with many readers", async () => {
    const recording = await withParts(createParts(), (url) => record(url, createContract()));
    assertEquals(recording.live!.feeds.length + ("feed:whole" in recording.answers ? 1 : 0), 64);
    await assertSaves(recording);
  });

  test("of one endpoint", slow, async () => {
    const recording = await withParts(createParts(), (url) => recordStream(new URL("target", url), createContract()));
    assertEquals([recording.subject, recording.exchange?.ending], ["/target", "complete"]);
    await assertSaves(recording);
  });
});

describe("an answer of more bytes than are read", () => {
  const comment = `: ${"x".repeat(1_000)}\n`.repeat(600);
  const big = (parts: Parts, reply: (parts: Parts) => Reply): Reply => {
    const { body, ...rest } = reply(parts);
    return { ...rest, body: body.replace("</main>", `<!--${comment.repeat(2)}--></main>`) };
  };
  const cases: [name: string, alter: (parts: Parts) => Partial<Parts>, untested: string[]][] = [
    ["the page", (parts) => ({ page: () => big(parts, ({ page }) => page()) }), ["page-status", "page-store"]],
    [
      "/target, with an event first",
      (parts) => ({ target: () => ({ ...parts.target(), body: parts.target().body + comment }) }),
      ["http-end"],
    ],
    [
      "/target, with a comment first",
      (parts) => ({ target: () => ({ ...parts.target(), body: comment.repeat(4) + parts.target().body }) }),
      ["http-end", "target-event"],
    ],
  ];
  for (const [name, alter, untested] of cases) {
    testEarly(`is undecided, not wrong: ${name}`, async () => {
      const parts = createParts();
      const changed = Object.assign(createParts(), alter(parts));
      const recording = await withParts(changed, (url) => record(url, createContract(), { live: false }));
      const { report } = await judgeRecording(recording);
      assertEquals([report.complete, report.exitCode], [false, 3]);
      assertEquals(report.checks.filter(({ verdict }) => verdict === "fail").map(({ id, actual }) => [id, actual]), []);
      for (const id of untested) {
        const results = report.checks.filter((result) => result.id === id).map(({ reason }) => reason);
        assert(results.includes("unobserved"), id);
      }
    });
  }
});

describe("conform --record", () => {
  test("keeps the recording of a server, and --replay has the same report on it", slow, async () => {
    const only = "http-type,get-event,page-type,target-time,live-host";
    const file = join(folder, "server.json");
    const live = await withParts(
      createParts(),
      (url) => conformHere(["--reporter", "json", "--only", only, "--record", file, url]),
    );
    assertEquals(live.code, 0, live.stderr);
    assertStringIncludes(live.stderr, "Wrote the recording to ");
    const replayed = await conformHere(["--reporter", "json", "--only", only, "--replay", file]);
    assertEquals([replayed.code, JSON.parse(replayed.stdout)], [0, JSON.parse(live.stdout)]);
  });

  test("keeps nothing where nothing was recorded", slow, async () => {
    const url = await withParts(createParts(), (url) => Promise.resolve(url));
    const { code, stderr } = await conformHere(["--record", join(folder, "nothing.json"), url]);
    assertEquals(code, 3);
    assertStringIncludes(stderr, "Did not write ");
  });
});
