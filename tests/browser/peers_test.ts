import { assertEquals } from "@std/assert";
import { describe, test } from "node:test";
import type { Page } from "playwright-core";
import { checkServer } from "../../conformance/mod.ts";
import { badQueries, type InputName, inputs, type QueryName } from "../../conformance/record/record.ts";
import { peers } from "../peers/mod.ts";
import { oneRun, useBrowser } from "../support/browser.ts";
import { startServer } from "../support/process.ts";

const used = useBrowser();

const only = [
  ...Object.keys(inputs).map((name) => `get-keeps-${name}`),
  ...Object.keys(badQueries).map((name) => `bad-${name}`),
  "get-no-injection",
];

/** Of the checks that pass, each of this many is looked at; of those that fail, each one. */
const sample = 4;

/** Pages at work at a time. */
const parallel = 3;

describe("what the checker says of others' servers is what the real client shows", () => {
  for (const { name, file } of peers) {
    // It is the checker, the client and the servers that are looked at here, which is the same under both runtimes.
    test(name, oneRun, async () => {
      const server = await startServer({}, file, ["run", "-A"]);
      try {
        const { report } = await checkServer(server.url, { only });
        const looked = report.checks.filter(({ verdict }, i) => verdict !== "pass" || i % sample === 0);
        const seen: Record<string, boolean> = {};
        const waiting = looked.values();
        await Promise.all(Array.from({ length: parallel }, async () => {
          const page = await used.browser.newPage();
          for (const { id } of waiting) seen[id] = await goesRight(page, server.url, id);
          await page.close();
        }));
        assertEquals(seen, Object.fromEntries(looked.map(({ id, verdict }) => [id, verdict === "pass"])));
      } finally {
        await server.stop();
      }
    });
  }
});

function goesRight(page: Page, url: string, id: string): Promise<boolean> {
  if (id === "get-no-injection") return runsNothing(page, url);
  if (id.startsWith("bad-")) return isAskedOnce(page, url, id.replace("bad-", "") as QueryName);
  return comesBack(page, url, id.replace("get-keeps-", "") as InputName);
}

function queryOf(name: InputName): string {
  const signals = { input: inputs[name], output: "old", show: false };
  return `?${new URLSearchParams({ datastar: JSON.stringify(signals) })}`;
}

/** Whether the client shows a text after its way through the server as it was. */
async function comesBack(page: Page, url: string, name: InputName): Promise<boolean> {
  const { wrong } = await send(page, url, queryOf(name));
  const output = page.waitForFunction(() => document.querySelector("#output")!.textContent);
  await Promise.race([output, wrong]);
  const text = await page.locator("#output").evaluate((output) => JSON.stringify(output.textContent));
  return text.startsWith(JSON.stringify(`Your input: ${inputs[name]}, is `).slice(0, -1));
}

/** Whether a text that calls alert(), in character references, remains a text. */
async function runsNothing(page: Page, url: string): Promise<boolean> {
  const { wrong } = await send(page, url, queryOf("references"));
  const dialog = page.waitForEvent("dialog").then(async (dialog) => {
    await dialog.dismiss();
    return false;
  });
  dialog.catch(() => {}); // none has come
  const output = page.waitForFunction(() => document.querySelector("#output")!.textContent);
  return await Promise.race([dialog, output.then(() => true), wrong.then(() => true)]);
}

/** Whether the client is content with the answer to such a query, and does not ask again. */
async function isAskedOnce(page: Page, url: string, name: QueryName): Promise<boolean> {
  const { again } = await send(page, url, badQueries[name]);
  const ended = page.waitForFunction(() => "ended" in globalThis);
  return await Promise.race([ended.then(() => true), again.then(() => false)]);
}

/** Opens a server's page and presses its button; in place of what the client asks, the server is asked `query`. */
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
  let failed = () => {};
  let asked = () => {};
  const wrong = new Promise<void>((resolve) => failed = resolve);
  const again = new Promise<void>((resolve) => asked = resolve);
  // One that the feed's next event cuts short is no error of this answer.
  page.on("pageerror", ({ message }) => !/Transition was skipped/.test(message) && failed());
  page.on("console", (message) => {
    if (message.type() === "error") failed();
    if (/^Error fetching event source, retrying/.test(message.text())) asked();
  });
  await page.locator("#send").evaluate((button) => (button as HTMLElement).click());
  return { wrong, again };
}
