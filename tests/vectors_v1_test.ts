import { assert, assertEquals } from "@std/assert";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { compare } from "../vectors/compare.ts";
import { families } from "../vectors/v1/mod.ts";
import { hashVector } from "./judge/hash.ts";
import type { Judged } from "./judge/judged.ts";
import { findDifferences, type RecordedCase } from "./judge/random.ts";
import { surroundings } from "./support/dom.ts";
import { runInHarness } from "./support/model_v1.ts";
import { slow } from "./support/process.ts";

const vectors = families.flatMap((family) => family.vectors);
const recorded: RecordedCase[] = JSON.parse(await readFile(new URL("v1_results.json", import.meta.url), "utf8"));

describe("the vectors of v1", () => {
  for (const { family, vectors } of families) {
    test(`${family}: the harness turns each page into the expected one`, slow, async () => {
      const failures = [];
      for (const vector of vectors) {
        const outcome = await runInHarness(vector, true);
        const found = compare(vector.expect, outcome, surroundings);
        if (found.length > 0 || outcome.unevaluated.length > 0) failures.push({ id: vector.id, found });
      }
      assertEquals(failures, []);
    });
  }

  test("depend on view transitions in the family transitions only", slow, async () => {
    const dependent = [];
    for (const { family, vectors } of families) {
      if (family === "transitions") continue;
      for (const vector of vectors) {
        const outcome = await runInHarness(vector, false);
        if (compare(vector.expect, outcome, surroundings).length > 0) dependent.push(vector.id);
      }
    }
    assertEquals(dependent, []);
  });

  test("were judged by the real client as they are", async () => {
    const judged: Judged = JSON.parse(await readFile(new URL("../vectors/v1/judged.json", import.meta.url), "utf8"));
    const unjudged = vectors.filter((vector) => judged.vectors[vector.id] !== hashVector(vector)).map(({ id }) => id);
    assertEquals(unjudged, [], "run: deno task judge v1 --client FILE");
    assertEquals(Object.keys(judged.vectors).filter((id) => !vectors.some((vector) => vector.id === id)), []);
    assert(judged.clients.length > 0);
  });

  test("show every clause but those listed", async () => {
    const protocol = await readFile(new URL("../docs/PROTOCOL-V1.md", import.meta.url), "utf8");
    const clauses = [...protocol.matchAll(/^- \*\*((?:V1-)?[A-Z]{3}-\d+)\*\*/gm)].map(([, clause]) => clause);
    const listed = [...protocol.matchAll(/^\| ((?:V1-)?[A-Z]{3}-\d+) +\|/gm)].map(([, clause]) => clause);
    const shown = new Set(vectors.map(({ clause }) => clause));
    assertEquals([...shown].filter((clause) => !clauses.includes(clause)), []);
    assertEquals(clauses.filter((clause) => !shown.has(clause) && !listed.includes(clause)), []);
    assertEquals(listed.filter((clause) => shown.has(clause) || !clauses.includes(clause)), []);
  });
});

test("random cases have the results that the real client had", slow, async () => {
  assert(recorded.length >= 100);
  for (const { case: one, outcome } of recorded) assertEquals(await findDifferences(one, outcome), [], one.page);
});
