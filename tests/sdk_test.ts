import { assert, assertEquals, assertThrows } from "@std/assert";
import { Ajv2020 } from "ajv/dist/2020.js"; // validates the files as the tools of others would
import { readdir, readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import {
  checkSdk,
  dialects,
  type Exchange,
  judgeRecording,
  readRecording,
  writeRecording,
} from "../conformance/mod.ts";
import { sdk } from "../conformance/v1/sdk.ts";
import { findCauses } from "../conformance/report/causes.ts";
import { cases, families } from "../vectors/v1/sdk/mod.ts";
import { assertTrips } from "./mutants/mutant.ts";
import { healthy, mutants } from "./mutants/v1/sdk.ts";
import { recordSdkInMemory } from "./mutants/v1/sdk_memory.ts";
import { createEndpoint, type Parts } from "./peers/v1sdk/ours.ts";
import { conformHere, freePort, withHttp } from "./support/conform.ts";
import { slow } from "./support/process.ts";

type Alter = (parts: Parts) => Partial<Parts>;

const record = (alter?: Alter) => recordSdkInMemory(createEndpoint(alter));
const judge = async (alter?: Alter) => await judgeRecording(await record(alter), { dialect: dialects.v1 });

/** The checks of streams that find an unusual form poor. */
const warnings: Record<string, string[]> = {
  "lines that end with CR": ["v1-sse-line-ends"],
  "no space after the colon": ["v1-sse-space"],
};

/** Judges a mutant by the answers that it changes: the others are those of a right endpoint. */
async function judgeMutant(alter: Alter) {
  const [right, recording] = await Promise.all([record(), record(alter)]);
  const textOf = ({ head, body }: Exchange) => JSON.stringify([head?.status, head?.headers, [...body]]);
  const changed = Object.entries(recording.answers).filter(([id, answer]) =>
    textOf(answer) !== textOf(right.answers[id])
  );
  return await judgeRecording({ ...recording, answers: Object.fromEntries(changed) }, { dialect: dialects.v1 });
}

describe("the checks of an SDK", () => {
  for (const mutant of mutants) {
    test(`find ${mutant.name}`, slow, async () => {
      const run = await judgeMutant(mutant.alter);
      const isOwn = ({ id }: { id: string }) => id.startsWith("v1-sdk-");
      assertTrips(mutant, run.report.checks.filter(isOwn));
      // The checks of all streams judge the answers too: their findings are consequences, not causes.
      assertEquals(findCauses(run).filter((cause) => cause.harm === "MUST" && !isOwn(cause)).map(({ id }) => id), []);
    });
  }

  for (const [name, alter] of Object.entries(healthy)) {
    test(`find no fault in ${name}`, slow, async () => {
      const { report } = await judge(alter);
      const found = report.checks.filter(({ verdict }) => verdict === "fail" || verdict === "warn")
        .map(({ id, actual, request }) => ({ id, actual, request }));
      assertEquals(found.filter(({ id }) => !warnings[name]?.includes(id)), []);
      assertEquals([report.exitCode, report.complete], [0, true]);
    });
  }

  test("have a mutant each", () => {
    const tripped = new Set(mutants.flatMap(({ trips }) => trips));
    assertEquals(sdk.map(({ id }) => id).filter((id) => !tripped.has(id)), []);
  });

  test("leave out what an endpoint is not set up to read", slow, async () => {
    const { report } = await judge(({ read }) => ({
      async read(request) {
        const body = await request.clone().text();
        return body.length > 50_000 ? { ok: false, status: 413, message: "too long" } : await read(request);
      },
    }));
    assertEquals(report.checks.filter(({ verdict }) => verdict === "fail"), []);
    assertEquals(report.checks.find(({ id }) => id === "v1-sdk-long")?.reason, "not-applicable");
  });

  test("say which part of the contract an endpoint lacks", slow, async () => {
    const { report } = await judge(healthy["an SDK of older clients"]);
    const untested = report.checks.filter(({ verdict }) => verdict === "untested").map(({ id }) => id);
    for (const name of ["namespace", "view-transition-selector", "transition-pair"]) {
      assert(untested.includes(`v1-sdk-${name}`), name);
    }
  });

  test("show the bytes of a fault, and name the other cases", slow, async () => {
    const mutant = mutants.find(({ name }) => name === "an SDK that leaves a CR in content")!;
    const { report } = await judge(mutant.alter);
    const { evidence, request, actual } = report.checks.find(({ id }) => id === "v1-sdk-cr-content")!;
    assertEquals(request, "GET /test (cr-content)");
    assert(evidence[0].text.includes("one\rtwo"));
    assert(actual.includes("cr-content-event"), actual);
  });
});

describe("the cases of an SDK", () => {
  const folder = new URL("../vectors/", import.meta.url);

  test("satisfy vectors/sdk_schema.json, and are all listed", async () => {
    const schema = JSON.parse(await readFile(new URL("sdk_schema.json", folder), "utf8"));
    const validate = new Ajv2020({ allErrors: true, strictTypes: false }).compile(schema);
    const files = (await readdir(new URL("v1/sdk/", folder))).filter((file) => file.endsWith(".json"));
    assertEquals(families.map(({ family }) => `${family}.json`).sort(), files.sort());
    for (const file of files) {
      const family = JSON.parse(await readFile(new URL(`v1/sdk/${file}`, folder), "utf8"));
      assert(validate(family), `${file}: ${JSON.stringify(validate.errors)}`);
    }
    const [{ cases: [one] }] = families;
    const invalid = [{ ...one, clause: "9" }, { ...one, input: undefined, expect: {}, more: 1 }, {
      ...one,
      method: "GOT",
    }];
    for (const wrong of invalid) {
      assert(!validate({ family: "x", about: "x", cases: [JSON.parse(JSON.stringify(wrong))] }));
    }
  });

  test("have an id of their own, a check and a clause", () => {
    const ids = cases.map(({ id }) => id);
    assertEquals(ids.filter((id, i) => ids.indexOf(id) !== i), []);
    assertEquals(cases.filter(({ check }) => !sdk.some(({ id }) => id === check)).map(({ id }) => id), []);
    assertEquals(cases.filter(({ clause }) => !dialects.v1.clauseIds.includes(clause)).map(({ id }) => id), []);
  });
});

describe("a run against an SDK", () => {
  test("asks the endpoint of a server, in a short time", slow, async () => {
    const endpoint = createEndpoint();
    await withHttp(async (request, response) => {
      const body = ["GET", "DELETE"].includes(request.method!) ? undefined : await readAll(request);
      const answer = await endpoint(new Request(`http://localhost${request.url}`, { method: request.method, body }));
      response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
    }, async (url) => {
      const run = await checkSdk(url);
      assertEquals([run.report.exitCode, run.dialect.id, run.sdk?.subject], [0, "v1", "/test"]);
      assert(run.report.durationMs < 6_000, `${run.report.durationMs} ms`);
      const again = await judgeRecording(readRecording(writeRecording(run.recording!)));
      assertEquals(again.report, run.report);
    });
  });

  test("is recorded whole", async () => {
    const text = writeRecording(await record());
    assertEquals(readRecording(text).kind, "sdk");
    for (const field of ["contract", "subject", "answers"]) {
      const damaged = JSON.stringify({ ...JSON.parse(text), [field]: 1 });
      assertThrows(() => readRecording(damaged), SyntaxError, `"${field}" is missing or wrong`);
    }
  });

  test("says once that there is no such endpoint", async () => {
    await withHttp((_, response) => response.writeHead(404).end(), async (url) => {
      const { report } = await checkSdk(url);
      assertEquals(report.checks.filter(({ verdict }) => verdict !== "untested").map(({ id }) => id), [
        "v1-sdk-answer",
      ]);
    });
  });

  test("ends where the endpoint hangs", slow, async () => {
    let requests = 0;
    await withHttp((_, response) => {
      if (requests++ === 0) response.writeHead(200, { "content-type": "text/event-stream" }).end();
    }, async (url) => {
      const { report } = await checkSdk(url, { timeout: 100 });
      const verdictOf = (name: string) => report.checks.find(({ id }) => id === name)?.verdict;
      assertEquals(["v1-sdk-answer", "v1-sdk-bad-json"].map(verdictOf), ["fail", "fail"]);
      assertEquals([report.complete, requests], [false, cases.length + 1]);
    });
  });

  test("begins with the start of the server", slow, async () => {
    const port = await freePort();
    const { code, stdout, stderr } = await conformHere([
      ...["--spawn", `PORT=${port} node tests/peers/v1sdk/node.mjs`, "--reporter", "json"],
      ...["--only", "v1-sdk-elements", "--sdk", `http://localhost:${port}`],
    ]);
    assertEquals([code, JSON.parse(stdout).checks[0].verdict], [0, "pass"], stderr);
  });

  const misuses: [args: string[], message: string][] = [
    [["--dialect", "classic"], "Cannot check an SDK of classic: it has no test endpoint; leave out --dialect"],
    [["--page", "x.html"], "Cannot use --page here: each case has its own; leave it out"],
    [["--route", "get=/x"], "Cannot use --route here: there is one endpoint; put its path into the URL"],
    [["--allow", "POST"], "Cannot use --allow here: it is for --app; leave it out"],
    [["--stream", "http://localhost:1"], "Cannot check --sdk and --stream at once: give one of them"],
  ];
  for (const [args, message] of misuses) {
    test(`refuses ${args.join(" ")}`, async () => {
      const { code, stdout, stderr } = await conformHere(["--sdk", "http://localhost:1", ...args]);
      assertEquals([code, stdout, stderr], [2, "", `${message}\n`]);
    });
  }

  test("needs a dialect with such an endpoint", async () => {
    const error = await checkSdk("http://localhost:1", { dialect: dialects.classic }).catch((error) => error);
    assert(error instanceof TypeError);
  });
});

async function readAll(source: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks = [];
  for await (const chunk of source) chunks.push(chunk);
  return await new Blob(chunks as Uint8Array<ArrayBuffer>[]).text();
}
