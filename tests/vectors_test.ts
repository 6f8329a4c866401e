import { assert, assertEquals } from "@std/assert";
import { Ajv2020 } from "ajv/dist/2020.js"; // the JSON Schema is for others: it has to be right
import { readdir, readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { dialect, readStream, type StreamEvent } from "../harness/mod.ts";
import { bytesOf, compare, type Vector } from "../vectors/compare.ts";
import { families } from "../vectors/classic/mod.ts";
import { surroundings } from "./support/dom.ts";
import { differences } from "./support/differences.ts";
import { runInHarness } from "./support/model.ts";
import { slow } from "./support/process.ts";

const folder = new URL("../vectors/classic/", import.meta.url);
const files = (await readdir(folder)).filter((file) => file.endsWith(".json")).sort();
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

/** What of an event the chunks must not change. */
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

describe("vectors", () => {
  const explained = new Set(differences.flatMap(({ vectors }) => vectors));

  for (const { family, vectors } of families) {
    test(`${family}: the harness makes of each page what is expected`, slow, async () => {
      const failures = [];
      for (const vector of vectors.filter(({ id }) => !explained.has(id))) {
        const found = await run(vector, true);
        if (found.length > 0) failures.push({ id: vector.id, found });
      }
      assertEquals(failures, []);
    });
  }

  test("only those about view transitions depend on them", slow, async () => {
    const dependent = [];
    for (const { family, vectors } of families) {
      if (family === "transitions") continue;
      for (const vector of vectors.filter(({ id }) => !explained.has(id))) {
        if ((await run(vector, false)).length > 0) dependent.push(vector.id);
      }
    }
    assertEquals(dependent, []);
  });

  test("the explained differences are still there, and few", slow, async () => {
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
    for (const vector of vectors) {
      const bytes = bytesOf(vector);
      const whole = (await read(bytes)).map(comparable);
      const every = (size: number) => Array.from({ length: Math.floor(bytes.length / size) }, (_, i) => (i + 1) * size);
      const random = every(1).filter(() => Math.random() < 0.3);
      // Each split point inside a character, and between CR and LF.
      const hard = every(1).filter((cut) => bytes[cut] >= 0x80 || bytes[cut - 1] === 0x0d);
      for (const cuts of [every(1), every(2), random, ...hard.map((cut) => [cut])]) {
        assertEquals((await read(bytes, cuts)).map(comparable), whole, `${vector.id} cut at ${cuts}`);
      }
    }
  });

  test("are as vectors/schema.json says", async () => {
    const schema = JSON.parse(await readFile(new URL("../schema.json", folder), "utf8"));
    const validate = new Ajv2020({ allErrors: true, strictTypes: false }).compile(schema);
    for (const family of families) assert(validate(family), `${family.family}: ${JSON.stringify(validate.errors)}`);
    assert(!validate({ ...families[0], vectors: [{ ...families[0].vectors[0], clause: "4" }] }));
    assertEquals(families.map(({ family }) => `${family}.json`).sort(), files);
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

  test("have ids of their own, and show every clause but those listed", slow, async () => {
    const ids = vectors.map(({ id }) => id);
    assertEquals(ids.filter((id, i) => ids.indexOf(id) !== i), []);
    assert(ids.length >= 180, `there are ${ids.length}`);
    const protocol = await readFile(new URL("../docs/PROTOCOL.md", import.meta.url), "utf8");
    const clauses = [...protocol.matchAll(/^- \*\*([A-Z]{3}-\d+)\*\*/gm)].map(([, clause]) => clause);
    const listed = [...protocol.matchAll(/^\| ([A-Z]{3}-\d+) +\|/gm)].map(([, clause]) => clause);
    const shown = new Set(vectors.map(({ clause }) => clause));
    assertEquals([...shown].filter((clause) => !clauses.includes(clause)), []);
    assertEquals(clauses.filter((clause) => !shown.has(clause) && !listed.includes(clause)), []);
    assertEquals(listed.filter((clause) => shown.has(clause) || !clauses.includes(clause)), []);
  });
});
