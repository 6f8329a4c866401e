/** The example server of v1 in the real client, where its file is given, and what the client does with a wrong feed. */

import { assert, assertEquals } from "@std/assert";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { inputs } from "../../conformance/v1/inputs.ts";
import { serveParts } from "../mutants/serve.ts";
import { createParts, deviations, mutants } from "../mutants/v1/server.ts";
import { launch, openPage } from "../support/browser.ts";
import { clientFile } from "../support/client_v1.ts";
import { slow, withServer } from "../support/process.ts";

/** The text of the feed, once it differs from an earlier one. */
async function nextFeed(page: Page, before: string, timeout = 10_000): Promise<string> {
  const differs = (before: string) => document.querySelector("#feed")!.textContent !== before;
  await page.waitForFunction(differs, before, { timeout });
  return await page.innerText("#feed");
}

describe("in the real client", { skip: clientFile === undefined }, () => {
  let browser: Browser;
  before(async () => void (browser = await launch()), slow);
  after(() => browser.close(), slow);

  test("the example of v1 works, with hostile texts too", slow, async () => {
    await withServer(
      { CLIENT: clientFile },
      async ({ url }) => {
        const { page, complaints, requests } = await openPage(browser, url);
        for (const input of Object.values(inputs).filter(({ length }) => length <= 3000)) {
          const typed = input.toWellFormed().replace(/[\r\n]/g, "");
          await page.fill("input", typed);
          await page.click("text=Send State Roundtrip");
          const output = `Your input: ${typed}, is ${[...typed].length} long.`;
          const isShown = (output: string) => document.querySelector("#output")!.textContent === output;
          await page.waitForFunction(isShown, output);
        }
        await page.click("text=Target HTML Element");
        await page.waitForSelector("#target > b");
        await page.click("text=Toggle Feed");
        assert(!await page.isVisible("#feed"));
        await page.click("text=Toggle Feed");
        assert(await page.isVisible("#feed"));
        await nextFeed(page, await page.innerText("#feed"));
        assertEquals(complaints, []);
        assertEquals(requests.filter((path) => path === "/feed").length, 1);
        await page.close();
      },
      "examples/v1.ts",
      ["run", "-A"],
    );
  });

  /** Opens the page of a server by the name of its mutant or deviation, and says whether its feed goes on. */
  async function goesOn(name: string): Promise<boolean> {
    const { alter } = [...mutants, ...deviations].find((server) => server.name === name)!;
    const body = await readFile(clientFile!, "utf8");
    const { url, stop } = await serveParts(createParts((good) => ({
      client: () => ({ ...good.client(), body }),
      ...alter(good),
    })));
    const page = await browser.newPage();
    try {
      await page.goto(url);
      const first = await nextFeed(page, "");
      return await nextFeed(page, first, 4_000).then(() => true, () => false);
    } finally {
      await page.close();
      await stop();
    }
  }

  test("a feed ends itself where the check says so, and no other does", slow, async () => {
    assert(!await goesOn("The first event takes away the attribute with which the feed ends"));
    assert(await goesOn("the attribute that asks for the feed on the element that is patched"));
    assert(await goesOn("a feed that ends, on a page that asks for it again"));
  });
});
