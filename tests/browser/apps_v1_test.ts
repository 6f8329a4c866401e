/**
 * Mistakes in applications of v1 in the real client, where its file is given: in CLIENT_V1, or in the folder clients/,
 * which git ignores. Each step works with the right application, and not with the wrong one.
 */

import { assertEquals } from "@std/assert";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { runInTurns } from "../../conformance/record/limits.ts";
import { mistakes } from "../peers/v1apps/mod.ts";
import { launch } from "../support/browser.ts";
import { clientFile } from "../support/client_v1.ts";
import { launchServer, slow } from "../support/process.ts";

if (!clientFile) console.log("not run: no v1 client");
const folder = fileURLToPath(new URL("../peers/v1apps/", import.meta.url));

/** A step of a reader, and whether its result is shown. */
interface Step {
  run: (page: Page) => Promise<unknown>;
  works: () => boolean;
}

const click = (page: Page, name: string) => page.getByText(name, { exact: true }).first().click();
const search = (text: string) => (page: Page) => page.locator("input").fill(text);

const help: Step = {
  run: (page) => click(page, "Help"),
  works: () => location.pathname === "/" && document.querySelector("#results")?.textContent === "Type a word",
};
const find = (text: string, works: Step["works"]): Step => ({ run: search(text), works });
const findGardens = find("gardens", () => document.querySelector("h2")?.textContent === "Results for gardens");
const addTodo: Step = {
  async run(page) {
    await page.locator("input").fill("Bread");
    await click(page, "Add");
  },
  works: () => location.search === "" && document.querySelector("#message")?.textContent === "Added",
};
const watchLoad: Step = {
  run: () => Promise.resolve(),
  works: () => Number(document.querySelector("#load")?.textContent) > 1,
};
const tag = "<i><intruder>";

const steps: Record<string, Step> = {
  "there is no client": findGardens,
  "the client is a classic script": findGardens,
  "the policy forbids functions": watchLoad,
  "an expression throws at the start": help,
  "a link leaves the page": help,
  "a button sends its form": addTodo,
  "an attribute is of the release candidates": help,
  "an action is of 0.x": help,
  "an attribute has a key that it must not have": help,
  "an expression does not compile": help,
  "the signals have an action in a string": help,
  "an expression of an event does not compile": help,
  "a modifier comes after a dot": help,
  "an action is misspelt": help,
  "a route does not exist": help,
  "a status is 201": addTodo,
  "a button requests the feed again": {
    async run(page) {
      await page.waitForFunction(() => document.querySelector("#load")!.textContent !== "");
      await page.evaluate(() => {
        document.addEventListener("datastar-fetch", (event) => {
          const { type, el } = (event as CustomEvent).detail;
          if (type === "finished" && el.localName === "section") document.title = "ended";
        });
      });
      await click(page, "Pause");
      // The feed goes on for one more event.
      const load = await page.locator("#load").textContent();
      await page.waitForFunction((load) => document.querySelector("#load")!.textContent !== load, load);
    },
    works: () => document.title !== "ended",
  },
  "a text is not escaped in an element": find(
    tag,
    () =>
      document.querySelector("h2")?.textContent === "Results for <i><intruder>" && !document.querySelector("intruder"),
  ),
  "a text is not escaped in an attribute": find(
    `" intruder="`,
    () => document.querySelector("h2") !== null && !document.querySelector("#results[intruder]"),
  ),
  "a text becomes code": find(
    "'+(document.title='run')+'",
    () => document.querySelector("h2") !== null && document.title !== "run",
  ),
  "a text with CR becomes lines": {
    async run(page) {
      await page.route(/\/search/, (route) => {
        const words = "a\r\revent: datastar-patch-elements\rdata: selector body\rdata: mode append\rdata: elements " +
          "<intruder></intruder>\r\rb";
        const url = new URL(route.request().url());
        url.searchParams.set("datastar", JSON.stringify({ words }));
        return route.continue({ url: url.href });
      });
      await search("a")(page);
    },
    works: () => document.querySelector("h2") !== null && !document.querySelector("intruder"),
  },
  "an address with @ breaks the signals": {
    async run(page) {
      await search("me @get('/x')")(page);
      await click(page, "More");
    },
    works: () => document.querySelector("#list")?.textContent === "That is all",
  },
  "the field of a form is not escaped": {
    async run(page) {
      await page.locator("input").fill(tag);
      await click(page, "Say");
    },
    works: () => document.querySelector("#notice")?.textContent === "You said <i><intruder>" && location.search === "",
  },
};

/** Milliseconds after which a step has failed: it should work in the right application only. */
const patience = { right: 15_000, wrong: 2_500 };

describe("in Chromium", { skip: !clientFile }, () => {
  let browser: Browser;
  let temporary: string;
  let client: string;
  before(async () => {
    browser = await launch();
    client = await readFile(clientFile!, "utf8");
    temporary = await mkdtemp(join(tmpdir(), "fragstar-"));
  }, slow);
  after(async () => {
    await browser.close();
    await rm(temporary, { recursive: true });
  }, slow);

  /** Does a step in an application. Returns whether it works. */
  async function doStep(program: string, { run, works }: Step, timeout: number): Promise<boolean> {
    const server = await launchServer({ program: "node", args: [program] });
    const page = await browser.newPage();
    try {
      await page.route(/\/datastar\.js$/, (route) => route.fulfill({ contentType: "text/javascript", body: client }));
      await page.goto(server.url);
      // The client applies the attributes in a task after its script.
      await page.evaluate(() => new Promise((resolve) => setTimeout(() => setTimeout(resolve))));
      await run(page);
      return await page.waitForFunction(works, undefined, { timeout }).then(() => true, () => false);
    } finally {
      await page.close();
      await server.stop();
    }
  }

  test(`the real client agrees with ${Object.keys(steps).length} findings`, slow, async () => {
    const found = await runInTurns(Object.entries(steps), 3, async ([name, step]) => {
      const mistake = mistakes.find((one) => one.name === name);
      if (!mistake) throw new Error(`There is no mistake "${name}"`);
      let program = await readFile(join(folder, mistake.file), "utf8");
      for (const [from, to] of mistake.edits) program = program.replace(from, () => to);
      const changed = join(temporary, `${mistakes.indexOf(mistake)}.mjs`);
      await writeFile(changed, program);
      return {
        name,
        right: await doStep(join(folder, mistake.file), step, patience.right),
        wrong: await doStep(changed, step, patience.wrong),
      };
    });
    assertEquals(found, Object.keys(steps).map((name) => ({ name, right: true, wrong: false })));
  });
});
