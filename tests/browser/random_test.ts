import { assertEquals } from "@std/assert";
import process from "node:process";
import { before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import type {} from "../../runner/app.ts"; // declares globalThis.fragstar and globalThis.summary
import { ClientError, openDocument } from "../../harness/mod.ts";
import type { Outcome } from "../../vectors/vector.ts";
import { useBrowser } from "../support/browser.ts";
import { createBody } from "../support/dom.ts";
import { runInHarness } from "../support/model.ts";
import { slow } from "../support/process.ts";
import { fc, seed } from "../support/random.ts";
import type { Case } from "./random/case.ts";
import { cases } from "./random/cases.ts";
import { differences, differencesAtStart, values } from "./random/compare.ts";
import { isKnownCase } from "./random/known_differences.ts";
import { selectorPage, selectors } from "./random/selectors.ts";

/** SEED and RUNS repeat a run: `SEED=7 RUNS=50 deno task test:browser`. */
const runs = Number(process.env.RUNS || 3000);
/** Cases that are sent to the page at a time. */
const batch = 100;

const used = useBrowser();
let page: Page;
before(async () => {
  page = await used.browser.newPage({ bypassCSP: true }); // a policy that forbids styles in HTML is not of the client's
  await page.route("**/all.json", (route) => route.fulfill({ json: { families: [] } }));
  await page.goto(`${used.server.url}/vectors`);
  await page.waitForFunction(() => "fragstar" in globalThis);
  console.log(`random cases in Chromium: SEED=${seed} RUNS=${runs}`);
}, slow);

describe("in the harness and in Chromium", () => {
  test(`${runs} random selectors find the same elements`, slow, async () => {
    const sampled = fc.sample(selectors, { seed, numRuns: runs });
    const document = createBody(selectorPage);
    const harness = openDocument(document, { initiator: null });
    const elements = [...document.querySelectorAll("body *")];
    const browser = await findInBrowser(sampled);
    const found = sampled.map((selector, i) => ({
      selector,
      browser: browser[i],
      harness: harness.find(selector)?.map((element) => elements.indexOf(element)).filter((at) => at >= 0),
    }));
    const differing = found.filter(({ browser, harness }) => browser?.join() !== harness?.join());
    assertEquals(differing.sort((a, b) => a.selector.length - b.selector.length).slice(0, 20), []);
  });

  test(`${runs} random sequences of events have the same result`, { timeout: 1_200_000 }, async () => {
    const sampled = fc.sample(cases, { seed, numRuns: runs });
    for (let start = 0; start < runs; start += batch) {
      const some = sampled.slice(start, start + batch);
      const results = await compareAll(some);
      const differing = results.findIndex((found) => found.length > 0);
      if (differing >= 0) await shrink(start + differing, { ...some[differing], found: results[differing] });
    }
  });
});

/** The positions of the elements in the body that each selector finds in Chromium; null if it is none. */
async function findInBrowser(some: string[]): Promise<(number[] | null)[]> {
  const empty = await used.browser.newPage();
  await empty.setContent(`<!DOCTYPE html><body>${selectorPage}`);
  return await empty.evaluate((some) => {
    const elements = [...document.querySelectorAll("body *")];
    return some.map((selector) => {
      try {
        return [...document.querySelectorAll(selector)].map((found) => elements.indexOf(found)).filter((at) => at >= 0);
      } catch {
        return null;
      }
    });
  }, some);
}

/** The differences of each case. A case with a known difference is not run. */
async function compareAll(some: Case[]): Promise<unknown[][]> {
  const compared = some.filter((one) => !isKnownCase(one));
  const outcomes = await inBrowser(compared);
  return await Promise.all(some.map(async (one) => {
    const browser = outcomes[compared.indexOf(one)];
    if (!browser) return [];
    try {
      return differences(browser, await runInHarness(asVector(one), true), used.server.url);
    } catch (error) {
      if (error instanceof ClientError) return differencesAtStart(browser, error.message);
      throw error;
    }
  }));
}

const asVector = (one: Case) => ({ ...one, expect: { values } });

async function inBrowser(some: Case[]): Promise<Outcome[]> {
  return await page.evaluate(async (vectors) => {
    const results = await globalThis.fragstar.runAll(vectors);
    return results.map(({ outcome }) => outcome);
  }, some.map((one) => ({ ...asVector(one), id: "random", title: "", clause: "", teach: "" })));
}

/** Repeats case `i` of the same sample as a property, so that fast-check finds the smallest case that differs. */
async function shrink(i: number, seen: unknown): Promise<never> {
  await fc.assert(
    fc.asyncProperty(cases, async (smaller) => assertEquals(await compareAll([smaller]), [[]])),
    { seed, path: String(i), numRuns: 1 },
  );
  throw new Error(`Differs once and not again: ${JSON.stringify(seen)}`);
}
