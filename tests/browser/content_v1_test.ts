/**
 * The streams of the tests of v1's content in the real client, where its file is given: it makes of each what the model
 * makes of it, reports nothing of a healthy one, and reports each fault of which the check says so.
 */

import { assert, assertEquals } from "@std/assert";
import { after, before, describe, test } from "node:test";
import type { Browser } from "playwright-core";
import type { Vector } from "../../vectors/vector.ts";
import { type Judge, startJudge } from "../judge/judge.ts";
import { healthy, mutants, page } from "../mutants/v1/content.ts";
import { launch } from "../support/browser.ts";
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

/** Patches that bring an element whose data-init asks for the same answer, and whether the client then asks without end. */
const askingItself: [lines: string[], isEndless: boolean][] = [
  [["mode replace", `elements <p id="a" data-init="@get('/again')">x</p>`], true],
  [["selector #list", "mode append", `elements <li data-init="@get('/again')">x</li>`], true],
  [[`elements <p id="a" data-init="@get('/again')">x</p>`], false],
  [["selector #list", "mode inner", `elements <li data-init="@get('/again')">x</li>`], false],
];

describe("in the real client of v1 an answer asks for itself", { skip: !clientFile, ...slow }, () => {
  let browser: Browser;
  before(async () => void (browser = await launch()), slow);
  after(() => browser.close(), slow);

  for (const [lines, isEndless] of askingItself) {
    test(`${isEndless ? "without end" : "once"}: ${lines.join(", ")}`, slow, async () => {
      const stream = `event: datastar-patch-elements\n${lines.map((line) => `data: ${line}\n`).join("")}\n`;
      let requests = 0;
      const enough = Promise.withResolvers<void>();
      const page = await browser.newPage();
      await page.route("**/*", async (route) => {
        const { pathname } = new URL(route.request().url());
        if (pathname === "/client.js") return await route.fulfill({ path: clientFile, contentType: "text/javascript" });
        if (pathname === "/again") {
          if (++requests === 10) enough.resolve();
          return await route.fulfill({ body: stream, contentType: "text/event-stream" });
        }
        await route.fulfill({
          body: `<!doctype html><p id="a"></p><ul id="list"></ul><b data-init="@get('/again')"></b>
            <script type="module" src="/client.js"></script>`,
          contentType: "text/html",
        });
      });
      await page.goto("http://localhost/");
      if (isEndless) {
        await enough.promise;
      } else {
        await page.waitForLoadState("networkidle");
        assert(requests <= 2, `${requests} requests`);
      }
      await page.close();
    });
  }
});
