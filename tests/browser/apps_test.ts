/** The real client agrees with the first cause of each mistake in the applications of tests/peers/apps. */

import { assert, assertEquals } from "@std/assert";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Browser, Page, Request } from "playwright-core";
import { runInTurns } from "../../conformance/record/limits.ts";
import { type Act, type Alteration, type Proof, proofs } from "../peers/apps/browser.ts";
import { mistakes } from "../peers/apps/mod.ts";
import { launch } from "../support/browser.ts";
import { launchServer, slow } from "../support/process.ts";

const folder = fileURLToPath(new URL("../peers/apps/", import.meta.url));
const client = await readFile(createRequire(import.meta.url).resolve("@sudodevnull/datastar"), "utf8");

/** Noted by a script on the page. */
interface Seen {
  /** The number of requests whose answer the client has read to its end. */
  ended: number;
  /** The texts of `#load`, one after the other. */
  loads: string[];
  /** Whether something has thrown. */
  failed: boolean;
}

declare global {
  var ended: number;
  var loads: string[];
  var failed: boolean;
}

/** A page of an application, with what happens on it. */
interface Open {
  page: Page;
  /** The requests of the client by path, in their order. */
  paths: string[];
  /** Whether the client has thrown as it started. */
  isDead: boolean;
}

/** A step: its work, the path of its request, and whether its result is shown. */
interface Step {
  path: RegExp;
  run: (page: Page, text: string) => Promise<unknown>;
  isShown: (text: string) => boolean;
}

/** Enters a text as the reader's typing does. An input has no line ends, so those get into its signal directly. */
async function enter(page: Page, name: string, text: string): Promise<void> {
  const input = page.locator(`[data-model=${name}]`);
  if (!/[\r\n]/.test(text)) return await input.fill(text);
  await page.evaluate(([name, text]) => {
    const { ds } = globalThis as unknown as { ds: { store: Record<string, { value: string }> } };
    ds.store[name].value = text;
  }, [name, text]);
}

const click = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).first().click();

const steps: Record<Act, Step> = {
  "search todos": {
    path: /^\/(search|find)$/,
    run: (page, text) => enter(page, "query", text),
    isShown: (text) => document.querySelector("#message")!.textContent === `2 with ${text}`,
  },
  "add a todo": {
    path: /^\/todos$/,
    async run(page, text) {
      await enter(page, "title", text);
      await click(page, "Add");
    },
    isShown: (text) => [...document.querySelectorAll("#todos li")].some((item) => item.textContent === `${text} Done`),
  },
  search: {
    path: /^\/search$/,
    async run(page, text) {
      await enter(page, "words", text);
      await page.locator("[data-model=words]").press("Shift");
    },
    isShown: (text) =>
      document.querySelector("h2")?.textContent === `Results for ${text}` &&
      document.querySelector("#results")!.getAttribute("title") === text && !document.querySelector("#results > b") &&
      document.querySelector("p")!.textContent === text &&
      !document.querySelector("#results")!.innerHTML.includes("fragment"),
  },
  say: {
    path: /^\/say$/,
    async run(page, text) {
      await enter(page, "message", text);
      await page.locator("form").evaluate((form: HTMLFormElement) => form.requestSubmit());
    },
    isShown: (text) => document.querySelector("#notice")!.textContent === `You said ${text}`,
  },
  save: {
    path: /^\/settings$/,
    async run(page, text) {
      await enter(page, "name", text);
      await click(page, "Save");
    },
    isShown: (text) =>
      document.querySelector("#shown")!.textContent === text &&
      document.querySelector<HTMLElement>("span")!.style.display !== "none",
  },
  buy: {
    path: /^\/shop\/cart\/101$/,
    run: (page) => click(page, "Buy"),
    isShown: () => document.querySelector("b")!.textContent === "1" && document.querySelector("#cart li") !== null,
  },
  "show the cart": {
    path: /^\/shop\/cart$/,
    run: (page) => click(page, "Show the cart"),
    isShown: () => document.querySelectorAll("#cart > button").length === 2,
  },
  order: {
    path: /^\/shop\/order$/,
    async run(page) {
      await click(page, "Show the cart");
      await page.waitForFunction(() => globalThis.ended > 0);
      await page.evaluate(() => {
        document.title = "before the order";
        globalThis.ended = 0;
      });
      await click(page, "Order");
    },
    isShown: () => document.title === "Shop",
  },
  "open sales": {
    path: /^\/tabs\/sales$/,
    run: (page) => click(page, "Sales"),
    isShown: () => {
      const { ds } = globalThis as unknown as { ds: { store: { value: unknown } } };
      const { visits } = JSON.parse(JSON.stringify(ds.store.value));
      return document.querySelector("h2")?.textContent === "Sales" && visits === 1 &&
        document.querySelectorAll("#log li").length === 2;
    },
  },
  "open staff": {
    path: /^\/tabs\/staff$/,
    run: (page) => click(page, "Staff"),
    isShown: () => document.querySelector("h2")?.textContent === "Staff",
  },
  "watch the load": {
    path: /^\/load$/,
    run: () => Promise.resolve(),
    isShown: () => Number(document.querySelector("#load")!.textContent) >= 3,
  },
};

/** Changes a request. The client knows nothing of it, and gets the answer. */
function alter(request: Request, how: Alteration): { url?: string; postData?: string } {
  const other =
    { "no store": "", malformed: "{", "a list": "[1]", "an empty store": "{}", "an object": '{"words":{}}' }[how];
  if (request.method() !== "GET") return { postData: other };
  const url = new URL(request.url());
  if (how === "no store") url.searchParams.delete("datastar");
  else url.searchParams.set("datastar", other);
  return { url: url.href };
}

/** Opens the page of an application with the real client, without view transitions: merges have their effect at once. */
async function open(browser: Browser, url: string, { act, altered }: Proof): Promise<Open> {
  const page = await browser.newPage();
  const paths: string[] = [];
  page.on("request", (request) => {
    if (request.resourceType() === "fetch") paths.push(new URL(request.url()).pathname);
  });
  await page.addInitScript(() => {
    Reflect.deleteProperty(Document.prototype, "startViewTransition");
    const seen: Seen = { ended: 0, loads: [], failed: false };
    Object.assign(globalThis, seen);
    const { loads } = seen;
    addEventListener("error", () => Object.assign(globalThis, { failed: true }));
    addEventListener("datastar-event", (event) => {
      const { subcategory, type } = (event as CustomEvent).detail;
      if (subcategory === "backend" && type === "fetch_end") globalThis.ended++;
    });
    addEventListener("DOMContentLoaded", () => {
      new MutationObserver(() => {
        const load = document.querySelector("#load")?.textContent;
        if (load && load !== loads.at(-1)) loads.push(load);
      }).observe(document, { subtree: true, childList: true, characterData: true });
    });
  });
  await page.route(/\/datastar\.js$/, (route) => route.fulfill({ contentType: "text/javascript", body: client }));
  if (altered) {
    await page.route(
      ({ pathname }) => steps[act].path.test(pathname),
      (route) => route.continue(alter(route.request(), altered)),
    );
  }
  await page.goto(url);
  await page.waitForFunction(() => "ds" in globalThis || globalThis.failed);
  return { page, paths, isDead: await page.evaluate(() => globalThis.failed) };
}

/** Milliseconds after which a step has failed. */
const patience = 15_000;

/** Waits until a proof is seen, or the result of the step is shown. Returns which of them it was. */
async function look({ page, paths, isDead }: Open, proof: Proof): Promise<string> {
  const { act, text = "", find = "none", altered } = proof;
  const { path, run, isShown } = steps[act];
  const requests = () => paths.filter((one) => path.test(one)).length;
  let hasLeft = false;
  let framesAfterEnd = 0;
  page.on("framenavigated", () => hasLeft = true);
  await run(page, text);
  const end = performance.now() + patience;
  for (;;) {
    const repeats = requests() > 1;
    // While the browser leaves the page, nothing can be read on it.
    const { ended, loads, grown } = await page.evaluate((find) => {
      const { ended, loads } = globalThis;
      return { ended, loads, grown: document.querySelector(find) !== null };
    }, find).catch(() => ({ ended: 0, loads: [], grown: false }));
    const shown = await page.evaluate(isShown, text).catch(() => false);
    if (act === "watch the load") {
      if (repeats) return "repeats";
      if (loads.length >= 3) return loads[1] === "2" && loads[2] === "3" ? "shown" : "bunched";
    } else {
      if (repeats) return "repeats";
      if (grown) return "markup";
      if (shown) return "shown";
      // The client may show the result, or repeat the request, some frames after the end.
      if (ended > 0 && requests() === 1 && ++framesAfterEnd > 20) return altered ? "answered" : "not shown";
      // An expression that does not compile throws at its event only.
      const hasThrown = proof.seen === "dead" && await page.evaluate(() => globalThis.failed);
      if ((isDead || hasThrown) && requests() === 0) return "dead";
      if (hasLeft && act !== "order") return "left";
    }
    if (performance.now() > end) return `nothing within ${patience} ms: ${JSON.stringify({ ended, loads, paths })}`;
    await page.evaluate(() => new Promise(requestAnimationFrame)).catch(() => {});
  }
}

describe("in Chromium", () => {
  let browser: Browser;
  let temporary: string;
  before(async () => {
    browser = await launch();
    temporary = await mkdtemp(join(tmpdir(), "fragstar-"));
  }, slow);
  after(async () => {
    await browser.close();
    await rm(temporary, { recursive: true });
  }, slow);

  async function runApp(file: string, proof: Proof): Promise<string> {
    const server = await launchServer({ program: "node", args: [file] });
    const opened = await open(browser, server.url, proof);
    try {
      return await look(opened, proof);
    } finally {
      await opened.page.close();
      await server.stop();
    }
  }

  test(`the real client agrees with each of ${mistakes.length} findings`, slow, async () => {
    const found = await runInTurns(mistakes, 4, async ({ name, file, from, to }) => {
      const proof = proofs[name];
      assert(proof, `${name} has no proof`);
      const right = await runApp(join(folder, file), proof);
      const text = await readFile(join(folder, file), "utf8");
      const changed = join(temporary, `${mistakes.findIndex((mistake) => mistake.name === name)}.mjs`);
      await writeFile(changed, text.replace(from, () => to));
      return { name, right, wrong: await runApp(changed, proof) };
    });
    assertEquals(
      found,
      mistakes.map(({ name }) => {
        const { seen, altered } = proofs[name];
        return { name, right: altered ? "answered" : "shown", wrong: seen };
      }),
    );
  });
});
