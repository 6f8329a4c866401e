import { assert, assertEquals } from "@std/assert";
import { Ajv2020 } from "ajv/dist/2020.js"; // validates the files as the tools of others would
import { readdir, readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { dialect, readStream, type StreamEvent } from "../harness/mod.ts";
import { compare } from "../vectors/compare.ts";
import { bytesOf, type Vector } from "../vectors/vector.ts";
import { families } from "../vectors/classic/mod.ts";
import { dialects } from "../vectors/mod.ts";
import { surroundings } from "./support/dom.ts";
import { differences } from "./support/differences.ts";
import { runInHarness } from "./support/model.ts";
import { slow } from "./support/process.ts";
import { fc, seed } from "./support/random.ts";

const root = new URL("../vectors/", import.meta.url);
const vectors = families.flatMap((family) => family.vectors);

async function* pieces(bytes: Uint8Array, cuts: number[]) {
  let start = 0;
  for (const cut of [...cuts, bytes.length]) {
    yield await Promise.resolve(bytes.slice(start, cut));
    start = cut;
  }
}

async function read(bytes: Uint8Array, cuts: number[] = []): Promise<StreamEvent[]> {
  const events = [];
  for await (const event of readStream(pieces(bytes, cuts))) events.push(event);
  return events;
}

/** The fields of an event that must not depend on the chunks. */
const comparable = ({ standard, client, instruction, error, lines, diagnostics }: StreamEvent) => ({
  standard,
  client,
  instruction,
  error: error && [error.code, error.message],
  lines,
  diagnostics,
});

const run = async (vector: Vector, viewTransitions: boolean) =>
  compare(vector.expect, await runInHarness(vector, viewTransitions), surroundings);

describe("the classic vectors", () => {
  const explained = new Set(differences.flatMap(({ vectors }) => vectors));

  for (const { family, vectors } of families) {
    test(`${family}: the harness turns each page into the expected one`, slow, async () => {
      const failures = [];
      for (const vector of vectors.filter(({ id }) => !explained.has(id))) {
        const found = await run(vector, true);
        if (found.length > 0) failures.push({ id: vector.id, found });
      }
      assertEquals(failures, []);
    });
  }

  test("depend on view transitions in the family transitions only", slow, async () => {
    const dependent = [];
    for (const { family, vectors } of families) {
      if (family === "transitions") continue;
      for (const vector of vectors.filter(({ id }) => !explained.has(id))) {
        if ((await run(vector, false)).length > 0) dependent.push(vector.id);
      }
    }
    assertEquals(dependent, []);
  });

  test("still differ in happy-dom where a difference is explained", slow, async () => {
    const stale = [];
    for (const id of explained) {
      const vector = vectors.find((vector) => vector.id === id);
      if (!vector || (await run(vector, true)).length === 0) stale.push(id);
    }
    assertEquals(stale, []);
    const notes = await readFile(new URL("../docs/PROTOCOL-NOTES.md", import.meta.url), "utf8");
    assertEquals(differences.filter(({ name }) => !notes.includes(`\`${name}\``)), []);
    console.log(`${vectors.length} vectors, of which ${explained.size} differ in happy-dom for a known reason`);
  });

  test("are read the same in chunks of any size", slow, async () => {
    console.log(`random chunks: SEED=${seed}`);
    for (const vector of vectors) {
      const bytes = bytesOf(vector);
      const whole = (await read(bytes)).map(comparable);
      const every = (size: number) => Array.from({ length: Math.floor(bytes.length / size) }, (_, i) => (i + 1) * size);
      const [random] = fc.sample(fc.subarray(every(1)), { seed, numRuns: 1 });
      // Each place inside a character, and between CR and LF.
      const hard = every(1).filter((cut) => bytes[cut] >= 0x80 || bytes[cut - 1] === 0x0d);
      for (const cuts of [every(1), every(2), random, ...hard.map((cut) => [cut])]) {
        assertEquals((await read(bytes, cuts)).map(comparable), whole, `${vector.id} cut at ${cuts}, SEED=${seed}`);
      }
    }
  });

  test("have each merge mode in each of the same situations", () => {
    const ids = families.find(({ family }) => family === "modes")!.vectors.map(({ id }) => id);
    const situations = ids.filter((id) => id.startsWith("mod-morph-")).map((id) => id.replace("mod-morph-", ""));
    assertEquals(situations.length, 10);
    const all = situations.flatMap((situation) =>
      dialect.modes.map((mode) => `mod-${mode.replace("upsert_attributes", "upsert")}-${situation}`)
    );
    assertEquals(ids, all);
  });

  test("show every clause but those listed", async () => {
    assert(vectors.length >= 180, `there are ${vectors.length}`);
    const protocol = await readFile(new URL("../docs/PROTOCOL.md", import.meta.url), "utf8");
    const clauses = [...protocol.matchAll(/^- \*\*([A-Z]{3}-\d+)\*\*/gm)].map(([, clause]) => clause);
    const listed = [...protocol.matchAll(/^\| ([A-Z]{3}-\d+) +\|/gm)].map(([, clause]) => clause);
    const shown = new Set(vectors.map(({ clause }) => clause));
    assertEquals([...shown].filter((clause) => !clauses.includes(clause)), []);
    assertEquals(clauses.filter((clause) => !shown.has(clause) && !listed.includes(clause)), []);
    assertEquals(listed.filter((clause) => shown.has(clause) || !clauses.includes(clause)), []);
  });
});

const schema = JSON.parse(await readFile(new URL("schema.json", root), "utf8"));

describe("the vectors of all dialects", () => {
  const validate = new Ajv2020({ allErrors: true, strictTypes: false }).compile(schema);

  test("have a folder each", async () => {
    const entries = await readdir(root, { withFileTypes: true });
    const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    assertEquals(dialects.map(({ id }) => id).sort(), folders.sort());
  });

  for (const { id, families } of dialects) {
    test(`${id}: each file is a family and satisfies vectors/schema.json`, async () => {
      const files = (await readdir(new URL(`${id}/`, root))).filter((file) =>
        file.endsWith(".json") && file !== "judged.json"
      );
      assertEquals(families.map(({ family }) => `${family}.json`).sort(), files.sort());
      for (const file of files) {
        const family = JSON.parse(await readFile(new URL(`${id}/${file}`, root), "utf8"));
        assert(validate(family), `${file}: ${JSON.stringify(validate.errors)}`);
      }
    });

    test(`${id}: ids are unique`, () => {
      const ids = families.flatMap(({ vectors }) => vectors.map(({ id }) => id));
      assertEquals(ids.filter((id, i) => ids.indexOf(id) !== i), []);
    });
  }

  const [vector] = vectors;
  const invalid: [name: string, vector: unknown][] = [
    ["a clause without letters", { ...vector, clause: "4" }],
    ["an unknown error", { ...vector, expect: { error: "x" } }],
    ["an empty list of errors", { ...vector, expect: { errors: [] } }],
    ["both error and errors", { ...vector, expect: { error: "no-target", errors: ["no-target"] } }],
  ];
  for (const [name, vector] of invalid) {
    test(`the schema rejects ${name}`, () => assert(!validate({ family: "x", about: "x", vectors: [vector] })));
  }

  test("the schema allows several errors", () => {
    const several = { ...vector, expect: { errors: ["no-target", "bad-selector"] } };
    assert(validate({ family: "x", about: "x", vectors: [several] }), JSON.stringify(validate.errors));
  });
});
