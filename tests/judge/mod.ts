/**
 * The door of the judge: `deno task judge v1 --client FILE [--random N] [--seed S]`. Runs every vector of v1 with the real
 * client in Chromium, and as many random cases, which it compares with the harness. Writes vectors/v1/judged.json if no
 * vector fails, and tests/v1_results.json if no random case differs.
 *
 * @module
 */

import { readFile, writeFile } from "node:fs/promises";
import process from "node:process";
import { parseArgs } from "node:util";
import { families } from "../../vectors/v1/mod.ts";
import { hashVector } from "./hash.ts";
import { type Judge, judgeVectors, startJudge } from "./judge.ts";
import type { Judged } from "./judged.ts";

const usage = "deno task judge v1 --client FILE [--random N] [--seed S]";
const output = new URL("../../vectors/v1/judged.json", import.meta.url);
const recordings = new URL("../v1_results.json", import.meta.url);

/** Arguments of the command line. */
interface Arguments {
  client: string;
  random: number;
  seed?: number;
}

function readArguments(): Arguments | string {
  try {
    const { values, positionals } = parseArgs({
      args: process.argv.slice(2),
      options: { client: { type: "string" }, random: { type: "string" }, seed: { type: "string" } },
      allowPositionals: true,
    });
    if (positionals.length !== 1 || positionals[0] !== "v1") return "Cannot judge: the dialect has to be v1";
    const client = values.client ?? process.env.CLIENT_V1;
    if (client === undefined) return "Cannot judge: no client; give --client FILE, or set CLIENT_V1";
    const [random, seed] = [values.random ?? "0", values.seed ?? "0"].map(Number);
    if (!Number.isSafeInteger(random) || !Number.isSafeInteger(seed)) return "Cannot judge: N and S are numbers";
    return { client, random, seed: values.seed === undefined ? undefined : seed };
  } catch (error) {
    return `Cannot judge: ${(error as Error).message}`;
  }
}

/** Judges all vectors, and reports those that fail. Returns how many. */
async function reportVectors(judge: Judge): Promise<number> {
  const judged = await judgeVectors(judge);
  const failures = judged.filter(({ differences }) => differences.length > 0);
  for (const { vector, differences } of failures) {
    console.log(`✗ ${vector.id}: ${vector.title}`);
    for (const { what, expected, actual } of differences) {
      console.log(`  ${what}\n  expected ${expected}\n  actual   ${actual}`);
    }
  }
  console.log(`${judged.length - failures.length} of ${judged.length} vectors pass with client ${judge.version}`);
  if (failures.length === 0) await writeJudged(judge);
  return failures.length;
}

async function writeJudged(judge: Judge): Promise<void> {
  const { version, sha256, browser } = judge;
  const before: Judged = JSON.parse(await readFile(output, "utf8").catch(() => '{"clients":[],"vectors":{}}'));
  const date = new Date().toISOString().slice(0, 10);
  const others = before.clients.filter((client) => client.sha256 !== sha256);
  const clients = [...others, { version, sha256, browser, date }];
  const judged: Judged = {
    clients: clients.sort((a, b) => a.version.localeCompare(b.version, "en", { numeric: true })),
    vectors: Object.fromEntries(
      families.flatMap(({ vectors }) => vectors).map((vector) => [vector.id, hashVector(vector)]),
    ),
  };
  await writeFile(output, JSON.stringify(judged, null, 2) + "\n");
}

const given = readArguments();
if (typeof given === "string") {
  console.error(`${given}\nUsage: ${usage}`);
  process.exit(2);
}
if (given.seed !== undefined) process.env.SEED = String(given.seed);
const judge = await startJudge(given.client).catch((error: Error) => {
  console.error(error.message);
  process.exit(2);
});
let failed = 0;
try {
  failed = await reportVectors(judge);
  if (given.random > 0) {
    const { compareRandomCases } = await import("./random.ts"); // after the seed is set
    failed += await compareRandomCases(
      judge,
      given.random,
      (recorded) => writeFile(recordings, JSON.stringify(recorded).replaceAll('},{"case"', '},\n{"case"') + "\n"),
    );
  }
} finally {
  await judge.close();
}
process.exit(failed > 0 ? 1 : 0);
