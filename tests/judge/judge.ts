/**
 * The real client of the dialect v1 in a real browser. The client is on no package registry: its file has to be given.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type {} from "../../runner/app.ts"; // declares globalThis.fragstar
import { compare } from "../../vectors/compare.ts";
import { families } from "../../vectors/v1/mod.ts";
import type { Difference, Outcome, Vector } from "../../vectors/vector.ts";
import { launch } from "../support/browser.ts";
import { surroundings } from "../support/dom.ts";
import { startServer } from "../support/process.ts";

/** A client in a browser. */
export interface Judge {
  /** The version, as the file's first line says. */
  version: string;
  /** The SHA-256 of the file, as hexadecimal digits. */
  sha256: string;
  /** The name and version of the browser. */
  browser: string;
  /** Runs vectors with the client. */
  run: (vectors: readonly Vector[]) => Promise<Outcome[]>;
  close: () => Promise<void>;
}

/** A vector of v1, and how its result in a client differs from the expected one. */
export interface JudgedVector {
  vector: Vector;
  differences: Difference[];
}

/** Runs the vectors of v1 that the client is not too old for. */
export async function judgeVectors({ version, run }: Judge): Promise<JudgedVector[]> {
  const isOlder = (since: string) => version.localeCompare(since, "en", { numeric: true }) < 0;
  const vectors = families.flatMap(({ vectors }) => vectors).filter(({ since }) => !since || !isOlder(since));
  const outcomes = await run(vectors);
  return vectors.map((vector, i) => ({ vector, differences: compare(vector.expect, outcomes[i], surroundings) }));
}

/**
 * Starts a browser and a server, and gives the client to the pages of vectors.
 *
 * @throws {Error} If the file cannot be read, or is not a client 1.0.x.
 */
export async function startJudge(file: string): Promise<Judge> {
  const source = await readFile(file, "utf8");
  const [, version] = /^\/\/ Datastar v(\S+)/.exec(source) ?? [];
  if (version === undefined) throw new Error(`Cannot judge by ${file}: its first line is not "// Datastar v1.0.…"`);
  const server = await startServer();
  const browser = await launch();
  const page = await browser.newPage({ bypassCSP: true }); // a policy that forbids scripts in HTML is not the client's
  await page.route("**/clients/v1.js", (route) => route.fulfill({ contentType: "text/javascript", body: source }));
  await page.route("**/all.json", (route) => route.fulfill({ json: { families: [] } }));
  await page.goto(`${server.url}/vectors/v1`);
  await page.waitForFunction(() => globalThis.fragstar);
  return {
    version,
    sha256: createHash("sha256").update(source).digest("hex"),
    browser: `Chromium ${browser.version()}`,
    run: (vectors) =>
      page.evaluate(
        async (vectors) => (await globalThis.fragstar.runAll(vectors)).map(({ outcome }) => outcome),
        [...vectors],
      ),
    async close() {
      await browser.close();
      await server.stop();
    },
  };
}
