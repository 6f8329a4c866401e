/**
 * The streams of the tests of v1's content in the real client, where its file is given: it makes of each what the model
 * makes of it, reports nothing of a healthy one, and reports each fault of which the check says so.
 */

import { assert, assertEquals } from "@std/assert";
import { after, before, describe, test } from "node:test";
import type { Vector } from "../../vectors/vector.ts";
import { type Judge, startJudge } from "../judge/judge.ts";
import { healthy, mutants, page } from "../mutants/v1/content.ts";
import { clientFile } from "../support/client_v1.ts";
import { runInHarness } from "../support/model_v1.ts";
import { slow } from "../support/process.ts";

/** The error or warning that a check says the client reports. Most other faults it does not report. */
const reports: Readonly<Record<string, string>> = {
  "v1-el-root-id": "no-target",
  "v1-el-part-id": "no-target",
  "v1-el-inner-own-id": "no-parent",
  "v1-el-attribute-name": "bad-html",
  "v1-el-attribute-form": "bad-attribute",
  "v1-el-expression": "bad-expression",
  "v1-dom-target": "no-target",
  "v1-sig-broken": "bad-signals",
};

const [, body] = /<body>([^]*)<\/body>/.exec(page)!;

/** The streams, with the checks that they trip. Where the stream asks for itself, the client would go on for ever. */
const streams: { name: string; stream: string | Uint8Array; trips?: string[] }[] = [
  ...mutants.filter(({ path }) => path === undefined),
  ...healthy,
];

describe("in the real client of v1", { skip: !clientFile, ...slow }, () => {
  let judge: Judge;
  before(async () => void (judge = await startJudge(clientFile!)), slow);
  after(() => judge.close(), slow);

  for (const { name, stream, trips } of streams) {
    test(name, slow, async () => {
      const vector: Vector = {
        id: name,
        title: name,
        clause: "",
        page: body,
        stream: String(stream),
        expect: {},
        teach: "",
      };
      const { unevaluated, tree, errors, warnings, scripts } = await runInHarness(vector, true);
      const [outcome] = await judge.run([vector]);
      const reported = [...outcome.errors ?? [], ...outcome.warnings ?? []];
      const expected = trips?.flatMap((id) => reports[id] ?? []);
      if (expected) assert(expected.every((code) => reported.includes(code)), `${expected}, and not ${reported}`);
      else assertEquals(reported, []);
      if (unevaluated.length > 0) return; // the model does not run code
      const found = {
        tree: outcome.tree,
        errors: outcome.errors,
        warnings: outcome.warnings,
        scripts: outcome.scripts,
      };
      assertEquals(found, { tree, errors, warnings, scripts });
    });
  }
});
