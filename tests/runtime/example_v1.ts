/** The example server of v1: the contract, its policy, and the client from a file. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { Buffer } from "node:buffer";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { checkServer } from "../../conformance/mod.ts";
import { findingsOf } from "../mutants/judged.ts";
import { type Environment, type RunningServer, slow, withServer } from "../support/process.ts";

const withExample = (env: Environment, use: (server: RunningServer) => Promise<void>) =>
  withServer(env, use, "examples/v1.ts", ["run", "-A"]);

test("the example of v1 conforms, and trips no warning", slow, async () => {
  const { output } = await withExample({}, async ({ url }) => {
    const { report } = await checkServer(url);
    assertEquals(findingsOf(report, "fail", "warn"), []);
    assertEquals([report.dialect, report.complete, report.exitCode], ["v1", true, 0]);
  });
  assertEquals(output(), "");
});

test("the page of the example of v1 loads the client from its CDN, by version and hash", slow, async () => {
  await withExample({}, async ({ url }) => {
    const response = await fetch(url);
    const html = await response.text();
    const [, src, integrity] = /<script type="module" src="([^"]+)" integrity="([^"]+)" crossorigin>/.exec(html) ?? [];
    assertMatch(src, /^https:\/\/cdn\.jsdelivr\.net\/.*@1\.0\.2\//);
    const hash = Buffer.from(integrity.replace("sha256-", ""), "base64").toString("hex");
    assertEquals(hash, "2837d87acf6ee0ba8e4e63765926c25a98d63883b02f88be194a86b81d3fd24a");
    const policy = response.headers.get("content-security-policy") ?? "";
    assert(policy.includes(`script-src ${src} 'unsafe-eval';`));
  });
});

test("the page of the example of v1 loads the client from the file that CLIENT names", slow, async () => {
  const folder = await mkdtemp(join(tmpdir(), "example-"));
  const CLIENT = join(folder, "client.js");
  await writeFile(CLIENT, "// the client\n");
  try {
    await withExample({ CLIENT }, async ({ url }) => {
      const response = await fetch(url);
      assertMatch(await response.text(), /<script type="module" src="\/datastar\.js"><\/script>/);
      assert(response.headers.get("content-security-policy")?.includes("script-src 'self' 'unsafe-eval';"));
      const client = await fetch(`${url}/datastar.js`);
      assertEquals(client.headers.get("content-type"), "text/javascript; charset=utf-8");
      assertEquals(await client.text(), "// the client\n");
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
