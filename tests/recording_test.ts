import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { checkStream, judgeRecording } from "../conformance/mod.ts";
import { isSecretHeader, readRecording, type StreamRecording, writeRecording } from "../conformance/recording.ts";
import { recordInMemory } from "./mutants/memory.ts";
import { conformHere } from "./support/conform.ts";
import { slow } from "./support/process.ts";
import { assertSaves } from "./support/saved.ts";

const event = 'event: datastar-fragment\ndata: vt false\ndata: fragment <p id="a">x</p>\n\n';
const page = '<body><p id="a"></p></body>';

const file: StreamRecording = {
  kind: "stream",
  target: "capture.sse",
  recordedAt: "2024-05-06T07:08:09.000Z",
  durationMs: 0,
  subject: "capture.sse",
  bytes: new TextEncoder().encode(event),
};

describe("a saved recording has the report of its run:", () => {
  test("of a server that goes away", async () => {
    await assertSaves({ ...recordInMemory(), why: "the server went away during the run: nothing listens on it" });
  });

  test("of a file with a page", async () => {
    const { report, recording } = await checkStream(event, { name: "capture.sse", page });
    assertEquals((await judgeRecording(recording!)).report, report);
    await assertSaves(recording!);
  });

  test("of a file with all bytes that there are", async () => {
    const bytes = Uint8Array.from({ length: 512 }, (_, i) => i);
    await assertSaves({ ...file, bytes });
    assertEquals((readRecording(writeRecording({ ...file, bytes })) as StreamRecording).bytes, bytes);
  });
});

test("headers that may hold secrets are not saved", () => {
  const recording = recordInMemory();
  Object.assign(recording.page.request.headers, { cookie: "id=hunter2", authorization: "Bearer hunter2" });
  recording.page.head!.headers.push(["Set-Cookie", "id=hunter2"]);
  const text = writeRecording(recording);
  assert(!text.includes("hunter2"));
  const { page } = readRecording(text) as typeof recording;
  assertEquals([page.request.headers.cookie, page.request.headers.host], ["(not shown)", "127.0.0.1:3000"]);
  assertEquals(recording.page.request.headers.cookie, "id=hunter2");
  const names = [
    "X-Auth",
    "X-API-Key",
    "Authentication-Info",
    "X-Session",
    "X-Password",
    "X-Signature",
    "X-CSRF-Token",
  ];
  assertEquals(names.filter((name) => !isSecretHeader(name)), []);
  const open = ["WWW-Authenticate", "Content-Type", "Cache-Control", "Keep-Alive", "Content-Security-Policy", "Host"];
  assertEquals(open.filter(isSecretHeader), []);
});

describe("conform", slow, () => {
  const folder = mkdtempSync(join(tmpdir(), "recording-"));
  after(() => rmSync(folder, { recursive: true }));
  const path = (name: string) => join(folder, name);
  const writeFile = (name: string, text: string) => {
    writeFileSync(path(name), text);
    return path(name);
  };

  test("keeps the recording of a stream with its page, and excuses known failures of it", slow, async () => {
    const capture = writeFile("cut-off.sse", event.trimEnd());
    const baseline = path("baseline.json");
    const html = writeFile("page.html", page);
    const live = await conformHere(["--file", capture, "--page", html, "--record", path("stream.json")]);
    assertEquals(live.code, 1);
    const known = await conformHere(["--replay", path("stream.json"), "--write-baseline", baseline]);
    assertEquals(known.code, 0, known.stderr);
    const replayed = await conformHere(["--replay", path("stream.json"), "--baseline", baseline, "--reporter", "json"]);
    assertEquals([replayed.code, JSON.parse(replayed.stdout).target], [0, capture]);
  });

  const recording = writeFile("recording.json", writeRecording(file));
  const table: [words: string[], message: string][] = [
    [["--replay", writeFile("not.json", "{")], "it is not JSON"],
    [["--replay", writeFile("report.json", "{}")], "it is not a recording"],
    [["--replay", path("none.json")], "there is no such file"],
    [["--replay", recording, "http://localhost:1"], "at once"],
    [["--replay", recording, "--record", path("again.json")], "it is a recording already"],
    [["--replay", recording, "--page", recording], "the recording has the page"],
    [["--replay", recording, "--spawn", "true"], "needs no server"],
    [["--record", join(folder, "none", "x"), "http://localhost:1"], "no such file or directory"],
  ];
  const both = path("both");
  const capture = writeFile("capture.sse", event);
  const twice: string[][] = [
    ["--file", capture, "--record", capture],
    ["--file", capture, "--output", both, "--record", join(folder, "x", "..", "both")],
    ["--replay", recording, "--output", recording],
    ["--file", capture, "--page", recording, "--write-baseline", recording],
  ];
  for (const words of twice) table.push([words, "the same file is used for something else"]);

  for (const [words, message] of table) {
    test(`refuses ${words.join(" ").replaceAll(folder, "…")}`, slow, async () => {
      const { code, stderr } = await conformHere(words);
      assertEquals(code, 2);
      assertStringIncludes(stderr, message);
    });
  }

  test("leaves a file that it refuses to overwrite as it was", slow, async () => {
    await conformHere(["--file", capture, "--record", capture]);
    assertEquals(readFileSync(capture, "utf8"), event);
  });
});

describe("what is no recording is refused:", () => {
  const server = JSON.parse(writeRecording(recordInMemory()));
  const stream = JSON.parse(writeRecording(file));
  const table: [name: string, text: string, message: string][] = [
    ["no JSON", "{", "it is not JSON"],
    ["a list", "[]", "it is not a recording"],
    ["a report", '{"tool":"fragstar"}', "it is not a recording"],
    ["a later version", JSON.stringify({ ...stream, version: 2 }), "version 2, and this program reads version 1"],
    ["no version", JSON.stringify({ ...stream, version: undefined }), "of version undefined"],
    ["an unknown kind", JSON.stringify({ ...stream, kind: "page" }), '"kind"'],
    ["no bytes", JSON.stringify({ ...stream, bytes: undefined }), '"bytes"'],
    ["bytes as text", JSON.stringify({ ...stream, bytes: "abc" }), '"bytes"'],
    ["a time that is none", JSON.stringify({ ...stream, recordedAt: "yesterday" }), '"recordedAt"'],
    [
      "a version without end",
      JSON.stringify({ ...stream, version: "9".repeat(1e6) }),
      'version "9999999999999999999, and',
    ],
    ["a body without times", JSON.stringify({ ...server, page: { ...server.page, chunks: [] } }), '"page"'],
    ["no page", JSON.stringify({ ...server, page: undefined }), '"page"'],
    [
      "an answer without chunks",
      JSON.stringify({ ...server, answers: { feed: { ...server.page, chunks: 1 } } }),
      "answers",
    ],
    ["an ending that is none", JSON.stringify({ ...server, page: { ...server.page, ending: "happy" } }), '"page"'],
    ...["x", "not a url", "javascript:1"].map((target): [string, string, string] => [
      `the target ${target}`,
      JSON.stringify({ ...server, target }),
      '"target"',
    ]),
    ["an answer from a file", JSON.stringify({ ...stream, bytes: undefined, exchange: server.page }), '"target"'],
    ...["//[", "http://["].map((path): [string, string, string] => [
      `the path ${path}`,
      JSON.stringify({ ...server, page: { ...server.page, request: { ...server.page.request, path } } }),
      '"page"',
    ]),
    ["a route to no address", JSON.stringify({ ...server, routes: { ...server.routes, page: "//[" } }), '"routes"'],
    ["half a load test", JSON.stringify({ ...server, live: { feeds: [] } }), '"live"'],
  ];
  for (const [name, text, message] of table) {
    test(name, () => {
      const error = assertThrows(() => readRecording(text), SyntaxError);
      assertStringIncludes(error.message, message);
    });
  }

  test("one without a route of the contract", async () => {
    const recording = recordInMemory();
    delete (recording.routes as Record<string, string>).feed;
    await assertRejects(() => judgeRecording(recording), SyntaxError, 'no route "feed"');
  });
});

describe("a recording that lacks answers is judged by the others:", () => {
  /** The failures, and the checks without a verdict. */
  async function judgeWithout(...ids: string[]) {
    const recording = recordInMemory();
    for (const id of ids) {
      assert(id in recording.answers, id);
      delete recording.answers[id];
    }
    const { checks } = (await judgeRecording(recording)).report;
    const unobserved = checks.filter(({ reason }) => reason === "unobserved");
    return {
      failed: checks.filter(({ verdict }) => verdict === "fail" || verdict === "warn").map(({ id }) => id),
      unobserved: unobserved.map(({ id }) => id),
      reasons: new Set(unobserved.map(({ actual }) => actual)),
    };
  }

  for (
    const [id, ...untested] of [
      ["get:quotes", "get-keeps-quotes"],
      ["bad:empty", "bad-empty"],
      ["twice", "get-last-parameter"],
      ["target-later", "target-time", "target-moves"],
      ["head:get", "req-head"],
      ["delete", "req-method"],
      ["foreign-host", "live-host"],
      ["script:/datastar.js", "page-client", "page-bindings"],
    ]
  ) {
    test(`without "${id}"`, async () => {
      assertEquals(await judgeWithout(id), {
        failed: [],
        unobserved: untested,
        reasons: new Set([`the recording has no answer to "${id}"`]),
      });
    });
  }

  test("without all that a hostile text gets", async () => {
    const probes = Object.keys(recordInMemory().answers).filter((id) => id.startsWith("probe:"));
    const { failed, unobserved } = await judgeWithout(...probes);
    assertEquals([failed, unobserved], [[], ["get-no-injection"]]);
  });

  test("without any", async () => {
    const { failed, unobserved } = await judgeWithout(...Object.keys(recordInMemory().answers));
    assertEquals(failed, []);
    assert(unobserved.length > 50);
  });
});
