import { assertEquals } from "@std/assert";
import { describe } from "node:test";
import type { Page } from "playwright-core";
import { checkServer } from "../../conformance/mod.ts";
import { type InputName, inputs } from "../../conformance/classic/contract.ts";
import { badQueries, type QueryName } from "../../conformance/example/queries.ts";
import { peers } from "../peers/mod.ts";
import { useBrowser } from "../support/browser.ts";
import { startServer } from "../support/process.ts";
import { testEarly } from "../support/time.ts";

const used = useBrowser();

const only = [
  ...Object.keys(inputs).map((name) => `get-keeps-${name}`),
  ...Object.keys(badQueries).map((name) => `bad-${name}`),
  "get-no-injection",
];

/** One in this many passing checks is repeated in the browser, and all failing ones. */
const sample = 4;

/** Number of pages for each server at a time. */
const parallel = 2;

describe("the checker's verdicts on servers of others agree with the real client", () => {
  for (const { name, file } of peers) {
    testEarly(name, async () => {
      const server = await startServer({}, file, ["run", "-A"]);
      try {
        const { report } = await checkServer(server.url, { only });
        const sampled = report.checks.filter(({ verdict }, i) => verdict !== "pass" || i % sample === 0);
        const seen: Record<string, boolean> = {};
        const waiting = sampled.values();
        await Promise.all(Array.from({ length: parallel }, async () => {
          const page = await used.browser.newPage();
          for (const { id } of waiting) seen[id] = await passesInClient(page, server.url, id);
          await page.close();
        }));
        assertEquals(seen, Object.fromEntries(sampled.map(({ id, verdict }) => [id, verdict === "pass"])));
      } finally {
        await server.stop();
      }
    });
  }
});

function passesInClient(page: Page, url: string, id: string): Promise<boolean> {
  if (id === "get-no-injection") return runsNoScript(page, url);
  if (id.startsWith("bad-")) return isRequestedOnce(page, url, id.replace("bad-", "") as QueryName);
  return keepsInput(page, url, id.replace("get-keeps-", "") as InputName);
}

function queryOf(name: InputName): string {
  const signals = { input: inputs[name], output: "old", show: false };
  return `?${new URLSearchParams({ datastar: JSON.stringify(signals) })}`;
}

/** Whether the client shows an input unchanged after the server has returned it. */
async function keepsInput(page: Page, url: string, name: InputName): Promise<boolean> {
  const { wrong } = await send(page, url, queryOf(name));
  const output = page.waitForFunction(() => document.querySelector("#output")!.textContent);
  await Promise.race([output, wrong]);
  const text = await page.locator("#output").evaluate((output) => JSON.stringify(output.textContent));
  return text.startsWith(JSON.stringify(`Your input: ${inputs[name]}, is `).slice(0, -1));
}

/** Whether an input that calls alert(), in character references, remains text. */
async function runsNoScript(page: Page, url: string): Promise<boolean> {
  const { wrong } = await send(page, url, queryOf("references"));
  const dialog = page.waitForEvent("dialog").then(async (dialog) => {
    await dialog.dismiss();
    return false;
  });
  dialog.catch(() => {}); // there was none
  const output = page.waitForFunction(() => document.querySelector("#output")!.textContent);
  return await Promise.race([dialog, output.then(() => true), wrong.then(() => true)]);
}

/** Whether the client accepts the response to such a query, and does not repeat the request. */
async function isRequestedOnce(page: Page, url: string, name: QueryName): Promise<boolean> {
  const { again } = await send(page, url, badQueries[name]);
  const ended = page.waitForFunction(() => "ended" in globalThis);
  return await Promise.race([ended.then(() => true), again.then(() => false)]);
}

/** Opens a server's page and presses its button. The client's query is replaced by `query`. */
async function send(page: Page, url: string, query: string) {
  await page.unrouteAll();
  page.removeAllListeners();
  await page.goto(url);
  await page.waitForFunction(() => "ds" in globalThis); // the client has started
  await page.route(({ pathname }) => pathname === "/get", (route) => route.continue({ url: `${url}/get${query}` }));
  await page.evaluate(() => {
    addEventListener("datastar-event", (event) => {
      const { type, message } = (event as CustomEvent).detail;
      if (type === "fetch_end" && message.includes("/get")) Object.assign(globalThis, { ended: true });
    });
  });
  let onError = () => {};
  let onRetry = () => {};
  const wrong = new Promise<void>((resolve) => onError = resolve);
  const again = new Promise<void>((resolve) => onRetry = resolve);
  // A transition that the next event of the feed interrupts is no error of this response.
  page.on("pageerror", ({ message }) => !/Transition was skipped/.test(message) && onError());
  page.on("console", (message) => {
    if (message.type() === "error") onError();
    if (/^Error fetching event source, retrying/.test(message.text())) onRetry();
  });
  await page.locator("#send").evaluate((button) => (button as HTMLElement).click());
  return { wrong, again };
}
